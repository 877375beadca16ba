import type { BareItem, InnerList, Item, Parameters } from './model.ts'

/**
 * Writes an inner list with its parameters (RFC 9651, 4.1.1.1).
 *
 * @throws TypeError for what has no such form, such as a string outside printable ASCII.
 */
export function writeInnerList({ items, parameters }: InnerList): string {
  let text = '('
  for (const [index, item] of items.entries()) text += (index === 0 ? '' : ' ') + writeItem(item)
  return `${text})${writeParameters(parameters)}`
}

/** Writes a value with its parameters (RFC 9651, 4.1.3); throws as {@link writeInnerList}. */
export function writeItem({ value, parameters }: Item): string {
  return writeBareItem(value) + writeParameters(parameters)
}

/** Writes bytes in base64 between colons (RFC 9651, 4.1.8). */
export function writeBytes(bytes: Uint8Array): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return `:${view.toString('base64')}:`
}

/** Writes a string in quotes (RFC 9651, 4.1.6); throws as {@link writeInnerList}. */
function writeString(value: string): string {
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index)
    if (code < 0x20 || code > 0x7e) throw new TypeError('a string is not printable ASCII')
  }
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`
}

function writeParameters(parameters: Parameters): string {
  let text = ''
  for (const [name, value] of parameters) {
    text += `;${writeKey(name)}`
    if (value !== true) text += `=${writeBareItem(value)}`
  }
  return text
}

function writeKey(name: string): string {
  if (!/^[a-z*][a-z0-9_.*-]*$/.test(name))
    throw new TypeError('a name is none of a structured field')
  return name
}

function writeBareItem(value: BareItem): string {
  if (typeof value === 'string') return writeString(value)
  if (typeof value === 'number') return writeInteger(value)
  if (typeof value === 'boolean') return value ? '?1' : '?0'
  return writeBytes(value)
}

function writeInteger(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) > 999_999_999_999_999) {
    throw new TypeError('a number is no integer of a structured field')
  }
  return String(value)
}
