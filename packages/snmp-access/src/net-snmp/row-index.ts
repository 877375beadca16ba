import type { Oid } from '../oid.ts'
import { OBJECT_TYPES, type IndexPart } from './model.ts'

/** Largest sub-identifier that net-snmp's tree takes. */
const MAX_ARC = 2 ** 31 - 1

/**
 * The values of a row's index.
 *
 * @param instance - What follows the column in the name of a cell.
 * @returns `undefined` when it is no index of this form, or none that net-snmp's tree can hold.
 */
export function readRowIndex(
  instance: Oid,
  parts: readonly IndexPart[],
): readonly (number | string)[] | undefined {
  if (instance.some((arc) => arc > MAX_ARC)) return undefined
  let rest = instance
  const values: (number | string)[] = []
  for (const part of parts) {
    const length = lengthOf(part, rest)
    if (length === undefined) return undefined
    const arcs = rest.slice(length.from, length.from + length.count)
    const value = arcs.length === length.count ? valueOf(part.type, arcs) : undefined
    if (value === undefined) return undefined
    values.push(value)
    rest = rest.slice(length.from + length.count)
  }
  return rest.length === 0 ? values : undefined
}

function lengthOf(
  { type, implied, length }: IndexPart,
  rest: Oid,
): { readonly from: number; readonly count: number } | undefined {
  if (type === OBJECT_TYPES.ipAddress) return { from: 0, count: 4 }
  if (type !== OBJECT_TYPES.oid && type !== OBJECT_TYPES.octetString) return { from: 0, count: 1 }
  if (implied === true) return { from: 0, count: rest.length }
  if (length !== undefined && length > 0) return { from: 0, count: length }
  const [count] = rest
  return count === undefined ? undefined : { from: 1, count }
}

function valueOf(type: number, arcs: Oid): number | string | undefined {
  switch (type) {
    case OBJECT_TYPES.oid:
      return arcs.join('.')
    case OBJECT_TYPES.ipAddress:
      return arcs.every((arc) => arc <= 255) ? arcs.join('.') : undefined
    case OBJECT_TYPES.octetString:
      return arcs.every((arc) => arc <= 255) ? String.fromCharCode(...arcs) : undefined
    default:
      return arcs[0]
  }
}
