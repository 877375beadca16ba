import type { Oid } from '@gatehouse/snmp-access'
import type { ObjectInstance } from '@gatehouse/snmp-access/engine'
import type { Value } from '@gatehouse/snmp-access/message'

/** Numbers of 32 bits, after which a counter begins anew. */
const WRAP = 2 ** 32

const MAX_INTEGER = 2 ** 31 - 1

/** A number with a sign; one that is too large is the largest. */
export function integer(value: number): Value {
  const bounded = Math.min(Math.max(Math.trunc(value), -MAX_INTEGER - 1), MAX_INTEGER)
  return { type: 'Integer32', value: bounded }
}

/** A number that goes up and down; one that is too large is the largest (RFC 2578 section 7.1.7). */
export function gauge(value: number): Value {
  return { type: 'Gauge32', value: Math.min(Math.max(Math.trunc(value), 0), WRAP - 1) }
}

/** A number that only rises, and wraps. */
export function counter(value: number): Value {
  return { type: 'Counter32', value: Math.trunc(value) % WRAP }
}

/** A time in seconds, which wraps after 497 days. */
export function ticks(seconds: number): Value {
  return { type: 'TimeTicks', value: Math.max(Math.trunc(seconds * 100), 0) % WRAP }
}

/** A text as its UTF-8 octets, of which a table holds so many at most. */
export function text(value: string, maxOctets = 255): Value {
  return { type: 'OctetString', value: new TextEncoder().encode(value).slice(0, maxOctets) }
}

/** Octets as they are. */
export function octets(value: Uint8Array): Value {
  return { type: 'OctetString', value }
}

/** An object identifier. */
export function identifier(value: Oid): Value {
  return { type: 'ObjectIdentifier', value }
}

/** The identifier that stands for none. */
export const NONE: Value = identifier([0, 0])

/** An object that is there once. */
export function scalar(object: Oid, value: Value): ObjectInstance {
  return { oid: [...object, 0], value }
}

/** A row of a table: its index, and its columns by their numbers. */
export interface Row {
  readonly index: number
  readonly columns: Readonly<Record<number, Value>>
}

/** The instances of a table: column after column, as they are walked. */
export function table(entry: Oid, rows: readonly Row[]): readonly ObjectInstance[] {
  const columns = new Set(rows.flatMap((row) => Object.keys(row.columns).map(Number)))
  const sorted = rows.toSorted((a, b) => a.index - b.index)
  return [...columns]
    .toSorted((a, b) => a - b)
    .flatMap((column) =>
      sorted.flatMap(({ index, columns: { [column]: value } }) =>
        value === undefined ? [] : [{ oid: [...entry, column, index], value }],
      ),
    )
}
