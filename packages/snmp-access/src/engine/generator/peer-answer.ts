import { compareOids } from '../../oid.ts'
import { errorStatusOf, type AnyPdu, type PlainPdu, type Varbind } from '../../message/index.ts'
import type { AnswerFault, ResponseStatus } from './snmp-error.ts'

/** What a peer is asked, without the ids that its message gets. */
export type Asked =
  | {
      readonly type: 'get' | 'getnext' | 'set'
      readonly varbinds: readonly Varbind[]
    }
  | {
      readonly type: 'inform'
      readonly varbinds: readonly Varbind[]
      /** Version 3: the engine whose context it is about, the sender's own. */
      readonly contextEngineId: Uint8Array
    }
  | {
      readonly type: 'getbulk'
      readonly varbinds: readonly Varbind[]
      readonly nonRepeaters: number
      readonly maxRepetitions: number
    }

/** The answer of a peer: as far as its version proves, what it says. */
export interface SnmpResponse {
  /** Anything but `noError` means that nothing was done or found. */
  readonly errorStatus: ResponseStatus
  /** The varbind at fault, from 1; 0 for none. As the peer says. */
  readonly errorIndex: number
  /** Objects and values; of an answer to get and set exactly the objects asked for, in their order. */
  readonly varbinds: readonly Varbind[]
}

/** Version 1's error status that RFC 3416 no longer lists. */
const READ_ONLY = 4

/** The PDU of a request. */
export function pduOf(asked: Asked, requestId: number): AnyPdu {
  if (asked.type === 'getbulk') return { ...asked, requestId }
  const { type, varbinds } = asked
  return { type, requestId, errorStatus: 0, errorIndex: 0, varbinds }
}

/** Whether a PDU answers what was asked, and how; else what is wrong with it. */
export function readAnswer(
  pdu: AnyPdu,
  asked: Asked,
  requestId: number,
): SnmpResponse | AnswerFault {
  if (pdu.type !== 'response') return 'pdu'
  if (pdu.requestId !== requestId) return 'request-id'
  const errorStatus = statusOf(pdu)
  if (errorStatus === undefined) return 'error-status'
  const { errorIndex, varbinds } = pdu
  const fits = errorStatus !== 'noError' || answersAll(varbinds, asked)
  return fits ? { errorStatus, errorIndex, varbinds } : 'varbinds'
}

function statusOf({ errorStatus }: PlainPdu): ResponseStatus | undefined {
  return errorStatus === READ_ONLY ? 'readOnly' : errorStatusOf(errorStatus)
}

function answersAll(varbinds: readonly Varbind[], asked: Asked): boolean {
  if (asked.type !== 'inform' && varbinds.some(({ value }) => value.type === 'unspecified')) {
    return false
  }
  const wanted = asked.varbinds
  switch (asked.type) {
    case 'get':
    case 'set':
    case 'inform':
      return (
        varbinds.length === wanted.length &&
        varbinds.every(({ oid }, index) => compareOids(oid, wanted[index]?.oid ?? []) === 0)
      )
    case 'getnext':
      return varbinds.length === wanted.length
    case 'getbulk': {
      const single = Math.min(asked.nonRepeaters, wanted.length)
      const most = single + (wanted.length - single) * asked.maxRepetitions
      return varbinds.length <= most
    }
  }
}
