import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import type { Fields } from '@gatehouse/signed-request'

/** What came back. */
export interface WireAnswer {
  readonly status: number
  /** By lower-case name; the last of several. */
  readonly fields: ReadonlyMap<string, string>
  readonly body: string
}

/** Where to connect. */
export interface WirePlace {
  readonly port: number
  /** The certificate that the server has to show, PEM. */
  readonly ca: string
}

/** The bytes of a request, nothing added to what is given. */
export function requestBytes(
  method: string,
  target: string,
  fields: Fields,
  body: Uint8Array | string,
): Buffer {
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n`, 'latin1'),
    Buffer.from(body),
  ])
}

const HEAD_END = '\r\n\r\n'

/**
 * A kept connection over TLS that sends bytes as they are: so that what a client of HTTP costs is not
 * measured, and what it would set right is not.
 */
export class Wire {
  readonly #socket: TLSSocket
  #received: Buffer = Buffer.alloc(0)
  #wake: () => void = () => undefined
  #ended = false
  #session: Buffer | undefined

  private constructor(socket: TLSSocket) {
    this.#socket = socket
    const end = (): void => {
      this.#ended = true
      this.#wake()
    }
    socket.on('data', (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    socket.on('session', (session: Buffer) => {
      this.#session = session
    })
    socket.on('end', end).on('error', end).on('close', end)
  }

  /**
   * Connects to 127.0.0.1.
   *
   * @param session - Of an earlier connection to there, so that it costs both sides less.
   */
  static async open({ port, ca }: WirePlace, session?: Buffer): Promise<Wire> {
    const options = { host: '127.0.0.1', port, ca, ALPNProtocols: ['http/1.1'] }
    const socket = connect({ ...options, ...(session && { session }) })
    socket.setNoDelay(true)
    await once(socket, 'secureConnect')
    return new Wire(socket)
  }

  /** Whether the other side has ended the connection. */
  get hasEnded(): boolean {
    return this.#ended
  }

  /** With what the next connection can go on, once the other side has sent it. */
  get session(): Buffer | undefined {
    return this.#session
  }

  /** Sends a whole request and takes its answer; `undefined` when the connection ends before there is one. */
  async exchange(bytes: Uint8Array): Promise<WireAnswer | undefined> {
    this.#socket.write(bytes)
    return this.#answer()
  }

  /** Sends whole requests in one piece and takes their answers. @throws Error when one is missing. */
  async exchangeAll(requests: readonly Uint8Array[]): Promise<readonly WireAnswer[]> {
    this.#socket.write(Buffer.concat(requests))
    const answers: WireAnswer[] = []
    while (answers.length < requests.length) {
      // oxlint-disable-next-line no-await-in-loop -- they come one after the other
      const answer = await this.#answer()
      if (answer === undefined) throw new Error('the connection ended')
      answers.push(answer)
    }
    return answers
  }

  /** Ends the sending half; an answer may still come. */
  end(): void {
    this.#socket.end()
  }

  close(): void {
    this.#socket.destroy()
  }

  async #answer(): Promise<WireAnswer | undefined> {
    for (;;) {
      const answer = this.#take()
      if (answer !== undefined || this.#ended) return answer
      // oxlint-disable-next-line no-await-in-loop -- one piece after the other
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #take(): WireAnswer | undefined {
    const at = this.#received.indexOf(HEAD_END)
    if (at === -1) return undefined
    const [start = '', ...lines] = this.#received.toString('latin1', 0, at).split('\r\n')
    const fields = new Map(lines.map(fieldOf))
    const length = Number(fields.get('content-length') ?? Number.NaN)
    const status = Number(start.split(' ')[1])
    // What Node refuses by itself is in chunks, and the connection ends behind it.
    if (!Number.isSafeInteger(length)) {
      return this.#ended
        ? { status, fields, body: this.#received.toString('latin1', at) }
        : undefined
    }
    const from = at + HEAD_END.length
    if (this.#received.length < from + length) return undefined
    const body = this.#received.toString('utf8', from, from + length)
    this.#received = this.#received.subarray(from + length)
    return { status, fields, body }
  }
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}
