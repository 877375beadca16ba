import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { Secret } from '@gatehouse/core'
import { formatOid, type Version } from '../../src/index.ts'
import {
  decodeMessage,
  encodeCommunityMessage,
  errorStatusOf,
  openAsPeer,
  reportNameOf,
  SaltSequence,
  sealMessage,
  unprovenPdu,
  UserTable,
  type AnyPdu,
  type AuthProtocol,
  type EngineClock,
  type PlainPdu,
  type BulkPdu,
  type PrivProtocol,
  type UsmUser,
  type Value,
} from '../../src/message/index.ts'
import { FILE, type Vector, type VectorRequest, type VectorUser } from '../vector-file.ts'
import { oidOf } from '../vector-mib.ts'
import type { VectorDaemon } from './vector-daemon.ts'

const SALTS = new SaltSequence()

/** A user of the vectors. */
export function usmUser(user: VectorUser): UsmUser {
  const { name, authProtocol, authPassword = '', privProtocol, privPassword = '' } = user
  return {
    name,
    ...(authProtocol !== undefined && {
      auth: { protocol: authProtocol as AuthProtocol, passphrase: new Secret(authPassword) },
    }),
    ...(privProtocol !== undefined && {
      priv: { protocol: privProtocol as PrivProtocol, passphrase: new Secret(privPassword) },
    }),
  }
}

const USERS = new UserTable(FILE.users.map(usmUser))

/** A value of the vectors. */
export function valueOf(type: string, value: string | number): Value {
  switch (type) {
    case 'octetString':
      return { type: 'OctetString', value: Buffer.from(String(value)) }
    case 'integer':
      return { type: 'Integer32', value: Number(value) }
    case 'counter32':
      return { type: 'Counter32', value: Number(value) }
    case 'timeTicks':
      return { type: 'TimeTicks', value: Number(value) }
    case 'oid':
      return { type: 'ObjectIdentifier', value: oidOf(String(value)) }
    default:
      throw new TypeError(`no type ${type}`)
  }
}

function pduOf(request: VectorRequest, requestId: number): PlainPdu | BulkPdu {
  const { pdu: type, nonRepeaters = 0, maxRepetitions = 0 } = request
  const varbinds = request.varbinds.map(({ oid, type: given, value }) => ({
    oid: oidOf(oid),
    value: given === undefined ? ({ type: 'unspecified' } as const) : valueOf(given, value ?? ''),
  }))
  return type === 'getbulk'
    ? { type, requestId, nonRepeaters, maxRepetitions, varbinds }
    : { type, requestId, errorStatus: 0, errorIndex: 0, varbinds }
}

/** The request of a vector in octets, for an agent of which the clock is known. */
function octetsOf(request: VectorRequest, requestId: number, engine: EngineClock): Uint8Array {
  const pdu = pduOf(request, requestId)
  const { version, community, communityHex } = request
  if (version !== '3') {
    const octets =
      communityHex === undefined ? Buffer.from(community ?? '') : Buffer.from(communityHex, 'hex')
    return encodeCommunityMessage({ version, community: octets, pdu })
  }
  const { user = '', level = 'noAuthNoPriv', context = '', override } = request
  const scoped = { contextEngineId: engine.id, contextName: context, pdu }
  const time = engine.time + (override?.timeOffset ?? 0)
  const parts = { messageId: requestId, maxSize: 65_507, level, reportable: true, user }
  const salt = SALTS.next()
  return sealMessage(
    { ...parts, engine: { ...engine, time } },
    scoped,
    keysOf(request, engine),
    salt,
  )
}

/** Keys that the vector was sent with: wrong ones, or those of a user who has none, among them. */
function keysOf({ user = '', level, override }: VectorRequest, { id }: EngineClock) {
  if (level === 'noAuthNoPriv') return undefined
  const known = USERS.get(user)
  const passphrase = new Secret(override?.authPassword ?? 'authpass123')
  const auth = { protocol: known?.auth?.protocol ?? 'SHA', passphrase } as const
  const priv = { protocol: 'AES', passphrase: new Secret('privpass123') } as const
  const forged: UsmUser = { name: 'forged', auth, ...(level === 'authPriv' && { priv }) }
  if (known?.auth !== undefined && override === undefined && (level !== 'authPriv' || known.priv)) {
    return USERS.keysFor(known, id)
  }
  return new UserTable([forged]).keysFor(forged, id)
}

/** What came back, in a form to be compared. */
export interface Reply {
  readonly reply: 'silence' | 'report' | 'response'
  readonly errorStatus?: string | undefined
  readonly errorIndex?: number
  readonly report?: string | undefined
  readonly varbinds?: readonly string[]
}

/** An agent that is asked, with what was found out about it. */
interface Asked {
  readonly daemon: VectorDaemon
  readonly engine: EngineClock
}

/** Asks an agent who it is. */
async function discover(daemon: VectorDaemon, family: 4 | 6 = 4): Promise<EngineClock> {
  const socket = await boundSocket(family === 4 ? '127.0.0.1' : '::1')
  const pdu = { type: 'get', requestId: 1, errorStatus: 0, errorIndex: 0, varbinds: [] } as const
  const engine = { id: new Uint8Array(0), boots: 0, time: 0 }
  const octets = sealMessage(
    { messageId: 1, maxSize: 65_507, level: 'noAuthNoPriv', reportable: true, engine, user: '' },
    { contextEngineId: engine.id, contextName: '', pdu },
  )
  const answered = once(socket, 'message')
  send(socket, octets, daemon)
  const [answer] = (await answered) as [Uint8Array]
  socket.close()
  const message = decodeMessage(answer)
  if (typeof message === 'string' || message.version !== '3') throw new TypeError('no report')
  const { engineId: id, engineBoots: boots, engineTime: time } = message.header
  return { id, boots, time }
}

/** Requests that wait in the buffer of an agent at once: it holds some 270. */
const BATCH = 50

/**
 * Sends the requests of vectors to agents in their order, the same to each but for the engine of
 * version 3, and gives what each of them answered. A vector's address must be one of this host.
 */
export async function askAll(
  vectors: readonly Vector[],
  daemons: readonly VectorDaemon[],
): Promise<readonly (readonly Reply[])[]> {
  const asked = await Promise.all(
    daemons.map(async (daemon): Promise<Asked> => ({ daemon, engine: await discover(daemon) })),
  )
  const replies: (readonly Reply[])[] = []
  for (let from = 0; from < vectors.length; from += BATCH) {
    const batch = vectors.slice(from, from + BATCH).map(({ request }) => request)
    // oxlint-disable-next-line no-await-in-loop -- what one request sets, the next one may read
    const sets = await Promise.all(asked.map(async (agent) => await askBatch(batch, agent)))
    replies.push(...batch.map((_, at) => sets.flatMap((set) => set[at] ?? [])))
  }
  return replies
}

async function askBatch(
  requests: readonly VectorRequest[],
  { daemon, engine }: Asked,
): Promise<readonly Reply[]> {
  const sockets = await Promise.all(requests.map(async ({ source }) => await boundSocket(source)))
  const answers = sockets.map((socket) => {
    const own: Uint8Array[] = []
    socket.on('message', (octets) => own.push(octets))
    return own
  })
  for (const [at, socket] of sockets.entries()) {
    const request = requests[at]
    if (request !== undefined) send(socket, octetsOf(request, at + 1, engine), daemon)
  }
  // The agent takes what comes in its order: an answer now comes after those to all of the requests,
  // and those then wait in our sockets until the loop comes round.
  for (const family of [4, 6, 4, 6] as const) {
    // oxlint-disable-next-line no-await-in-loop -- in rounds
    await discover(daemon, family)
  }
  for (const socket of sockets) socket.close()
  return requests.map((request, at): Reply => {
    const [answer, second] = answers[at] ?? []
    if (second !== undefined) throw new TypeError('two answers')
    return answer === undefined ? { reply: 'silence' } : replyOf(answer, request, engine)
  })
}

function replyOf(answer: Uint8Array, request: VectorRequest, engine: EngineClock): Reply {
  const pdu = answeredPdu(answer, request, engine)
  if (pdu.type === 'report') return { reply: 'report', report: reportNameOf(pdu) }
  if (pdu.type !== 'response') throw new TypeError(`a ${pdu.type}`)
  return {
    reply: 'response',
    errorStatus: errorStatusOf(pdu.errorStatus),
    errorIndex: pdu.errorIndex,
    varbinds: pdu.varbinds.map(
      ({ oid, value }) => `${formatOid(oid)} ${shown(formatOid(oid), value)}`,
    ),
  }
}

/** Counters of the snmp group differ; all else is the same. */
function shown(name: string, value: Value): string {
  const isLive = name.startsWith('1.3.6.1.2.1.11.')
  if (isLive || !('value' in value)) return value.type
  const { type, value: content } = value
  return `${type} ${content instanceof Uint8Array ? Buffer.from(content).toString() : content.toString()}`
}

function answeredPdu(answer: Uint8Array, request: VectorRequest, engine: EngineClock): AnyPdu {
  const message = decodeMessage(answer)
  if (typeof message === 'string') throw new TypeError(message)
  const wanted: Version = request.version
  if (message.version !== wanted) throw new TypeError('another version')
  if (message.version !== '3') return message.pdu
  const { level } = message.header
  const unproven = unprovenPdu(message)
  if (level === 'noAuthNoPriv' && unproven !== undefined) return unproven
  const user = USERS.get(request.user ?? '')
  if (user === undefined) throw new TypeError('no such user')
  const keys = USERS.keysFor(user, engine.id)
  const opened = openAsPeer(message, user, keys, { ...engine, latest: engine.time })
  if (opened.scoped === undefined) throw new TypeError(`not opened: ${opened.status}`)
  return opened.scoped.pdu
}

function send(socket: Socket, octets: Uint8Array, daemon: VectorDaemon): void {
  const isIpv6 = socket.address().family === 'IPv6'
  socket.send(octets, isIpv6 ? daemon.ipv6 : daemon.ipv4, isIpv6 ? '::1' : '127.0.0.1')
}

async function boundSocket(address: string): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4').bind(0, address)
  await once(socket, 'listening')
  return socket
}

/** Whether requests can come from an address: whether it is one of this host. */
export async function hasAddress(address: string): Promise<boolean> {
  try {
    const socket = await boundSocket(address)
    socket.close()
    return true
  } catch {
    return false
  }
}
