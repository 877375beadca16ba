import type { Reason } from '@gatehouse/core'
import type { Certificate } from '../certificate/certificate.ts'
import type { Code } from '../codes.ts'
import { formatName } from '../name/name.ts'
import { FORM_CODES } from './rules.ts'

/** Something that speaks against a chain. */
export interface Fault {
  readonly code: Code
  readonly certificate: Certificate
  readonly facts?: Readonly<Record<string, string>>
}

/** What tells most comes first, what is said only for want of anything better last. */
const TELLING: readonly string[] = ['revoked', 'expired', 'not-yet-valid']
/** Who is not trusted is to be told so, before that the certificate is not written as it should be. */
const UNTRUSTED: readonly string[] = ['self-signed', 'issuer-unknown']
const VAGUE: readonly string[] = ['signature-invalid', 'chain-too-deep', 'path-too-long']

/** Something with a code: a fault or a reason. */
interface Coded {
  readonly code: string
}

/** Compares two faults or reasons for sorting. */
export function worstFirst(one: Coded, other: Coded): number {
  return rank(one) - rank(other)
}

function rank({ code }: Coded): number {
  const place = ORDER.findIndex((codes) => codes.includes(code))
  return place === -1 ? SPECIFIC : place
}

const ORDER: readonly (readonly string[])[] = [
  ...TELLING.map((code) => [code]),
  // Place of every code that is in none of these lists.
  [],
  ...UNTRUSTED.map((code) => [code]),
  FORM_CODES,
  ...VAGUE.map((code) => [code]),
]
const SPECIFIC = TELLING.length

/** A fault as a reason: certificate by its digest, and its subject for people. */
export function reasonOf({ code, certificate, facts }: Fault): Reason<Code> {
  const subject = formatName(certificate.subject)
  return {
    code,
    source: { certificate: certificate.sha256 },
    facts: subject === '' ? { ...facts } : { ...facts, subject },
  }
}

/** Most faults that one search remembers. */
const MAX_NOTED = 64
/** Most that it reports: enough to see why. */
const MAX_REPORTED = 8

/** What was found to be wrong with chains that led nowhere. */
export class FaultNotes {
  readonly #faults: Fault[] = []

  /** Whether nothing was noted. */
  get isEmpty(): boolean {
    return this.#faults.length === 0
  }

  /** The faults that tell most. */
  get worst(): readonly Fault[] {
    return this.#faults.toSorted(worstFirst).slice(0, MAX_REPORTED)
  }

  /** Remembers a fault, once. */
  add(fault: Fault): void {
    const isKnown = this.#faults.some(
      ({ code, certificate }) => code === fault.code && certificate === fault.certificate,
    )
    if (!isKnown && this.#faults.length < MAX_NOTED) this.#faults.push(fault)
  }
}
