import { varbindLength, type PlainPdu } from '../../message/index.ts'
import type { Version } from '../../request.ts'
import type { Envelope } from './envelope.ts'
import type { CommandPdu } from './incoming.ts'
import { outcomeOf } from './outcome.ts'

/** A response that may be sent. */
export interface FittedResponse {
  readonly octets: Uint8Array
  /** What is in it: less than was given, or tooBig. */
  readonly pdu: PlainPdu
}

/** Octets by which the length fields around the varbinds may shrink when there are fewer. */
const SHRINKING_LENGTHS = 16

/**
 * Writes a response no larger than both sides take (RFC 3416 section 4.2.1): that of a GETBULK is cut
 * after the last varbind that fits, any other becomes tooBig.
 *
 * @param request - What version 1 wants back with tooBig (RFC 1157 section 4.1.2).
 * @returns `undefined` when not even tooBig fits: snmpSilentDrops.
 */
export function fitResponse(
  response: PlainPdu,
  envelope: Envelope,
  version: Version,
  request: CommandPdu,
): FittedResponse | undefined {
  const isBulk = request.type === 'getbulk'
  const whole = isBulk ? startThatMayFit(response, envelope.maxBytes) : response
  // A walk that gets nothing and no error would ask the same again without end.
  const isEmptied = whole.varbinds.length < Math.min(response.varbinds.length, 1)
  if (isEmptied) return tooBig(version, request, envelope)
  const octets = envelope.seal(whole)
  if (octets.length <= envelope.maxBytes) return { octets, pdu: whole }
  const cut = isBulk ? cutTo(whole, octets.length, envelope) : undefined
  return cut ?? tooBig(version, request, envelope)
}

/** Whether a response with these varbinds could be sent: asked before a SET changes anything. */
export function fits(response: PlainPdu, envelope: Envelope): boolean {
  return envelope.seal(response).length <= envelope.maxBytes
}

/** Without the varbinds that would not fit even without a header. */
function startThatMayFit(response: PlainPdu, maxBytes: number): PlainPdu {
  let size = 0
  const end = response.varbinds.findIndex((varbind) => {
    size += varbindLength(varbind)
    return size > maxBytes
  })
  return end < 0 ? response : { ...response, varbinds: response.varbinds.slice(0, end) }
}

function cutTo(response: PlainPdu, size: number, envelope: Envelope): FittedResponse | undefined {
  const { varbinds } = response
  let count = varbinds.length
  let left = size
  while (left > envelope.maxBytes && count > 0) {
    count -= 1
    left -= varbindLength(varbinds[count] as PlainPdu['varbinds'][number])
  }
  const last = varbinds[count]
  const over = last === undefined ? Infinity : left + varbindLength(last) - envelope.maxBytes
  for (const wanted of over <= SHRINKING_LENGTHS ? [count + 1, count] : [count]) {
    if (wanted === 0 || wanted === varbinds.length) continue
    const pdu = { ...response, varbinds: varbinds.slice(0, wanted) }
    const octets = envelope.seal(pdu)
    if (octets.length <= envelope.maxBytes) return { octets, pdu }
  }
  return undefined
}

function tooBig(
  version: Version,
  { requestId, varbinds }: CommandPdu,
  envelope: Envelope,
): FittedResponse | undefined {
  const { pdu } = outcomeOf(requestId, 'tooBig', 0, version === '1' ? varbinds : [])
  const octets = envelope.seal(pdu)
  return octets.length <= envelope.maxBytes ? { octets, pdu } : undefined
}
