import { isUtf8 } from 'node:buffer'
import type { Version } from '../request.ts'
import { Cursor, textOf } from './cursor.ts'
import type {
  AnyPdu,
  BulkPdu,
  MessageFault,
  PlainPdu,
  ScopedPdu,
  Trap1Pdu,
  Value,
  Varbind,
} from './model.ts'
import { TAGS } from './tags.ts'

const UNSPECIFIED: Value = Object.freeze({ type: 'unspecified' })
const NO_SUCH_OBJECT: Value = Object.freeze({ type: 'noSuchObject' })
const NO_SUCH_INSTANCE: Value = Object.freeze({ type: 'noSuchInstance' })
const END_OF_MIB_VIEW: Value = Object.freeze({ type: 'endOfMibView' })

const IP_ADDRESS_OCTETS = 4

/** Constructed elements of the context, with a tag in one octet. */
const FIRST_PDU_TAG = 0xa0
const LAST_PDU_TAG = 0xbe

/**
 * A scoped PDU that fills `octets`. A context name that is not UTF-8 is a fault: as text it could be
 * taken for another one.
 */
export function readScopedPdu(octets: Uint8Array): ScopedPdu | MessageFault {
  const cursor = new Cursor(octets)
  const outer = cursor.enter(TAGS.sequence)
  const contextEngineId = cursor.string(TAGS.octetString)
  const name = cursor.string(TAGS.octetString)
  const pdu = readPdu(cursor, '3')
  cursor.leave(outer)
  if (cursor.hasMore) cursor.fail()
  if (cursor.fault !== undefined || pdu === undefined) return cursor.fault ?? 'malformed'
  if (name.length === 0) return { contextEngineId, contextName: '', pdu }
  if (!isUtf8(name)) return 'malformed'
  return { contextEngineId, contextName: textOf(name), pdu }
}

/** The PDU that ends the innermost element. `undefined` only with a fault. */
export function readPdu(cursor: Cursor, version: Version): AnyPdu | undefined {
  switch (cursor.tag) {
    case TAGS.get:
      return readPlainPdu(cursor, TAGS.get, 'get')
    case TAGS.getnext:
      return readPlainPdu(cursor, TAGS.getnext, 'getnext')
    case TAGS.response:
      return readPlainPdu(cursor, TAGS.response, 'response')
    case TAGS.set:
      return readPlainPdu(cursor, TAGS.set, 'set')
    case TAGS.trap1:
      return version === '1' ? readTrap1Pdu(cursor) : refusePdu(cursor)
    case TAGS.getbulk:
      return version === '1' ? refusePdu(cursor) : readBulkPdu(cursor)
    case TAGS.inform:
      return version === '1' ? refusePdu(cursor) : readPlainPdu(cursor, TAGS.inform, 'inform')
    case TAGS.trap2:
      return version === '1' ? refusePdu(cursor) : readPlainPdu(cursor, TAGS.trap2, 'trap2')
    case TAGS.report:
      return version === '1' ? refusePdu(cursor) : readPlainPdu(cursor, TAGS.report, 'report')
    default:
      return refusePdu(cursor)
  }
}

/** An element that could be a PDU of somebody's is unknown, any other one malformed. */
function refusePdu(cursor: Cursor): undefined {
  const { tag } = cursor
  const isWhole = cursor.contents(tag) === cursor.end
  const isPdu = tag >= FIRST_PDU_TAG && tag <= LAST_PDU_TAG
  cursor.fail(isWhole && isPdu ? 'pdu-unknown' : 'malformed')
}

function readPlainPdu(cursor: Cursor, tag: number, type: PlainPdu['type']): PlainPdu {
  const outer = cursor.enter(tag)
  const requestId = cursor.integer()
  const errorStatus = cursor.integer()
  const errorIndex = cursor.integer()
  const varbinds = readVarbinds(cursor)
  cursor.leave(outer)
  return { type, requestId, errorStatus, errorIndex, varbinds }
}

function readBulkPdu(cursor: Cursor): BulkPdu {
  const outer = cursor.enter(TAGS.getbulk)
  const requestId = cursor.integer()
  const nonRepeaters = cursor.integer()
  const maxRepetitions = cursor.integer()
  const varbinds = readVarbinds(cursor)
  cursor.leave(outer)
  return { type: 'getbulk', requestId, nonRepeaters, maxRepetitions, varbinds }
}

function readTrap1Pdu(cursor: Cursor): Trap1Pdu {
  const outer = cursor.enter(TAGS.trap1)
  const enterprise = cursor.oid()
  const agentAddress = readIpAddress(cursor)
  const generic = cursor.integer()
  const specific = cursor.integer()
  const timestamp = cursor.unsigned(TAGS.timeTicks)
  const varbinds = readVarbinds(cursor)
  cursor.leave(outer)
  return { type: 'trap1', enterprise, agentAddress, generic, specific, timestamp, varbinds }
}

function readVarbinds(cursor: Cursor): readonly Varbind[] {
  const varbinds: Varbind[] = []
  const list = cursor.enter(TAGS.sequence)
  while (cursor.hasMore) {
    const outer = cursor.enter(TAGS.sequence)
    const oid = cursor.oid()
    const value = readValue(cursor)
    cursor.leave(outer)
    varbinds.push({ oid, value })
  }
  cursor.leave(list)
  return varbinds
}

function readValue(cursor: Cursor): Value {
  const { tag } = cursor
  switch (tag) {
    case TAGS.null:
      return readEmpty(cursor, tag, UNSPECIFIED)
    case TAGS.integer:
      return { type: 'Integer32', value: cursor.integer() }
    case TAGS.octetString:
      return { type: 'OctetString', value: cursor.string(tag) }
    case TAGS.objectIdentifier:
      return { type: 'ObjectIdentifier', value: cursor.oid() }
    case TAGS.ipAddress:
      return { type: 'IpAddress', value: readIpAddress(cursor) }
    case TAGS.counter32:
      return { type: 'Counter32', value: cursor.unsigned(tag) }
    case TAGS.gauge32:
      return { type: 'Gauge32', value: cursor.unsigned(tag) }
    case TAGS.timeTicks:
      return { type: 'TimeTicks', value: cursor.unsigned(tag) }
    case TAGS.opaque:
      return { type: 'Opaque', value: cursor.string(tag) }
    case TAGS.counter64:
      return { type: 'Counter64', value: cursor.unsigned64(tag) }
    case TAGS.noSuchObject:
      return readEmpty(cursor, tag, NO_SUCH_OBJECT)
    case TAGS.noSuchInstance:
      return readEmpty(cursor, tag, NO_SUCH_INSTANCE)
    case TAGS.endOfMibView:
      return readEmpty(cursor, tag, END_OF_MIB_VIEW)
    default:
      cursor.fail()
      return UNSPECIFIED
  }
}

function readEmpty(cursor: Cursor, tag: number, value: Value): Value {
  cursor.empty(tag)
  return value
}

function readIpAddress(cursor: Cursor): Uint8Array {
  const address = cursor.string(TAGS.ipAddress)
  if (address.length !== IP_ADDRESS_OCTETS) cursor.fail()
  return address
}
