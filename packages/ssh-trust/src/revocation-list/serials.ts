/** Serial numbers from `first` to `last`, both revoked. */
export interface SerialRange {
  /** Lowest, at least 1: 0 stands for no serial number at all. */
  readonly first: bigint
  /** Highest. */
  readonly last: bigint
}

/** Serial numbers that a bitmap revokes. */
export interface SerialBitmap {
  /** The serial number of the lowest bit. */
  readonly first: bigint
  /** Most significant byte first, without leading zeros. */
  readonly bits: Uint8Array
}

/** A set of serial numbers: ranges joined and searched by halves, bitmaps looked up bit by bit. */
export class SerialSet {
  readonly #ranges: readonly SerialRange[]
  readonly #bitmaps: readonly SerialBitmap[]

  constructor(ranges: readonly SerialRange[], bitmaps: readonly SerialBitmap[]) {
    this.#ranges = joined(ranges)
    this.#bitmaps = bitmaps
  }

  /** Whether a serial number is in the set. */
  has(serial: bigint): boolean {
    return this.#isInRange(serial) || this.#bitmaps.some((bitmap) => isInBitmap(bitmap, serial))
  }

  #isInRange(serial: bigint): boolean {
    let low = 0
    let high = this.#ranges.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#ranges[middle] as SerialRange).last < serial) low = middle + 1
      else high = middle
    }
    const range = this.#ranges[low]
    return range !== undefined && range.first <= serial
  }
}

function isInBitmap({ first, bits }: SerialBitmap, serial: bigint): boolean {
  const index = serial - first
  if (index < 0n || index >= BigInt(bits.length * 8)) return false
  const bit = Number(index)
  const byte = bits[bits.length - 1 - (bit >>> 3)] ?? 0
  return ((byte >>> (bit & 7)) & 1) === 1
}

function joined(ranges: readonly SerialRange[]): readonly SerialRange[] {
  const sorted = ranges.toSorted((a, b) => (a.first < b.first ? -1 : Number(a.first > b.first)))
  const result: SerialRange[] = []
  for (const range of sorted) {
    const before = result.at(-1)
    if (before === undefined || range.first > before.last + 1n) result.push(range)
    else if (range.last > before.last) result[result.length - 1] = { ...before, last: range.last }
  }
  return result
}
