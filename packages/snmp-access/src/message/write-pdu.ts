import type { Version } from '../request.ts'
import type { AnyPdu, ScopedPdu, Value, Varbind } from './model.ts'
import { TAGS } from './tags.ts'
import type { Writer } from './writer.ts'

const IP_ADDRESS_OCTETS = 4

const UTF8 = new TextEncoder()
const NO_OCTETS = new Uint8Array(0)

/** Writes a scoped PDU. */
export function writeScopedPdu(writer: Writer, scoped: ScopedPdu): void {
  const since = writer.size
  writePdu(writer, scoped.pdu, '3')
  const { contextName } = scoped
  writer.string(TAGS.octetString, contextName === '' ? NO_OCTETS : UTF8.encode(contextName))
  writer.string(TAGS.octetString, scoped.contextEngineId)
  writer.head(TAGS.sequence, since)
}

/** Writes a PDU. @throws RangeError for one that the version does not have, or that holds what cannot be written. */
export function writePdu(writer: Writer, pdu: AnyPdu, version: Version): void {
  if (!hasPdu(version, pdu.type)) throw new RangeError(`no ${pdu.type} in version ${version}`)
  const since = writer.size
  writeVarbinds(writer, pdu.varbinds)
  if (pdu.type === 'trap1') {
    writer.unsigned(TAGS.timeTicks, pdu.timestamp)
    writer.integer(pdu.specific)
    writer.integer(pdu.generic)
    writeIpAddress(writer, pdu.agentAddress)
    writer.oid(pdu.enterprise)
  } else {
    const isBulk = pdu.type === 'getbulk'
    writer.integer(isBulk ? pdu.maxRepetitions : pdu.errorIndex)
    writer.integer(isBulk ? pdu.nonRepeaters : pdu.errorStatus)
    writer.integer(pdu.requestId)
  }
  writer.head(TAGS[pdu.type], since)
}

function hasPdu(version: Version, type: AnyPdu['type']): boolean {
  switch (type) {
    case 'get':
    case 'getnext':
    case 'set':
    case 'response':
      return true
    case 'trap1':
      return version === '1'
    case 'getbulk':
    case 'inform':
    case 'trap2':
    case 'report':
      return version !== '1'
  }
}

function writeVarbinds(writer: Writer, varbinds: readonly Varbind[]): void {
  const since = writer.size
  for (let index = varbinds.length - 1; index >= 0; index -= 1) {
    writeVarbind(writer, varbinds[index] as Varbind)
  }
  writer.head(TAGS.sequence, since)
}

/** Writes a name and its value. */
export function writeVarbind(writer: Writer, varbind: Varbind): void {
  const since = writer.size
  writeValue(writer, varbind.value)
  writer.oid(varbind.oid)
  writer.head(TAGS.sequence, since)
}

function writeValue(writer: Writer, value: Value): void {
  switch (value.type) {
    case 'Integer32':
      return writer.integer(value.value)
    case 'OctetString':
      return writer.string(TAGS.octetString, value.value)
    case 'ObjectIdentifier':
      return writer.oid(value.value)
    case 'IpAddress':
      return writeIpAddress(writer, value.value)
    case 'Counter32':
      return writer.unsigned(TAGS.counter32, value.value)
    case 'Gauge32':
      return writer.unsigned(TAGS.gauge32, value.value)
    case 'TimeTicks':
      return writer.unsigned(TAGS.timeTicks, value.value)
    case 'Opaque':
      return writer.string(TAGS.opaque, value.value)
    case 'Counter64':
      return writer.unsigned64(TAGS.counter64, value.value)
    case 'unspecified':
      return writer.empty(TAGS.null)
    case 'noSuchObject':
    case 'noSuchInstance':
    case 'endOfMibView':
      return writer.empty(TAGS[value.type])
  }
}

function writeIpAddress(writer: Writer, address: Uint8Array): void {
  if (address.length !== IP_ADDRESS_OCTETS) throw new RangeError('no address of four octets')
  writer.string(TAGS.ipAddress, address)
}
