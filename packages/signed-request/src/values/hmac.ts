import { hash } from 'node:crypto'

/** Bytes of a block of SHA-256. */
const BLOCK = 64
const DIGEST = 32

/**
 * HMAC with SHA-256 by one key, for messages of one length (RFC 2104).
 *
 * Two digests over buffers that stay: `createHmac` makes objects that have to be collected, and takes
 * four times as long for a message of some fifty bytes.
 */
export class Hmac {
  readonly #inner: Buffer
  /** Where the rest of a message begins. */
  readonly #rest: number
  readonly #outer = Buffer.alloc(BLOCK + DIGEST)

  /**
   * @param prefix - What every message begins with.
   * @param length - Bytes of the rest of every message.
   * @throws RangeError for a key of more than a block, which would have to be digested first.
   */
  constructor(key: Uint8Array, prefix: Uint8Array, length: number) {
    if (key.length > BLOCK) throw new RangeError(`a key has at most ${BLOCK} bytes`)
    this.#inner = Buffer.alloc(BLOCK + prefix.length + length)
    for (let index = 0; index < BLOCK; index += 1) {
      this.#inner[index] = (key[index] ?? 0) ^ 0x36
      this.#outer[index] = (key[index] ?? 0) ^ 0x5c
    }
    this.#inner.set(prefix, BLOCK)
    this.#rest = BLOCK + prefix.length
  }

  /** @throws RangeError for a message of another length. */
  of(rest: Uint8Array): Buffer {
    if (rest.length !== this.#inner.length - this.#rest) throw new RangeError('another length')
    this.#inner.set(rest, this.#rest)
    this.#outer.write(hash('sha256', this.#inner, 'binary'), BLOCK, 'latin1')
    return Buffer.from(hash('sha256', this.#outer, 'binary'), 'latin1')
  }
}
