import { ANY_NAME, COLUMNS, foldedName, keyOf, meet, type Box, type Span } from './box.ts'

/** Boxes by the names in their columns, so that the ones around or across another are found. */
export class BoxIndex<Member extends Box> {
  readonly #members: readonly Member[]
  /** By which columns are named and how, then by key. */
  readonly #shapes = new Map<string, Map<string, Member[]>>()
  /** For each column the members by folded name; under `undefined` those for every name. */
  readonly #columns = COLUMNS.map(() => new Map<string | undefined, Member[]>())

  constructor(members: Iterable<Member>) {
    this.#members = [...members]
    for (const member of this.#members) {
      const shape = member.spans.map((span) => span[0]).join('')
      const boxes = this.#shapes.get(shape) ?? new Map<string, Member[]>()
      this.#shapes.set(shape, boxes)
      append(boxes, keyOf(member), member)
      for (const [column, span] of member.spans.entries()) {
        append(this.#columns[column] as Map<string | undefined, Member[]>, foldedName(span), member)
      }
    }
  }

  /** The members that cover every name that a box covers, whatever their operations. */
  around({ spans }: Box): Member[] {
    return [...this.#shapes].flatMap(([shape, boxes]) => {
      const widened = spans.map((span, column) => widen(span, shape[column] as string))
      return boxes.get(widened.join('\n')) ?? []
    })
  }

  /** The operations of a box that members cover wholly. */
  covered(box: Box): number {
    return this.around(box).reduce((covered, { operations }) => covered | operations, 0)
  }

  /** The members that share requests with a box, found one by one. */
  *across(box: Box): Generator<Member, void, undefined> {
    let fewest: readonly (readonly Member[])[] = [this.#members]
    for (const [column, span] of box.spans.entries()) {
      if (span === ANY_NAME) continue
      const members = this.#columns[column] as Map<string | undefined, Member[]>
      const near = [members.get(undefined) ?? [], members.get(foldedName(span)) ?? []]
      if (sizeOf(near) < sizeOf(fewest)) fewest = near
    }
    for (const members of fewest) {
      for (const member of members) {
        if (meet(member, box) !== undefined) yield member
      }
    }
  }
}

/** A span made as wide as a kind of span, empty when it is wider already. */
function widen(span: Span, kind: string): string {
  if (kind === ANY_NAME) return ANY_NAME
  if (span === ANY_NAME) return ''
  if (kind === '~') return `~${foldedName(span)}`
  return span.startsWith('=') ? span : ''
}

function sizeOf(lists: readonly (readonly unknown[])[]): number {
  return lists.reduce((size, { length }) => size + length, 0)
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

/** What is left of boxes without the operations in which others cover them wholly. */
export function trim(boxes: readonly Box[], others: BoxIndex<Box>): Box[] {
  return boxes.flatMap(({ spans, operations }) => {
    const left = operations & ~others.covered({ spans, operations })
    return left === 0 ? [] : [{ spans, operations: left }]
  })
}

/** The same requests in as few boxes as they need: none can be left out. */
export function maximal(boxes: readonly Box[]): Box[] {
  const merged = new Map<string, Box>()
  for (const box of boxes) {
    const known = merged.get(keyOf(box))
    const operations = box.operations | (known?.operations ?? 0)
    merged.set(keyOf(box), { spans: box.spans, operations })
  }
  const index = new BoxIndex(merged.values())
  return [...merged.values()].flatMap((box) => {
    const others = index.around(box).filter((other) => other !== box)
    const left = others.reduce((rest, { operations }) => rest & ~operations, box.operations)
    return left === 0 ? [] : [{ spans: box.spans, operations: left }]
  })
}
