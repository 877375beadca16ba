import type { CommunityMessage, Varbind } from './model.ts'
import { TAGS } from './tags.ts'
import { writePdu, writeVarbind } from './write-pdu.ts'
import { Writer } from './writer.ts'

const writer = new Writer()

/**
 * A message of version 1 or 2c in octets.
 *
 * Whether version 1 may carry a value of a later version is not checked.
 *
 * @throws RangeError for what cannot be written: a number, an address or an object identifier that
 *   its type does not hold, a PDU that the version does not have.
 */
export function encodeCommunityMessage(message: CommunityMessage): Uint8Array {
  const { version, community, pdu } = message
  writer.clear()
  writePdu(writer, pdu, version)
  writer.string(TAGS.octetString, community)
  writer.integer(version === '1' ? 0 : 1)
  writer.head(TAGS.sequence, 0)
  return writer.copy()
}

/**
 * Octets that a varbind takes in a message.
 *
 * @throws RangeError for what cannot be written.
 */
export function varbindLength(varbind: Varbind): number {
  writer.clear()
  writeVarbind(writer, varbind)
  return writer.size
}
