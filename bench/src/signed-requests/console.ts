import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Certificate } from '@gatehouse/certificate-trust'
import { createKey, issueSelfSigned } from '@gatehouse/certificate-trust/issuing'

/** Keys that a request can be signed with. */
export const KEY_KINDS = ['Ed25519', 'P-256', 'RSA-PSS 2048', 'RSA-PSS 3072'] as const

/** Kind of a key that signs. */
export type KeyKind = (typeof KEY_KINDS)[number]

/** Who signs: a key, and the certificate that it vouches for itself with. */
export interface Identity {
  readonly kind: KeyKind
  readonly key: KeyObject
  readonly publicKey: KeyObject
  readonly certificate: Certificate
  /** Of the certificate, lower-case hexadecimal. */
  readonly sha256: string
  readonly chain: readonly [Uint8Array]
}

/** Makes a key and a certificate for a name and 127.0.0.1, valid since a minute ago. */
export function makeIdentity(kind: KeyKind, name: string): Identity {
  const key = makeKey(kind)
  const names = { dns: [name], addresses: ['127.0.0.1'] }
  const certificate = issueSelfSigned({ key, names, at: new Date(Date.now() - 60_000) })
  const publicKey = createPublicKey(key)
  const chain = [certificate.der] as const
  return { kind, key, publicKey, certificate, sha256: certificate.sha256, chain }
}

function makeKey(kind: KeyKind): KeyObject {
  switch (kind) {
    case 'Ed25519':
    case 'P-256':
      return createKey(kind)
    case 'RSA-PSS 2048':
      return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    case 'RSA-PSS 3072':
      return createKey('RSA-3072')
  }
}
