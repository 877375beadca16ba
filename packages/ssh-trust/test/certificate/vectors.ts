import { readFileSync } from 'node:fs'

/** One of the given vectors about certificates; `expect` is the answer of OpenSSH 10.6. */
export interface CertificateVector {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly query: Readonly<Record<string, string | number>> & { readonly op: string }
  readonly expect: Readonly<Record<string, unknown>>
  /** Where versions of OpenSSH differ: the answer of each that was asked. */
  readonly versions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const FILE = new URL('../../../../test-fixtures/ssh-trust/vectors.json', import.meta.url)

const ALL = JSON.parse(readFileSync(FILE, 'utf8')) as readonly (CertificateVector & {
  readonly kind: string
})[]

/** The vectors about certificates that ask for one thing. */
export function certificateVectors(op: string): readonly CertificateVector[] {
  return ALL.filter((vector) => vector.kind === 'certificate' && vector.query.op === op)
}

/** Seconds since 1970 of a time in a vector. */
export function secondsOf(time: unknown): bigint {
  return BigInt(Date.parse(String(time))) / 1000n
}
