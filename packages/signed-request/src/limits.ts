import type { FieldName } from './profile.ts'

/** Largest body of a signed request, in bytes, unless it is said otherwise: 256 KiB. */
export const MAX_BODY_BYTES: number = 256 * 1024

/** Most certificates that a signer sends: its own, and four between it and a root. */
export const MAX_CHAIN = 5

/** Most fields of a request that other fields may come with. */
export const MAX_FIELDS = 64

/** Longest target, in characters. */
export const MAX_TARGET = 2048

/**
 * Longest value of each field, in characters: what the profile can need, and for certificates 12 KiB,
 * since the head of a request that a server of Node.js takes has 16 KiB.
 */
export const MAX_FIELD: Readonly<Record<FieldName, number>> = {
  host: 261,
  'content-type': 16,
  'content-length': 16,
  'content-digest': 54,
  'gatehouse-audience': 128,
  'gatehouse-certificate': 12 * 1024,
  'signature-input': 1024,
  // RSA with 8192 bits: 1024 bytes in base64, the label and the colons.
  signature: 1400,
}
