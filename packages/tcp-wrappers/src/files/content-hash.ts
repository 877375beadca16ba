import { createHash, type Hash } from 'node:crypto'

/**
 * SHA-256 over some texts, each with its name and length before it, so that no two sets of texts are
 * hashed as the same bytes.
 */
export class ContentHash {
  readonly #hash: Hash = createHash('sha256')

  /** @param content - `null`: there is none, which is not the same as an empty one. */
  add(name: string, content: string | Uint8Array | null): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    this.#hash.update(JSON.stringify([name, bytes === null ? null : bytes.length]))
    if (bytes !== null) this.#hash.update(bytes)
  }

  /** Lower-case hexadecimal. Ends the hash. */
  digest(): string {
    return this.#hash.digest('hex')
  }
}
