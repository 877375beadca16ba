import { hashOf, scanNames } from './name-scan.ts'

/** The lines of a text by the hashes of their plain names. */
export class NameTable {
  readonly #hashes: number[] = []
  readonly #starts: number[] = []
  readonly #heads: Int32Array
  readonly #nexts: Int32Array

  /** @param text - One character a byte. */
  constructor(text: string) {
    scanNames(text, {
      name: (start, hash) => {
        this.#hashes.push(hash)
        this.#starts.push(start)
      },
      patterns: () => {},
      hashed: () => {},
    })
    this.#heads = new Int32Array(2 ** Math.ceil(Math.log2(this.#hashes.length + 1))).fill(-1)
    this.#nexts = new Int32Array(this.#hashes.length)
    for (let index = 0; index < this.#hashes.length; index += 1) {
      const bucket = (this.#hashes[index] as number) & (this.#heads.length - 1)
      this.#nexts[index] = this.#heads[bucket] as number
      this.#heads[bucket] = index
    }
  }

  /**
   * Where the lines begin that may have a name; each is still to be compared.
   *
   * @param name - In lower case, one character a byte.
   */
  linesWith(name: string): number[] {
    const hash = hashOf(name)
    const found: number[] = []
    let index = this.#heads[hash & (this.#heads.length - 1)] as number
    while (index !== -1) {
      if (this.#hashes[index] === hash) found.push(this.#starts[index] as number)
      index = this.#nexts[index] as number
    }
    return found
  }
}
