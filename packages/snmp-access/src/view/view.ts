import type { Reason, Reasons } from '@gatehouse/core'
import type { Code } from '../codes.ts'
import type { Oid, ViewEntry } from '../model.ts'
import { SmallView } from './small-view.ts'
import { ViewIndex } from './view-index.ts'
import type { ViewLookup } from './view-lookup.ts'

/** What a view says of an object. */
export type ObjectState = 'included' | 'excluded' | 'uncovered'

/** What views say of some objects of one request. */
export interface Tally {
  /** Of each object in turn. */
  readonly objects: readonly ObjectState[]
  /** What is not in view comes first. */
  readonly reasons: Reasons<Code>
  /** Position from 1 of the first and the last object that is not included, 0 for none. */
  readonly first: number
  readonly last: number
  /** How many a row excludes. */
  readonly excluded: number
}

/** A row of a view, and the reason that it gives. */
export interface ViewRow {
  readonly entry: ViewEntry
  readonly reason: Reason<Code>
}

/** What a view says of one object; `row` is the one that decided. */
export type Membership = (
  | { readonly state: 'included' | 'excluded'; readonly row: ViewRow }
  | { readonly state: 'uncovered'; readonly row: null }
) & {
  readonly reason: Reason<Code>
  /** The tally of a request for nothing else; made once, as most requests are such. */
  readonly alone: Tally
}

/** Rows up to which a view is searched one by one. */
const MOST_OF_SMALL_VIEW = 12

/** All rows of one name, ready to be asked. */
export class View {
  readonly name: string
  readonly #uncovered: Membership
  readonly #lookup: ViewLookup<Membership>

  /** @param entries - The rows in file order; of rows with the same subtree the first counts. */
  constructor(name: string, entries: readonly ViewEntry[]) {
    this.name = name
    const reason: Reason<Code> = { code: 'not-in-view', source: { view: name } }
    const alone = tallyOf('uncovered', reason)
    this.#uncovered = Object.freeze({ state: 'uncovered', row: null, reason, alone })
    const families = entries.map((entry) => {
      return { subtree: entry.subtree, mask: entry.mask, value: membershipOf(entry) }
    })
    const few = families.length <= MOST_OF_SMALL_VIEW
    this.#lookup = few ? new SmallView(families) : new ViewIndex(families)
  }

  /**
   * Whether an object is in the view (RFC 3415, vacmViewTreeFamilyTable): the longest row that
   * matches decides, of equally long ones the lexicographically greatest.
   */
  ask(oid: Oid): Membership {
    return this.#lookup.find(oid) ?? this.#uncovered
  }
}

function membershipOf(entry: ViewEntry): Membership {
  const code = entry.included ? 'in-view' : 'excluded-from-view'
  const state = entry.included ? 'included' : 'excluded'
  const reason: Reason<Code> = { code, source: entry.origin, facts: { view: entry.view } }
  const row = Object.freeze({ entry, reason })
  return Object.freeze({ state, row, reason, alone: tallyOf(state, reason) })
}

function tallyOf(state: ObjectState, reason: Reason<Code>): Tally {
  const at = state === 'included' ? 0 : 1
  const excluded = state === 'excluded' ? 1 : 0
  const reasons: Reasons<Code> = Object.freeze([Object.freeze(reason)] as const)
  return Object.freeze({ objects: Object.freeze([state]), reasons, first: at, last: at, excluded })
}
