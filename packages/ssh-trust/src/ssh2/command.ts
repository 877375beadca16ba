import type { ClientChannel } from 'ssh2'

import { type Link, said } from './link.ts'
import type { ExecOptions, ExecResult } from './options.ts'
import { SshError } from './ssh-error.ts'

/** Names that an environment can have anywhere. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/u

/** What a signal of a host may look like; ssh2 puts SIG before it. */
const SIGNAL = /^SIG[A-Z0-9]{1,16}$/u

/** What ends a channel or a wait is told elsewhere. */
const ignore = (): void => {}

/** One command on a connection. */
export class Command {
  readonly #link: Link
  readonly #command: string
  readonly #options: ExecOptions
  /** Rejects when it is given up. */
  readonly #givenUp: Promise<never>
  #reject: (error: Error) => void = () => {}
  #isGivenUp = false
  #channel: ClientChannel | undefined

  constructor(link: Link, command: string, options: ExecOptions) {
    this.#link = link
    this.#command = command
    this.#options = options
    this.#givenUp = new Promise((_resolve, reject) => {
      this.#reject = reject
    })
    this.#givenUp.catch(ignore)
  }

  /** @param timeoutMs - Longest time until the host begins with it. */
  async run(timeoutMs: number): Promise<ExecResult> {
    const { signal, environment = {} } = this.#options
    const isMalformed =
      this.#command === '' ||
      [this.#command, ...Object.values(environment)].some((text) => text.includes('\0')) ||
      Object.keys(environment).some((name) => !NAME.test(name))
    if (isMalformed) throw new SshError('request-malformed', { message: 'command or environment' })
    if (signal?.aborted === true) throw new SshError('aborted')
    const abort = (): void => this.#giveUp(new SshError('aborted'))
    signal?.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([this.#givenUp, this.#run(timeoutMs)])
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  async #run(timeoutMs: number): Promise<ExecResult> {
    const { finished } = await this.#link.during(this.#opened(timeoutMs))
    return await finished
  }

  /** @returns The end of the command, wrapped, so that it is not waited for. */
  #opened(timeoutMs: number): Promise<{ readonly finished: Promise<ExecResult> }> {
    const { environment = {} } = this.#options
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#giveUp(new SshError('timed-out', { message: 'the command did not begin' }))
      }, timeoutMs)
      const settle = (error: Error | undefined, channel: ClientChannel | undefined): void => {
        clearTimeout(timer)
        if (channel === undefined || error !== undefined) {
          reject(new SshError('request-refused', { message: said(error) }))
          return
        }
        this.#channel = channel
        // At once: all that the command says may have come with the answer.
        const finished = this.#finished(channel)
        finished.catch(ignore)
        resolve({ finished })
        if (this.#isGivenUp) this.#kill()
      }
      try {
        this.#link.client.exec(this.#command, { env: { ...environment } }, settle)
      } catch (cause) {
        clearTimeout(timer)
        reject(this.#link.failure ?? new SshError('connection-failed', { message: said(cause) }))
      }
    })
  }

  async #finished(channel: ClientChannel): Promise<ExecResult> {
    let result: ExecResult | undefined
    channel.on('error', ignore)
    channel.stderr.on('error', ignore)
    channel.on('exit', (code: number | null, signal?: string) => {
      const isName = signal !== undefined && SIGNAL.test(signal)
      result ??= { exitCode: code, signal: isName ? signal : null }
    })
    const output = this.#pump(channel)
    const ends = [channel, channel.stderr].map(
      (stream) => new Promise<void>((resolve) => stream.on('close', resolve)),
    )
    const { input } = this.#options
    channel.end(input === undefined ? undefined : Buffer.from(input))
    await Promise.all(ends)
    await output()
    if (result !== undefined) return result
    if (this.#link.failure !== undefined) throw this.#link.failure
    return { exitCode: null, signal: null }
  }

  /**
   * Hands the output on, one piece after the other; both streams stand still meanwhile, so that the host does too when
   * its window is used up.
   *
   * @returns Resolves when all that has come was handed on.
   */
  #pump(channel: ClientChannel): () => Promise<void> {
    const { onOutput } = this.#options
    const streams = [channel, channel.stderr] as const
    if (onOutput === undefined) {
      for (const stream of streams) stream.resume()
      return () => Promise.resolve()
    }
    let last = Promise.resolve()
    let waiting = 0
    const take = (chunk: Buffer, name: 'stdout' | 'stderr'): void => {
      waiting += 1
      for (const stream of streams) stream.pause()
      last = last
        .then(() => (this.#isGivenUp ? undefined : onOutput(chunk, name)))
        .catch((error: unknown) => {
          this.#giveUp(error instanceof Error ? error : new Error(String(error)))
        })
        .then(() => {
          waiting -= 1
          if (waiting === 0) for (const stream of streams) stream.resume()
        })
    }
    channel.on('data', (chunk: Buffer) => take(chunk, 'stdout'))
    channel.stderr.on('data', (chunk: Buffer) => take(chunk, 'stderr'))
    return () => last
  }

  #giveUp(error: Error): void {
    this.#isGivenUp = true
    this.#reject(error)
    this.#kill()
  }

  /** OpenSSH takes the signal since 7.9, and not for a forced command. */
  #kill(): void {
    if (this.#channel === undefined) return
    this.#channel.signal('KILL')
    this.#channel.close()
  }
}
