import {
  authorize,
  parseAuthorizedKeys,
  type LoginDecision,
  type LoginOptions,
  type LoginRequest,
} from '../../src/index.ts'
import { keyOf, vectorsOf, type GivenLogin, type LoginQuery } from './vectors.ts'

/** Two public keys of the given vectors, as lines write them. */
export const KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHMvpkE7e5SturN1HDDYn8O07PTFe4OFpliQLd/NAJvF'
export const OTHER =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOTLRRfFkA3HJYdw+xMLHrz2q4tZcxnOp1AitjMAB/Ar'

export const FILE = 'authorized_keys'

export const LOGIN: LoginRequest = {
  key: keyOf(KEY),
  user: 'ops',
  address: '192.0.2.7',
  now: new Date('2026-11-22T00:00:00Z'),
  timeZone: 'UTC',
}

/** Asks for the login with {@link KEY}. */
export function ask(
  text: string,
  changes: Partial<LoginRequest> = {},
  options: LoginOptions = {},
): LoginDecision {
  const request = { ...LOGIN, ...changes } as LoginRequest
  return authorize(request, parseAuthorizedKeys(text, { file: FILE }), options)
}

/** The first code of a decision. */
export function codeOf({ reasons }: LoginDecision): string {
  return reasons[0].code
}

/** The first given certificate login that was accepted. */
export function acceptedCertificate(): { line: string; credential: string; user: string } {
  const vector = vectorsOf<LoginQuery, GivenLogin>('certificate', 'authorize')[0]
  if (vector === undefined) throw new TypeError('no vector')
  return { line: vector.file, credential: vector.query.key, user: vector.query.user }
}
