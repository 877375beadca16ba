import type { OutputStream } from './runner.ts'

/** Both streams of a program, as far as they are kept. */
export interface Output {
  /** The beginning of standard output, as UTF-8. Unescaped. */
  readonly stdout: string
  /** The beginning of standard error, as UTF-8. Unescaped. */
  readonly stderr: string
  /** Whether there was more than is kept. */
  readonly truncated: boolean
}

/** Keeps the beginning of each stream, in memory that is bounded whatever comes. */
export class KeptOutput {
  readonly #most: number
  readonly #chunks: Record<OutputStream, Uint8Array[]> = { stdout: [], stderr: [] }
  readonly #sizes: Record<OutputStream, number> = { stdout: 0, stderr: 0 }
  #truncated = false

  /** @param most - Most bytes of each stream. */
  constructor(most: number) {
    this.#most = most
  }

  /** Keeps what fits. The bytes are copied: a chunk may be part of something large. */
  take(chunk: Uint8Array, stream: OutputStream): void {
    const fitting = chunk.slice(0, this.#most - this.#sizes[stream])
    this.#sizes[stream] += fitting.length
    if (fitting.length > 0) this.#chunks[stream].push(fitting)
    this.#truncated ||= fitting.length < chunk.length
  }

  /** A character that was cut in two is left out. */
  get output(): Output {
    const text = (stream: OutputStream): string => {
      const bytes = Buffer.concat(this.#chunks[stream])
      return new TextDecoder().decode(bytes, { stream: bytes.length === this.#most })
    }
    return { stdout: text('stdout'), stderr: text('stderr'), truncated: this.#truncated }
  }
}
