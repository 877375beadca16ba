/** Writes SSH wire data (RFC 4251, 5). */
export class BlobWriter {
  readonly #pieces: Uint8Array[] = []

  /** A 32-bit number, most significant byte first. */
  uint32(value: number): this {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return this.bytes(bytes)
  }

  /** Bytes without a length before them. */
  bytes(bytes: Uint8Array): this {
    this.#pieces.push(bytes)
    return this
  }

  /** A string: length and bytes; text is written in UTF-8. */
  string(value: string | Uint8Array): this {
    const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value
    return this.uint32(bytes.length).bytes(bytes)
  }

  /** A number that is not negative, from its bytes; leading zeros are dropped, one is added where it is needed. */
  mpint(bytes: Uint8Array): this {
    return this.string(unsignedNumber(bytes))
  }

  /** What was written, as one new array. */
  finish(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#pieces))
  }
}

/**
 * The shortest two's-complement form of a number that is not negative; that of zero is empty.
 *
 * @param bytes - Magnitude, most significant byte first, with any leading zeros.
 */
function unsignedNumber(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  const magnitude = first === -1 ? new Uint8Array() : bytes.subarray(first)
  return (magnitude[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), magnitude]) : magnitude
}
