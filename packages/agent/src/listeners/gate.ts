import type { Server, Socket } from 'node:net'
import { escapeControls } from '@gatehouse/core'
import type { Log } from '../log.ts'
import type { ConnectionLimits } from './limits.ts'

/** Decides whether anything is read from a connection. A rejection counts as a no. */
export type Admits = (socket: Socket) => Promise<boolean>

/** What a gate stands on. */
export interface GateParts {
  readonly admits: Admits
  readonly limits: Pick<ConnectionLimits, 'maxUndecided' | 'maxUndecidedOfOnePeer'>
  readonly log: Log
}

/**
 * Holds each connection of a server, unread, until it is decided, and then passes it on or closes it.
 *
 * A peer that is not admitted gets no byte, and none of its bytes is read.
 */
export class Gate {
  readonly #parts: GateParts
  readonly #undecided = new Map<Socket, string>()
  #turnedAway = 0

  constructor(parts: GateParts) {
    this.#parts = parts
  }

  /** Stands before a server that does not listen yet. */
  standBefore(server: Server): void {
    // An option of `net.createServer` that `http.createServer` does not pass on.
    Object.assign(server, { pauseOnConnect: true })
    const takers = server.listeners('connection')
    server.removeAllListeners('connection')
    server.on('connection', (socket: Socket) => {
      void this.#decide(socket, () => {
        for (const take of takers) take.call(server, socket)
        socket.resume()
      })
    })
  }

  /** Closes what is undecided. */
  close(): void {
    for (const socket of this.#undecided.keys()) socket.destroy()
  }

  async #decide(socket: Socket, pass: () => void): Promise<void> {
    const peer = socket.remoteAddress ?? ''
    if (!this.#hasRoomFor(peer)) {
      socket.destroy()
      this.#sayTurnedAway()
      return
    }
    socket.on('error', ignore)
    this.#undecided.set(socket, peer)
    const admitted = await this.#isAdmitted(socket)
    this.#undecided.delete(socket)
    if (this.#undecided.size === 0) this.#turnedAway = 0
    if (!admitted || socket.destroyed) {
      socket.destroy()
      return
    }
    socket.off('error', ignore)
    pass()
  }

  async #isAdmitted(socket: Socket): Promise<boolean> {
    try {
      return await this.#parts.admits(socket)
    } catch (error) {
      const detail = escapeControls(String(error))
      this.#parts.log.error('connection not decided', { event: 'internal-error', detail })
      return false
    }
  }

  #hasRoomFor(peer: string): boolean {
    const { maxUndecided, maxUndecidedOfOnePeer } = this.#parts.limits
    if (this.#undecided.size >= maxUndecided) return false
    const ofPeer = [...this.#undecided.values()].filter((other) => other === peer)
    return ofPeer.length < maxUndecidedOfOnePeer
  }

  /** One line for each crowd, not for each of its members: a peer could fill the log with them. */
  #sayTurnedAway(): void {
    this.#turnedAway += 1
    if (this.#turnedAway > 1) return
    this.#parts.log.error('too many connections to decide', { event: 'connections-turned-away' })
  }
}

/** A peer that breaks off while it waits. */
function ignore(): void {}
