const FIRST_BYTES = 64 * 1024

/** Most bytes that a unit of a string becomes, by encoding. */
const MOST_A_UNIT = { latin1: 1, utf8: 3 } as const

/** The lines of one write, put together as bytes. Grows, and is used again for the next write. */
export class LineBuffer {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES)
  #size = 0

  /** Bytes so far. */
  get size(): number {
    return this.#size
  }

  /** @param encoding - `latin1` where all of the text is ASCII, which is quicker. */
  put(text: string, encoding: 'latin1' | 'utf8'): void {
    const most = this.#size + text.length * MOST_A_UNIT[encoding]
    if (most > this.#bytes.length) this.#grow(most)
    this.#size += this.#bytes.write(text, this.#size, encoding)
  }

  /** What was put from a place on, until the next change. */
  from(start: number): Buffer {
    return this.#bytes.subarray(start, this.#size)
  }

  /** Takes back what was put behind a place. */
  cutTo(size: number): void {
    this.#size = size
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafe(Math.max(least, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#size)
    this.#bytes = larger
  }
}
