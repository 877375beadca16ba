import { clientsMayMeet, mayBeUnanswerable } from './overlap.ts'
import type { RuleNumber, Side } from './side.ts'

/** The rules of one side that may give the answer looked for, and their twins on the other side. */
interface Candidates {
  readonly numbers: readonly RuleNumber[]
  /** For each rule of the side the rule of the other side that asks the same. */
  readonly twins: readonly (RuleNumber | undefined)[]
  /** Rules that stand in the same order as all others that have a twin. */
  readonly steady: ReadonlySet<RuleNumber>
}

/**
 * The pairs of an allowing rule of one side and a denying rule of the other that a request may meet,
 * by the allowing rule. The number after the last rule of a side stands for no rule.
 *
 * Where the same rule stands on both sides, it comes before or after the same rules on either, and
 * so decides nothing against them. What is left are the rules that were added, removed or moved.
 */
export function findPairs(allowing: Side, denying: Side): [RuleNumber, RuleNumber][] {
  const allows = candidatesOf(allowing, denying, mayAllow)
  const denies = candidatesOf(denying, allowing, mayDeny)
  const loose = denies.numbers.filter((number) => !denies.steady.has(number))
  const known = new Set(denies.numbers)
  return allows.numbers.flatMap((allow) => {
    const twin = allows.twins[allow]
    const isSteady = twin !== undefined && allows.steady.has(allow)
    const against = isSteady ? [...loose, ...(known.has(twin) ? [twin] : [])] : denies.numbers
    return against
      .filter((deny) => {
        const isLater = twin !== undefined && twin < deny
        const isEarlier = (denies.twins[deny] ?? Infinity) < allow
        return !isLater && !isEarlier && meet(allowing, allow, denying, deny)
      })
      .map((deny): [RuleNumber, RuleNumber] => [allow, deny])
  })
}

function meet(one: Side, number: RuleNumber, other: Side, otherNumber: RuleNumber): boolean {
  const rule = one.statements[number]
  const otherRule = other.statements[otherNumber]
  if (rule === undefined || otherRule === undefined) return true
  return clientsMayMeet(rule.patterns, otherRule.patterns)
}

function mayAllow({ statements, otherwise }: Side, number: RuleNumber): boolean {
  return (statements[number]?.outcome ?? otherwise) === 'allow'
}

function mayDeny(side: Side, number: RuleNumber): boolean {
  const statement = side.statements[number]
  return (
    !mayAllow(side, number) || (statement !== undefined && mayBeUnanswerable(statement.patterns))
  )
}

function candidatesOf(
  side: Side,
  other: Side,
  isCandidate: (side: Side, number: RuleNumber) => boolean,
): Candidates {
  const places = firstPlaces(other)
  const seen = new Set<string>()
  const numbers: RuleNumber[] = []
  const twins: (RuleNumber | undefined)[] = []
  for (const [number, key] of [...side.keys, NO_RULE].entries()) {
    // A rule that asks the same as one before it never decides.
    const isRepeated = seen.has(key)
    seen.add(key)
    twins.push(isRepeated ? undefined : places.get(key))
    if (!isRepeated && isCandidate(side, number)) numbers.push(number)
  }
  return { numbers, twins, steady: findSteady(twins) }
}

/** Stands for no rule, and is the last of every side. */
const NO_RULE = 'no rule'

function firstPlaces({ keys }: Side): ReadonlyMap<string, RuleNumber> {
  const places = new Map<string, RuleNumber>()
  for (const [number, key] of [...keys, NO_RULE].entries()) {
    if (!places.has(key)) places.set(key, number)
  }
  return places
}

function findSteady(twins: readonly (RuleNumber | undefined)[]): ReadonlySet<RuleNumber> {
  const paired = twins.flatMap((twin, number) => (twin === undefined ? [] : [{ twin, number }]))
  const lowestAfter: number[] = []
  let lowest = Infinity
  for (let at = paired.length - 1; at >= 0; at -= 1) {
    lowestAfter[at] = lowest
    lowest = Math.min(lowest, (paired[at] as { twin: number }).twin)
  }
  let highest = -1
  const steady = paired.filter(({ twin }, at) => {
    const isSteady = twin > highest && twin < (lowestAfter[at] as number)
    highest = Math.max(highest, twin)
    return isSteady
  })
  return new Set(steady.map(({ number }) => number))
}
