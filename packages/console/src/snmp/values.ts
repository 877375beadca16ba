import { formatOid } from '@gatehouse/snmp-access'
import type { Value, Varbind } from '@gatehouse/snmp-access/message'

/** An object and its value for programs. */
export interface StatedVarbind {
  readonly oid: string
  /** Type of RFC 2578, or the exception in place of a value. */
  readonly type: Value['type']
  /** Numbers that fit as such, larger ones and all else as text; octets that are no text in hexadecimal. */
  readonly value?: string | number
  /** Whether `value` is octets in hexadecimal. */
  readonly hex?: true
}

/** Most octets of a value that are kept. */
const MAX_OCTETS = 1024

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

/** States an object and its value. Unescaped. */
export function stateVarbind({ oid, value }: Varbind): StatedVarbind {
  return { oid: formatOid(oid), type: value.type, ...stateValue(value) }
}

function stateValue(value: Value): Pick<StatedVarbind, 'value' | 'hex'> {
  switch (value.type) {
    case 'OctetString':
      return stateOctets(value.value)
    case 'Opaque':
      return { value: hexOf(value.value), hex: true }
    case 'IpAddress':
      return { value: value.value.join('.') }
    case 'ObjectIdentifier':
      return { value: formatOid(value.value) }
    case 'Counter64':
      return { value: value.value.toString() }
    case 'Integer32':
    case 'Counter32':
    case 'Gauge32':
    case 'TimeTicks':
      return { value: value.value }
    case 'unspecified':
    case 'noSuchObject':
    case 'noSuchInstance':
    case 'endOfMibView':
      return {}
  }
}

function stateOctets(octets: Uint8Array): Pick<StatedVarbind, 'value' | 'hex'> {
  const kept = octets.subarray(0, MAX_OCTETS)
  try {
    const text = UTF_8.decode(kept)
    if (!/[^\P{Cc}\t\r\n]/u.test(text)) return { value: text }
  } catch {
    // Shown as octets.
  }
  return { value: hexOf(kept), hex: true }
}

function hexOf(octets: Uint8Array): string {
  return Buffer.from(octets.subarray(0, MAX_OCTETS)).toString('hex')
}

/** A value for people. Unescaped. */
export function valueText({ type, value, hex }: StatedVarbind): string {
  if (value === undefined) return type
  if (type === 'TimeTicks') return `${value} (${ticksText(Number(value))})`
  return hex === true ? `0x${value}` : String(value)
}

/** Hundredths of a second as days, hours, minutes and seconds. */
export function ticksText(ticks: number): string {
  const seconds = Math.floor(ticks / 100)
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24]
  const clock = [hours, Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
  return days === 0 ? clock : `${days} d ${clock}`
}
