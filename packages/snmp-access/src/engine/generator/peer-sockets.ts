import { createSocket, type Socket, type SocketOptions } from 'node:dgram'
import { once } from 'node:events'
import { SnmpError } from './snmp-error.ts'
import type { Place } from './target.ts'

/** Where the sockets are bound, and how large their receive buffers are to be. */
export interface PeerSocketOptions {
  /** Our own addresses, one for each family. Default: any, and no IPv6 on a host without it. */
  readonly bind?: { readonly ipv4?: string; readonly ipv6?: string }
  /** Wished for; the system may give less. Default: what the system gives. */
  readonly receiveBufferBytes?: number
}

/** What is done with a datagram. */
export type OnDatagram = (octets: Uint8Array, address: string, port: number) => void

/** One UDP socket for each address family, on ports that the system chooses. */
export class PeerSockets {
  readonly #ipv4: Socket | undefined
  readonly #ipv6: Socket | undefined

  private constructor(ipv4: Socket | undefined, ipv6: Socket | undefined) {
    this.#ipv4 = ipv4
    this.#ipv6 = ipv6
  }

  /** @throws SnmpError `send-failed` when a socket cannot be bound to the address asked for, or none at all. */
  static async open(options: PeerSocketOptions, onDatagram: OnDatagram): Promise<PeerSockets> {
    const { bind = {}, receiveBufferBytes } = options
    const common: Omit<SocketOptions, 'type'> =
      receiveBufferBytes === undefined ? {} : { recvBufferSize: receiveBufferBytes }
    const ipv4 = await bound({ ...common, type: 'udp4' }, bind.ipv4, onDatagram)
    const ipv6 = await bound({ ...common, type: 'udp6', ipv6Only: true }, bind.ipv6, onDatagram)
    const failure = [ipv4, ipv6].find((one) => 'error' in one && one.isAskedFor)
    const sockets = [ipv4, ipv6].map((one) => ('socket' in one ? one.socket : undefined))
    if (failure !== undefined || sockets.every((socket) => socket === undefined)) {
      for (const socket of sockets) socket?.close()
      throw new SnmpError('send-failed', { cause: errorOf(failure ?? ipv4) })
    }
    return new PeerSockets(sockets[0], sockets[1])
  }

  /** Port that messages to a family come from; `undefined` where there is no socket for it. */
  port(family: 4 | 6): number | undefined {
    return this.#of(family)?.address().port
  }

  /** @param done - Told when the system has the datagram, or why it did not take it. */
  send(octets: Uint8Array, to: Place, done: (error: SnmpError | undefined) => void): void {
    const socket = this.#of(to.family)
    if (socket === undefined) {
      done(new SnmpError('send-failed', { message: `no IPv${to.family} here` }))
      return
    }
    socket.send(octets, to.port, to.address, (cause) => {
      done(cause === null ? undefined : new SnmpError('send-failed', { cause }))
    })
  }

  async close(): Promise<void> {
    const open = [this.#ipv4, this.#ipv6].filter((socket) => socket !== undefined)
    await Promise.all(
      open.map(async (socket) => {
        socket.close()
        await once(socket, 'close')
      }),
    )
  }

  #of(family: 4 | 6): Socket | undefined {
    return family === 4 ? this.#ipv4 : this.#ipv6
  }
}

type Bound = { readonly socket: Socket } | { readonly error: unknown; readonly isAskedFor: boolean }

async function bound(
  options: SocketOptions,
  address: string | undefined,
  onDatagram: OnDatagram,
): Promise<Bound> {
  const socket = createSocket(options)
  try {
    const listening = once(socket, 'listening')
    socket.bind(0, address)
    await listening
  } catch (error) {
    socket.close()
    return { error, isAskedFor: address !== undefined }
  }
  socket.on('message', (octets, { address: from, port }) => {
    onDatagram(octets, from, port)
  })
  // What a lost message means is found out by the request that waits for its answer.
  socket.on('error', () => undefined)
  return { socket }
}

function errorOf(bind: Bound): unknown {
  return 'error' in bind ? bind.error : undefined
}
