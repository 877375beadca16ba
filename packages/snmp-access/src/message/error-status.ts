import type { ErrorStatus } from '../verdict.ts'

/** The number of each error status (RFC 3416 section 3). */
export const ERROR_STATUSES: ReadonlyMap<ErrorStatus, number> = new Map<ErrorStatus, number>([
  ['noError', 0],
  ['tooBig', 1],
  ['noSuchName', 2],
  ['badValue', 3],
  ['genErr', 5],
  ['noAccess', 6],
  ['wrongType', 7],
  ['wrongLength', 8],
  ['wrongEncoding', 9],
  ['wrongValue', 10],
  ['noCreation', 11],
  ['inconsistentValue', 12],
  ['resourceUnavailable', 13],
  ['commitFailed', 14],
  ['undoFailed', 15],
  ['authorizationError', 16],
  ['notWritable', 17],
  ['inconsistentName', 18],
])

const NAMES: ReadonlyMap<number, ErrorStatus> = new Map(
  [...ERROR_STATUSES].map(([name, number]) => [number, name]),
)

/** The name of an error status; none for version 1's readOnly (4) and for what is no error status. */
export function errorStatusOf(number: number): ErrorStatus | undefined {
  return NAMES.get(number)
}
