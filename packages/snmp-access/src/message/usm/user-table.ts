import type { Secret } from '@gatehouse/core'
import { octetKey } from '../../request.ts'
import { MAX_USER_OCTETS } from './header.ts'
import { localizedKeys, masterKey, type LocalizedKeys } from './localized-keys.ts'
import {
  AUTH_ALGORITHMS,
  PRIV_ALGORITHMS,
  type AuthProtocol,
  type PrivProtocol,
} from './protocols.ts'

/** A user of the user-based security model, with passphrases. */
export interface UsmUser {
  /** 1 to 32 octets of UTF-8. */
  readonly name: string
  /** Without it the user has no digest: only noAuthNoPriv. */
  readonly auth?: {
    /** Protocol of the digest. */
    readonly protocol: AuthProtocol
    /** 8 characters at least. */
    readonly passphrase: Secret
  }
  /** Needs `auth`. */
  readonly priv?: {
    /** The cipher. */
    readonly protocol: PrivProtocol
    /** 8 characters at least. */
    readonly passphrase: Secret
  }
}

/** Shortest passphrase, in characters; RFC 3414 section 11.2. */
const MIN_PASSPHRASE_CHARACTERS = 8

/** Engines whose keys are kept for a user; with one more, those asked first are made anew. */
const MAX_ENGINES = 256

/** The keys of one user. */
interface Keyring {
  readonly user: UsmUser
  /** Keys for every engine, made at the first need. */
  masters?: { readonly auth: Uint8Array; readonly priv: Uint8Array | undefined }
  /** By the octets of the engine id. */
  readonly localized: Map<string, LocalizedKeys>
}

/** The users that an engine knows, with their keys. */
export class UserTable {
  /** By the octets of the name. */
  readonly #keyrings = new Map<string, Keyring>()

  /** @throws TypeError for a user that cannot be one, or whose name is there twice. */
  constructor(users: readonly UsmUser[]) {
    for (const user of users) {
      requireUser(user)
      const key = octetKey(user.name)
      if (this.#keyrings.has(key)) throw new TypeError('a user is there twice')
      this.#keyrings.set(key, { user, localized: new Map() })
    }
  }

  /** The user of this name; octets as received, or text. */
  get(name: string | Uint8Array): UsmUser | undefined {
    return this.#keyrings.get(octetKey(name))?.user
  }

  /** Names of all users. */
  get names(): readonly string[] {
    return Array.from(this.#keyrings.values(), ({ user }) => user.name)
  }

  /**
   * The keys of a user for an engine; `undefined` for a user without `auth`.
   *
   * The first call for a user hashes a megabyte for each passphrase; Cisco's key extension does so
   * again for each engine. Ask only for engines that were configured or proven.
   *
   * @throws TypeError for a user that is not of this table.
   */
  keysFor(user: UsmUser, engineId: Uint8Array): LocalizedKeys | undefined {
    const keyring = this.#keyrings.get(octetKey(user.name))
    if (keyring?.user !== user) throw new TypeError('no user of this table')
    if (user.auth === undefined) return undefined
    const engine = octetKey(engineId)
    const known = keyring.localized.get(engine)
    if (known !== undefined) return known
    const keys = localizedFor(keyring, user.auth, engineId)
    if (keyring.localized.size >= MAX_ENGINES) {
      keyring.localized.delete(keyring.localized.keys().next().value as string)
    }
    keyring.localized.set(engine, keys)
    return keys
  }
}

function localizedFor(
  keyring: Keyring,
  auth: NonNullable<UsmUser['auth']>,
  engineId: Uint8Array,
): LocalizedKeys {
  const { priv } = keyring.user
  const { protocol } = auth
  keyring.masters ??= {
    auth: masterKey(protocol, Buffer.from(auth.passphrase.expose())),
    priv: priv && masterKey(protocol, Buffer.from(priv.passphrase.expose())),
  }
  const { masters } = keyring
  const privMaster =
    priv === undefined || masters.priv === undefined
      ? undefined
      : { protocol: priv.protocol, master: masters.priv }
  return localizedKeys({ protocol, master: masters.auth }, privMaster, engineId)
}

function requireUser({ name, auth, priv }: UsmUser): void {
  const length = typeof name === 'string' ? Buffer.byteLength(name) : 0
  if (length === 0 || length > MAX_USER_OCTETS) {
    throw new TypeError('a user name is not 1 to 32 octets')
  }
  if (auth !== undefined) requireKey(auth, AUTH_ALGORITHMS)
  if (priv === undefined) return
  if (auth === undefined) throw new TypeError('a user with `priv` has no `auth`')
  requireKey(priv, PRIV_ALGORITHMS)
}

function requireKey(
  { protocol, passphrase }: { readonly protocol: string; readonly passphrase: Secret },
  algorithms: object,
): void {
  if (!Object.hasOwn(algorithms, protocol)) throw new TypeError('no such protocol')
  const text: unknown = passphrase.expose()
  if (typeof text !== 'string') throw new TypeError('a passphrase is no Secret of a text')
  if (Array.from(text).length < MIN_PASSPHRASE_CHARACTERS) {
    throw new TypeError('a passphrase has fewer than 8 characters')
  }
}
