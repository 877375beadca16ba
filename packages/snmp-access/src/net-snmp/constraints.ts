import type { Value } from '../message/model.ts'
import type { ErrorStatus } from '../verdict.ts'
import type { Constraints, Range } from './model.ts'
import { typeOf } from './values.ts'

/** What a value is measured by. */
export interface ValueRules {
  /** net-snmp's number of the type. */
  readonly type: number
  readonly constraints?: Constraints | undefined
}

/** Whether a SET may write a value, in the order of RFC 3416 section 4.2.5: type, length, value. */
export function testValue(value: Value, { type, constraints = {} }: ValueRules): ErrorStatus {
  if (typeOf(value) !== type) return 'wrongType'
  const { enumeration, ranges, sizes } = constraints
  if (value.type === 'OctetString' || value.type === 'Opaque') {
    return isIn(value.value.length, sizes) ? 'noError' : 'wrongLength'
  }
  if (!('value' in value) || typeof value.value !== 'number') return 'noError'
  if (enumeration !== undefined && !Object.hasOwn(enumeration, value.value)) return 'wrongValue'
  return isIn(value.value, ranges) ? 'noError' : 'wrongValue'
}

function isIn(value: number, ranges: readonly Range[] | undefined): boolean {
  if (ranges === undefined) return true
  return ranges.some(({ min = -Infinity, max = Infinity }) => value >= min && value <= max)
}
