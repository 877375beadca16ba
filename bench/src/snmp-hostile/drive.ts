import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { elements, int, oidOf, only, signed } from './ber.ts'
import { FENCE } from './fixture.ts'
import { pdu, varbind, withCommunity } from './good-packets.ts'
import { PDUS } from './message.ts'
import type { Target } from './servers.ts'

/** Pairs of a packet and a good request that are under way at once. */
const WINDOW = 12
/** How long a good request may take, in milliseconds; on loopback with room in the buffers none is lost. */
const PATIENCE_MS = 20_000

/** Told of each packet in the order in which the server had them. */
export type OnAnswered = (octets: Buffer, answers: readonly Buffer[]) => void

interface Sent {
  readonly octets: Buffer
  readonly fence: number
  readonly answers: Buffer[]
}

/**
 * Sends packets from one socket, a good request after each: the server takes them in order, so that
 * what comes before the answer to the good request answers the packet.
 */
export class Driver {
  readonly #socket: Socket
  readonly #port: number
  readonly #target: Target
  readonly #underWay: Sent[] = []
  readonly #onAnswered: OnAnswered
  #wake: (() => void) | undefined
  #fence = 0
  /** Good requests that were answered. */
  answered = 0

  private constructor(socket: Socket, port: number, target: Target, onAnswered: OnAnswered) {
    this.#socket = socket
    this.#port = port
    this.#target = target
    this.#onAnswered = onAnswered
    socket.on('message', (octets) => this.#take(octets))
  }

  static async open(port: number, target: Target, onAnswered: OnAnswered): Promise<Driver> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4_000_000 })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new Driver(socket, port, target, onAnswered)
  }

  /** Sends one, with as many others without a good request after them as are given first. */
  async send(octets: Buffer, ...before: readonly Buffer[]): Promise<void> {
    this.#fence += 1
    this.#underWay.push({ octets, fence: this.#fence, answers: [] })
    for (const one of before) this.#socket.send(one, this.#port, '127.0.0.1')
    this.#socket.send(octets, this.#port, '127.0.0.1')
    this.#socket.send(fenceOf(this.#fence, this.#target), this.#port, '127.0.0.1')
    while (this.#underWay.length >= WINDOW) {
      // oxlint-disable-next-line no-await-in-loop -- no more than a window is under way
      await this.#next()
    }
  }

  /** Waits until all is answered, and closes. */
  async end(): Promise<void> {
    while (this.#underWay.length > 0) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await this.#next()
    }
    this.#socket.close()
  }

  async #next(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const { octets } = this.#underWay[0] as Sent
      const error = new Error(`a good request is not answered after ${octets.toString('hex')}`)
      timer = setTimeout(() => reject(error), PATIENCE_MS)
    })
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    try {
      await Promise.race([woken, late])
    } finally {
      clearTimeout(timer)
    }
  }

  #take(octets: Buffer): void {
    const [first] = this.#underWay
    if (first === undefined) return
    if (!isAnswerTo(octets, first.fence)) {
      first.answers.push(octets)
      return
    }
    this.answered += 1
    this.#underWay.shift()
    this.#onAnswered(first.octets, first.answers)
    this.#wake?.()
  }
}

/** A good request, with an id that shows which. */
function fenceOf(id: number, target: Target): Buffer {
  const asked = 0x40000000 + id
  if (target === 'agent')
    return withCommunity(1, 'fence', pdu(PDUS.get, [asked, 0, 0], varbind(FENCE)))
  const uptime = varbind([1, 3, 6, 1, 2, 1, 1, 3, 0], int(1, 0x43))
  const name = varbind([1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0], oidOf([1, 3, 6, 1, 6, 3, 1, 1, 5, 1]))
  return withCommunity(1, 'fence', pdu(PDUS.inform, [asked, 0, 0], uptime, name))
}

function isAnswerTo(octets: Buffer, id: number): boolean {
  const [, community, content] = elements(only(octets).contents)
  if (community?.contents.toString('latin1') !== 'fence' || content === undefined) return false
  const [request, status] = elements(content.contents)
  const isGood = content.tag === PDUS.response && status!.contents.equals(Buffer.of(0))
  if (!isGood || signed(request!) !== 0x40000000 + id) return false
  return true
}
