import { describeWith, type Reason } from '@gatehouse/core'

/** Every reason that a decision about a certificate request can have; the sentence is for people. */
export const REQUEST_CODES = {
  /** Nothing to do. It says that whoever asks has the key, not who that is. */
  'request-signed': 'the request is signed by the key that it is for',

  /** Have it made anew: somebody changed it, or whoever asks does not have the key. */
  'signature-invalid': 'the request is not signed by the key that it is for',
  /** Have it made anew, signed with SHA-256 or better; `weak` admits the old one. */
  'signature-algorithm-weak': 'the signature algorithm is too weak to rely on',
  /** Have it made anew, signed with RSA, ECDSA or EdDSA. */
  'signature-algorithm-unsupported': 'the signature algorithm is not one that is accepted',
  /** Have it made anew for a stronger key; `weak` admits the old one. */
  'key-weak': 'the key is too weak to rely on',
  /** Have it made anew for RSA with 2048 to 8192 bits, P-256, P-384, P-521, Ed25519 or Ed448. */
  'key-unsupported': 'the key is not of a kind that is accepted',
  /** Have it made anew: the fact names the name. */
  'name-malformed': 'a name that is asked for is not well-formed',
  /** Have it made anew with a subject or an alternative name. */
  'names-missing': 'the request names nobody',
} as const

/** Code of a reason for a decision about a certificate request. */
export type RequestCode = keyof typeof REQUEST_CODES

/** One line for people: the sentence of a reason's code, its facts and the field. */
export const describeRequest: (reason: Reason<RequestCode>) => string = describeWith(REQUEST_CODES)
