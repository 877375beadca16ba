import { createSocket } from 'node:dgram'
import { randomNumbers, type Random } from '../random.ts'
import { Driver } from './drive.ts'
import { ENGINE, FENCE, USERS } from './fixture.ts'
import {
  COMMANDS,
  headerFor,
  NOTIFICATIONS,
  pdu,
  scoped,
  varbind,
  withCommunity,
} from './good-packets.ts'
import { PDUS } from './message.ts'
import type { Figures } from './server.ts'
import type { Target } from './servers.ts'
import { keysOf, seal } from './usm.ts'

/** Many packets of one kind that nobody is to be let in by. */
export interface Flood {
  readonly name: string
  readonly target: Target
  readonly packets: number
  /** Whether each is sent without a look at what the server does. */
  readonly isBlind?: boolean
  readonly make: (random: Random) => Buffer
}

/** What a flood came to. */
export interface Flooded {
  readonly name: string
  readonly packets: number
  /** Answers to what was flooded. */
  readonly answers: number
  /** Good requests meanwhile that were answered, and that were sent. */
  readonly good: number
  readonly goodSent: number
  /** CPU time for each packet, and for each good request before, in microseconds. */
  readonly cpu: number
  readonly cpuOfGood: number
  readonly keysAsked: number
  readonly events: number
  readonly eventsLeftOut: number
  readonly authenticationFailures: number
  readonly dropped: number
  /** Octets that there are more, of resident memory and of the heap. */
  readonly growth: number
  readonly heapGrowth: number
  readonly seconds: number
}

const GET = COMMANDS[0]!
const INFORM = NOTIFICATIONS[2]!
const [, AUTH, PRIV] = USERS as readonly [unknown, (typeof USERS)[0], (typeof USERS)[0]]

const textOf = (random: Random): string => `wrong-${random(2 ** 31)}`
const engineOf = (random: Random): Buffer =>
  Buffer.from(Array.from({ length: 5 + random(28) }, () => random(256)))

/** All floods. */
export const FLOODS: readonly Flood[] = [
  {
    name: 'wrong communities',
    target: 'agent',
    packets: 100_000,
    make: (random) => withCommunity(1, textOf(random), GET),
  },
  {
    name: 'wrong communities, blind',
    target: 'agent',
    packets: 100_000,
    isBlind: true,
    make: (random) => withCommunity(1, textOf(random), GET),
  },
  {
    name: 'unknown users',
    target: 'agent',
    packets: 50_000,
    make: (random) => {
      const header = { ...headerFor(AUTH, 3), user: Buffer.from(textOf(random)) }
      return seal(header, scoped(GET), undefined)
    },
  },
  {
    name: 'foreign engines',
    target: 'agent',
    packets: 50_000,
    make: (random) =>
      seal({ ...headerFor(PRIV, 3), engineId: engineOf(random) }, scoped(GET), undefined),
  },
  {
    name: 'wrong digests',
    target: 'agent',
    packets: 50_000,
    make: (random) => {
      const octets = seal(headerFor(AUTH, 3), scoped(GET), keysOf(AUTH, ENGINE.id))
      octets[octets.length - 1] = random(256) | 1
      return octets
    },
  },
  {
    name: 'traps, wrong communities',
    target: 'receiver',
    packets: 50_000,
    make: (random) => withCommunity(1, textOf(random), NOTIFICATIONS[0]!),
  },
  {
    name: 'traps, foreign engines',
    target: 'receiver',
    packets: 50_000,
    make: (random) => {
      const header = { ...headerFor(PRIV, 3), flags: 3, engineId: engineOf(random) }
      return seal(header, scoped(INFORM), undefined)
    },
  },
  {
    name: 'informs, wrong communities',
    target: 'receiver',
    packets: 50_000,
    make: (random) => withCommunity(1, textOf(random), INFORM),
  },
]

/** Packets between two good requests. */
const BETWEEN = 25
const GOOD_FIRST = 10_000

/** Floods a server, with good requests in between, and says what it cost. */
export async function flood(
  { name, target, packets, make, isBlind = false }: Flood,
  port: number,
  figures: () => Promise<Figures>,
): Promise<Flooded> {
  const random = randomNumbers(7)
  const good = target === 'agent' ? withCommunity(1, 'public', GET) : goodTrap()
  await send(port, target, GOOD_FIRST, () => good)
  const start = await figures()
  await send(port, target, GOOD_FIRST, () => good)
  const before = await figures()
  // Each good packet has a good request with it.
  const cpuOfGood = (before.cpu - start.cpu) / (2 * GOOD_FIRST)
  const began = performance.now()
  const seen = isBlind
    ? await sendBlindly(port, packets, () => make(random))
    : await send(port, target, packets / BETWEEN, () => make(random), BETWEEN - 1)
  const seconds = (performance.now() - began) / 1000
  const after = await figures()
  return {
    name,
    packets,
    ...seen,
    cpu: (after.cpu - before.cpu - seen.good * cpuOfGood) / packets,
    cpuOfGood,
    keysAsked: after.keysAsked - before.keysAsked,
    events: after.events - before.events,
    eventsLeftOut: after.eventsLeftOut - before.eventsLeftOut,
    authenticationFailures: after.authenticationFailures - before.authenticationFailures,
    dropped: after.droppedByKernel - before.droppedByKernel,
    growth: after.rss - before.rss,
    heapGrowth: after.heapUsed - before.heapUsed,
    seconds,
  }
}

type Seen = Pick<Flooded, 'answers' | 'good' | 'goodSent'>

async function send(
  port: number,
  target: Target,
  rounds: number,
  make: () => Buffer,
  more = 0,
): Promise<Seen> {
  let answers = 0
  const driver = await Driver.open(port, target, (_octets, got) => (answers += got.length))
  for (let round = 0; round < rounds; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- a window at a time
    await driver.send(make(), ...Array.from({ length: more }, make))
  }
  await driver.end()
  return { answers, good: driver.answered, goodSent: rounds }
}

/** As fast as they can be sent; meanwhile good requests one after the other, each once, with a second to be answered. */
async function sendBlindly(port: number, packets: number, make: () => Buffer): Promise<Seen> {
  const flooding = createSocket('udp4')
  const asking = createSocket('udp4')
  let answers = 0
  flooding.on('message', () => (answers += 1))
  const request = withCommunity(1, 'fence', pdu(PDUS.get, [1, 0, 0], varbind(FENCE)))
  const state = { good: 0, goodSent: 0, isOver: false }
  const ask = async (): Promise<void> => {
    while (!state.isOver) {
      state.goodSent += 1
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const isAnswered = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), 1_000)
        asking.once('message', () => {
          clearTimeout(timer)
          resolve(true)
        })
        asking.send(request, port, '127.0.0.1')
      })
      asking.removeAllListeners('message')
      if (isAnswered) state.good += 1
    }
  }
  const asked = ask()
  for (let sent = 0; sent < packets; sent += 50) {
    for (let one = 0; one < 50; one += 1) flooding.send(make(), port, '127.0.0.1')
    // oxlint-disable-next-line no-await-in-loop -- answers are looked at in between
    await new Promise((resolve) => setImmediate(resolve))
  }
  state.isOver = true
  await asked
  flooding.close()
  asking.close()
  return { answers, good: state.good, goodSent: state.goodSent }
}

function goodTrap(): Buffer {
  return withCommunity(1, 'public', NOTIFICATIONS[0]!)
}
