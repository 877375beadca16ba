import { isNoPolicy, type NoPolicy, type Outcome } from '@gatehouse/core'
import { outcomeOtherwise, statementsOf, type Statement } from '../clauses.ts'
import type { Match } from '../host-pattern.ts'
import type { Policy, Request } from '../model.ts'
import { deciderOf } from '../policy.ts'
import { readSubject } from '../request.ts'
import { matchesDaemons, type RulePatterns, type Subject } from '../rule-match.ts'
import { negate, NEVER, truthOfClients, type Formula, type Truth } from './formula.ts'
import { writeBigint } from './write-bigint.ts'

/** Number of a rule, in the order in which they are asked; one more than the last: none matches. */
export type RuleNumber = number

/** A policy, as it is compared. */
export class Side {
  readonly policy: Policy | NoPolicy
  readonly statements: readonly Statement[]
  /** What is answered when no rule matches. */
  readonly otherwise: Outcome
  /** For each rule a text that only rules have that ask the same. */
  readonly keys: readonly string[]
  /** Rules of which each has another list of daemons. */
  readonly lists: readonly RulePatterns[]
  readonly #listNumbers: readonly number[]
  readonly #truths: Truth[] = []

  constructor(policy: Policy | NoPolicy) {
    this.policy = policy
    this.statements = isNoPolicy(policy) ? [] : statementsOf(policy)
    this.keys = this.statements.map(({ patterns }) => keyOf(patterns))
    this.otherwise = outcomeOtherwise(policy)
    const numbers = new Map<string, number>()
    const lists: RulePatterns[] = []
    this.#listNumbers = this.statements.map(({ patterns }) => {
      const key = keyOf(patterns.daemons)
      const known = numbers.get(key)
      if (known !== undefined) return known
      numbers.set(key, lists.length)
      return lists.push(patterns) - 1
    })
    this.lists = lists
  }

  /** What each list of daemons answers to a request. */
  daemonAnswers(request: Request): Match[] {
    const subject = this.#subjectOf(request)
    return subject === undefined ? [] : this.lists.map((list) => matchesDaemons(list, subject))
  }

  /** What the daemons of a rule answer, by the answers of all lists; no rule takes in all. */
  daemonAnswer(rule: RuleNumber, answers: readonly Match[]): Match {
    return rule === this.statements.length || (answers[this.#listNumbers[rule] as number] as Match)
  }

  /** The rule that decides a request, and what it answers when its options are good. */
  deciding(request: Request): { readonly rule: RuleNumber; readonly outcome: Outcome } {
    const otherwise = { rule: this.statements.length, outcome: this.otherwise }
    const subject = this.#subjectOf(request)
    if (subject === undefined || isNoPolicy(this.policy)) return otherwise
    const found = deciderOf(this.policy).rules.index.find(subject)
    if (found === undefined) return otherwise
    const { outcome } = this.statements[found.index] as Statement
    return { rule: found.index, outcome: found.match === true ? outcome : 'deny' }
  }

  /**
   * What a client has to be for a rule to answer it so, if no earlier rule does.
   *
   * @param outcome - `undefined`: whatever it answers.
   * @param answers - Of the lists of daemons.
   */
  answering(rule: RuleNumber, outcome: Outcome | undefined, answers: readonly Match[]): Formula {
    const statement = this.statements[rule]
    if (statement === undefined) {
      return outcome === undefined || this.otherwise === outcome ? ALWAYS : NEVER
    }
    const daemons = this.daemonAnswer(rule, answers)
    const { isTrue, isFalse } = this.#truthOf(rule)
    const isAllowing = statement.outcome === 'allow' && daemons === true
    if (daemons === false) return NEVER
    if (outcome === undefined) return negate(isFalse)
    if (outcome === 'allow') return isAllowing ? isTrue : NEVER
    return isAllowing ? { kind: 'all', of: [negate(isTrue), negate(isFalse)] } : negate(isFalse)
  }

  /** What a client has to be for a rule to have nothing to say, if its daemons are not to blame. */
  passedOver(rule: RuleNumber): Formula {
    return this.#truthOf(rule).isFalse
  }

  #subjectOf(request: Request): Subject | undefined {
    if (isNoPolicy(this.policy)) return undefined
    const subject = readSubject(request, this.policy.profile)
    if ('malformed' in subject) throw new TypeError('no such request is compared')
    return subject
  }

  #truthOf(rule: RuleNumber): Truth {
    return (this.#truths[rule] ??= truthOfClients((this.statements[rule] as Statement).patterns))
  }
}

const ALWAYS: Formula = { kind: 'all', of: [] }

function keyOf(patterns: RulePatterns | RulePatterns['daemons']): string {
  return JSON.stringify(patterns, writeBigint)
}
