import { contentHash } from '@gatehouse/audit-log'
import {
  escapeControls,
  isNoPolicy,
  noPolicy,
  type NoPolicy,
  type PolicyHolder,
} from '@gatehouse/core'
import type { LoadResult } from '@gatehouse/core/files'
import type { Level } from '@gatehouse/signed-request'
import { parseAuthorizedKeys, type AuthorizedKeys } from '@gatehouse/ssh-trust'
import { loadAuthorizedKeys } from '@gatehouse/ssh-trust/files'
import type { AgentConfig, SshAccountConfig, SshConfig } from '../config/model.ts'
import type { Log } from '../log.ts'
import { loadLogged } from '../policies.ts'

/** Largest file of keys in bytes: 1 MiB, some ten thousand keys. It is read anew for each login. */
const MAX_KEYS_BYTES = 1024 * 1024

/** An account with the keys of this moment. */
interface AccountNow {
  /** What is compared with the level of a tool; nothing for a name that is no account. */
  readonly level: Level | undefined
  readonly keys: AuthorizedKeys | NoPolicy
  /** Hash of the text of its keys, where there are any. */
  readonly hash: string | undefined
}

/** What came of reading a file of keys. */
interface KeysRead extends AccountNow {
  readonly result: LoadResult
  /** Whether the file gave others than the last time. */
  readonly isChanged: boolean
}

/** The keys of one account, as they were when they were last read. */
class AccountKeys implements PolicyHolder<AuthorizedKeys> {
  readonly label: string
  readonly #level: Level
  readonly #path: string
  readonly #home: string
  #current: AuthorizedKeys | NoPolicy
  #stamp = ''
  #parsed: { readonly hash: string; readonly keys: AuthorizedKeys } | undefined

  constructor({ authorizedKeysFile, level }: SshAccountConfig, home: string) {
    this.label = authorizedKeysFile.label
    this.#level = level
    this.#path = authorizedKeysFile.path
    this.#home = home
    this.#current = noPolicy('policy-missing', this.#path)
  }

  get current(): AuthorizedKeys | NoPolicy {
    return this.#current
  }

  /** A key that was taken out must not get in: a file that cannot be used leaves no earlier one in force. */
  async read(): Promise<KeysRead> {
    let read: string | undefined
    const keys = await loadAuthorizedKeys({
      path: this.#path,
      home: this.#home,
      // Without numbers of users, nobody can be told from root.
      uid: process.geteuid?.() ?? 0,
      maxBytes: MAX_KEYS_BYTES,
      parse: (bytes, options) => {
        read = contentHash(bytes)
        return this.#parse(bytes, read, options)
      },
    })
    const result = resultOf(keys)
    const hash = isNoPolicy(keys) ? undefined : read
    const stamp = hash ?? JSON.stringify(isNoPolicy(keys) && keys.decision.reasons)
    const isChanged = stamp !== this.#stamp
    this.#current = keys
    this.#stamp = stamp
    return { level: this.#level, keys, hash, result, isChanged }
  }

  /** Anybody can ask for a login, and many keys take long to parse: the same bytes are parsed once. */
  #parse(
    bytes: string | Uint8Array,
    hash: string,
    options: Parameters<typeof parseAuthorizedKeys>[1],
  ): AuthorizedKeys {
    if (this.#parsed?.hash === hash) return this.#parsed.keys
    const keys = parseAuthorizedKeys(bytes, options)
    this.#parsed = { hash, keys }
    return keys
  }
}

function resultOf(keys: AuthorizedKeys | NoPolicy): LoadResult {
  if (!isNoPolicy(keys)) return { loaded: true }
  const [{ facts = {} }] = keys.decision.reasons
  const cause = new Error(escapeControls(Object.values(facts).join(' ')))
  return { loaded: false, code: keys.noPolicy, kept: false, cause }
}

/** A file of keys, as the start screen tells of it. */
export interface KeysState {
  /** Its path as the config wrote it. */
  readonly label: string
  readonly holder: PolicyHolder<object>
}

/** Who may log in, by files that are read anew for each login. */
export class Accounts {
  readonly #accounts: ReadonlyMap<string, AccountKeys>
  readonly #log: Log

  constructor({ folder }: Pick<AgentConfig, 'folder'>, { accounts }: SshConfig, log: Log) {
    this.#log = log
    this.#accounts = new Map(
      Object.entries(accounts).map(([name, account]) => [name, new AccountKeys(account, folder)]),
    )
  }

  /** Each account's file, in the order of the config. */
  get states(): readonly KeysState[] {
    return [...this.#accounts.values()].map((account) => ({
      label: account.label,
      holder: account,
    }))
  }

  /** Reads all files, and tells the log what came of each. */
  async load(): Promise<Readonly<Record<string, LoadResult>>> {
    const loads = [...this.#accounts].map(
      async ([name, account]): Promise<[string, LoadResult]> => {
        const { result } = await account.read()
        return [name, await this.#tell(account, result)]
      },
    )
    return Object.fromEntries(await Promise.all(loads))
  }

  /** An account as its file is now. A name that is no account has no keys. */
  async find(name: string): Promise<AccountNow> {
    const account = this.#accounts.get(name)
    if (account === undefined) {
      const keys = noPolicy('policy-missing', 'ssh.accounts')
      return { level: undefined, keys, hash: undefined }
    }
    const { result, isChanged, ...now } = await account.read()
    if (isChanged) await this.#tell(account, result)
    return now
  }

  #tell({ label }: AccountKeys, result: LoadResult): Promise<LoadResult> {
    return loadLogged({ load: () => Promise.resolve(result) }, label, this.#log)
  }
}
