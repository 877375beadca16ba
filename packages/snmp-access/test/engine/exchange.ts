import {
  decodeMessage,
  encodeCommunityMessage,
  errorStatusOf,
  openAsPeer,
  SaltSequence,
  sealMessage,
  unprovenPdu,
  UserTable,
  type AnyPdu,
  type EngineClock,
  type PlainPdu,
  type Varbind,
} from '../../src/message/index.ts'
import { formatOid, type Level } from '../../src/index.ts'
import { ENGINE, oid, USERS } from './served.ts'

const TABLE = new UserTable(USERS)
const SALTS = new SaltSequence()

/** A PDU for names. */
export function pdu(
  type: 'get' | 'getnext' | 'set',
  ...names: readonly (string | Varbind)[]
): PlainPdu {
  const varbinds = names.map((name) =>
    typeof name === 'string' ? { oid: oid(name), value: { type: 'unspecified' } as const } : name,
  )
  return { type, requestId: 77, errorStatus: 0, errorIndex: 0, varbinds }
}

/** A GETBULK of one column. */
export function bulk(name: string, maxRepetitions: number): AnyPdu {
  const { varbinds } = pdu('get', name)
  return { type: 'getbulk', requestId: 77, nonRepeaters: 0, maxRepetitions, varbinds }
}

/** A message with a community. */
export function asked(
  content: AnyPdu,
  community = 'public',
  version: '1' | '2c' = '2c',
): Uint8Array {
  return encodeCommunityMessage({ version, community: Buffer.from(community), pdu: content })
}

/** What can be otherwise in a sealed message. */
export interface Sealing {
  readonly user?: string
  readonly level?: Level
  readonly engine?: EngineClock
  readonly contextEngineId?: Uint8Array
  readonly contextName?: string
  readonly maxSize?: number
  readonly reportable?: boolean
}

/** A message of version 3, for the engine of the tests. */
export function sealed(content: AnyPdu, sealing: Sealing = {}): Uint8Array {
  const { user = 'u_none', level = 'noAuthNoPriv', engine = ENGINE } = sealing
  const { maxSize = 65_507, reportable = true, contextName = '' } = sealing
  const known = TABLE.get(user)
  const keys = known && TABLE.keysFor(known, ENGINE.id)
  return sealMessage(
    { messageId: 5, maxSize, level, reportable, engine, user },
    { contextEngineId: sealing.contextEngineId ?? ENGINE.id, contextName, pdu: content },
    keys,
    SALTS.next(),
  )
}

/** What is in an answer, whoever it is for. */
export function opened(octets: Uint8Array | undefined, user = 'u_none'): PlainPdu {
  if (octets === undefined) throw new TypeError('silence')
  const message = decodeMessage(octets)
  if (typeof message === 'string') throw new TypeError(message)
  if (message.version !== '3') return message.pdu as PlainPdu
  const plain = unprovenPdu(message)
  if (plain !== undefined && message.header.level === 'noAuthNoPriv') return plain as PlainPdu
  const known = TABLE.get(user)
  if (known === undefined) throw new TypeError('no user')
  const keys = TABLE.keysFor(known, ENGINE.id)
  const content = openAsPeer(message, known, keys, { ...ENGINE, latest: ENGINE.time })
  if (content.scoped === undefined) throw new TypeError(content.status)
  return content.scoped.pdu as PlainPdu
}

/** An answer in short. */
export function told(octets: Uint8Array | undefined, user?: string): string {
  if (octets === undefined) return 'silence'
  const { type, errorStatus, errorIndex, varbinds } = opened(octets, user)
  const names = varbinds.map(({ oid: name, value }) => `${formatOid(name)}=${value.type}`)
  return [type, errorStatusOf(errorStatus), errorIndex, ...names].join(' ')
}
