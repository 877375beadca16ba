import type { BlobReader } from '../key/blob-reader.ts'
import { MalformedList } from './malformed-list.ts'
import type { SerialBitmap, SerialRange } from './serials.ts'

const MAX_SERIAL = 2n ** 64n - 1n

/** OpenSSH's `BITMAP_MAX`, 2^24 bits. */
const MAX_BITMAP_BYTES = 2 * 1024 * 1024

/** Reads single serial numbers up to the end, into `ranges`. */
export function readSerialList(reader: BlobReader, ranges: SerialRange[]): void {
  while (reader.remaining > 0) {
    const serial = reader.uint64()
    ranges.push(rangeOf(serial, serial))
  }
}

/** Reads the lowest and the highest serial number of a range. */
export function readSerialRange(reader: BlobReader): SerialRange {
  const first = reader.uint64()
  return rangeOf(first, reader.uint64())
}

/** Reads a bitmap; none if no bit is set. */
export function readSerialBitmap(reader: BlobReader): readonly SerialBitmap[] {
  const first = reader.uint64()
  const bits = magnitudeOf(reader.string())
  if (bits.length === 0) return []
  const lowest = bits.at(-1) ?? 0
  if (first === 0n && (lowest & 1) === 1) throw new MalformedList('list-serial-malformed')
  const width = bits.length * 8 - Math.clz32(bits[0] ?? 0) + 24
  if (first + BigInt(width) - 1n > MAX_SERIAL) throw new MalformedList('list-serial-malformed')
  return [{ first, bits }]
}

function rangeOf(first: bigint, last: bigint): SerialRange {
  if (first === 0n || first > last) throw new MalformedList('list-serial-malformed')
  return { first, last }
}

/** An mpint may be far longer here than the number of any key. */
function magnitudeOf(bytes: Uint8Array): Uint8Array {
  const isNegative = (bytes[0] ?? 0) >= 0x80
  const start = bytes.findIndex((byte) => byte !== 0)
  const magnitude = start < 0 ? new Uint8Array() : bytes.subarray(start)
  if (isNegative || magnitude.length > MAX_BITMAP_BYTES) {
    throw new MalformedList('list-bitmap-malformed')
  }
  return magnitude
}
