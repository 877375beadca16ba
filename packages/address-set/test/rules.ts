import fc from 'fast-check'
import ipaddr from 'ipaddr.js'

/** A rule with its meaning worked out here, apart from the code under test. */
export interface TestRule {
  readonly family: 4 | 6
  readonly text: string
  readonly canonical: string
  readonly size: bigint
  readonly covers: (address: bigint) => boolean
  /** Addresses at its edges. */
  readonly edges: readonly bigint[]
}

export const WIDTH = { 4: 32n, 6: 128n } as const
const MAPPED_FIRST = 0xffffn << 32n
const MAPPED_LAST = MAPPED_FIRST | 0xffffffffn

/** A number as text, by ipaddr.js. */
function textOf(family: 4 | 6, value: bigint): string {
  const bytes = Array.from({ length: Number(WIDTH[family] / 8n) }, (_, index) =>
    Number((value >> (WIDTH[family] - 8n * BigInt(index + 1))) & 255n),
  )
  return family === 4
    ? new ipaddr.IPv4(bytes).toString()
    : (ipaddr.fromByteArray(bytes) as ipaddr.IPv6).toRFC5952String()
}

/** An address as it may come in: plain, or IPv4 in its IPv4-mapped form. */
export function spellingsOf(family: 4 | 6, value: bigint): string[] {
  const text = textOf(family, value)
  return family === 6 ? [text] : [text, `::ffff:${text}`, textOf(6, MAPPED_FIRST | value)]
}

/** Any rule of any form. */
export function aRule(): fc.Arbitrary<TestRule> {
  return fc
    .oneof(
      ...([4, 6] as const).flatMap((family) => [
        fc.tuple(aValue(family), fc.boolean()).map(([value, map]) => single(family, value, map)),
        fc
          .tuple(aValue(family), aLength(family), fc.boolean())
          .map((args) => cidr(family, ...args)),
        fc.tuple(aValue(family), aMask(family), fc.boolean()).map((args) => mask(family, ...args)),
        fc
          .tuple(aValue(family), aValue(family), fc.boolean())
          .map((args) => range(family, ...args)),
      ]),
      fc
        .tuple(aValue(4), fc.constantFrom(1, 2, 3))
        .map(([value, octets]) => wildcard(value, octets)),
    )
    .filter(isReadable)
}

/** Values that lie close together and at the ends of the space, so that rules overlap. */
export function aValue(family: 4 | 6): fc.Arbitrary<bigint> {
  const all = (1n << WIDTH[family]) - 1n
  const octet = fc.constantFrom(0n, 1n, 2n, 10n, 127n, 128n, 255n)
  const few = fc
    .tuple(octet, octet, octet, octet)
    .map(([a, b, c, d]) => (a << 24n) | (b << 16n) | (c << 8n) | d)
  if (family === 4) return fc.oneof(few, few, fc.bigInt(0n, all), fc.constantFrom(0n, all))
  const spread = few.chain((value) =>
    fc.constantFrom(0n, 32n, 64n, 96n).map((shift) => (value << shift) & all),
  )
  const real = few.map((value) => (0x20010db8n << 96n) | value)
  return fc
    .oneof(real, real, spread, fc.bigInt(0n, all), fc.constantFrom(0n, all, MAPPED_LAST + 1n))
    .filter((value) => value < MAPPED_FIRST || value > MAPPED_LAST)
}

function aLength(family: 4 | 6): fc.Arbitrary<number> {
  const width = Number(WIDTH[family])
  return fc.oneof(fc.nat(width), fc.constantFrom(0, width - 1, width, width - 8, width - 24))
}

/** From a small stock, so that the limit on distinct masks is not reached. */
function aMask(family: 4 | 6): fc.Arbitrary<bigint> {
  const low = [0xff0000ffn, 0xffff00ffn, 0xfffffffen, 0xff000000n, 0x00ffffffn, 1n, 0xffffff0fn]
  if (family === 4) return fc.constantFrom(...low, 0n, 0xffffffffn)
  const upper = 0xffffffffn << 96n
  return fc.constantFrom(
    ...low.map((bits) => upper | bits),
    ...low.map((bits) => (bits << 96n) | 0xffffffffn),
    upper,
    (1n << 128n) - 1n,
  )
}

function single(family: 4 | 6, value: bigint, map: boolean): TestRule {
  const canonical = textOf(family, value)
  const text = map && family === 4 ? `::ffff:${canonical}` : canonical
  return { ...stretch(family, value, value), text, canonical }
}

function cidr(family: 4 | 6, value: bigint, length: number, map: boolean): TestRule {
  const open = (1n << (WIDTH[family] - BigInt(length))) - 1n
  const first = value & ~open
  const network = textOf(family, first)
  return {
    ...stretch(family, first, first | open),
    text: map && family === 4 ? `::ffff:${network}/${length + 96}` : `${network}/${length}`,
    canonical: `${network}/${length}`,
  }
}

function mask(family: 4 | 6, value: bigint, bits: bigint, map: boolean): TestRule {
  const first = value & bits
  const open = ((1n << WIDTH[family]) - 1n) ^ bits
  const size = 1n << BigInt(open.toString(2).split('1').length - 1)
  const canonical = `${textOf(family, first)}/${textOf(family, bits)}`
  const mapped = `::ffff:${textOf(4, first & 0xffffffffn)}/${textOf(6, (((1n << 96n) - 1n) << 32n) | bits)}`
  return {
    family,
    text: map && family === 4 ? mapped : canonical,
    canonical,
    size,
    covers: (address) => (address & bits) === first,
    edges: [first, first | open, first | (open & 0xffn), (first | open) ^ 1n],
  }
}

function range(family: 4 | 6, a: bigint, b: bigint, map: boolean): TestRule {
  const [first, last] = a < b ? [a, b] : [b, a]
  const ends = [textOf(family, first), textOf(family, last)]
  return {
    ...stretch(family, first, last),
    text: map && family === 4 ? ends.map((end) => `::ffff:${end}`).join('-') : ends.join('-'),
    canonical: ends.join('-'),
  }
}

function wildcard(value: bigint, octets: number): TestRule {
  const open = (1n << BigInt(8 * (4 - octets))) - 1n
  const first = value & ~open
  const text = `${textOf(4, first).split('.').slice(0, octets).join('.')}.*`
  return { ...stretch(4, first, first | open), text, canonical: text }
}

function stretch(family: 4 | 6, first: bigint, last: bigint): Omit<TestRule, 'text' | 'canonical'> {
  return {
    family,
    size: last - first + 1n,
    covers: (address) => address >= first && address <= last,
    edges: [first - 1n, first, last, last + 1n],
  }
}

/** Leaves out the IPv6 rules that cover IPv4-mapped addresses and others, which are refused. */
function isReadable({ family, size, covers, edges }: TestRule): boolean {
  if (family === 4 || size === 1n << 128n) return true
  return !edges.some((edge) => covers(MAPPED_FIRST | (edge & 0xffffffffn)))
}
