import type { Oid } from '@gatehouse/snmp-access'
import { elements, exactly, readOid, signed, Unreadable, unsigned, type Element } from './ber.ts'

/** A varbind as read; its value as an element. */
export interface ReadVarbind {
  readonly oid: Oid
  readonly value: Element
}

/** A PDU as read; of a GETBULK the two numbers are non-repeaters and max-repetitions. */
export interface ReadPdu {
  readonly tag: number
  readonly requestId: number
  readonly numbers: readonly [number, number]
  readonly varbinds: readonly ReadVarbind[]
  /** Version 1's trap. */
  readonly trap1?: { readonly enterprise: Oid; readonly generic: number; readonly specific: number }
}

/** Tags of PDUs. */
export const PDUS = {
  get: 0xa0,
  getnext: 0xa1,
  response: 0xa2,
  set: 0xa3,
  trap1: 0xa4,
  getbulk: 0xa5,
  inform: 0xa6,
  trap2: 0xa7,
  report: 0xa8,
} as const

/** What version 1 has. */
const OF_VERSION_1: ReadonlySet<number> = new Set([0xa0, 0xa1, 0xa2, 0xa3, 0xa4])
const LATER: ReadonlySet<number> = new Set([0xa0, 0xa1, 0xa2, 0xa3, 0xa5, 0xa6, 0xa7, 0xa8])

/** Reads a PDU. @throws Unreadable for what is to be dropped. */
export function readPdu(element: Element, isVersion1: boolean): ReadPdu {
  const { tag, contents } = element
  if (!(isVersion1 ? OF_VERSION_1 : LATER).has(tag)) throw new Unreadable('pdu')
  if (tag === PDUS.trap1) return readTrap1(contents)
  const [id, first, second, list] = exactly(contents, [2, 2, 2, 0x30])
  return {
    tag,
    requestId: signed(id),
    numbers: [signed(first), signed(second)],
    varbinds: readVarbinds(list),
  }
}

function readTrap1(contents: Buffer): ReadPdu {
  const [name, address, generic, specific, time, list] = exactly(
    contents,
    [6, 0x40, 2, 2, 0x43, 0x30],
  )
  if (address.contents.length !== 4) throw new Unreadable('address')
  unsigned(time, 4)
  const trap1 = { enterprise: readOid(name), generic: signed(generic), specific: signed(specific) }
  return { tag: PDUS.trap1, requestId: 0, numbers: [0, 0], varbinds: readVarbinds(list), trap1 }
}

function readVarbinds({ contents }: Element): ReadVarbind[] {
  return elements(contents).map((pair) => {
    if (pair.tag !== 0x30) throw new Unreadable('varbind')
    const [name, value, ...rest] = elements(pair.contents)
    if (name?.tag !== 6 || value === undefined || rest.length > 0) throw new Unreadable('varbind')
    requireValue(value)
    return { oid: readOid(name), value }
  })
}

function requireValue(value: Element): void {
  const { tag, contents } = value
  switch (tag) {
    case 2:
      signed(value)
      return
    case 4:
    case 0x44:
      return
    case 6:
      readOid(value)
      return
    case 0x40:
      if (contents.length !== 4) throw new Unreadable('address')
      return
    case 0x41:
    case 0x42:
    case 0x43:
      unsigned(value, 4)
      return
    case 0x46:
      unsigned(value, 8)
      return
    case 5:
    case 0x80:
    case 0x81:
    case 0x82:
      if (contents.length > 0) throw new Unreadable('not empty')
      return
    default:
      throw new Unreadable('value')
  }
}

/** What stands inside a version 3 message. */
export interface ReadScope {
  readonly contextEngineId: Buffer
  readonly contextName: Buffer
  readonly pdu: ReadPdu
}

/** Reads a scoped PDU. @throws Unreadable for what is to be dropped. */
export function readScope(octets: Uint8Array): ReadScope {
  const [sequence] = exactly(octets, [0x30])
  const [engine, name, pdu, ...rest] = elements(sequence.contents)
  if (engine?.tag !== 4 || name?.tag !== 4 || pdu === undefined || rest.length > 0) {
    throw new Unreadable('scope')
  }
  const text = name.contents.toString()
  if (!Buffer.from(text).equals(name.contents)) throw new Unreadable('context name')
  return { contextEngineId: engine.contents, contextName: name.contents, pdu: readPdu(pdu, false) }
}

/** A name as text. */
export function nameOf(oid: Oid): string {
  return oid.join('.')
}
