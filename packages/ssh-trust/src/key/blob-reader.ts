import { type KeyFault, type KeyFaultCode } from './codes.ts'

/**
 * Longest number in bytes, without leading zeros: 16384 bits, as in OpenSSH (`SSHBUF_MAX_BIGNUM`) and as
 * OpenSSL's largest RSA modulus.
 */
const MAX_NUMBER_BYTES = 2048

/** Thrown by readers of SSH wire data; {@link readStrictly} turns it into a {@link KeyFault}. */
export class MalformedBlob extends Error {
  /** What is wrong with the blob. */
  readonly fault: KeyFaultCode

  constructor(fault: KeyFaultCode) {
    super(fault)
    this.name = 'MalformedBlob'
    this.fault = fault
  }
}

/**
 * Reads SSH wire data (RFC 4251, 5) from the front, and refuses what is not there.
 *
 * Every method throws {@link MalformedBlob}; run it inside {@link readStrictly}.
 */
export class BlobReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset = 0

  /** @param bytes - The data; views of it are returned, so it must not be changed afterwards. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** How many bytes were read. */
  get offset(): number {
    return this.#offset
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.#bytes.length - this.#offset
  }

  /** One byte. */
  byte(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  /** A 32-bit number, most significant byte first. */
  uint32(): number {
    return this.#view.getUint32(this.#advance(4))
  }

  /** A 64-bit number, most significant byte first. */
  uint64(): bigint {
    return this.#view.getBigUint64(this.#advance(8))
  }

  /** Bytes without a length before them. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** A string: its length in 32 bits, then its bytes. */
  string(): Uint8Array {
    return this.bytes(this.uint32())
  }

  /**
   * A string that is text: no NUL in it, UTF-8.
   *
   * OpenSSH lets one NUL at the end pass; nothing writes it, and here it is refused.
   */
  text(): string {
    const bytes = this.string()
    if (bytes.includes(0)) throw new MalformedBlob('text-malformed')
    try {
      return UTF8.decode(bytes)
    } catch {
      throw new MalformedBlob('text-malformed')
    }
  }

  /**
   * A number that is not negative: its magnitude without leading zeros, empty for zero.
   *
   * RFC 4251 forbids superfluous leading zeros, OpenSSH takes and drops them; so does this.
   */
  mpint(): Uint8Array {
    const bytes = this.string()
    if (bytes[0] !== undefined && bytes[0] >= 0x80) throw new MalformedBlob('number-negative')
    if (bytes.length > MAX_NUMBER_BYTES + 1) throw new MalformedBlob('number-too-long')
    const first = bytes.findIndex((byte) => byte !== 0)
    const magnitude = first === -1 ? new Uint8Array() : bytes.subarray(first)
    if (magnitude.length > MAX_NUMBER_BYTES) throw new MalformedBlob('number-too-long')
    return magnitude
  }

  /** Everything that is left. */
  rest(): Uint8Array {
    return this.bytes(this.remaining)
  }

  /** @throws {@link MalformedBlob} `blob-trailing` if anything is left. */
  end(): void {
    if (this.remaining > 0) throw new MalformedBlob('blob-trailing')
  }

  #advance(length: number): number {
    if (length > this.remaining) throw new MalformedBlob('blob-truncated')
    const start = this.#offset
    this.#offset += length
    return start
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a whole blob with `read`; what `read` leaves over is a fault.
 *
 * @returns What `read` returns, or the first fault. Never throws for what is in the blob.
 */
export function readStrictly<Value>(
  blob: Uint8Array,
  read: (reader: BlobReader) => Value,
): Value | KeyFault {
  const reader = new BlobReader(blob)
  try {
    const value = read(reader)
    reader.end()
    return value
  } catch (error) {
    if (error instanceof MalformedBlob) return { fault: error.fault }
    throw error
  }
}
