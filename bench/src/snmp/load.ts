import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { decodeMessage, type Varbind } from '@gatehouse/snmp-access/message'
import { compareOids } from '@gatehouse/snmp-access'
import {
  cell,
  getPacket,
  REPETITIONS,
  SCALAR,
  SCALAR_VALUE,
  trapPacket,
  walkPackets,
} from './fixture.ts'
import type { Load, LoadDone } from './protocol.ts'

/** How often it is looked for answers that did not come. */
const WATCH_MS = 200
/** How long the answer of a walk is waited for. */
const ANSWER_MS = 2_000
/** Most traps that are sent without a look at the clock, also when the sender is late. */
const MOST_AT_ONCE = 16

/** The load for every server: octets that were made before, over one socket. */
async function run(load: Load): Promise<LoadDone> {
  const socket = createSocket('udp4')
  socket.connect(load.port, '127.0.0.1')
  await once(socket, 'connect')
  // What a closed port reports shows as a loss.
  socket.on('error', () => undefined)
  try {
    if (load.kind === 'get') return await ask(socket, load.outstanding, load.milliseconds)
    if (load.kind === 'walk') return await walk(socket, load.milliseconds)
    return await send(socket, load.perSecond, load.milliseconds)
  } finally {
    socket.close()
  }
}

/** Keeps some requests under way, all the same one. */
function ask(socket: Socket, outstanding: number, milliseconds: number): Promise<LoadDone> {
  const packet = getPacket()
  return new Promise((resolve, reject) => {
    let [count, seen, lost] = [0, 0, 0]
    const start = performance.now()
    const watch = setInterval(() => {
      const missing = count === seen ? outstanding : 0
      seen = count
      lost += missing
      for (let left = missing; left > 0; left -= 1) socket.send(packet)
    }, WATCH_MS)
    socket.on('message', (octets) => {
      if (count === 0) {
        const [only] = varbindsOf(octets)
        const isRight = only !== undefined && textOf(only) === SCALAR_VALUE
        if (!isRight || compareOids(only.oid, SCALAR) !== 0) reject(new Error('a wrong answer'))
      }
      count += 1
      const spent = performance.now() - start
      if (spent < milliseconds) {
        socket.send(packet)
        return
      }
      clearInterval(watch)
      resolve({ count, lost, milliseconds: spent })
    })
    for (let left = outstanding; left > 0; left -= 1) socket.send(packet)
  })
}

/** Walks the table over and over; the answers of the first walk are read. */
async function walk(socket: Socket, milliseconds: number): Promise<LoadDone> {
  const packets = walkPackets()
  const start = performance.now()
  let [count, lost] = [0, 0]
  while (performance.now() - start < milliseconds) {
    for (const [at, packet] of packets.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- a walk is one question after the other
      const octets = await answerTo(socket, packet)
      if (octets === undefined) lost += 1
      else if (count === 0) ensureRows(octets, at * REPETITIONS)
    }
    count += 1
  }
  return { count, lost, milliseconds: performance.now() - start }
}

function ensureRows(octets: Uint8Array, before: number): void {
  const rows = varbindsOf(octets)
  if (rows.length !== REPETITIONS) throw new Error(`${rows.length} rows in an answer`)
  for (const [at, varbind] of rows.entries()) {
    const row = before + at + 1
    const isRight = compareOids(varbind.oid, cell(row)) === 0 && textOf(varbind) === String(row)
    if (!isRight) throw new Error(`a wrong row ${row}`)
  }
}

function answerTo(socket: Socket, packet: Uint8Array): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const heard = (octets: Uint8Array): void => {
      clearTimeout(timer)
      resolve(octets)
    }
    const timer = setTimeout(() => {
      socket.off('message', heard)
      resolve(undefined)
    }, ANSWER_MS)
    socket.once('message', heard)
    socket.send(packet)
  })
}

/** Sends traps at a rate, a few at once: what is due, then the clock is looked at again. */
async function send(socket: Socket, perSecond: number, milliseconds: number): Promise<LoadDone> {
  const packet = trapPacket()
  const total = (perSecond * milliseconds) / 1000
  const start = performance.now()
  let [count, lost] = [0, 0]
  while (count < total) {
    const due = Math.min(
      total,
      ((performance.now() - start) * perSecond) / 1000,
      count + MOST_AT_ONCE,
    )
    for (; count < due; count += 1) {
      socket.send(packet, (error) => {
        if (error !== null) lost += 1
      })
    }
    // oxlint-disable-next-line no-await-in-loop -- the pace
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { count: total, lost, milliseconds: performance.now() - start }
}

function varbindsOf(octets: Uint8Array): readonly Varbind[] {
  const message = decodeMessage(octets)
  if (typeof message === 'string' || !('pdu' in message)) throw new Error('no answer')
  const { pdu } = message
  if (pdu.type !== 'response' || pdu.errorStatus !== 0) throw new Error('an error for an answer')
  return pdu.varbinds
}

function textOf({ value }: Varbind): string {
  return value.type === 'OctetString' ? Buffer.from(value.value).toString() : value.type
}

process.on('message', (load: Load) => {
  void run(load)
    .catch((error: unknown): LoadDone => ({ failed: String(error) }))
    .then((done) => process.send?.(done))
})
