import { ConfigError } from '@gatehouse/core'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type * as Ssh2 from 'ssh2'
import type { AuthContext, Connection } from 'ssh2'

import { transportAlgorithms } from './algorithms.ts'
import { loadSsh2 } from './load-ssh2.ts'
import { type Attempt, LoginGate } from './login-gate.ts'
import { servedHostKeys } from './served-host-key.ts'
import { ServedSession } from './served-session.ts'
import type { LoggedIn, SshServer, SshServerLimits, SshServerOptions } from './server-options.ts'

const LIMITS: SshServerLimits = {
  maxConnections: 32,
  maxLoginAttempts: 6,
  loginTimeMs: 30_000,
  maxChannels: 4,
  maxOutputBytes: 16 * 1024 * 1024,
}

/** Probes and logins together: each key is asked about twice, and a client may begin with `none`. */
const REQUESTS_PER_ATTEMPT = 3

/**
 * Makes an SSH server that lets in by key only, and runs what `session` runs: no forwarding, terminal, subsystem or
 * agent is offered.
 *
 * Keys and certificates are read by the strict parsers of this package, and every signature is verified here: ssh2
 * does neither. A line whose options the server cannot enforce lets nobody in.
 *
 * @throws ConfigError for a host key that cannot be used; SshError `ssh2-missing`.
 */
export async function createSshServer(options: SshServerOptions): Promise<SshServer> {
  if (options.hostKeys.length === 0) throw new ConfigError('an SSH server needs a host key')
  return new Listener(await loadSsh2(), options)
}

class Listener implements SshServer {
  readonly #options: SshServerOptions
  readonly #limits: SshServerLimits
  readonly #ssh: Ssh2.Server
  readonly #server: Server
  /** By address and port of the client: ssh2 does not say which socket a connection is of. */
  readonly #sockets = new Map<string, { readonly socket: Socket; readonly timer: NodeJS.Timeout }>()

  constructor(ssh2: typeof Ssh2, options: SshServerOptions) {
    this.#options = options
    this.#limits = { ...LIMITS, ...options.limits }
    this.#ssh = new ssh2.Server({
      hostKeys: options.hostKeys.flatMap((key) => servedHostKeys(ssh2, key)),
      ident: options.identification ?? 'Gatehouse',
      algorithms: transportAlgorithms(),
    })
    this.#ssh.on('connection', (connection, { ip, port }) => {
      const entry = this.#sockets.get(`${ip} ${port}`)
      if (entry === undefined) connection.end()
      else this.#serve(connection, entry.socket, entry.timer, ip)
    })
    this.#server = createServer({ noDelay: true }, (socket) => this.take(socket))
    this.#server.maxConnections = this.#limits.maxConnections
  }

  async listen(
    port: number,
    address: string,
  ): Promise<{ readonly address: string; readonly port: number }> {
    const listening = once(this.#server, 'listening')
    this.#server.listen(port, address)
    await listening
    const bound = this.#server.address() as AddressInfo
    return { address: bound.address, port: bound.port }
  }

  async close(): Promise<void> {
    const closed = this.#server.listening ? once(this.#server, 'close') : Promise.resolve()
    this.#server.close()
    for (const { socket } of this.#sockets.values()) socket.destroy()
    await closed
  }

  /** The time for the login begins here, not when ssh2 has heard the client's first words. */
  take(socket: Socket): void {
    const id = `${socket.remoteAddress} ${socket.remotePort}`
    // One address and port may come to two listeners; the second would get the time of the first.
    if (this.#sockets.has(id)) {
      socket.destroy()
      return
    }
    const timer = setTimeout(() => socket.destroy(), this.#limits.loginTimeMs)
    this.#sockets.set(id, { socket, timer })
    socket.once('close', () => {
      clearTimeout(timer)
      this.#sockets.delete(id)
    })
    this.#ssh.injectSocket(socket)
  }

  #serve(connection: Connection, socket: Socket, timer: NodeJS.Timeout, address: string): void {
    const gone = new AbortController()
    socket.once('close', () => gone.abort())
    const gate = new LoginGate(this.#options, address)
    const { maxLoginAttempts, maxChannels } = this.#limits
    let login: LoggedIn | undefined
    let refused = 0
    let requests = 0
    let channels = 0
    connection.on('error', () => socket.destroySoon())
    const refuse = (context: AuthContext): void => {
      if (context.method !== 'none') refused += 1
      if (refused >= maxLoginAttempts) connection.end()
      else context.reject(['publickey'])
    }
    connection.on('authentication', (context) => {
      requests += 1
      if (requests > maxLoginAttempts * REQUESTS_PER_ATTEMPT) connection.end()
      else if (context.method !== 'publickey') refuse(context)
      else {
        const settle = (attempt: Attempt): void => {
          if (gone.signal.aborted) return
          if (attempt.kind === 'refused') {
            refuse(context)
            return
          }
          if (attempt.kind === 'login') {
            login = attempt.login
            clearTimeout(timer)
          }
          context.accept()
        }
        gate
          .attempt(context.username, context)
          .then(settle)
          .catch(() => socket.destroy())
      }
    })
    connection.on('session', (accept, reject) => {
      if (login === undefined || channels >= maxChannels) {
        reject()
        return
      }
      channels += 1
      const session = accept()
      session.on('close', () => {
        channels -= 1
      })
      void new ServedSession(session, login, this.#options, this.#limits, gone.signal)
    })
  }
}
