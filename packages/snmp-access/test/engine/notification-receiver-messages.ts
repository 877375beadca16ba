import type { NotificationReceiver, SnmpEvent } from '../../src/engine/index.ts'
import {
  decodeMessage,
  encodeCommunityMessage,
  openAsPeer,
  reportNameOf,
  sealMessage,
  unprovenPdu,
  UserTable,
  type AnyPdu,
  type EngineClock,
  type PlainPdu,
  type SealedMessage,
  type Varbind,
} from '../../src/message/index.ts'
import type { Level, Oid } from '../../src/index.ts'
import { LINK_DOWN, OURS, SENDER, userNamed, USERS } from './notification-receiver-fixture.ts'

const OBJECT: Oid = [1, 3, 6, 1, 4, 1, 8072, 9999, 1, 0]
export const VARBIND: Varbind = { oid: OBJECT, value: { type: 'Integer32', value: 7 } }
export const UPTIME: Varbind = {
  oid: [1, 3, 6, 1, 2, 1, 1, 3, 0],
  value: { type: 'TimeTicks', value: 4711 },
}
export const NAME: Varbind = {
  oid: [1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0],
  value: { type: 'ObjectIdentifier', value: LINK_DOWN },
}
export const TABLE = new UserTable(USERS)
export const ENGINES = new Map(USERS.map(({ name }) => [name, [SENDER]]))
export const CONTEXT_ENGINE = Buffer.from('80001f88047777', 'hex')

export function pduOf(
  type: PlainPdu['type'],
  varbinds: readonly Varbind[] = [UPTIME, NAME, VARBIND],
) {
  return { type, requestId: 99, errorStatus: 0, errorIndex: 0, varbinds } as const
}

export function byCommunity(
  pdu: AnyPdu,
  community = 'public',
  version: '1' | '2c' = '2c',
): Uint8Array {
  return encodeCommunityMessage({ version, community: Buffer.from(community), pdu })
}

interface SealedParts {
  readonly user?: string
  readonly level?: Level
  readonly engine?: EngineClock
  readonly reportable?: boolean
}

export function sealed(pdu: AnyPdu, parts: SealedParts = {}): Uint8Array {
  const { user = 'signing', level = 'authNoPriv', engine = OURS } = parts
  const { reportable = pdu.type === 'inform' } = parts
  return sealMessage(
    { messageId: 5, maxSize: 65_507, level, reportable, engine, user },
    { contextEngineId: CONTEXT_ENGINE, contextName: '', pdu },
    level === 'noAuthNoPriv' ? undefined : TABLE.keysFor(userNamed(user), engine.id),
    Buffer.alloc(8, 1),
  )
}

export function give(receiver: NotificationReceiver, octets: Uint8Array): Uint8Array | undefined {
  return receiver.receive(octets, '127.0.0.1', 5000)
}

/** The report in what came back; authenticated where it must be. */
export function reportIn(octets: Uint8Array | undefined): unknown {
  if (octets === undefined) return undefined
  const message = decodeMessage(octets) as SealedMessage
  if (message.header.level === 'noAuthNoPriv') {
    const pdu = unprovenPdu(message)
    return pdu && reportNameOf(pdu)
  }
  const user = userNamed(Buffer.from(message.header.user).toString())
  const keys = TABLE.keysFor(user, OURS.id)
  const { scoped } = openAsPeer(message, user, keys, { ...OURS, latest: 0 })
  return scoped && ['signed', reportNameOf(scoped.pdu)]
}

export const told = (events: readonly SnmpEvent[]) =>
  events.map(({ kind, reasons, fault }) => [kind, reasons?.[0].code ?? fault])
