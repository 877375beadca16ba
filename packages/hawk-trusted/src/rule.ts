/** One line as numbers. */
export interface Rule {
  readonly user: number
  readonly node: number
  readonly microagent: number
  readonly method: number
  /** Bit n: the line covers operation n. */
  readonly operations: number
  /** Index of the entry plus one, so that 0 can stand for none. */
  readonly order: number
}

/** One request as numbers; `NONE` where no line has the name. */
export interface Lookup {
  readonly user: number
  /** The first `nodeCount` are the patterns that match the node. */
  readonly nodes: Int32Array
  readonly nodeCount: number
  readonly microagent: number
  readonly method: number
}

/** Lowers `into` for each operation of a line to the line's order. */
export function lower(into: Int32Array, operations: number, order: number): void {
  for (let operation = 0, left = operations; left !== 0; operation += 1, left >>>= 1) {
    if ((left & 1) === 0) continue
    const known = into[operation] as number
    if (known === 0 || order < known) into[operation] = order
  }
}
