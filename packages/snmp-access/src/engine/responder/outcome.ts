import { ERROR_STATUSES, varbindLength, type PlainPdu, type Varbind } from '../../message/index.ts'
import type { Oid } from '../../model.ts'
import type { ErrorStatus } from '../../verdict.ts'
import type { CommandPdu } from './incoming.ts'

/** A response, and the name of the error that is in it. */
export interface Outcome {
  readonly errorStatus: ErrorStatus
  readonly pdu: PlainPdu
}

/** A response. */
export function outcomeOf(
  requestId: number,
  errorStatus: ErrorStatus,
  errorIndex: number,
  varbinds: readonly Varbind[],
): Outcome {
  const number = ERROR_STATUSES.get(errorStatus) ?? 0
  const pdu = { type: 'response', requestId, errorStatus: number, errorIndex, varbinds } as const
  return { errorStatus, pdu }
}

/** An error with the varbinds of the request. */
export function errorOf(
  { requestId, varbinds }: CommandPdu,
  errorStatus: ErrorStatus,
  errorIndex: number,
): Outcome {
  return outcomeOf(requestId, errorStatus, errorIndex, varbinds)
}

/** Name of the first varbind that cannot be written. */
export function firstUnwritable(varbinds: readonly Varbind[]): Oid | undefined {
  return varbinds.find((varbind) => {
    try {
      varbindLength(varbind)
      return false
    } catch {
      return true
    }
  })?.oid
}
