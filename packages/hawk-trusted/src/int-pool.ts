/** Integers, written one after the other into an array that grows. */
export class IntPool {
  #ints = new Int32Array(1024)
  #end = 0

  /** Where the next integer will stand. */
  get end(): number {
    return this.#end
  }

  /** What was written, in as much memory as it needs. */
  get ints(): Int32Array {
    return this.#ints.slice(0, this.#end)
  }

  /** Writes an integer behind the others. */
  push(int: number): void {
    if (this.#end === this.#ints.length) {
      const larger = new Int32Array(this.#end * 2)
      larger.set(this.#ints)
      this.#ints = larger
    }
    this.#ints[this.#end] = int
    this.#end += 1
  }

  /** Writes over an integer. */
  set(at: number, int: number): void {
    this.#ints[at] = int
  }
}
