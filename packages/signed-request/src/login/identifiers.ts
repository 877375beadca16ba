import { createHash, randomBytes } from 'node:crypto'
import { Secret } from '@gatehouse/core'
import type { RandomSource } from '../values/memory-replay-store.ts'

const BYTES = 32
const FORM = /^[A-Za-z0-9_-]{43}$/

/** A new identifier that nobody can guess: 256 random bits in base64url. */
export function newIdentifier(random: RandomSource = randomBytes): Secret {
  return new Secret(Buffer.from(random(BYTES)).toString('base64url'))
}

/**
 * What is kept of an identifier: its SHA-256. Whoever reads the memory cannot use it, and looking it up
 * takes no time that tells of it.
 *
 * @returns `undefined` when the text cannot be an identifier.
 */
export function keptForm(identifier: string): string | undefined {
  return FORM.test(identifier) ? createHash('sha256').update(identifier).digest('hex') : undefined
}
