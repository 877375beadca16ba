import { paint, type Span } from './intervals.ts'

const MAX_JUMP_BITS = 16

/** The winning rule of each IPv4 address, by binary search from a table of the top bits. */
export class Ipv4Intervals {
  readonly #starts: Uint32Array
  readonly #ranks: Int32Array
  /** For each value of the top bits, the interval that its lowest address is in. */
  readonly #jump: Uint32Array
  readonly #shift: number

  /** @param spans - The best rank first. */
  constructor(spans: readonly Span<number>[]) {
    const { starts, ranks } = paint(spans, 0)
    const count = starts.at(-1) === 2 ** 32 ? starts.length - 1 : starts.length
    this.#starts = Uint32Array.from(starts.slice(0, count))
    this.#ranks = Int32Array.from(ranks.slice(0, count))
    const bits = Math.min(MAX_JUMP_BITS, 32 - Math.clz32(count))
    this.#shift = 32 - bits
    this.#jump = jumpTable(this.#starts, bits)
  }

  /** The rank of the rule that wins for an address, an unsigned 32-bit number, or `NO_RULE`. */
  find(address: number): number {
    const block = address >>> this.#shift
    let low = this.#jump[block] as number
    let high = this.#jump[block + 1] as number
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.#starts[middle] as number) <= address) low = middle
      else high = middle - 1
    }
    return this.#ranks[low] as number
  }
}

/** One entry more than there are blocks, so that every search has an upper end. */
function jumpTable(starts: Uint32Array, bits: number): Uint32Array {
  const blocks = 2 ** bits
  const jump = new Uint32Array(blocks + 1)
  let interval = 0
  for (let block = 0; block <= blocks; block += 1) {
    const lowest = block * 2 ** (32 - bits)
    while (interval + 1 < starts.length && (starts[interval + 1] as number) <= lowest) interval += 1
    jump[block] = interval
  }
  return jump
}
