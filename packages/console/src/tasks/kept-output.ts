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

/** Keeps the beginning of each stream, in memory that is bounded whatever comes, also in the smallest pieces. */
export class KeptOutput {
  readonly #most: number
  readonly #streams: Readonly<Record<OutputStream, KeptStream>> = {
    stdout: { bytes: new Uint8Array(), length: 0 },
    stderr: { bytes: new Uint8Array(), length: 0 },
  }
  #truncated = false

  /** @param most - Most bytes of each stream. */
  constructor(most: number) {
    this.#most = most
  }

  /** Keeps what fits. The bytes are copied: a chunk may be part of something large. */
  take(chunk: Uint8Array, stream: OutputStream): void {
    const kept = this.#streams[stream]
    const fitting = chunk.subarray(0, this.#most - kept.length)
    const length = kept.length + fitting.length
    if (length > kept.bytes.length) {
      const grown = new Uint8Array(Math.min(this.#most, 2 * length))
      grown.set(kept.bytes)
      kept.bytes = grown
    }
    kept.bytes.set(fitting, kept.length)
    kept.length = length
    this.#truncated ||= fitting.length < chunk.length
  }

  /** A character that was cut in two is left out. */
  get output(): Output {
    const text = (stream: OutputStream): string => {
      const { bytes, length } = this.#streams[stream]
      return new TextDecoder().decode(bytes.subarray(0, length), { stream: length === this.#most })
    }
    return { stdout: text('stdout'), stderr: text('stderr'), truncated: this.#truncated }
  }
}

/** One stream: its bytes, in room that is at most twice as long. */
interface KeptStream {
  bytes: Uint8Array
  length: number
}
