import { connect, type TLSSocket } from 'node:tls'

/** One answer of HTTP as it came over a connection. */
export interface WireAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A connection of TLS that bytes are written to, and answers are read from. Trusts every server. */
export class Wire {
  readonly #socket: TLSSocket
  #received = ''
  #isClosed = false
  #changed: () => void = () => undefined

  constructor(port: number) {
    this.#socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
    this.#socket.setEncoding('utf8')
    this.#socket.on('data', (chunk: string) => {
      this.#received += chunk
      this.#changed()
    })
    this.#socket.on('error', () => undefined)
    this.#socket.on('close', () => {
      this.#isClosed = true
      this.#changed()
    })
  }

  /** Writes bytes. */
  write(bytes: string | Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** Breaks off. */
  destroy(): void {
    this.#socket.destroy()
  }

  /** The next answer; nothing when the other side closes before. */
  async answer(): Promise<WireAnswer | undefined> {
    for (;;) {
      const answer = this.#take()
      if (answer !== undefined) return answer
      if (this.#isClosed) return undefined
      // oxlint-disable-next-line no-await-in-loop -- waits for more
      await new Promise<void>((resolve) => (this.#changed = resolve))
    }
  }

  /** Every answer until the other side closes. */
  async answers(): Promise<readonly WireAnswer[]> {
    const answers: WireAnswer[] = []
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answer = await this.answer()
      if (answer === undefined) return answers
      answers.push(answer)
    }
  }

  #take(): WireAnswer | undefined {
    const headEnd = this.#received.indexOf('\r\n\r\n')
    if (headEnd === -1) return undefined
    const [first = '', ...lines] = this.#received.slice(0, headEnd).split('\r\n')
    const headers = Object.fromEntries(
      lines.map((line) => {
        const at = line.indexOf(':')
        return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
      }),
    )
    const length = bodyLength(headers, this.#received.slice(headEnd + 4))
    if (length === undefined) return undefined
    const { bytes, body } = length
    this.#received = this.#received.slice(headEnd + 4 + bytes)
    return { status: Number(first.split(' ')[1]), headers, body }
  }
}

/** The answers of the agent are ASCII: characters are bytes. */
function bodyLength(
  headers: Readonly<Record<string, string>>,
  rest: string,
): { readonly bytes: number; readonly body: string } | undefined {
  if (headers['transfer-encoding'] === 'chunked') {
    let [at, body] = [0, '']
    for (;;) {
      const lineEnd = rest.indexOf('\r\n', at)
      const size = Number.parseInt(rest.slice(at, lineEnd), 16)
      if (lineEnd === -1 || rest.length < lineEnd + 2 + size + 2) return undefined
      body += rest.slice(lineEnd + 2, lineEnd + 2 + size)
      at = lineEnd + 2 + size + 2
      if (size === 0) return { bytes: at, body }
    }
  }
  const bytes = Number(headers['content-length'] ?? 0)
  return rest.length < bytes ? undefined : { bytes, body: rest.slice(0, bytes) }
}

/** Writes bytes on a connection of their own, and gives every answer until the other side closes it. */
export async function exchange(
  port: number,
  bytes: string | Uint8Array,
): Promise<readonly WireAnswer[]> {
  const wire = new Wire(port)
  wire.write(bytes)
  const answers = await wire.answers()
  wire.destroy()
  return answers
}
