import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { parse, type Configuration } from '../../src/index.ts'
import {
  decodeMessage,
  encodeCommunityMessage,
  type AnyPdu,
  type PlainPdu,
  type Value,
  type Varbind,
} from '../../src/message/index.ts'
import type { NetSnmp, NetSnmpMib } from '../../src/net-snmp/model.ts'
import {
  createGuardedAgent,
  type GuardedAgent,
  type GuardedAgentOptions,
} from '../../src/net-snmp/index.ts'
import { freeUdpPort } from '../engine/peer-daemons.ts'

/** What the tests use of npm net-snmp beside what the adapter uses. */
export interface PlainNetSnmp extends NetSnmp {
  createMib(options?: object): PlainMib
  createAgent(options: object, callback: (error: Error | null) => void, mib: object): PlainAgent
}

export interface PlainMib extends NetSnmpMib {
  getScalarValue(name: string): unknown
}

export interface PlainAgent {
  getAuthorizer(): PlainAuthorizer
  close(): void
  readonly listener: { readonly sockets: Record<string, unknown> }
}

interface PlainAuthorizer {
  addCommunity(community: string): void
  addUser(user: object): void
  getCommunities(): readonly string[]
  getAccessControlModel(): {
    setCommunityAccess(community: string, level: number): void
    setUserAccess(name: string, level: number): void
    removeCommunityAccess(community: string): void
    getCommunitiesAccess(): readonly { readonly community: string }[]
  }
}

export const netSnmp = createRequire(import.meta.url)('net-snmp') as PlainNetSnmp

const RO = 2
const RW = 3
const RC = 4

/** Scalars below 1.3.6.1.4.1.1, a table that is 1.3.6.1.4.1.2. */
export const SCALARS = {
  word: {
    oid: '1.3.6.1.4.1.1.1',
    scalarType: 4,
    maxAccess: RW,
    constraints: { sizes: [{ min: 1, max: 5 }] },
  },
  number: {
    oid: '1.3.6.1.4.1.1.2',
    scalarType: 2,
    maxAccess: RW,
    constraints: { ranges: [{ min: 0, max: 9 }] },
  },
  state: {
    oid: '1.3.6.1.4.1.1.3',
    scalarType: 2,
    maxAccess: RW,
    constraints: { enumeration: { 1: 'up', 2: 'down' } },
  },
  big: { oid: '1.3.6.1.4.1.1.4', scalarType: 70, maxAccess: RO },
  secret: { oid: '1.3.6.1.4.1.1.5', scalarType: 4, maxAccess: 0 },
  later: { oid: '1.3.6.1.4.1.1.6', scalarType: 2, maxAccess: RC },
} as const

export const TABLE = '1.3.6.1.4.1.2'

const COLUMNS = [
  { number: 1, name: 'index', type: 2, maxAccess: 0 },
  {
    number: 2,
    name: 'label',
    type: 4,
    maxAccess: RC,
    defVal: 'new',
    constraints: { sizes: [{ max: 8 }] },
  },
  { number: 3, name: 'count', type: 65, maxAccess: RO, defVal: 0 },
  { number: 4, name: 'status', type: 2, maxAccess: RC, rowStatus: true },
]

/** A Mib with the scalars and a table of some rows. */
export function makeMib(rows = 3, more: Record<string, object> = {}): PlainMib {
  const mib = netSnmp.createMib()
  for (const [name, scalar] of Object.entries(SCALARS)) {
    mib.registerProvider({ name, type: 1, ...scalar, ...more[name] })
  }
  mib.setScalarValue('word', 'abc')
  mib.setScalarValue('number', 7)
  mib.setScalarValue('state', 1)
  mib.setScalarValue('big', Buffer.from('0000000100000002', 'hex'))
  mib.setScalarValue('secret', 'hidden')
  const table = { name: 'table', type: 2, oid: TABLE, tableIndex: [{ columnName: 'index' }] }
  mib.registerProvider({ ...table, tableColumns: COLUMNS, ...more['table'] })
  for (let row = 1; row <= rows; row += 1) mib.addTableRow('table', [row, `row ${row}`, row, 1])
  return mib
}

export const POLICY: Configuration = parse(
  [
    'rocommunity public 127.0.0.1 -V all',
    'rwcommunity private 127.0.0.1 -V all',
    'rocommunity narrow 127.0.0.1 .1.3.6.1.4.1.1.1',
    'rouser ann auth',
    'view all included .1.3.6.1',
  ].join('\n'),
  { file: 'snmpd.conf' },
)

/** An agent of ours with a Mib, on a free port; closed after the test. */
export async function startGuarded(
  mib: object,
  options: Partial<GuardedAgentOptions> = {},
): Promise<GuardedAgent & { readonly port: number }> {
  const engine = { id: Buffer.from('80000000010203', 'hex'), boots: 5, time: 1000 }
  const agent = await createGuardedAgent(netSnmp, {
    mib,
    port: 0,
    policy: POLICY,
    versions: ['1', '2c', '3'],
    engine: () => engine,
    ...options,
  })
  onTestFinished(() => agent.close())
  return { ...agent, port: agent.listening.addresses[0]?.port ?? 0 }
}

/** net-snmp's own agent with a Mib and the simple access control, on a free port; closed after the test. */
export async function startPlain(
  mib: object,
  options: object = {},
): Promise<{ readonly agent: PlainAgent; readonly port: number; readonly errors: unknown[] }> {
  const port = await freeUdpPort()
  const errors: unknown[] = []
  const settings = { port, address: '127.0.0.1', accessControlModelType: 1, ...options }
  const agent = netSnmp.createAgent(
    settings,
    (error) => errors.push(...(error === null ? [] : [error])),
    mib,
  )
  onTestFinished(() => agent.close())
  const authorizer = agent.getAuthorizer()
  for (const community of ['public', 'private', 'none']) authorizer.addCommunity(community)
  const model = authorizer.getAccessControlModel()
  model.setCommunityAccess('public', 1)
  model.setCommunityAccess('private', 2)
  model.setCommunityAccess('none', 0)
  return { agent, port, errors }
}

/** Sends octets and waits for those that come back; `undefined`: none in the time. */
export async function exchange(
  port: number,
  octets: Uint8Array,
  waitMs = 5_000,
): Promise<Uint8Array | undefined> {
  const socket = createSocket('udp4')
  const got = once(socket, 'message') as Promise<[Buffer]>
  socket.send(octets, port, '127.0.0.1')
  const ended = new AbortController()
  const late = delay(waitMs, undefined, { signal: ended.signal }).catch(() => undefined)
  try {
    const answer = await Promise.race([got, late])
    return answer?.[0]
  } finally {
    ended.abort()
    socket.close()
  }
}

/** How long it is waited for an answer that must not come. */
export const SILENCE_MS = 400

export interface Asked {
  readonly version?: '1' | '2c'
  readonly community?: string | Uint8Array
  readonly pdu: 'get' | 'getnext' | 'set'
  readonly varbinds: readonly Varbind[]
}

/** A message in octets. */
export function messageOf({
  version = '2c',
  community = 'public',
  pdu,
  varbinds,
}: Asked): Uint8Array {
  const own = typeof community === 'string' ? Buffer.from(community) : community
  const rest = { requestId: 77, errorStatus: 0, errorIndex: 0, varbinds }
  return encodeCommunityMessage({ version, community: own, pdu: { type: pdu, ...rest } })
}

/** What an agent answers; `undefined`: nothing. */
export async function ask(
  port: number,
  asked: Asked,
  waitMs?: number,
): Promise<PlainPdu | undefined> {
  return pduOf(await exchange(port, messageOf(asked), waitMs))
}

export function pduOf(octets: Uint8Array | undefined): PlainPdu | undefined {
  if (octets === undefined) return undefined
  const message = decodeMessage(octets)
  if (typeof message === 'string' || !('pdu' in message))
    throw new TypeError(`no answer: ${octets.length}`)
  const pdu: AnyPdu = message.pdu
  if (pdu.type === 'getbulk' || pdu.type === 'trap1') throw new TypeError(`no answer: ${pdu.type}`)
  return pdu
}

export function oid(text: string): number[] {
  return text.split('.').map(Number)
}

/** A name without a value. */
export function named(text: string): Varbind {
  return { oid: oid(text), value: { type: 'unspecified' } }
}

export function integer(value: number): Value {
  return { type: 'Integer32', value }
}

export function textValue(text: string): Value {
  return { type: 'OctetString', value: Buffer.from(text) }
}
