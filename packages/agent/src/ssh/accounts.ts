import { isNoPolicy, noPolicy, type NoPolicy, type PolicyHolder } from '@gatehouse/core'
import type { LoadResult } from '@gatehouse/core/files'
import type { Level } from '@gatehouse/signed-request'
import {
  parseAuthorizedKeys,
  parseRevoked,
  type AuthorizedKeys,
  type RevocationList,
} from '@gatehouse/ssh-trust'
import { loadAuthorizedKeys, loadRevokedKeys } from '@gatehouse/ssh-trust/files'
import type { AgentConfig, PolicyPath, SshConfig } from '../config/model.ts'
import type { Log } from '../log.ts'
import { loadLogged } from '../policies.ts'
import { WatchedFile, type FileRead } from './watched-file.ts'

/** Largest file of keys in bytes: 1 MiB, some ten thousand keys. It is read anew for each login. */
const MAX_KEYS_BYTES = 1024 * 1024

/** An account with the keys of this moment. */
interface AccountNow {
  /** What is compared with the level of a tool; nothing for a name that is no account. */
  readonly level: Level | undefined
  /** Nothing, too, where it is not known which keys are revoked. */
  readonly keys: AuthorizedKeys | NoPolicy
  /** Hash of the text of its keys, where there are any. */
  readonly hash: string | undefined
  /** Keys that count for nothing; absent where there is no list. */
  readonly revoked: RevocationList | undefined
}

/** The keys of one account. */
interface Account {
  readonly level: Level
  readonly keys: WatchedFile<AuthorizedKeys>
}

/** A file about keys, as the start screen tells of it. */
export interface KeysState {
  /** Its path as the config wrote it. */
  readonly label: string
  readonly holder: PolicyHolder<object>
}

/** Who may log in, by files that are read anew for each login. */
export class Accounts {
  readonly #accounts: ReadonlyMap<string, Account>
  readonly #revoked: WatchedFile<RevocationList> | undefined
  readonly #log: Log

  constructor(
    { folder }: Pick<AgentConfig, 'folder'>,
    { accounts, revokedKeysFile }: Pick<SshConfig, 'accounts' | 'revokedKeysFile'>,
    log: Log,
  ) {
    this.#log = log
    this.#accounts = new Map(
      Object.entries(accounts).map(([name, { level, authorizedKeysFile }]) => [
        name,
        { level, keys: keysIn(authorizedKeysFile, folder) },
      ]),
    )
    this.#revoked = revokedKeysFile && revokedIn(revokedKeysFile)
  }

  /** Each account's file, in the order of the config, and that of revoked keys. */
  get states(): readonly KeysState[] {
    const files = [...this.#accounts.values()].map(({ keys }) => keys)
    return [...files, ...(this.#revoked === undefined ? [] : [this.#revoked])].map((holder) => ({
      label: holder.label,
      holder,
    }))
  }

  /** Reads all files, and tells the log what came of each. */
  async load(): Promise<Readonly<Record<string, LoadResult>>> {
    if (this.#revoked !== undefined) await this.#tell(this.#revoked, await this.#revoked.read())
    const loads = [...this.#accounts].map(
      async ([name, { keys }]): Promise<[string, LoadResult]> => {
        return [name, await this.#tell(keys, await keys.read())]
      },
    )
    return Object.fromEntries(await Promise.all(loads))
  }

  /** An account as its file is now. A name that is no account has no keys. */
  async find(name: string): Promise<AccountNow> {
    const account = this.#accounts.get(name)
    if (account === undefined) {
      const keys = noPolicy('policy-missing', 'ssh.accounts')
      return { level: undefined, keys, hash: undefined, revoked: undefined }
    }
    const { level } = account
    const revoked = this.#revoked && (await this.#readNow(this.#revoked)).policy
    const { policy: keys, hash } = await this.#readNow(account.keys)
    if (revoked === undefined || !isNoPolicy(revoked)) return { level, keys, hash, revoked }
    return { level, keys: revoked, hash: undefined, revoked: undefined }
  }

  async #readNow<Policy extends object>(file: WatchedFile<Policy>): Promise<FileRead<Policy>> {
    const read = await file.read()
    if (read.isChanged) await this.#tell(file, read)
    return read
  }

  #tell(
    { label }: { readonly label: string },
    { result }: { readonly result: LoadResult },
  ): Promise<LoadResult> {
    return loadLogged({ load: () => Promise.resolve(result) }, label, this.#log)
  }
}

function keysIn(file: PolicyPath, home: string): WatchedFile<AuthorizedKeys> {
  return new WatchedFile(file, (once) =>
    loadAuthorizedKeys({
      path: file.path,
      home,
      // Without numbers of users, nobody can be told from root.
      uid: process.geteuid?.() ?? 0,
      maxBytes: MAX_KEYS_BYTES,
      parse: (bytes, options) => once(bytes, () => parseAuthorizedKeys(bytes, options)),
    }),
  )
}

function revokedIn(file: PolicyPath): WatchedFile<RevocationList> {
  return new WatchedFile(file, (once) =>
    loadRevokedKeys({
      path: file.path,
      maxBytes: MAX_KEYS_BYTES,
      parse: (bytes, label) => once(bytes, () => parseRevoked(bytes, label)),
    }),
  )
}
