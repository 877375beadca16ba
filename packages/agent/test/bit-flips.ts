import { exchange } from './wire.ts'

/** A bit of a message. */
export interface Bit {
  readonly byte: number
  readonly bit: number
}

/** Every bit of a message, or one of each byte that take turns through all eight places. */
export function bitsOf(bytes: Uint8Array, which: 'all' | 'one-of-each-byte'): Bit[] {
  const bits = Array.from({ length: bytes.length * 8 }, (_, index) => ({
    byte: Math.floor(index / 8),
    bit: index % 8,
  }))
  return which === 'all' ? bits : bits.filter(({ byte, bit }) => byte % 8 === bit)
}

/** The message with one bit changed. */
function flip(bytes: Uint8Array, { byte, bit }: Bit): Uint8Array {
  const flipped = Uint8Array.from(bytes)
  flipped.set([(flipped.at(byte) ?? 0) ^ (1 << bit)], byte)
  return flipped
}

/**
 * Sends a message to a listener of HTTPS once for each bit, changed in that bit, over connections of their
 * own.
 *
 * @param atOnce - Most connections at once.
 * @returns The bits that something was answered with 2xx for; there should be none.
 */
export async function acceptedFlips(
  port: number,
  bytes: Uint8Array,
  bits: readonly Bit[],
  atOnce = 16,
): Promise<readonly Bit[]> {
  const accepted: Bit[] = []
  const waiting = [...bits]
  const work = async (): Promise<void> => {
    for (let bit = waiting.pop(); bit !== undefined; bit = waiting.pop()) {
      // oxlint-disable-next-line no-await-in-loop -- one connection at a time
      const answers = await exchange(port, flip(bytes, bit))
      if (answers.some(({ status }) => status >= 200 && status < 300)) accepted.push(bit)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return accepted
}
