/** Rank of an address that no rule covers: worse than any. */
export const NO_RULE = 0x7fffffff

/** Addresses that one rule covers, from `first` up to but not including `end`. */
export interface Span<Point extends number | bigint> {
  readonly first: Point
  readonly end: Point
  /** Precedence of the rule: the lowest wins. */
  readonly rank: number
}

/** The whole address space cut where the winning rule changes. */
export interface Painted<Point extends number | bigint> {
  /** First address of each interval, ascending; the first one is 0. */
  readonly starts: readonly Point[]
  /** Rank of the rule that wins in each interval, or {@link NO_RULE}. */
  readonly ranks: readonly number[]
}

/**
 * Cuts overlapping spans into intervals with one winner each.
 *
 * Each span paints what better ones left; painted stretches are skipped by a union-find, so that
 * the work is that of the sort, however the spans nest.
 *
 * @param spans - Any number, the best rank first.
 * @param zero - The lowest address.
 */
export function paint<Point extends number | bigint>(
  spans: readonly Span<Point>[],
  zero: Point,
): Painted<Point> {
  const cuts = sortedCuts(spans, zero)
  const ranks = new Int32Array(cuts.length).fill(NO_RULE)
  const next = Uint32Array.from({ length: cuts.length + 1 }, (_, index) => index)
  for (const { first, end, rank } of spans) {
    const stop = positionOf(cuts, end)
    let at = unpainted(next, positionOf(cuts, first))
    while (at < stop) {
      ranks[at] = rank
      next[at] = at + 1
      at = unpainted(next, at + 1)
    }
  }
  return joined(cuts, ranks)
}

/** Not by a `Set` or `Map`: engines hash a BigInt by its low bits, which are alike in networks. */
function sortedCuts<Point extends number | bigint>(
  spans: readonly Span<Point>[],
  zero: Point,
): Point[] {
  const cuts = [zero, ...spans.flatMap(({ first, end }) => [first, end])]
  cuts.sort((a, b) => (a < b ? -1 : Number(a > b)))
  return cuts.filter((cut, index) => cut !== cuts[index - 1])
}

function positionOf<Point extends number | bigint>(cuts: readonly Point[], cut: Point): number {
  let low = 0
  let high = cuts.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((cuts[middle] as Point) < cut) low = middle + 1
    else high = middle
  }
  return low
}

/** The first interval from `from` on that has no winner yet; shortens the way for the next search. */
function unpainted(next: Uint32Array, from: number): number {
  let found = from
  while (next[found] !== found) found = next[found] as number
  let at = from
  while (at !== found) {
    const following = next[at] as number
    next[at] = found
    at = following
  }
  return found
}

function joined<Point extends number | bigint>(
  cuts: readonly Point[],
  ranks: Int32Array,
): Painted<Point> {
  const kept = cuts.map((_, index) => index).filter((index) => ranks[index] !== ranks[index - 1])
  return {
    starts: kept.map((index) => cuts[index] as Point),
    ranks: kept.map((index) => ranks[index] as number),
  }
}
