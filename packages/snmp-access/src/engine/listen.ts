import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIP, isIPv6 } from 'node:net'
import { ConfigError } from '@gatehouse/core'
import { kernelDrops, type BoundAddress } from './kernel-drops.ts'

/** Takes messages; what it gives goes back to the sender. Must not throw. */
export interface MessageReceiver {
  receive(
    octets: Uint8Array,
    source: string,
    port: number,
  ): Uint8Array | undefined | void | Promise<Uint8Array | undefined | void>
}

/** Where {@link listen} listens. */
export interface ListenOptions {
  /** Addresses, of either family, and ports; port 0 takes a free one. `::` does not take IPv4. */
  readonly addresses: readonly BoundAddress[]
  /** Receive buffer that is asked for, in octets; the kernel has a limit (net.core.rmem_max). Default: the kernel's. */
  readonly receiveBufferBytes?: number
  /** Most answers that are waited for; messages beyond are dropped. Default 1000. */
  readonly maxPending?: number
  /** Told what a socket reports, or a receiver throws. */
  readonly onError?: (error: unknown) => void
}

/** Open sockets. */
export interface Listening {
  /** As bound. */
  readonly addresses: readonly BoundAddress[]
  /** The smallest receive buffer as the kernel gives it; Linux counts twice what was asked for. */
  readonly receiveBufferBytes: number
  /** Messages dropped because too many answers were waited for. */
  readonly droppedAsPending: number
  /** Messages that the kernel dropped because a buffer was full, `undefined` where it does not say (not Linux). */
  droppedByKernel(): number | undefined
  /** Closes the sockets. What is answered later is not sent. */
  close(): Promise<void>
}

const MAX_PENDING = 1000

/**
 * Opens UDP sockets and hands every message to a receiver.
 *
 * An answer goes back from the socket that got the message; bound to `0.0.0.0` or `::`, the system
 * chooses its source address.
 *
 * @throws ConfigError when an address cannot be bound; none is open then.
 */
export async function listen(
  receiver: MessageReceiver,
  options: ListenOptions,
): Promise<Listening> {
  const server = new Server(receiver, options)
  try {
    for (const address of options.addresses) {
      // oxlint-disable-next-line no-await-in-loop -- in the order given, so that the first one at fault is named
      await server.bind(address)
    }
  } catch (error) {
    await server.close()
    throw error
  }
  return server
}

class Server implements Listening {
  readonly #receiver: MessageReceiver
  readonly #options: ListenOptions
  readonly #sockets: Socket[] = []
  readonly #onSent = (error: Error | null): void => {
    if (error !== null) this.#options.onError?.(error)
  }
  #pending = 0
  #isClosed = false
  droppedAsPending = 0

  constructor(receiver: MessageReceiver, options: ListenOptions) {
    this.#receiver = receiver
    this.#options = options
  }

  get addresses(): readonly BoundAddress[] {
    return this.#sockets.map((socket) => {
      const { address, port } = socket.address()
      return { address, port }
    })
  }

  get receiveBufferBytes(): number {
    return Math.min(...this.#sockets.map((socket) => socket.getRecvBufferSize()))
  }

  async bind({ address, port }: BoundAddress): Promise<void> {
    const { receiveBufferBytes } = this.#options
    if (isIP(address) === 0) throw new ConfigError(`\`${address}\` is no address to listen on`)
    const socket = createSocket({
      ...(isIPv6(address) ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' }),
      ...(receiveBufferBytes !== undefined && { recvBufferSize: receiveBufferBytes }),
      // All addresses are numbers: the usual look-up would put off each answer.
      lookup: (host, _, found) => found(null, host, isIP(host)),
    })
    // Before: with such a look-up it is bound at once.
    const ready = once(socket, 'listening')
    try {
      socket.bind({ address, port, exclusive: true })
      await ready
    } catch (cause) {
      socket.close()
      const code = (cause as NodeJS.ErrnoException).code ?? 'failed'
      throw new ConfigError(`cannot listen on \`${address}\` port ${port}: ${code}`, { cause })
    }
    socket.on('error', (error) => this.#options.onError?.(error))
    socket.on('message', (octets, peer) => this.#take(socket, octets, peer))
    this.#sockets.push(socket)
  }

  droppedByKernel(): number | undefined {
    return kernelDrops(this.addresses)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const closed = this.#sockets.map((socket) => once(socket, 'close'))
    for (const socket of this.#sockets) socket.close()
    await Promise.all(closed)
  }

  #take(socket: Socket, octets: Buffer, peer: RemoteInfo): void {
    // Nobody can be answered there.
    if (peer.port === 0) return
    if (this.#pending >= (this.#options.maxPending ?? MAX_PENDING)) {
      this.droppedAsPending += 1
      return
    }
    try {
      const answer = this.#receiver.receive(octets, peer.address, peer.port)
      if (answer instanceof Promise) void this.#wait(socket, answer, peer)
      else this.#send(socket, answer, peer)
    } catch (error) {
      this.#options.onError?.(error)
    }
  }

  async #wait(
    socket: Socket,
    answer: Promise<Uint8Array | undefined | void>,
    peer: RemoteInfo,
  ): Promise<void> {
    this.#pending += 1
    try {
      this.#send(socket, await answer, peer)
    } catch (error) {
      this.#options.onError?.(error)
    } finally {
      this.#pending -= 1
    }
  }

  #send(socket: Socket, answer: Uint8Array | undefined | void, peer: RemoteInfo): void {
    if (answer === undefined || this.#isClosed) return
    socket.send(answer, peer.port, peer.address, this.#onSent)
  }
}
