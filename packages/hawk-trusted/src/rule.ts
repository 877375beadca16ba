/**
 * Integers of a rule, which is a line but for its user: node, microagent and method, then in one the
 * operations, bit n for operation n, and the order, which is the index of the entry plus one, so
 * that 0 can stand for none.
 */
export const RULE_SIZE = 4

const OPERATION_BITS = 4

/** The last integer of a rule. */
export function tailOf(order: number, operations: number): number {
  return (order << OPERATION_BITS) | operations
}

/** Order in the last integer of a rule. */
export function orderIn(tail: number): number {
  return tail >>> OPERATION_BITS
}

/** 1 when the last integer of a rule has an operation, else 0. */
export function hasOperation(tail: number, operation: number): number {
  return (tail >> operation) & 1
}

/** One request as the numbers of one effect; negative where no line has the name. */
export interface Lookup {
  /** The node by its bare name. */
  node: number
  /** The first `tripleCount` are the other patterns that match the node. */
  readonly triples: Int32Array
  tripleCount: number
  microagent: number
  method: number
}

/** The earlier of two orders, 0 standing for none. */
export function earlier(first: number, second: number): number {
  if (first === 0) return second
  return second === 0 || first < second ? first : second
}
