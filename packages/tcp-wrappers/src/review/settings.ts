import type { Match } from '../host-pattern.ts'
import type { Budget } from './budget.ts'
import { Constraints } from './constraints.ts'
import { literalsOf, truthOfDaemons, type Literal } from './formula.ts'
import type { Side } from './side.ts'
import type { Universe } from './universe.ts'
import { writeBigint } from './write-bigint.ts'

/** A daemon and a server that rules tell apart from others. */
export interface Setting {
  /** Requests to it, and nothing asked of the client yet. */
  readonly start: Constraints
  /** What the lists of daemons of each side answer. */
  readonly answers: ReadonlyMap<Side, readonly Match[]>
}

/**
 * The settings of two policies: every daemon and server there can be is answered as in one of them,
 * by every list of daemons.
 */
export function findSettings(sides: readonly Side[], universe: Universe): Setting[] {
  let kinds: Kind[] = [{ start: Constraints.none(universe), isSingle: new Set() }]
  for (const literal of testsOf(sides)) {
    kinds = kinds.flatMap((kind) => split(kind, literal, universe.budget))
  }
  const settings = new Map<string, Setting>()
  for (const { start } of kinds) {
    const request = start.request()
    const answers = new Map(sides.map((side) => [side, side.daemonAnswers(request)]))
    const key = JSON.stringify([...answers.values()])
    if (!settings.has(key)) settings.set(key, { start, answers })
  }
  return [...settings.values()]
}

interface Kind {
  readonly start: Constraints
  /** The parts that can be nothing else any more. */
  readonly isSingle: ReadonlySet<string>
}

function split({ start, isSingle }: Kind, literal: Literal, budget: Budget): Kind[] {
  budget.spend(1)
  const { aspect } = literal
  if (isSingle.has(aspect)) return [{ start, isSingle }]
  const passing = start.with(literal)
  const failing = start.with({ ...literal, holds: false })
  const single = isExact(literal) ? new Set([...isSingle, aspect]) : isSingle
  return [
    ...(passing === undefined ? [] : [{ start: passing, isSingle: single }]),
    ...(failing === undefined ? [] : [{ start: failing, isSingle }]),
  ]
}

/** Whether one value passes, and no other. */
function isExact({ test }: Literal): boolean {
  return test.kind === 'port' || (test.kind === 'text' && test.pattern.kind === 'equals')
}

/** What all lists of daemons ask, each of it once. */
function testsOf(sides: readonly Side[]): Literal[] {
  const tests = new Map<string, Literal>()
  const truths = sides.flatMap(({ lists }) => lists.map(truthOfDaemons))
  const literals = truths.flatMap(({ isTrue, isFalse }) => [isTrue, isFalse].flatMap(literalsOf))
  for (const literal of literals) {
    const test: Literal = { ...literal, holds: true }
    tests.set(JSON.stringify(test, writeBigint), test)
  }
  return [...tests.values()]
}
