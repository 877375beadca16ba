import type { Edit, LineChange } from '@gatehouse/core'
import { ANY_NAME, keyOf, meet, type Box } from './box.ts'
import { fold, missedAspects } from './coverage.ts'
import { EditCount, type LineEdit } from './edit-count.ts'
import type { Entry, Policy, Request } from './model.ts'
import { ruled, textOf, WrittenLines, type RuledLine } from './written-lines.ts'

/** Up to so many restrictions in place of others every combination is tried, beyond that one by one. */
const MOST_COMBINED = 2

/**
 * Finds the smallest edit of a file that turns the decision on a request round: fewest lines
 * removed, changed or added, then fewest other requests whose outcome changes. Of equal ones a line
 * that goes comes before one that is added, and a changed line stays as it was as far as it can.
 *
 * A line that is written names nothing but what the request names. Names that no line spells are
 * without number: what an edit changes for any name weighs more than what it changes for given ones.
 *
 * @returns undefined when the file cannot hold a name of the request.
 */
export function smallestEdit(policy: Policy, request: Request): Edit | undefined {
  const covering = policy.entries.filter((entry) => missedAspects(entry, request).length === 0)
  const grants = covering.filter(({ effect }) => effect === 'grant').map(ruled)
  const restrictions = covering.filter(({ effect }) => effect === 'restriction').map(ruled)
  const written = new WrittenLines(policy, request)
  const edits = restrictions.length === 0 ? addOrRemove(grants, written) : []
  const smallest =
    restrictions.length === 0
      ? smallestOf(policy, edits)
      : release(policy, grants, restrictions, written)
  return smallest === undefined ? undefined : editOf(policy, request, smallest)
}

/** Without a restriction one line is enough: a grant, or a restriction, or a grant the less. */
function addOrRemove(grants: readonly RuledLine[], written: WrittenLines): LineEdit[] {
  if (grants.length === 0) return written.grants().map((grant) => ({ gone: [], come: [grant] }))
  const added = written.restrictions().map((line) => ({ gone: [], come: [line] }))
  const [grant, another] = grants
  if (grant === undefined || another !== undefined) return added
  // A grant for any name is not worth removing: a restriction changes what names can be counted.
  if (grant.spans.includes(ANY_NAME) && added.length > 0) return added
  return [{ gone: [grant], come: [] }, ...added]
}

/**
 * With restrictions, each of them has to go. Others that leave the request alone may take their
 * places, and the place of one is taken by a grant where there is none.
 */
function release(
  policy: Policy,
  grants: readonly RuledLine[],
  gone: readonly RuledLine[],
  written: WrittenLines,
): LineEdit | undefined {
  const needed = grants.length === 0 ? written.grants() : []
  if (grants.length === 0 && needed.length === 0) return undefined
  const lesser = narrowest(written.lesserRestrictions(), gone).toSorted(
    (a, b) => likeness(b, gone) - likeness(a, gone),
  )
  const free = gone.length - needed.length
  const count = new EditCount(policy, [...gone, ...needed, ...lesser])
  let best: readonly RuledLine[] = []
  let fewest = count.affected({ gone, come: needed })
  const consider = (chosen: readonly RuledLine[]): void => {
    const affected = count.affected({ gone, come: [...chosen, ...needed] })
    if (affected >= fewest) return
    best = chosen
    fewest = affected
  }
  if (free > 0) for (const line of lesser) consider([line])
  if (free > 1) {
    for (const [index, line] of lesser.entries()) {
      for (const other of lesser.slice(index + 1)) consider([line, other])
    }
  }
  for (let size = MOST_COMBINED; size < free && best.length === size; size += 1) {
    const chosen = best
    for (const line of lesser) consider([...chosen, line])
  }
  return { gone, come: [...best, ...needed] }
}

/** Of lines that share the same requests with those that go, the ones with nothing in them to spare. */
function narrowest(lines: readonly RuledLine[], gone: readonly Box[]): RuledLine[] {
  const alike = new Map<string, RuledLine[]>()
  for (const line of lines) {
    const shared = gone.map((old) => meet(old, line))
    if (shared.every((box) => box === undefined)) continue
    const key = shared.map((box) => (box === undefined ? '' : boxKey(box))).join('\n\n')
    alike.set(key, [...(alike.get(key) ?? []), line])
  }
  return [...alike.values()].flatMap((group) =>
    group.filter((line) => !group.some((other) => other !== line && isInside(other, line))),
  )
}

function boxKey(box: Box): string {
  return `${keyOf(box)}\n${box.operations}`
}

function isInside(inner: Box, outer: Box): boolean {
  const shared = meet(inner, outer)
  return shared !== undefined && boxKey(shared) === boxKey(inner)
}

/** How many columns a line has in common with the one of the others that is most like it. */
function likeness({ spans }: Box, others: readonly Box[]): number {
  const alike = others.map(
    (other) => spans.filter((span, column) => span === other.spans[column]).length,
  )
  return Math.max(...alike)
}

/** The edit that affects the fewest other requests, the first of equal ones. */
function smallestOf(policy: Policy, edits: readonly LineEdit[]): LineEdit | undefined {
  const [first, ...others] = edits
  if (first === undefined || others.length === 0) return first
  const count = new EditCount(
    policy,
    edits.flatMap(({ gone, come }) => [...gone, ...come]),
  )
  const counted = edits.map((edit) => ({ edit, affected: count.affected(edit) }))
  return counted.reduce((best, next) => (next.affected < best.affected ? next : best)).edit
}

/** The edit as lines of the file: what comes takes the places of what goes. */
function editOf(policy: Policy, request: Request, { gone, come }: LineEdit): Edit {
  const texts = come.map(({ entry }) => textOf(entry))
  const changes = gone.map(({ entry: { line } }, index): LineChange => {
    const text = texts[index]
    return text === undefined ? { change: 'remove', line } : { change: 'replace', line, text }
  })
  const after = placeFor(policy, request)
  const inserted = texts
    .slice(gone.length)
    .map((text): LineChange => ({ change: 'insert', after, text }))
  return [...changes, ...inserted]
}

/** Below the last line for the user, else below the last access line, else at the end. */
function placeFor({ entries, lines }: Policy, { user }: Request): number {
  const isOwn = (entry: Entry): boolean => fold(entry.user) === fold(user)
  return (entries.findLast(isOwn) ?? entries.at(-1))?.line ?? lines.length
}
