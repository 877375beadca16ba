import { describeWith, type Reason } from '@gatehouse/core'

/** Why the server itself refuses a login, before or after `authorize` was asked. */
export const SERVER_CODES = {
  /** Sign with a type that is accepted: an RSA key with SHA-2. */
  'algorithm-refused': 'the key or signature algorithm is not accepted',
  /** Use a longer RSA key, or Ed25519. */
  'key-too-short': 'the RSA key is shorter than required',
  /** Somebody offers a key that they do not hold, or their software is faulty. */
  'signature-invalid': 'the signature of the login does not hold',
  /** Remove the option from the line, or let the key in elsewhere. */
  'effect-not-enforceable': 'the line of the key demands what this server cannot enforce',
  /** Touch the security key, or write `no-touch-required` into the line. */
  'touch-missing': 'the security key was not touched',
  /** Use a security key that asks for a PIN or a finger. */
  'verification-missing': 'the security key did not verify its user',
  /** Look into the log of this server: what decides about logins failed. */
  'authorize-failed': 'the login could not be decided about',
} as const

/** A code of {@link SERVER_CODES}. */
export type ServerCode = keyof typeof SERVER_CODES

/** One line for people: the sentence of a reason's code, its facts and its source. */
export const describeServer: (reason: Reason<ServerCode>) => string = describeWith(SERVER_CODES)
