import { ANY_NAME, COLUMNS, foldedName, type Box, type Span } from './box.ts'
import type { Effect } from './model.ts'

/** What a line that is there, or may come, does to the requests of a box. */
export interface Ruling extends Box {
  readonly effect: Effect
}

/** Requests that no line tells apart, but for their operation. */
export interface Cell {
  /** How many there are for one operation of one impact. */
  readonly count: bigint
  /** Operations that lines which stay grant and do not restrict. */
  readonly open: number
  /** Operations that lines which stay restrict. */
  readonly restricted: number
  /** Indices of the lines that cover them and may come or go. */
  readonly changing: readonly number[]
}

interface Rulings {
  readonly staying: Ruling[]
  readonly changing: Ruling[]
}

/**
 * Divides the requests that some lines cover into cells, those aside that no line grants.
 *
 * @param staying - Lines that stay.
 * @param changing - Lines that may come or go; what none of them covers is left out.
 */
export function cellsOf(staying: readonly Ruling[], changing: readonly Ruling[]): Cell[] {
  const indices = new Map(changing.map((ruling, index) => [ruling, index]))
  const cells = new Map<string, Cell>()
  const all = { staying: [...staying], changing: [...changing] }
  const visit = (rulings: Rulings, count: bigint): void => {
    const restricted = operationsOf(rulings.staying, 'restriction')
    const open = operationsOf(rulings.staying, 'grant') & ~restricted
    if (open === 0 && operationsOf(rulings.changing, 'grant') === 0) return
    const members = rulings.changing.map((ruling) => indices.get(ruling) as number)
    members.sort((a, b) => a - b)
    const key = [open, restricted, ...members].join(' ')
    const known = cells.get(key)?.count ?? 0n
    cells.set(key, { count: known + count, open, restricted, changing: members })
  }
  new Division(namesThereAre([...staying, ...changing]), visit).divide(all, 0, 1n)
  return [...cells.values()]
}

/**
 * How many names there are to a column: in truth without number, here more than any count of names
 * that lines spell. A column that takes any name thus outweighs all that name theirs.
 */
function namesThereAre(rulings: readonly Ruling[]): bigint {
  const longest = rulings
    .flatMap(({ spans }) => spans)
    .reduce((most, { length }) => Math.max(most, length), 0)
  return 2n ** BigInt(192 + COLUMNS.length * longest)
}

/** The operations that lines of an effect cover together. */
function operationsOf(rulings: readonly Ruling[], effect: Effect): number {
  return rulings.reduce(
    (covered, ruling) => (ruling.effect === effect ? covered | ruling.operations : covered),
    0,
  )
}

/** Divides by the names in one column after the other. */
class Division {
  readonly #names: bigint
  readonly #visit: (rulings: Rulings, count: bigint) => void

  constructor(names: bigint, visit: (rulings: Rulings, count: bigint) => void) {
    this.#names = names
    this.#visit = visit
  }

  divide(rulings: Rulings, column: number, count: bigint): void {
    if (rulings.changing.length === 0) return
    if (column === COLUMNS.length) {
      this.#visit(rulings, count)
      return
    }
    const names = byName(rulings, column)
    const others = names.get(undefined) ?? { staying: [], changing: [] }
    names.delete(undefined)
    let named = 0n
    for (const [name, members] of names) {
      const spans = new Set([...members.staying, ...members.changing].map((r) => r.spans[column]))
      const hasEverySpelling = spans.delete(`~${name}`)
      const own = BigInt(spans.size)
      const all = hasEverySpelling ? atLeast(own, spellingsOf(name as string)) : own
      named += all
      for (const span of spans) {
        this.divide(join(others, members, [span, `~${name}`], column), column + 1, count)
      }
      const unspelled = join(others, members, [`~${name}`], column)
      if (all > own) this.divide(unspelled, column + 1, count * (all - own))
    }
    this.divide(others, column + 1, count * (this.#names - named))
  }
}

/** Lines by the folded name in a column, under `undefined` those for every name. */
function byName({ staying, changing }: Rulings, column: number): Map<string | undefined, Rulings> {
  const names = new Map<string | undefined, Rulings>()
  const membersOf = (ruling: Ruling): Rulings => {
    const name = foldedName(ruling.spans[column] ?? ANY_NAME)
    const known = names.get(name)
    if (known !== undefined) return known
    const members = { staying: [], changing: [] }
    names.set(name, members)
    return members
  }
  for (const ruling of staying) membersOf(ruling).staying.push(ruling)
  for (const ruling of changing) membersOf(ruling).changing.push(ruling)
  return names
}

function join(
  others: Rulings,
  members: Rulings,
  spans: readonly (Span | undefined)[],
  column: number,
): Rulings {
  const isIn = (ruling: Ruling): boolean => spans.includes(ruling.spans[column])
  return {
    staying: [...others.staying, ...members.staying.filter(isIn)],
    changing: [...others.changing, ...members.changing.filter(isIn)],
  }
}

function atLeast(least: bigint, value: bigint): bigint {
  return value < least ? least : value
}

/** How many spellings a name has, upper and lower case taken for each letter. */
function spellingsOf(name: string): bigint {
  let spellings = 1n
  for (const letter of name) {
    if (letter !== letter.toUpperCase()) spellings *= 2n
  }
  return spellings
}
