import { Secret } from '@gatehouse/core'
import type { Level, Oid } from '@gatehouse/snmp-access'
import {
  sealMessage,
  UserTable,
  type EngineClock,
  type ScopedPdu,
  type UsmUser,
} from '@gatehouse/snmp-access/message'
import type { Random } from '../../random.ts'
import { pick, several } from '../format.ts'
import { OBJECTS } from './asking.ts'

/** Who answers, and whom version 3 messages are for. */
export const CLOCK: EngineClock = {
  id: Buffer.from('80001f8804aabbcc', 'hex'),
  boots: 3,
  time: 500,
}

const PASSPHRASE = new Secret('long enough a word')

/** Users of version 3, one for each level. */
export const USERS: readonly UsmUser[] = [
  { name: 'nobody' },
  { name: 'ann', auth: { protocol: 'SHA-256', passphrase: PASSPHRASE } },
  {
    name: 'bob',
    auth: { protocol: 'SHA', passphrase: PASSPHRASE },
    priv: { protocol: 'AES', passphrase: PASSPHRASE },
  },
]

/** The same, with their keys. */
export const TABLE: UserTable = new UserTable(USERS)

/** Octets of BER: a tag, a length in one of its forms, now and then a wrong one, and what it holds. */
function ber(random: Random, tag: number, content: Uint8Array): Buffer {
  const { length } = content
  const told = random(600) === 0 ? Math.max(0, length + random(5) - 2) : length
  const form = random(200) === 0 ? random(5) : told < 128 ? 0 : told < 256 ? 1 : 2
  const head = [
    [told & 0x7f],
    [0x81, told & 0xff],
    [0x82, told >> 8, told & 0xff],
    [0x83, 0, told >> 8, told & 0xff],
    [0x84, 0xff, 0, told >> 8, told & 0xff],
  ][form]
  return Buffer.concat([Buffer.of(tag, ...(head ?? [])), content])
}

function arc(value: number): number[] {
  const octets = [value & 0x7f]
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) {
    octets.unshift((left & 0x7f) | 0x80)
  }
  return octets
}

function oidOctets(random: Random, oid: Oid): Buffer {
  const [first = 0, second = 0, ...rest] = oid
  const arcs = [first * 40 + second, ...rest].flatMap(arc)
  return Buffer.from(random(300) === 0 ? [0x80, ...arcs] : arcs)
}

const INTEGERS = ['00', '01', '05', '7f', '80', 'ff', '00ff', '7fffffff', '80000000', '00ffffffff']
const LONG = ['0080000000', '7fffffffffffffff', '00ffffffffffffffff', 'ffff', '', '000001']

function integerOctets(random: Random): Buffer {
  return Buffer.from(pick(random, random(60) === 0 ? LONG : INTEGERS), 'hex')
}

const TAGS = [
  0x02, 0x04, 0x05, 0x06, 0x40, 0x41, 0x42, 0x43, 0x44, 0x46, 0x80, 0x81, 0x82, 0x47, 0x30,
]

function valueOctets(random: Random): Buffer {
  const tag = random(2) === 0 ? 0x05 : pick(random, TAGS)
  switch (tag) {
    case 0x05:
    case 0x80:
    case 0x81:
    case 0x82:
      return ber(random, tag, Buffer.alloc(random(300) === 0 ? 1 : 0))
    case 0x06:
      return ber(random, tag, oidOctets(random, pick(random, OBJECTS)))
    case 0x04:
    case 0x44:
      return ber(random, tag, Buffer.from(pick(random, ['', 'abc', '\xff\0'.repeat(70)]), 'latin1'))
    case 0x40:
      return ber(random, tag, Buffer.alloc(random(80) === 0 ? random(6) : 4, 10))
    default:
      return ber(random, tag, integerOctets(random))
  }
}

function pduOctets(random: Random): Buffer {
  const tag = random(30) === 0 ? 0xa0 + random(16) : pick(random, [0xa0, 0xa1, 0xa3, 0xa5])
  const varbinds = several(random, random(20) === 0 ? 200 : 4, () =>
    ber(
      random,
      0x30,
      Buffer.concat([
        ber(random, 0x06, oidOctets(random, pick(random, OBJECTS))),
        valueOctets(random),
      ]),
    ),
  )
  const list = ber(random, 0x30, Buffer.concat(varbinds))
  const numbers = [0, 1, 2].map(() => ber(random, 0x02, integerOctets(random)))
  if (tag !== 0xa4) return ber(random, tag, Buffer.concat([...numbers, list]))
  const enterprise = ber(random, 0x06, oidOctets(random, pick(random, OBJECTS)))
  const address = ber(random, 0x40, Buffer.alloc(4, 127))
  return ber(random, tag, Buffer.concat([enterprise, address, ...numbers, list]))
}

function communityOctets(random: Random): Buffer {
  const version = random(30) === 0 ? random(8) : random(2)
  const community = Buffer.from(
    pick(random, ['public', 'public', 'private', 'private', 'a\xff']),
    'latin1',
  )
  return Buffer.concat([
    ber(random, 0x02, Buffer.of(version)),
    ber(random, 0x04, community),
    pduOctets(random),
  ])
}

const LEVELS: readonly Level[] = ['noAuthNoPriv', 'authNoPriv', 'authPriv']
const PDUS = ['get', 'getnext', 'set'] as const

/** Version 3 messages of every user, as they are sent: the only ones that prove anything. */
export const GENUINE: readonly string[] = USERS.flatMap((user, at) =>
  PDUS.flatMap((type, number) => {
    const level = LEVELS[at] ?? 'noAuthNoPriv'
    const oid = OBJECTS[number] ?? [1, 3]
    const value =
      type === 'set'
        ? ({ type: 'OctetString', value: Buffer.from('new') } as const)
        : ({ type: 'unspecified' } as const)
    const pdu = { type, requestId: 9, errorStatus: 0, errorIndex: 0, varbinds: [{ oid, value }] }
    const scoped: ScopedPdu = { contextEngineId: CLOCK.id, contextName: '', pdu }
    return [CLOCK, { ...CLOCK, time: 5_000 }].map((engine) => {
      const parts = {
        messageId: 7,
        maxSize: 1400,
        level,
        reportable: true,
        engine,
        user: user.name,
      }
      const salt = Buffer.alloc(8, number + 1)
      const octets = sealMessage(parts, scoped, TABLE.keysFor(user, CLOCK.id), salt)
      return Buffer.from(octets).toString('latin1')
    })
  }),
)

/** A message, more or less, one character an octet. */
export function messageOctets(random: Random): string {
  if (random(4) === 0) return pick(random, GENUINE)
  return ber(random, 0x30, communityOctets(random)).toString('latin1')
}
