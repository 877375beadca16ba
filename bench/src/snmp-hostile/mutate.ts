import type { Random } from '../random.ts'
import { pick } from '../fuzz/format.ts'
import { elements, int, lengthOf, oidOf, tlv } from './ber.ts'
import { ENGINE, TRAP_ENGINE, USERS } from './fixture.ts'
import {
  COMMANDS,
  COMMUNITIES,
  headerFor,
  NAMES,
  NOTIFICATIONS,
  scoped,
  TRAPS_1,
  withCommunity,
} from './good-packets.ts'
import { keysOf, seal, signAgain, type Header } from './usm.ts'

/** Octets that mean something in BER and SNMP. */
const OCTETS = [
  0, 1, 2, 3, 4, 5, 6, 0x30, 0x40, 0x46, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x85, 0xa0, 0xa5, 0xa8, 0xff,
]
const NUMBERS = [
  0,
  1,
  -1,
  2,
  3,
  100,
  127,
  128,
  255,
  256,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 32 - 1,
  2 ** 32,
  2 ** 63,
]
const LENGTHS = [0, 1, 2, 4, 5, 8, 11, 12, 13, 24, 31, 32, 33, 48, 255, 256, 1500]
/** Times that are in the window of our clock, at its edges, and out of it. */
const TIMES = [0, 1, 926, 927, 1077, 1227, 1228, 2 ** 31 - 1]

/** A packet, and how it came to be. */
export interface Packet {
  readonly octets: Buffer
  readonly way: 'damaged' | 'damaged, signed' | 'grammar' | 'grammar, sealed'
}

/** What a mutation starts from. */
export interface Corpus {
  readonly whole: readonly Buffer[]
  readonly contents: readonly Buffer[]
  /** Engines that sealed messages are written for. */
  readonly engines: readonly Uint8Array[]
}

/** For an agent: commands. */
const AGENT_CONTENTS: readonly Buffer[] = [...COMMANDS, ...NOTIFICATIONS]
/** For a receiver: notifications. */
const RECEIVER_CONTENTS: readonly Buffer[] = [...NOTIFICATIONS, ...TRAPS_1, COMMANDS[0]!]

/** A packet that is more or less a message. */
export function mutate(random: Random, corpus: Corpus): Packet {
  const good = pick(random, corpus.whole)
  switch (random(8)) {
    case 0:
    case 1:
      return { octets: damage(random, good, corpus), way: 'damaged' }
    case 2: {
      const signer = USERS[1 + random(3)]!
      const keys = keysOf(signer, pick(random, corpus.engines))
      return { octets: signAgain(damage(random, good, corpus), keys!), way: 'damaged, signed' }
    }
    case 3:
    case 4: {
      const content = random(3) === 0 ? pduOf(random) : oddly(random, pick(random, corpus.contents))
      const community = pick(random, random(2) === 0 ? COMMUNITIES.slice(0, 3) : COMMUNITIES)
      const version = random(12) === 0 ? pick(random, [2, 3, 4, -1, 255]) : random(2)
      return { octets: withCommunity(version, community, content), way: 'grammar' }
    }
    default:
      return { octets: sealed(random, corpus), way: 'grammar, sealed' }
  }
}

/** A message of version 3, signed and encrypted as it must be, with something odd in it or not. */
function sealed(random: Random, { contents, engines }: Corpus): Buffer {
  const user = pick(random, USERS)
  const engineId = pick(random, engines)
  const keys = keysOf(user, engineId)
  const isTrap = engineId === TRAP_ENGINE
  const clock = isTrap
    ? { boots: 2 + random(2), time: pick(random, [0, 900, 1000, 1077, 1100]) }
    : {}
  let header: Header = { ...headerFor(user, random(4)), engineId, ...clock }
  if (isTrap && random(4) > 0) header = { ...header, flags: header.flags & 3 }
  if (random(3) === 0) header = { ...header, ...oddField(random, isTrap) }
  const content = random(4) === 0 ? pduOf(random) : pick(random, contents)
  const context =
    random(10) === 0
      ? pick(random, [
          Buffer.of(0xff),
          Buffer.of(0xc3),
          'other',
          '\u00e9',
          'c'.repeat(400),
          'c'.repeat(1400),
        ])
      : ''
  let inner = scoped(content, random(12) === 0 ? octetsOf(random) : engineId, context)
  if (random(2) === 0) inner = damage(random, inner, { whole: contents, contents, engines })
  return seal(header, inner, keys)
}

function oddField(random: Random, isTrap: boolean): Partial<Header> {
  switch (random(8)) {
    case 0:
      return { messageId: pick(random, NUMBERS) }
    case 1:
      return { maxSize: pick(random, [...NUMBERS, 483, 484, 500, 600, 1471, 1472, 1473]) }
    case 2:
      return random(2) === 0 ? { flags: random(256) } : { moreFlags: [[], [0], [4, 4]][random(3)]! }
    case 3:
      return { securityModel: pick(random, NUMBERS) }
    case 4:
      return { engineId: octetsOf(random) }
    case 5:
      // A peer that is told a count of boots keeps to it: the engine that sends traps gets no such.
      return isTrap ? { boots: 1 } : { boots: pick(random, [...NUMBERS, 2, 4]) }
    case 6:
      return isTrap ? { time: 0 } : { time: pick(random, [...NUMBERS, ...TIMES]) }
    default:
      return { user: random(2) === 0 ? octetsOf(random) : Buffer.from(pick(random, USERS).name) }
  }
}

function octetsOf(random: Random): Buffer {
  const length = random(4) === 0 ? pick(random, LENGTHS) : pick(random, [0, 4, 5, 12, 32, 33])
  return Buffer.from(Array.from({ length }, () => random(256)))
}

/** A PDU by the grammar, whose values and numbers are anything. */
function pduOf(random: Random): Buffer {
  const tag = random(10) === 0 ? random(256) : 0xa0 + random(9)
  const count = pick(random, [0, 1, 1, 1, 2, 3, 10, 100, 150])
  const varbinds = Array.from({ length: count }, () => {
    const name = random(8) === 0 ? oddOid(random) : oidOf(pick(random, NAMES))
    return tlv(0x30, name, valueOf(random))
  })
  const numbers = [0, 1, 2].map(() => numberOf(random))
  return tlv(tag, ...numbers, tlv(0x30, ...varbinds))
}

function numberOf(random: Random): Buffer {
  return random(3) === 0 ? int(pick(random, NUMBERS)) : int(random(20))
}

/** Names with sub-identifiers of too many octets or bits, padded, too many, not ended, or none. */
function oddOid(random: Random): Buffer {
  const most = [0x8f, 0xff, 0xff, 0xff, 0x7f]
  const odd: readonly (readonly number[])[] = [
    [],
    [0x2b],
    [0x80, 0x2b],
    [0x2b, 0x80, 0x01],
    [0x2b, 6, 1, ...most],
    [0x2b, 6, 1, 0x90, 0x80, 0x80, 0x80, 0],
    [0x2b, 6, 0x83, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    [0x2b, 6, 0xff],
    [...most, 1],
    [0x90, 0x80, 0x80, 0x80, 0x4f, 1],
    [0x90, 0x80, 0x80, 0x80, 0x50, 1],
    [0x2b, ...Array.from({ length: 126 }, () => 1)],
    [0x2b, ...Array.from({ length: 127 }, () => 1)],
    [0x2b, ...Array.from({ length: 1000 }, () => 0xff)],
  ]
  return tlv(6, pick(random, odd))
}

/** A value of any type, or of none. */
function valueOf(random: Random): Buffer {
  switch (random(12)) {
    case 0:
      return int(pick(random, NUMBERS))
    case 1:
      return tlv(4, Buffer.alloc(pick(random, LENGTHS), random(256)))
    case 2:
      return oddOid(random)
    case 3:
      return int(pick(random, NUMBERS), pick(random, [0x41, 0x42, 0x43, 0x46]))
    case 4:
      return tlv(pick(random, OCTETS), Buffer.alloc(random(10), random(256)))
    case 5:
      return int(random(120))
    case 6:
      return tlv(0x40, Buffer.alloc(pick(random, [0, 3, 4, 5, 16]), 9))
    case 7:
      return tlv(pick(random, [0x80, 0x81, 0x82, 0x44]))
    default:
      return tlv(5)
  }
}

/** Writes some elements of a content otherwise: lengths in long form, of no end, too long or too short, other tags. */
function oddly(random: Random, octets: Buffer): Buffer {
  try {
    return Buffer.concat(
      elements(octets).map(({ tag, contents }) => {
        const isAround = tag === 0x30 || tag >= 0xa0
        const inner = isAround && random(6) > 0 ? oddly(random, contents) : contents
        return Buffer.concat([
          Buffer.of(oddTag(random, tag)),
          oddLength(random, inner.length),
          inner,
        ])
      }),
    )
  } catch {
    return octets
  }
}

function oddTag(random: Random, tag: number): number {
  return random(60) === 0 ? pick(random, OCTETS) : tag
}

function oddLength(random: Random, length: number): Buffer {
  switch (random(80)) {
    case 0:
      return Buffer.of(0x80)
    case 1:
      return Buffer.of(0x84, 0, 0, length >> 8, length & 0xff)
    case 2:
      return Buffer.of(0x85, 0, 0, 0, length >> 8, length & 0xff)
    case 3:
      return lengthOf(Math.max(length - 1, 0))
    case 4:
      return lengthOf(length + 1)
    case 5:
      return Buffer.of(0x84, 0xff, 0xff, 0xff, 0xff)
    case 6:
      return Buffer.of(0x82, length >> 8, length & 0xff)
    default:
      return lengthOf(length)
  }
}

/** One to four changes anywhere. */
function damage(random: Random, good: Buffer, { whole }: Corpus): Buffer {
  let octets = Buffer.from(good)
  for (let count = 1 + random(4); count > 0; count -= 1) {
    const at = random(Math.max(octets.length, 1))
    const before = octets.subarray(0, at)
    const after = octets.subarray(at)
    switch (random(9)) {
      case 0:
      case 1:
        octets[at] = (octets[at] ?? 0) ^ (1 << random(8))
        break
      case 2:
      case 3:
        octets[at] = pick(random, OCTETS)
        break
      case 4:
        octets = Buffer.concat([before, after.subarray(1 + random(4))])
        break
      case 5:
        octets = Buffer.concat([before, Buffer.of(pick(random, OCTETS)), after])
        break
      case 6:
        octets = Buffer.from(before)
        break
      case 7:
        octets = Buffer.concat([
          before,
          pick(random, whole).subarray(random(30), 30 + random(200)),
          after,
        ])
        break
      default:
        octets[at] = ((octets[at] ?? 0) + (random(2) === 0 ? 1 : 255)) & 0xff
    }
  }
  return octets.subarray(0, 60_000)
}

/** What an agent is sent. */
export function agentCorpus(whole: readonly Buffer[]): Corpus {
  return { whole, contents: AGENT_CONTENTS, engines: [ENGINE.id] }
}

/** What a receiver is sent. */
export function receiverCorpus(whole: readonly Buffer[]): Corpus {
  return { whole, contents: RECEIVER_CONTENTS, engines: [ENGINE.id, ENGINE.id, TRAP_ENGINE] }
}
