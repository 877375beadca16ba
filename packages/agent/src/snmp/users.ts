import { ConfigError, Secret } from '@gatehouse/core'
import type { LoadResult } from '@gatehouse/core/files'
import { describeInvalid } from '@gatehouse/protocol'
import { UserTable, type UsmUser } from '@gatehouse/snmp-access/message'
import { z } from 'zod'
import type { PolicyPath } from '../config/model.ts'
import { readPrivateFile, type PrivateFile } from '../private-file.ts'

/** Largest file of users in bytes: 1 MiB, thousands of users. */
const MAX_USERS_BYTES = 1024 * 1024

/** Most users: each costs some milliseconds of hashing, once. */
const MAX_USERS = 256

/** Shortest passphrase in characters (RFC 3414 section 11.2). */
const MIN_PASSPHRASE = 8

const passphrase = z
  .string()
  .min(MIN_PASSPHRASE)
  .max(1024)
  .transform((text) => new Secret(text))

const AUTH_PROTOCOLS = ['MD5', 'SHA', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'] as const

const PRIV_PROTOCOLS = ['AES', 'AES-192', 'AES-256', 'AES-192-C', 'AES-256-C'] as const

const fileSchema = z.strictObject({
  users: z
    .array(
      z
        .strictObject({
          name: z.string().min(1).max(32),
          authProtocol: z.enum(AUTH_PROTOCOLS).default('SHA-256'),
          authPassphrase: passphrase,
          privProtocol: z.enum(PRIV_PROTOCOLS).optional(),
          privPassphrase: passphrase.optional(),
        })
        .refine(({ privProtocol, privPassphrase }) => privPassphrase || !privProtocol, {
          error: '`privProtocol` and no `privPassphrase`',
        })
        .transform(
          ({ name, authProtocol, authPassphrase, privProtocol = 'AES', privPassphrase }) => ({
            name,
            auth: { protocol: authProtocol, passphrase: authPassphrase },
            ...(privPassphrase && { priv: { protocol: privProtocol, passphrase: privPassphrase } }),
          }),
        ),
    )
    .max(MAX_USERS),
})

/** What weakens a user, by the names that the statement lists. */
const USER_OPENINGS = {
  /** Messages are authenticated by MD5 or SHA-1. */
  oldDigest: 'snmp-users-with-md5-or-sha1',
  /** Messages cannot be encrypted. */
  clear: 'snmp-users-without-privacy',
} as const

/** The users of version 3, by a file that nobody else can read. */
export class SnmpUsers {
  readonly #file: PolicyPath | undefined
  #users: readonly UsmUser[] = []
  #table = new UserTable([])

  /** @param file - Default: there are no users. */
  constructor(file: PolicyPath | undefined) {
    this.#file = file
  }

  /** The users in force. */
  get table(): UserTable {
    return this.#table
  }

  /** Their names, with how each is protected. */
  get shown(): readonly string[] {
    return this.#users.map(({ name, auth, priv }) => {
      const protocols = [auth?.protocol, priv?.protocol ?? 'not encrypted']
      return `${name} (${protocols.join(', ')})`
    })
  }

  /** What weakens them. */
  get openings(): readonly string[] {
    const isOld = this.#users.some(
      ({ auth }) => auth?.protocol === 'MD5' || auth?.protocol === 'SHA',
    )
    return [
      ...(isOld ? [USER_OPENINGS.oldDigest] : []),
      ...(this.#users.some(({ priv }) => priv === undefined) ? [USER_OPENINGS.clear] : []),
    ]
  }

  /** @throws {@link ConfigError} naming the file when it cannot be used. Nothing in that is of its text. */
  async open(): Promise<void> {
    if (this.#file === undefined) return
    const { users, table } = await readUsers(this.#file)
    this.#users = users
    this.#table = table
  }

  /** Reads the file again; one that cannot be used leaves the last good users in force. */
  async load(): Promise<LoadResult> {
    try {
      await this.open()
      return { loaded: true }
    } catch (cause) {
      return { loaded: false, code: 'policy-unreadable', kept: true, cause }
    }
  }
}

interface UsersRead {
  readonly users: readonly UsmUser[]
  readonly table: UserTable
}

function readUsers(file: PolicyPath): Promise<UsersRead> {
  const refusal: PrivateFile['refusal'] = (what) => failed(file, what)
  return readPrivateFile({ path: file.path, maxBytes: MAX_USERS_BYTES, refusal }, (bytes) =>
    parseUsers(file, bytes),
  )
}

function parseUsers(file: PolicyPath, bytes: Uint8Array): UsersRead {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // What the parser says has a piece of the text in it.
    throw failed(file, 'is not JSON')
  }
  const result = fileSchema.safeParse(value)
  if (!result.success) throw failed(file, `is faulty: ${describeInvalid(result.error).message}`)
  const { users } = result.data
  try {
    return { users, table: new UserTable(users) }
  } catch (cause) {
    if (cause instanceof TypeError) throw failed(file, `is faulty: ${cause.message}`)
    throw cause
  }
}

function failed({ path, label }: PolicyPath, what: string): ConfigError {
  return new ConfigError(`the file of SNMP users \`${label}\` ${what}`, { source: { file: path } })
}
