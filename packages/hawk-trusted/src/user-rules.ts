import { fold } from './coverage.ts'
import type { Effect } from './model.ts'

/** Stands for all users: no user has an empty name. */
export const ALL_USERS = ''

/** Places of rules, in file order. */
export type RuleList = readonly number[]

/** The rules of one spelling of a user. */
export interface UserRules {
  readonly grants: RuleList
  /** The same array for every spelling that differs in case alone. */
  readonly restrictions: RuleList
}

/** Sorts rules by user: grants by its spelling, restrictions by its folded name. */
export class RulesByUser {
  readonly #grants = new Map<string, number[]>([[ALL_USERS, []]])
  readonly #restrictions = new Map<string, number[]>()

  /** Adds a rule behind the earlier ones of its user, which may be `*`. */
  add(effect: Effect, user: string, rule: number): void {
    const name = user === '*' ? ALL_USERS : user
    const grants = listOf(this.#grants, name)
    if (effect === 'grant') grants.push(rule)
    else listOf(this.#restrictions, fold(name)).push(rule)
  }

  /** The rules of each user that the file names, by spelling, and of {@link ALL_USERS}. */
  *entries(): Generator<readonly [name: string, rules: UserRules], void, undefined> {
    for (const [name, grants] of this.#grants) {
      yield [name, { grants, restrictions: this.#restrictions.get(fold(name)) ?? NO_RULES }]
    }
  }
}

const NO_RULES: RuleList = []

function listOf(lists: Map<string, number[]>, name: string): number[] {
  const known = lists.get(name)
  if (known !== undefined) return known
  const list: number[] = []
  lists.set(name, list)
  return list
}
