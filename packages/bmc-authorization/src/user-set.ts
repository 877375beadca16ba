/** The users that are listed, or everyone but them. Equal sets of one {@link UserSets} are one object. */
export interface UserSet {
  readonly everyone: boolean
  /** Names in the form in which they are compared. */
  readonly keys: ReadonlySet<string>
}

/** Makes user sets, each but once. */
export class UserSets {
  readonly #made: Map<string, UserSet> = new Map()
  /** Nobody. */
  readonly none: UserSet = this.of(false, [])

  of(everyone: boolean, keys: readonly string[]): UserSet {
    const text = [everyone ? '*' : '', ...keys.toSorted()].join('\n')
    const made = this.#made.get(text)
    if (made !== undefined) return made
    const set = { everyone, keys: new Set(keys) }
    this.#made.set(text, set)
    return set
  }
}

/** Whether every user of `inner` is one of `outer`. There are always users that neither lists. */
export function includesAll(outer: UserSet, inner: UserSet): boolean {
  if (outer === inner) return true
  if (inner.everyone) return outer.everyone && isSubset(outer.keys, inner.keys)
  return outer.everyone ? isDisjoint(inner.keys, outer.keys) : isSubset(inner.keys, outer.keys)
}

function isSubset(inner: ReadonlySet<string>, outer: ReadonlySet<string>): boolean {
  if (inner.size > outer.size) return false
  for (const key of inner) if (!outer.has(key)) return false
  return true
}

function isDisjoint(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  const [small, large] = some.size < others.size ? [some, others] : [others, some]
  for (const key of small) if (large.has(key)) return false
  return true
}
