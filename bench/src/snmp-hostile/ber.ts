/** Writes and reads BER on its own, so that nothing that is tested judges itself. */

/** An element as it stands in octets. */
export interface Element {
  readonly tag: number
  readonly contents: Buffer
  /** Where the contents begin. */
  readonly at: number
  /** With its head. */
  readonly whole: Buffer
}

/** Octets that are not what they should be. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

/** An element with its length in the shortest form. */
export function tlv(tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Uint8Array.from(part)))
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body])
}

/** A length in the shortest form. */
export function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length)
  if (length < 0x100) return Buffer.of(0x81, length)
  if (length < 0x10000) return Buffer.of(0x82, length >> 8, length & 0xff)
  return Buffer.of(0x83, length >> 16, (length >> 8) & 0xff, length & 0xff)
}

/** An INTEGER as short as it may be. */
export function int(value: number | bigint, tag = 2): Buffer {
  const octets: number[] = []
  let rest = BigInt(value)
  do {
    octets.unshift(Number(rest & 0xffn))
    rest >>= 8n
  } while (!(rest === 0n && octets[0]! < 0x80) && !(rest === -1n && octets[0]! >= 0x80))
  return tlv(tag, octets)
}

/** Contents of an OBJECT IDENTIFIER. */
function oidContents(oid: readonly number[]): Buffer {
  const [first = 0, second = 0, ...others] = oid
  return Buffer.concat([first * 40 + second, ...others].map(subIdentifier))
}

/** An OBJECT IDENTIFIER. */
export function oidOf(oid: readonly number[]): Buffer {
  return tlv(6, oidContents(oid))
}

function subIdentifier(value: number): Buffer {
  const octets = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    octets.unshift(128 + (rest % 128))
  }
  return Buffer.from(octets)
}

/** The one element that fills the octets. @throws Unreadable for anything else. */
export function only(octets: Uint8Array): Element {
  const [first, ...others] = elements(octets)
  if (first === undefined || others.length > 0) throw new Unreadable('not one element')
  return first
}

/** The elements that follow each other to the end. @throws Unreadable for anything else. */
export function elements(octets: Uint8Array): Element[] {
  const buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  const found: Element[] = []
  let at = 0
  while (at < buffer.length) {
    const begin = at
    if (at + 2 > buffer.length) throw new Unreadable('ends in a head')
    const tag = buffer[at] as number
    let length = buffer[at + 1] as number
    at += 2
    if (length >= 0x80) {
      const count = length - 0x80
      if (count < 1 || count > 4 || at + count > buffer.length) throw new Unreadable('length')
      length = buffer.readUIntBE(at, count)
      at += count
    }
    if (at + length > buffer.length) throw new Unreadable('longer than what is around it')
    const end = at + length
    const [contents, whole] = [buffer.subarray(at, end), buffer.subarray(begin, end)]
    found.push({ tag, contents, at, whole })
    at = end
  }
  return found
}

/** As many elements as tags, with these tags. @throws Unreadable for anything else. */
export function exactly<const Tags extends readonly number[]>(
  octets: Uint8Array,
  tags: Tags,
): { readonly [At in keyof Tags]: Element } {
  const found = elements(octets)
  if (found.length !== tags.length || !found.every(({ tag }, at) => tag === tags[at])) {
    throw new Unreadable('not these elements')
  }
  return found as unknown as { readonly [At in keyof Tags]: Element }
}

/** A signed number of at most four octets. */
export function signed({ contents }: Element): number {
  if (contents.length < 1 || contents.length > 4) throw new Unreadable('integer')
  return contents.readIntBE(0, contents.length)
}

/** An unsigned number of at most as many octets. */
export function unsigned({ contents }: Element, most: number): bigint {
  const isPadded = contents[0] === 0
  const isLong = contents.length > most + (isPadded ? 1 : 0)
  if (contents.length < 1 || (contents[0] as number) >= 0x80 || isLong) {
    throw new Unreadable('unsigned')
  }
  return BigInt(`0x${contents.toString('hex')}`)
}

/** 2 to 128 sub-identifiers. */
export function readOid({ contents }: Element): number[] {
  const subs: bigint[] = []
  let sub = 0n
  let isOpen = false
  for (const octet of contents) {
    if (!isOpen && octet === 0x80) throw new Unreadable('padded')
    sub = sub * 128n + BigInt(octet & 0x7f)
    isOpen = octet >= 0x80
    if (isOpen) continue
    subs.push(sub)
    sub = 0n
  }
  const [first, ...others] = subs
  if (isOpen || first === undefined || others.length + 2 > 128) throw new Unreadable('oid')
  const root = first < 40n ? 0n : first < 80n ? 1n : 2n
  const all = [root, first - 40n * root, ...others]
  if (all.some((one) => one > 0xffffffffn)) throw new Unreadable('sub-identifier')
  return all.map(Number)
}
