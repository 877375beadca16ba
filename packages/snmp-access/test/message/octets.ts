import type { AnyPdu, CommunityMessage, Varbind } from '../../src/message/index.ts'

/** Octets from hexadecimal digits; blanks do not count. */
export function hex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits.replaceAll(' ', ''), 'hex'))
}

/** An element with its length in the shortest form. */
export function tlv(
  tag: number,
  ...contents: readonly (Uint8Array | readonly number[])[]
): Uint8Array {
  const body = Buffer.concat(contents.map((part) => Uint8Array.from(part)))
  const { length } = body
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff]
  return new Uint8Array(Buffer.concat([Uint8Array.from(head), body]))
}

/** sysDescr.0 */
export const NAME: readonly number[] = [1, 3, 6, 1, 2, 1, 1, 1, 0]

/** sysDescr.0 in octets. */
export const NAME_OCTETS: Uint8Array = hex('06 08 2b 06 01 02 01 01 01 00')

export const ASKED: Varbind = { oid: NAME, value: { type: 'unspecified' } }

export const GET: AnyPdu = {
  type: 'get',
  requestId: 7,
  errorStatus: 0,
  errorIndex: 0,
  varbinds: [ASKED],
}

/** A message of version 2c around a PDU. */
export function messageOf(pdu: AnyPdu, version: '1' | '2c' = '2c'): CommunityMessage {
  return { version, community: hex('7075626c6963'), pdu }
}

/** A PDU in octets, with one varbind of `value`. */
export function pduOf(tag: number, value: Uint8Array, name: Uint8Array = NAME_OCTETS): Uint8Array {
  return tlv(tag, [2, 1, 7], [2, 1, 0], [2, 1, 0], tlv(0x30, tlv(0x30, name, value)))
}

/** A message of version 2c in octets. */
export function wrapped(pdu: Uint8Array, version = 1): Uint8Array {
  return tlv(0x30, [2, 1, version], tlv(4, hex('7075626c6963')), pdu)
}

/** A copy with one bit changed. */
export function flipped(octets: Uint8Array, bit: number): Uint8Array {
  const copy = octets.slice()
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

/** A copy with the last bit changed. */
export function lastFlipped(octets: Uint8Array): Uint8Array {
  return flipped(octets, 8 * octets.length - 1)
}
