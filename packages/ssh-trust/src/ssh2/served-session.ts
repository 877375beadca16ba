import { escapeControls, LimitError } from '@gatehouse/core'
import type { ServerChannel, Session } from 'ssh2'

import type {
  LoggedIn,
  SessionAnswer,
  SessionRequest,
  SshServerLimits,
  SshServerOptions,
} from './server-options.ts'

/** Most environment variables of one session, and bytes of them. */
const MAX_VARIABLES = 64
const MAX_VARIABLE_BYTES = 32 * 1024

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/u

/** Set by the server itself. */
const ORIGINAL_COMMAND = 'SSH_ORIGINAL_COMMAND'

/** Exit status where nothing was run: that of a shell for a command that it cannot start. */
const NOT_RUN = 126
const MAX_EXIT_CODE = 255

/** One session channel: takes `env`, and one `exec` or `shell`; everything else is refused by ssh2. */
export class ServedSession {
  readonly #login: LoggedIn
  readonly #options: SshServerOptions
  readonly #limits: SshServerLimits
  readonly #gone: AbortSignal
  readonly #environment = new Map<string, string>()
  #environmentBytes = 0

  /** @param gone - Aborted when the connection has ended. */
  constructor(
    session: Session,
    login: LoggedIn,
    options: SshServerOptions,
    limits: SshServerLimits,
    gone: AbortSignal,
  ) {
    this.#login = login
    this.#options = options
    this.#limits = limits
    this.#gone = gone
    session.on('env', (accept, reject, { key, val }) => {
      // Both are missing where the client wants no answer.
      if (this.#takes(key, val)) (accept as (() => void) | undefined)?.()
      else (reject as (() => void) | undefined)?.()
    })
    session.on('exec', (accept, _reject, { command }) => this.#begin(accept(), command))
    session.on('shell', (accept) => this.#begin(accept(), null))
  }

  #takes(name: string, value: string): boolean {
    const { acceptEnvironment } = this.#options
    const bytes = this.#environmentBytes + Buffer.byteLength(value)
    if (!NAME.test(name) || value.includes('\0') || name === ORIGINAL_COMMAND) return false
    if (this.#environment.size >= MAX_VARIABLES || bytes > MAX_VARIABLE_BYTES) return false
    // Exactly true: a promise of an async function is none.
    const isAccepted: unknown = acceptEnvironment?.(name)
    if (isAccepted !== true) return false
    this.#environmentBytes = bytes
    this.#environment.set(name, value)
    return true
  }

  /** @param channel - Missing for a second request on the same session. */
  #begin(channel: ServerChannel | undefined, asked: string | null): void {
    if (channel === undefined) return
    const ending = new AbortController()
    const end = (): void => ending.abort()
    channel.on('close', end)
    channel.on('error', end)
    channel.stderr.on('error', end)
    // Nothing reads standard input: what comes is dropped, so that the client is not held up.
    channel.resume()
    this.#gone.addEventListener('abort', end, { once: true })
    const output = new ServedOutput(channel, ending.signal, this.#limits.maxOutputBytes)
    void this.#answer(asked, output, ending.signal)
      .then((exitCode) => {
        channel.exit(exitCode)
        channel.end()
      })
      .catch(() => channel.close())
      .finally(() => this.#gone.removeEventListener('abort', end))
  }

  async #answer(asked: string | null, output: ServedOutput, signal: AbortSignal): Promise<number> {
    const request: SessionRequest = {
      ...this.#requested(asked),
      signal,
      write: (chunk, stream) => output.write(chunk, stream),
    }
    let answer: SessionAnswer
    try {
      answer = await this.#options.session(this.#login, request)
    } catch {
      answer = { refused: 'the command could not be run' }
    }
    if ('refused' in answer) {
      await output.write(`${escapeControls(answer.refused)}\n`, 'stderr')
      return NOT_RUN
    }
    const { exitCode, stdout = '', stderr = '' } = answer
    try {
      await output.write(stdout, 'stdout')
      await output.write(stderr, 'stderr')
    } catch (error) {
      if (!(error instanceof LimitError)) throw error
    }
    const isPossible = Number.isInteger(exitCode) && exitCode >= 0 && exitCode <= MAX_EXIT_CODE
    return isPossible ? exitCode : MAX_EXIT_CODE
  }

  #requested(asked: string | null): Pick<SessionRequest, 'command' | 'environment'> {
    const { forcedCommand, environment } = this.#login.effects
    const variables = new Map(this.#environment)
    for (const { name, value } of environment) variables.set(name, value)
    if (forcedCommand !== null && asked !== null) variables.set(ORIGINAL_COMMAND, asked)
    return { command: forcedCommand ?? asked, environment: Object.fromEntries(variables) }
  }
}

/** The output of one command: in order, within its bound, and no faster than the client takes it. */
class ServedOutput {
  readonly #channel: ServerChannel
  readonly #ended: Promise<never>
  readonly #maxBytes: number
  #bytes = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(channel: ServerChannel, signal: AbortSignal, maxBytes: number) {
    this.#channel = channel
    this.#maxBytes = maxBytes
    this.#ended = new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('the client is gone')), {
        once: true,
      })
    })
    this.#ended.catch(() => {})
  }

  write(chunk: string | Uint8Array, stream: 'stdout' | 'stderr'): Promise<void> {
    const work = this.#last.then(() => this.#write(Buffer.from(chunk as Uint8Array), stream))
    this.#last = work.catch(() => {})
    return work
  }

  async #write(bytes: Buffer, stream: 'stdout' | 'stderr'): Promise<void> {
    const isWithin = this.#bytes + bytes.length <= this.#maxBytes
    const fitting = isWithin ? bytes : bytes.subarray(0, Math.max(0, this.#maxBytes - this.#bytes))
    this.#bytes += bytes.length
    if (fitting.length > 0) await this.#send(fitting, stream)
    if (isWithin) return
    throw new LimitError(`more output than ${this.#maxBytes} bytes`)
  }

  async #send(bytes: Buffer, stream: 'stdout' | 'stderr'): Promise<void> {
    const channel = this.#channel
    const target = stream === 'stdout' ? channel : channel.stderr
    const sent = new Promise<void>((resolve, reject) => {
      target.write(bytes, (error) => {
        if (error === null || error === undefined) resolve()
        else reject(error)
      })
    })
    await Promise.race([sent, this.#ended])
    // ssh2 keeps a piece that had to wait for the window, and would send it again when stderr waits next.
    Object.assign(channel, { _chunk: undefined, _chunkcb: undefined })
  }
}
