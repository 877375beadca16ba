/** One value: a tag, a length as short as can be, and contents. */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(contents)
  return new Uint8Array(Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]))
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const text = length.toString(16)
  const body = Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex')
  return Buffer.concat([Buffer.from([0x80 | body.length]), body])
}

export function sequence(...contents: readonly Uint8Array[]): Uint8Array {
  return tlv(0x30, ...contents)
}

export function set(...contents: readonly Uint8Array[]): Uint8Array {
  return tlv(0x31, ...contents)
}

/** `[number]` around something, or in place of a constructed type. */
export function around(number: number, ...contents: readonly Uint8Array[]): Uint8Array {
  return tlv(0xa0 | number, ...contents)
}

/** `[number]` in place of a primitive type. */
export function inPlace(number: number, contents: Uint8Array): Uint8Array {
  return tlv(0x80 | number, contents)
}

export function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values)
}

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'))
}

export function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

export function integer(value: number | bigint): Uint8Array {
  const text = value.toString(16)
  const digits = text.length % 2 === 0 ? text : `0${text}`
  return tlv(0x02, hex(Number.parseInt(digits.slice(0, 2), 16) >= 0x80 ? `00${digits}` : digits))
}

export const TRUE: Uint8Array = tlv(0x01, bytes(0xff))

export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tlv(0x06, bytes(...[first * 40 + second, ...rest].flatMap(base128)))
}

function base128(arc: number): number[] {
  const digits = [arc & 0x7f]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits.unshift((rest & 0x7f) | 0x80)
  }
  return digits
}

export function utf8(text: string): Uint8Array {
  return tlv(0x0c, new Uint8Array(Buffer.from(text, 'utf8')))
}

export function octets(...contents: readonly Uint8Array[]): Uint8Array {
  return tlv(0x04, ...contents)
}

/** A bit string of whole bytes. */
export function bitString(contents: Uint8Array): Uint8Array {
  return tlv(0x03, bytes(0), contents)
}

/** Named bits, trailing zeros left out. */
export function namedBits(...numbers: readonly number[]): Uint8Array {
  const last = Math.max(-1, ...numbers)
  const body = new Uint8Array(Math.ceil((last + 1) / 8))
  for (const number of numbers)
    body[number >> 3] = (body[number >> 3] ?? 0) | (0x80 >> (number & 7))
  return tlv(0x03, bytes(last === -1 ? 0 : 7 - (last & 7)), body)
}

/** As UTCTime or GeneralizedTime, whichever the year asks for. */
export function time(instant: string): Uint8Array {
  const year = Number(instant.slice(0, 4))
  return year >= 1950 && year < 2050 ? utcTime(instant) : generalizedTime(instant)
}

function utcTime(instant: string): Uint8Array {
  return tlv(0x17, ascii(digitsOf(instant).slice(2)))
}

export function generalizedTime(instant: string): Uint8Array {
  return tlv(0x18, ascii(digitsOf(instant)))
}

function digitsOf(instant: string): string {
  return `${instant.replaceAll(/[-:TZ]/g, '').padEnd(14, '0')}Z`
}
