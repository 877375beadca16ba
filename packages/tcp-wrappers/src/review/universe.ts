import type { Policy } from '../model.ts'
import { Budget } from './budget.ts'
import { HOST_NAMES, WORDS } from './languages.ts'
import type { Language } from './text-search.ts'

/** What a part of a request is: a text, a port, netgroups, or nothing. */
export type Value = string | number | readonly string[] | undefined

/** The requests that a review is about, and what it has spent and found out. */
export interface Universe {
  readonly hostNames: Language
  /** Whether the address of a client may be unknown. */
  readonly clientMayBeUnknown: boolean
  readonly budget: Budget
  /** What was searched for before, by what was asked for. */
  readonly searches: Map<string, [Value] | undefined>
}

/** The requests that all of some policies take. */
export function universeOf(policies: readonly Policy[]): Universe {
  const isStrict = policies.some(({ profile }) => profile === 'strict')
  return {
    hostNames: isStrict ? HOST_NAMES : WORDS,
    clientMayBeUnknown: !isStrict,
    budget: new Budget(),
    searches: new Map(),
  }
}
