import type { Oid, ViewEntry } from '../model.ts'
import type { View } from '../view/view.ts'

/** A view with its rows; both empty for no view at all. */
export interface ViewSide {
  readonly view: View | undefined
  readonly rows: readonly ViewEntry[]
}

/** Objects that one view includes and the other does not, by the rows that decide. */
export interface ViewChange {
  /** One of the objects. */
  readonly oid: Oid
  /** `null`: no row covers it. */
  readonly before: ViewEntry | null
  /** `null`: no row covers it. */
  readonly after: ViewEntry | null
}

/**
 * Finds every pair of rows that answer some object differently.
 *
 * One object tells for each pair: it is as long as the longer row, and where both have holes it has a
 * number that no row asks for. Every row that covers it covers all other objects of the two rows.
 */
export function findViewChanges(before: ViewSide, after: ViewSide): ViewChange[] {
  const unasked = unaskedNumbers([...before.rows, ...after.rows])
  const changes: ViewChange[] = []
  for (const old of [null, ...before.rows]) {
    for (const young of [null, ...after.rows]) {
      if ((old?.included ?? false) === (young?.included ?? false)) continue
      const oid = merge(old, young)?.map((sub, at) => sub ?? unasked[at] ?? 0)
      if (oid === undefined || rowAt(before, oid) !== old || rowAt(after, oid) !== young) continue
      changes.push({ oid, before: old, after: young })
    }
  }
  return changes
}

function rowAt({ view }: ViewSide, oid: Oid): ViewEntry | null {
  return view?.ask(oid).row?.entry ?? null
}

/** What both rows ask of an object: a number, or `null` for any. */
function merge(a: ViewEntry | null, b: ViewEntry | null): (number | null)[] | undefined {
  const length = Math.max(a?.subtree.length ?? 0, b?.subtree.length ?? 0)
  const shape: (number | null)[] = []
  for (let at = 0; at < length; at += 1) {
    const [one, other] = [numberAt(a, at), numberAt(b, at)]
    if (one !== null && other !== null && one !== other) return undefined
    shape.push(one ?? other)
  }
  return shape
}

function numberAt(row: ViewEntry | null, at: number): number | null {
  if (row === null || at >= row.subtree.length) return null
  const octet = row.mask[at >> 3] ?? 0xff
  return (octet & (0x80 >> (at & 7))) === 0 ? null : (row.subtree[at] ?? null)
}

/** For each position a number that no row asks for there. */
function unaskedNumbers(rows: readonly ViewEntry[]): number[] {
  const longest = Math.max(0, ...rows.map(({ subtree }) => subtree.length))
  return Array.from({ length: longest }, (_, at) => {
    const asked = new Set(rows.map((row) => numberAt(row, at)))
    let unasked = 0
    while (asked.has(unasked)) unasked += 1
    return unasked
  })
}
