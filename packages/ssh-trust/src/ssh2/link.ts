import { escapeControls } from '@gatehouse/core'
import type { Socket } from 'node:net'
import type { Client } from 'ssh2'

import type { HostCheck } from './host-check.ts'
import { SshError } from './ssh-error.ts'

/** How far a connection has come. */
type Phase = 'key exchange' | 'login' | 'open'

/** `SSH_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE` of RFC 4253, 11.1. */
const NO_MORE_LOGINS = 14

/** How long what is left to send may take when the connection is ended. */
const FLUSH_MS = 500

/** Longest part of what a peer or the system says that goes into an error. */
const MAX_SAID = 300

/** What an error of another library says, fit to be shown. */
export function said(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return escapeControls(text.slice(0, MAX_SAID))
}

/**
 * One connection of ssh2 and the one reason for its end.
 *
 * Takes every `error` event, at whatever time it comes, so that none is ever unhandled.
 */
export class Link {
  /** ssh2's side of it. */
  readonly client: Client
  /** How far it has come. */
  phase: Phase = 'key exchange'
  /** Why it ended: the first reason. Undefined while it stands. */
  failure: SshError | undefined
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>
  readonly #socket: Socket
  readonly #check: HostCheck

  constructor(client: Client, socket: Socket, check: HostCheck) {
    this.client = client
    this.#socket = socket
    this.#check = check
    client.on('error', (error) => this.fail(this.#classify(error)))
    // Before ssh2's own listener, so that its channels see the reason when they are closed.
    this.closed = new Promise((resolve) => {
      socket.prependListener('close', () => {
        this.failure ??= this.#lost()
        resolve()
      })
    })
  }

  /** Ends the connection for a reason; later reasons do not count. */
  fail(error: SshError): void {
    this.failure ??= error
    this.#socket.destroySoon()
    setTimeout(() => this.#socket.destroy(), FLUSH_MS).unref()
  }

  /** Gives what `work` gives, or rejects: with the reason of the end, if the connection ends meanwhile. */
  async during<Value>(work: Promise<Value>): Promise<Value> {
    const ended = this.closed.then((): never => {
      throw this.failure ?? this.#lost()
    })
    try {
      const value = await Promise.race([work, ended])
      if (this.failure === undefined) return value
    } catch (error) {
      throw this.failure ?? error
    }
    throw this.failure
  }

  #lost(): SshError {
    return new SshError('connection-failed', { message: `the host ended it, at ${this.phase}` })
  }

  #classify(error: Error & { level?: string; code?: unknown }): SshError {
    if (this.#check.refusal !== undefined) return this.#check.refusal
    const message = `${said(error)}, at ${this.phase}`
    // Before that the host has proved nothing.
    const decision = this.phase === 'key exchange' ? undefined : this.#check.accepted?.decision
    const details = { message, ...(decision === undefined ? {} : { decision }) }
    const isLogin = error.level === 'client-authentication' || error.code === NO_MORE_LOGINS
    if (error.level === 'client-timeout') return new SshError('timed-out', details)
    if (isLogin && this.phase === 'login') return new SshError('login-refused', details)
    return new SshError('connection-failed', { ...details, cause: error })
  }
}
