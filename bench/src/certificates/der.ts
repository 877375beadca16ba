/** One value: a tag, a length as short as can be, and contents. */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const length = contents.reduce((sum, content) => sum + content.length, 0)
  return Buffer.concat([Buffer.of(tag), lengthOf(length), ...contents])
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Buffer.of(length)
  const text = length.toString(16)
  const body = Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex')
  return Buffer.concat([Buffer.of(0x80 | body.length), body])
}

/** A SEQUENCE. */
export function sequence(...contents: readonly Uint8Array[]): Buffer {
  return tlv(0x30, ...contents)
}

/** `[number]` around something, or in place of a constructed type. */
export function around(number: number, ...contents: readonly Uint8Array[]): Buffer {
  return tlv(0xa0 | number, ...contents)
}

/** `[number]` in place of a primitive type. */
export function inPlace(number: number, content: Uint8Array): Buffer {
  return tlv(0x80 | number, content)
}

/** An INTEGER that is not negative. */
export function integer(value: number): Buffer {
  const text = value.toString(16)
  const digits = text.length % 2 === 0 ? text : `0${text}`
  const isHigh = Number.parseInt(digits.slice(0, 2), 16) >= 0x80
  return tlv(0x02, Buffer.from(isHigh ? `00${digits}` : digits, 'hex'))
}

/** BOOLEAN TRUE. */
export const TRUE: Uint8Array = tlv(0x01, Buffer.of(0xff))

/** An object identifier from its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)))
}

function base128(arc: number): number[] {
  const digits = [arc & 0x7f]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits.unshift((rest & 0x7f) | 0x80)
  }
  return digits
}

/** A UTF8String. */
export function utf8(text: string): Buffer {
  return tlv(0x0c, Buffer.from(text))
}

/** An OCTET STRING. */
export function octets(...contents: readonly Uint8Array[]): Buffer {
  return tlv(0x04, ...contents)
}

/** A BIT STRING of whole bytes. */
export function bitString(contents: Uint8Array): Buffer {
  return tlv(0x03, Buffer.of(0), contents)
}

/** Named bits, trailing zeros left out. */
export function namedBits(...numbers: readonly number[]): Buffer {
  const last = Math.max(-1, ...numbers)
  const body = Buffer.alloc(Math.ceil((last + 1) / 8))
  for (const number of numbers) {
    body[number >> 3] = (body[number >> 3] ?? 0) | (0x80 >> (number & 7))
  }
  return tlv(0x03, Buffer.of(last === -1 ? 0 : 7 - (last & 7)), body)
}

/** An instant such as `2026-01-01T00:00:00Z`, as the type that its year asks for. */
export function time(instant: string): Buffer {
  const digits = `${instant.replaceAll(/[-:TZ]/g, '').padEnd(14, '0')}Z`
  const year = Number(instant.slice(0, 4))
  return year >= 1950 && year < 2050
    ? tlv(0x17, Buffer.from(digits.slice(2)))
    : tlv(0x18, Buffer.from(digits))
}
