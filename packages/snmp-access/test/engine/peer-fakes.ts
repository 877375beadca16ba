import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { Secret } from '@gatehouse/core'
import { expect, onTestFinished } from 'vitest'

import {
  CommandGenerator,
  SnmpError,
  type CommandGeneratorOptions,
  type SnmpTarget,
} from '../../src/engine/index.ts'
import {
  decodeMessage,
  encodeCommunityMessage,
  openMessage,
  reportPdu,
  sealMessage,
  UserTable,
  type AnyPdu,
  type CommunityMessage,
  type EngineClock,
  type PlainPdu,
  type ScopedPdu,
  type SealedMessage,
  type UsmUser,
  type Varbind,
} from '../../src/message/index.ts'
import type { Level, Oid, ReportName } from '../../src/index.ts'

/** A user with a digest, without privacy: what it sends can be looked into. */
export const USER: UsmUser = {
  name: 'asker',
  auth: { protocol: 'SHA-256', passphrase: new Secret('first passphrase') },
}

export const ENGINE: Uint8Array = Buffer.from('80001f88050102030405', 'hex')

/** A peer that answers as a test tells it. */
export interface FakePeer {
  readonly port: number
  /** Messages that came, as they were decoded. */
  readonly heard: readonly (CommunityMessage | SealedMessage)[]
}

/** Sends octets back; by default from the socket that was asked. */
export type Reply = (octets: Uint8Array, from?: Socket) => void

/** A peer on 127.0.0.1 for one test. */
export async function fakePeer(
  answer: (message: CommunityMessage | SealedMessage, reply: Reply) => void,
): Promise<FakePeer> {
  const socket = await boundSocket('127.0.0.1')
  const heard: (CommunityMessage | SealedMessage)[] = []
  socket.on('message', (octets, { port, address }) => {
    const message = decodeMessage(octets)
    if (typeof message === 'string') throw new TypeError(message)
    heard.push(message)
    answer(message, (reply, from = socket) => {
      from.send(reply, port, address)
    })
  })
  return { port: socket.address().port, heard }
}

/** A socket for one test. */
export async function boundSocket(address: string): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, address)
  await once(socket, 'listening')
  onTestFinished(() => {
    socket.close()
  })
  return socket
}

/** A generator for one test. */
export async function generatorFor(
  options: CommandGeneratorOptions = {},
): Promise<CommandGenerator> {
  const generator = await CommandGenerator.open(options)
  onTestFinished(() => generator.close())
  return generator
}

/** The error that work ends in. */
export async function failure(work: Promise<unknown>): Promise<SnmpError> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(SnmpError)
  return error as SnmpError
}

/** The response to a request that says 1 to everything. */
export function responseTo(pdu: AnyPdu, changes: Partial<PlainPdu> = {}): PlainPdu {
  if (pdu.type === 'trap1') throw new TypeError(pdu.type)
  const value = { type: 'Integer32', value: 1 } as const
  const varbinds = pdu.varbinds.map(({ oid }) => ({ oid, value }))
  const { requestId } = pdu
  return { type: 'response', requestId, errorStatus: 0, errorIndex: 0, varbinds, ...changes }
}

/** What a version 3 agent does with its messages; each part can be made to lie. */
export interface FakeAgentOptions {
  /** Its clock; asked for each message. */
  readonly clock: () => EngineClock
  /** Called for each request that is authentic and in time; what it gives is signed and sent back. */
  readonly answer: (request: Opened, agent: FakeAgent) => void
}

/** A request as an honest agent reads it. */
export interface Opened {
  readonly message: SealedMessage
  readonly scoped: ScopedPdu
  readonly reply: Reply
}

/** What goes into a message of an agent. */
interface Parts {
  readonly level?: Level
  readonly clock?: EngineClock
  readonly user?: string
  readonly messageId?: number
  readonly contextName?: string
}

/** An agent of version 3 that is honest about discovery and time, and for the rest as it is told. */
export interface FakeAgent {
  readonly port: number
  readonly heard: readonly (CommunityMessage | SealedMessage)[]
  /** A message of it. */
  seal(to: SealedMessage, pdu: AnyPdu, parts?: Parts): Uint8Array
}

export async function fakeAgent({ clock, answer }: FakeAgentOptions): Promise<FakeAgent> {
  const users = new UserTable([USER])
  const seal: FakeAgent['seal'] = ({ header }, pdu, parts = {}) => {
    const { level = 'authNoPriv', contextName = '' } = parts
    const engine = parts.clock ?? clock()
    const { messageId = header.messageId, user = Buffer.from(header.user).toString() } = parts
    return sealMessage(
      { messageId, maxSize: 65_507, level, reportable: false, engine, user },
      { contextEngineId: engine.id, contextName, pdu },
      level === 'noAuthNoPriv' ? undefined : users.keysFor(USER, engine.id),
    )
  }
  const peer = await fakePeer((message, reply) => {
    if (message.version !== '3') throw new TypeError(message.version)
    const { status, scoped } = openMessage(message, users, clock())
    if (scoped !== undefined) {
      answer({ message, scoped, reply }, agent)
    } else if (status === 'unknown-engine') {
      reply(seal(message, report('unknownEngineIDs'), { level: 'noAuthNoPriv' }))
    } else if (status === 'not-in-time-window') {
      reply(seal(message, report('notInTimeWindows')))
    }
  })
  const agent: FakeAgent = { ...peer, seal }
  return agent
}

/** A report with some count. */
export function report(name: ReportName): PlainPdu {
  return reportPdu(name, 7, 0)
}

export const OBJECT: Oid = [1, 3, 6, 1, 4, 1, 8072, 9999, 1, 0]
export const ONE: Varbind = { oid: OBJECT, value: { type: 'Integer32', value: 1 } }
export const QUICK = { timeoutMs: 1000, retries: 1 } as const

/** A fake peer as a target of version 2c. */
export function byCommunity(port: number, changes: Partial<SnmpTarget> = {}): SnmpTarget {
  const community = new Secret('reading')
  return { host: '127.0.0.1', port, version: '2c', community, ...QUICK, ...changes }
}

/** A fake agent as a target of version 3. */
export function byUser(port: number, changes: Partial<SnmpTarget> = {}): SnmpTarget {
  return { host: '127.0.0.1', port, version: '3', user: USER, ...QUICK, ...changes }
}

/** A lie of a community's answer: nothing but what is given is false. */
export function lie(
  message: CommunityMessage,
  changes: Partial<PlainPdu>,
  outer: Partial<CommunityMessage> = {},
): Uint8Array {
  return encodeCommunityMessage({ ...message, ...outer, pdu: responseTo(message.pdu, changes) })
}

/** The same octets but for one bit, which in a message without encryption is one of its last value. */
export function withLastBitChanged(octets: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(octets)
  const last = changed.length - 1
  changed[last] = (changed[last] ?? 0) ^ 1
  return changed
}
