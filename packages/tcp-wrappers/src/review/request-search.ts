import type { Outcome } from '@gatehouse/core'
import type { Match } from '../host-pattern.ts'
import type { Request } from '../model.ts'
import type { Budget } from './budget.ts'
import type { Constraints } from './constraints.ts'
import { negate, type Formula } from './formula.ts'
import type { Setting } from './settings.ts'
import type { RuleNumber, Side } from './side.ts'

/** Of a side, the rule that has to decide, and what it has to answer. */
export interface Goal {
  readonly side: Side
  readonly rule: RuleNumber
  /** Default: whatever the rule answers. */
  readonly outcome?: Outcome
}

interface Branch {
  readonly constraints: Constraints
  /** What has to be added to them. */
  readonly formulas: readonly Formula[]
}

/**
 * Finds a request in a setting that every goal is reached for, or proves that there is none.
 *
 * Starts with a client that the rules themselves are for. Where an earlier rule decides, that rule
 * has to be passed over, and each way to do so is tried with another client.
 *
 * @param passed - Receives the rules of the first goal's side that had to be passed over: when there
 *   is no request, because together they decide all that the rule is for.
 */
export function findRequest(
  goals: readonly Goal[],
  { start, answers }: Setting,
  budget: Budget,
  passed: Set<RuleNumber> = new Set(),
): Request | undefined {
  const answersOf = (side: Side): readonly Match[] => answers.get(side) ?? []
  const formulas = goals.map(({ side, rule, outcome }) =>
    side.answering(rule, outcome, answersOf(side)),
  )
  const branches: Branch[] = [{ constraints: start, formulas }]
  for (let branch = branches.pop(); branch !== undefined; branch = branches.pop()) {
    budget.spend(STEPS_OF_A_BRANCH)
    const {
      constraints,
      formulas: [first, ...rest],
    } = branch
    if (first === undefined) {
      const request = constraints.request()
      const violated = findViolated(goals, request, answersOf, passed)
      if (violated === undefined) return request
      branches.push({ constraints, formulas: [violated] })
    } else {
      branches.push(...ways(first, constraints).map((way) => join(way, rest)))
    }
  }
  return undefined
}

/** What a branch costs beside the searches in it. */
const STEPS_OF_A_BRANCH = 100

function join({ constraints, formulas }: Branch, rest: readonly Formula[]): Branch {
  return { constraints, formulas: [...formulas, ...rest] }
}

/**
 * The ways to make a formula so, the last to be tried first. No client goes more than one way, so
 * there are no more ways in all than rules can tell clients apart.
 */
function ways(formula: Formula, constraints: Constraints): Branch[] {
  if (formula.kind === 'literal') {
    const added = constraints.with(formula)
    return added === undefined ? [] : [{ constraints: added, formulas: [] }]
  }
  if (formula.kind === 'all') return [{ constraints, formulas: formula.of }]
  const easy = formula.of.filter((each) => constraints.meets(each))
  const ordered = [...easy, ...formula.of.filter((each) => !easy.includes(each))]
  return ordered
    .map((each, index) => ({
      constraints,
      formulas: [each, ...ordered.slice(0, index).map(negate)],
    }))
    .toReversed()
}

/** What a client has to be besides, for a goal that is not reached. */
function findViolated(
  goals: readonly Goal[],
  request: Request,
  answersOf: (side: Side) => readonly Match[],
  passed: Set<RuleNumber>,
): Formula | undefined {
  for (const { side, rule, outcome } of goals) {
    const deciding = side.deciding(request)
    if (deciding.rule < rule) {
      if (side === goals[0]?.side) passed.add(deciding.rule)
      return side.passedOver(deciding.rule)
    }
    if (deciding.rule > rule || deciding.outcome !== (outcome ?? deciding.outcome)) {
      return side.answering(rule, outcome, answersOf(side))
    }
  }
  return undefined
}
