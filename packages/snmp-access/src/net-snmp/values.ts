import type { Value } from '../message/model.ts'
import { formatOid, parseOid } from '../oid.ts'
import { OBJECT_TYPES } from './model.ts'

const MAX_INTEGER = 2 ** 31 - 1
const MAX_UNSIGNED = 2 ** 32 - 1
const MAX_COUNTER64 = 2n ** 64n - 1n
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/

/**
 * A value as a message carries it.
 *
 * Of a Counter64 eight octets are taken, and any whole number that is one: numbers end the process
 * of net-snmp's own agent.
 *
 * @param type - net-snmp's number of the type.
 * @param held - What the Mib holds.
 * @returns `undefined` for what is no value of the type, and for types that no message carries.
 */
export function toValue(type: number, held: unknown): Value | undefined {
  switch (type) {
    case OBJECT_TYPES.integer: {
      const value = wholeNumber(held, -MAX_INTEGER - 1, MAX_INTEGER)
      return value === undefined ? undefined : { type: 'Integer32', value }
    }
    case OBJECT_TYPES.octetString: {
      const value = typeof held === 'string' ? Buffer.from(held) : held
      return value instanceof Uint8Array ? { type: 'OctetString', value } : undefined
    }
    case OBJECT_TYPES.oid: {
      const value = typeof held === 'string' ? parseOid(held) : undefined
      return value === undefined ? undefined : { type: 'ObjectIdentifier', value }
    }
    case OBJECT_TYPES.ipAddress: {
      const parts = typeof held === 'string' && IPV4.test(held) ? held.split('.').map(Number) : []
      const isAddress = parts.length === 4 && parts.every((part) => part <= 255)
      return isAddress ? { type: 'IpAddress', value: Uint8Array.from(parts) } : undefined
    }
    case OBJECT_TYPES.counter:
    case OBJECT_TYPES.gauge:
    case OBJECT_TYPES.timeTicks: {
      const value = wholeNumber(held, 0, MAX_UNSIGNED)
      return value === undefined ? undefined : { type: UNSIGNED[type], value }
    }
    case OBJECT_TYPES.opaque:
      return held instanceof Uint8Array ? { type: 'Opaque', value: held } : undefined
    case OBJECT_TYPES.counter64: {
      const value = bigOf(held)
      return value === undefined ? undefined : { type: 'Counter64', value }
    }
    default:
      return undefined
  }
}

const UNSIGNED = { 65: 'Counter32', 66: 'Gauge32', 67: 'TimeTicks' } as const

function wholeNumber(held: unknown, min: number, max: number): number | undefined {
  const value = typeof held === 'string' && /^-?\d{1,10}$/.test(held) ? Number(held) : held
  if (typeof value !== 'number' || !Number.isInteger(value)) return undefined
  return value >= min && value <= max ? value : undefined
}

function bigOf(held: unknown): bigint | undefined {
  if (held instanceof Uint8Array) {
    return held.length === 8 ? BigInt(`0x${Buffer.from(held).toString('hex')}`) : undefined
  }
  const isNumber = typeof held === 'bigint' || Number.isSafeInteger(held)
  if (!isNumber && !(typeof held === 'string' && /^\d{1,20}$/.test(held))) return undefined
  const value = BigInt(held as bigint | number | string)
  return value >= 0n && value <= MAX_COUNTER64 ? value : undefined
}

/** net-snmp's number of a value's type; `undefined` for the exceptions, which no object has. */
export function typeOf({ type }: Value): number | undefined {
  return TYPES[type]
}

const TYPES: Readonly<Partial<Record<Value['type'], number>>> = {
  Integer32: OBJECT_TYPES.integer,
  OctetString: OBJECT_TYPES.octetString,
  ObjectIdentifier: OBJECT_TYPES.oid,
  IpAddress: OBJECT_TYPES.ipAddress,
  Counter32: OBJECT_TYPES.counter,
  Gauge32: OBJECT_TYPES.gauge,
  TimeTicks: OBJECT_TYPES.timeTicks,
  Opaque: OBJECT_TYPES.opaque,
  Counter64: OBJECT_TYPES.counter64,
}

/**
 * A value as a Mib holds it: octets as text where they are UTF-8, which is how net-snmp holds them,
 * and as octets where they are not, which net-snmp would not give back.
 */
export function fromValue(value: Value): unknown {
  switch (value.type) {
    case 'Integer32':
    case 'Counter32':
    case 'Gauge32':
    case 'TimeTicks':
      return value.value
    case 'OctetString': {
      const octets = Buffer.from(value.value)
      const text = octets.toString()
      return Buffer.from(text).equals(octets) ? text : octets
    }
    case 'ObjectIdentifier':
      return formatOid(value.value)
    case 'IpAddress':
      return value.value.join('.')
    case 'Opaque':
      return Buffer.from(value.value)
    case 'Counter64': {
      const octets = Buffer.alloc(8)
      octets.writeBigUInt64BE(value.value)
      return octets
    }
    case 'unspecified':
    case 'noSuchObject':
    case 'noSuchInstance':
    case 'endOfMibView':
      return undefined
  }
}
