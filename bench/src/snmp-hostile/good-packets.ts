import type { Oid } from '@gatehouse/snmp-access'
import { int, oidOf, tlv } from './ber.ts'
import { ENGINE, FENCE, NUMBER, OBJECTS, TEXT, TRAP_ENGINE, USERS } from './fixture.ts'
import { PDUS } from './message.ts'
import { keysOf, seal, type Header, type Known } from './usm.ts'

const NULL = tlv(5)
const BASE = [1, 3, 6, 1, 4, 1, 99_999]
const UPTIME = [1, 3, 6, 1, 2, 1, 1, 3, 0]
const TRAP_OID = [1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0]

/** Names that the objects begin at, are at, or stand between. */
export const NAMES: readonly Oid[] = [
  ...OBJECTS.map(({ oid }) => oid),
  [1, 3],
  [0, 0],
  [2, 999, 1],
  BASE,
  [...BASE, 1, 1, 2],
  [...BASE, 3],
  [...BASE, 5],
  FENCE.slice(0, -1),
  [...NUMBER, 1],
  [1, 3, 6, 1, 2, 1, 11],
  [1, 3, 6, 1, 6, 3, 15, 1, 1, 3, 0],
  [1, 3, 6, 1, 2, 1, 11, 30, 0],
]

/** Communities that are known, known for elsewhere or other objects, and unknown. */
export const COMMUNITIES: readonly string[] = [
  'public',
  'private',
  'part',
  'elsewhere',
  'two words',
  'unknown',
  '',
  'Public',
  'public ',
  'public\0',
  '\0',
  'public\n',
  '"two words"',
  "'",
  'x'.repeat(255),
  'x'.repeat(256),
]

/** A varbind. */
export function varbind(oid: Oid, value: Uint8Array = NULL): Buffer {
  return tlv(0x30, oidOf(oid), value)
}

/** A PDU with its three numbers. */
export function pdu(
  tag: number,
  numbers: readonly [number, number, number],
  ...varbinds: readonly Uint8Array[]
): Buffer {
  return tlv(tag, ...numbers.map((one) => int(one)), tlv(0x30, ...varbinds))
}

/** A message of version 1 (0) or 2c (1). */
export function withCommunity(
  version: number,
  community: string | Uint8Array,
  content: Uint8Array,
): Buffer {
  return tlv(0x30, int(version), tlv(4, Buffer.from(community)), content)
}

/** A scoped PDU of the engine under attack. */
export function scoped(
  content: Uint8Array,
  engineId: Uint8Array = ENGINE.id,
  context: string | Uint8Array = '',
): Buffer {
  return tlv(0x30, tlv(4, engineId), tlv(4, Buffer.from(context)), content)
}

/** A header that is right for a user. */
export function headerFor({ name, auth, priv }: Known, level: number): Header {
  const flags = Math.min(level, priv === undefined ? (auth === undefined ? 0 : 1) : 3)
  return {
    messageId: 4711,
    maxSize: 65_507,
    flags: 4 + (flags === 2 ? 1 : flags),
    securityModel: 3,
    engineId: ENGINE.id,
    boots: ENGINE.boots,
    time: ENGINE.time,
    user: Buffer.from(name),
  }
}

/** Commands that are well formed. */
export const COMMANDS: readonly Buffer[] = [
  pdu(PDUS.get, [1, 0, 0], varbind(NAMES[0]!)),
  pdu(PDUS.get, [-1, 0, 0], varbind(NAMES[4]!), varbind(NAMES[5]!), varbind([1, 3])),
  pdu(PDUS.getnext, [2 ** 31 - 1, 0, 0], varbind([1, 3]), varbind(BASE)),
  pdu(PDUS.getnext, [-(2 ** 31), 0, 0], varbind(NAMES.at(-1)!)),
  pdu(PDUS.getbulk, [9, 0, 10], varbind([...BASE, 1, 1, 1]), varbind([...BASE, 1, 1, 3])),
  pdu(PDUS.getbulk, [9, 1, 2 ** 31 - 1], varbind([1, 3]), varbind([...BASE, 1, 1, 2])),
  pdu(PDUS.getbulk, [9, -1, -1], varbind([1, 3])),
  pdu(PDUS.get, [5, 0, 0], varbind([...BASE, 4, 2, 0]), varbind([...BASE, 4, 2, 0])),
  pdu(PDUS.set, [6, 0, 0], varbind(NUMBER, int(17)), varbind(TEXT, tlv(4, Buffer.from('set')))),
  pdu(PDUS.set, [6, 0, 0], varbind(NUMBER, int(101))),
  pdu(PDUS.get, [7, 0, 0]),
]

/** Notifications that are well formed. */
export const NOTIFICATIONS: readonly Buffer[] = [PDUS.trap2, PDUS.inform].flatMap((tag) => [
  pdu(
    tag,
    [21, 0, 0],
    varbind(UPTIME, int(4200, 0x43)),
    varbind(TRAP_OID, oidOf([1, 3, 6, 1, 6, 3, 1, 1, 5, 3])),
    varbind([1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 7], int(7)),
  ),
  pdu(
    tag,
    [22, 0, 0],
    varbind(UPTIME, int(0, 0x43)),
    varbind(TRAP_OID, oidOf([...BASE, 0, 4294967295])),
    varbind([...BASE, 7], tlv(4, Buffer.alloc(300, 'n'))),
  ),
])

/** Version 1's own form. */
export const TRAPS_1: readonly Buffer[] = [0, 3, 6, 7].map((generic) =>
  tlv(
    PDUS.trap1,
    oidOf(BASE),
    tlv(0x40, [127, 0, 0, 1]),
    int(generic),
    int(2 ** 31 - 1),
    int(99, 0x43),
    tlv(0x30, varbind([...BASE, 7], int(1))),
  ),
)

/** Well-formed messages to an agent. */
export const TO_AGENT: readonly Buffer[] = COMMANDS.flatMap((command, at) => [
  ...['public', 'private', 'part', COMMUNITIES[at % COMMUNITIES.length]!].flatMap((community) =>
    [0, 1].map((version) => withCommunity(version, community, command)),
  ),
  ...USERS.map((user) => {
    return seal(headerFor(user, 3), scoped(command), keysOf(user, ENGINE.id))
  }),
])

/** Well-formed messages to a receiver of notifications. */
export const TO_RECEIVER: readonly Buffer[] = [
  ...TRAPS_1.map((trap) => withCommunity(0, 'public', trap)),
  ...NOTIFICATIONS.flatMap((one) => [
    ...['public', 'part', 'unknown'].map((community) => withCommunity(1, community, one)),
    ...USERS.map((user) => seal(headerFor(user, 3), scoped(one), keysOf(user, ENGINE.id))),
    ...USERS.slice(1, 3).map((user) => sealFromSender(user, one)),
  ]),
]

/** A trap of the engine that may send them. */
function sealFromSender(user: Known, trap: Buffer): Buffer {
  const header = { ...headerFor(user, 3), engineId: TRAP_ENGINE, boots: 2, time: 1000 }
  const own = { ...header, flags: header.flags & 3 }
  return seal(own, scoped(trap, TRAP_ENGINE), keysOf(user, TRAP_ENGINE))
}
