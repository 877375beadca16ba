import { createHash, createSecretKey, type KeyObject } from 'node:crypto'
import {
  AUTH_ALGORITHMS,
  PRIV_ALGORITHMS,
  type AuthProtocol,
  type PrivAlgorithm,
  type PrivProtocol,
} from './protocols.ts'

/** Keys of one user for one engine. Printed, they show nothing. */
export interface LocalizedKeys {
  /** For the digest. */
  readonly auth: { readonly protocol: AuthProtocol; readonly key: KeyObject }
  /** For the cipher. */
  readonly priv?: { readonly protocol: PrivProtocol; readonly key: KeyObject }
}

/** Octets of repeated passphrase that are hashed (RFC 3414 section 2.6). */
const HASHED_OCTETS = 2 ** 20

/** How much of it is made at once. */
const CHUNK_OCTETS = 2 ** 14

/** The key that a passphrase gives for every engine (RFC 3414 appendix A.2). Costs a megabyte of hashing. */
export function masterKey(protocol: AuthProtocol, passphrase: Uint8Array): Uint8Array {
  const { hash } = AUTH_ALGORITHMS[protocol]
  const hashing = createHash(hash)
  const chunk = Buffer.alloc(
    Math.ceil(CHUNK_OCTETS / passphrase.length) * passphrase.length,
    passphrase,
  )
  let left = HASHED_OCTETS
  for (; left >= chunk.length; left -= chunk.length) hashing.update(chunk)
  return hashing.update(chunk.subarray(0, left)).digest()
}

/** The key for one engine (RFC 3414 section 2.6). */
export function localize(
  protocol: AuthProtocol,
  master: Uint8Array,
  engineId: Uint8Array,
): Uint8Array {
  const { hash } = AUTH_ALGORITHMS[protocol]
  return createHash(hash).update(master).update(engineId).update(master).digest()
}

/** The keys for one engine. Only the `-C` protocols may hash a megabyte here. */
export function localizedKeys(
  auth: { readonly protocol: AuthProtocol; readonly master: Uint8Array },
  priv: { readonly protocol: PrivProtocol; readonly master: Uint8Array } | undefined,
  engineId: Uint8Array,
): LocalizedKeys {
  const { protocol } = auth
  const authKey = { protocol, key: createSecretKey(localize(protocol, auth.master, engineId)) }
  if (priv === undefined) return { auth: authKey }
  const algorithm = PRIV_ALGORITHMS[priv.protocol]
  const localized = localize(protocol, priv.master, engineId)
  const key = createSecretKey(extend(protocol, algorithm, localized, engineId))
  return { auth: authKey, priv: { protocol: priv.protocol, key } }
}

/** A key as long as the cipher's. */
function extend(
  protocol: AuthProtocol,
  { keyLength, extension }: PrivAlgorithm,
  localized: Uint8Array,
  engineId: Uint8Array,
): Uint8Array {
  let key = localized
  let last = localized
  while (key.length < keyLength) {
    last =
      extension === 'blumenthal'
        ? createHash(AUTH_ALGORITHMS[protocol].hash).update(key).digest()
        : localize(protocol, masterKey(protocol, last), engineId)
    key = Buffer.concat([key, last])
  }
  return key.subarray(0, keyLength)
}
