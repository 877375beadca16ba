import { formatPattern, type AddressPattern } from '@gatehouse/address-set'

/** The addresses of one family whose bits under the mask are those of the value. */
export interface AddressCube {
  /** Bits of an address of the family: 32 or 128. */
  readonly width: 32 | 128
  /** Bits outside the mask are 0. */
  readonly value: bigint
  readonly mask: bigint
}

/** A pattern of one address, a prefix or a mask as a cube. */
export function cubeOf(pattern: AddressPattern): AddressCube {
  const [address = '', length] = formatPattern(pattern).split('/')
  const width = address.includes(':') ? 128 : 32
  const all = (1n << BigInt(width)) - 1n
  const mask = maskOf(length, width, all)
  return { width, value: numberOf(address) & mask, mask }
}

function maskOf(length: string | undefined, width: number, all: bigint): bigint {
  if (length === undefined) return all
  if (!/^\d+$/.test(length)) return numberOf(length)
  return (all << BigInt(width - Number(length))) & all
}

function numberOf(address: string): bigint {
  if (!address.includes(':')) {
    return address.split('.').reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n)
  }
  const [head = '', tail] = address.split('::')
  const left = wordsOf(head)
  const right = tail === undefined ? [] : wordsOf(tail)
  const between = Array.from<bigint>({ length: 8 - left.length - right.length }).fill(0n)
  return [...left, ...between, ...right].reduce((sum, word) => (sum << 16n) | word, 0n)
}

function wordsOf(text: string): bigint[] {
  return text === '' ? [] : text.split(':').map((word) => BigInt(`0x${word}`))
}

/** Whether every address of the second is one of the first. */
export function covers(whole: AddressCube, part: AddressCube): boolean {
  if (whole.width !== part.width || (whole.mask & ~part.mask) !== 0n) return false
  return (part.value & whole.mask) === whole.value
}

/** Whether there is an address in both. */
export function meets(a: AddressCube, b: AddressCube): boolean {
  return a.width === b.width && ((a.value ^ b.value) & a.mask & b.mask) === 0n
}

/** The addresses in both; `undefined` when there is none. */
export function intersect(a: AddressCube, b: AddressCube): AddressCube | undefined {
  if (!meets(a, b)) return undefined
  return { width: a.width, value: a.value | b.value, mask: a.mask | b.mask }
}

/** Most pieces that a cube is cut into; files that people write need a few dozen. */
const MAX_PIECES = 10_000

/**
 * Cuts out of a cube what others hold.
 *
 * @returns The rest in pieces that share no address, `undefined` when there would be too many.
 */
export function subtract(
  cube: AddressCube,
  others: readonly AddressCube[],
): AddressCube[] | undefined {
  const rest: AddressCube[] = []
  const pieces = [cube]
  for (let count = 0; count < MAX_PIECES; count += 1) {
    const piece = pieces.pop()
    if (piece === undefined) return rest
    if (others.some((other) => covers(other, piece))) continue
    const cut = others.find((other) => meets(other, piece))
    if (cut === undefined) {
      rest.push(piece)
      continue
    }
    const bit = highestBit(cut.mask & ~piece.mask)
    const mask = piece.mask | bit
    pieces.push({ ...piece, mask }, { ...piece, mask, value: piece.value | bit })
  }
  return undefined
}

function highestBit(value: bigint): bigint {
  return 1n << BigInt(value.toString(2).length - 1)
}

/** An address as text, IPv6 in full. */
export function addressText(value: bigint, width: 32 | 128): string {
  const size = width === 32 ? 8n : 16n
  const count = width === 32 ? 4 : 8
  const parts = Array.from(
    { length: count },
    (_, index) => (value >> (size * BigInt(count - 1 - index))) & ((1n << size) - 1n),
  )
  return width === 32 ? parts.join('.') : parts.map((part) => part.toString(16)).join(':')
}
