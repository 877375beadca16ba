import * as ours from '@gatehouse/certificate-trust'
import { FormError, record } from '../form.ts'
import { judge, type Judgement, type Validator } from './judge.ts'
import { readLimbo, type LimboCase } from './limbo-case.ts'

/** How a case came out otherwise than it should. */
export type Fault = 'ACCEPTED-WRONGLY' | 'REJECTED-WRONGLY' | 'UNSUPPORTED'

/** A case that came out otherwise. */
export interface LimboDifference {
  readonly id: string
  readonly fault: Fault
  /** How many mature validators agree with the case: `A` most, `B` some, `C` none; `-` for not known. */
  readonly tier: string
  /** What the implementation had to say. */
  readonly codes: string
}

/** What came of a file of cases. */
export interface LimboReport {
  readonly agree: number
  readonly differences: readonly LimboDifference[]
}

/** Functions that another implementation has to export. */
export const VALIDATOR_NEEDS: readonly (keyof Validator)[] = [
  'parseCertificate',
  'parseCertificateLists',
  'verify',
]

/**
 * Runs every case of a document in the form of x509-limbo; BetterTLS comes in the same.
 *
 * A case agrees when it is accepted or rejected as it should be; for a case of NIST's suite that is
 * accepted, the policies have to be the expected ones as well.
 *
 * @param tiers - `{ [id]: { tier } }`, to tell pedantry from danger.
 * @throws FormError when a document is in no known form, or holds no case.
 */
export function runLimbo(
  document: unknown,
  tiers: unknown = {},
  validator: Validator = ours,
): LimboReport {
  const tierOf = readTiers(tiers)
  const cases = readLimbo(document)
  const differences = cases.flatMap((limbo) => {
    const judgement = judgeSafely(validator, limbo)
    const fault = faultOf(limbo, judgement)
    return fault === null
      ? []
      : [{ id: limbo.id, fault, tier: tierOf(limbo.id), codes: judgement.codes }]
  })
  return { agree: cases.length - differences.length, differences }
}

/** An exception is no verdict: the implementation cannot be asked this. */
function judgeSafely(validator: Validator, limbo: LimboCase): Judgement {
  try {
    return judge(validator, limbo)
  } catch (error) {
    return { verdict: 'unsupported', codes: String(error) }
  }
}

function faultOf({ isAccepted, policies }: LimboCase, judgement: Judgement): Fault | null {
  const { verdict } = judgement
  if (verdict === 'unsupported') return 'UNSUPPORTED'
  if (verdict === 'rejected') return isAccepted ? 'REJECTED-WRONGLY' : null
  const expected = policies?.expected ?? null
  const hasRightPolicies = expected === null || isSameSet(expected, judgement.policies)
  return isAccepted && hasRightPolicies ? null : 'ACCEPTED-WRONGLY'
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  const [first, second] = [new Set(one), new Set(other)]
  return first.size === second.size && [...first].every((item) => second.has(item))
}

function readTiers(tiers: unknown): (id: string) => string {
  const byId = record(tiers, 'the tiers')
  return (id) => {
    const entry = byId[id]
    if (entry === undefined) return '-'
    const { tier } = record(entry, id)
    if (typeof tier !== 'string') throw new FormError(`${id}.tier is not a string`)
    return tier
  }
}

/** The last line of a run. */
export function summarize({ agree, differences }: LimboReport): string {
  const count = (fault: Fault): number => differences.filter((one) => one.fault === fault).length
  const parts = (['ACCEPTED-WRONGLY', 'REJECTED-WRONGLY', 'UNSUPPORTED'] as const).map(
    (fault) => `${fault} ${count(fault)}`,
  )
  return `AGREE ${agree} DIFFER ${differences.length} (${parts.join(', ')})`
}
