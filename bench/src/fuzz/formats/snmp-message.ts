import * as snmp from '@gatehouse/snmp-access'
import { CommandResponder, ObjectTree, type ObjectInstance } from '@gatehouse/snmp-access/engine'
import {
  decodeMessage,
  encodeCommunityMessage,
  openAsPeer,
  openMessage,
  unprovenPdu,
  type AnyPdu,
  type CommunityMessage,
  type MessageFault,
  type SealedMessage,
} from '@gatehouse/snmp-access/message'
import { pick, type FuzzFormat } from '../format.ts'
import { ensure, ensureEqual } from '../oracle.ts'
import { OBJECTS } from '../snmp/asking.ts'
import { CLOCK, GENUINE, messageOctets, TABLE, USERS } from '../snmp/messages.ts'

const FAULTS: ReadonlySet<MessageFault> = new Set<MessageFault>([
  'malformed',
  'version-unknown',
  'security-model-unknown',
  'flags-invalid',
  'pdu-unknown',
])
const MAX_RESPONSE_BYTES = 1472
const SOURCES = ['10.0.0.1', '192.0.2.1', '::1']

const POLICY = snmp.parse(
  [
    'rocommunity public 10.0.0.0/8 .1.3.6.1.2.1.1',
    'rwcommunity private 10.0.0.0/8 -V all',
    'view all included .1.3.6.1',
    'view all excluded .1.3.6.1.2.1.1.5',
    'rouser nobody noauth .1.3.6.1.2.1.1.1',
    'rwuser ann auth -V all',
    'rwuser bob priv -V all',
  ].join('\n'),
  { file: 'snmpd.conf' },
)

let commits = 0

const INSTANCES: readonly ObjectInstance[] = OBJECTS.filter(([first]) => first === 1)
  .filter((oid) => oid.length > 1)
  .map((oid) => ({
    oid,
    value: { type: 'OctetString', value: Buffer.from('held') },
    write: {
      test: ({ type }) => (type === 'OctetString' ? 'noError' : 'wrongType'),
      commit: () => {
        commits += 1
        return 'noError'
      },
    },
  }))

function responder(): CommandResponder {
  const tree = new ObjectTree()
  tree.register([1, 3, 6, 1], () => INSTANCES)
  return new CommandResponder({
    policy: POLICY,
    objects: () => tree,
    users: TABLE,
    engine: () => CLOCK,
    versions: ['1', '2c', '3'],
    digestKey: Buffer.alloc(32, 1),
  })
}

const RESPONDER = responder()

/** Messages of every version: octets that a grammar writes and damages, and genuine ones of version 3. */
export const SNMP_MESSAGE: FuzzFormat = {
  name: 'snmp-message',
  takesBytes: false,
  words: [
    ['\x30', '\x30\x80', '\x02\x01\0', '\x02\x01\x01', '\x02\x01\x03', '\x04\x06public', '\x05\0'],
    [
      '\xa0',
      '\xa1',
      '\xa3',
      '\xa5',
      '\x84\xff\xff\xff\xff',
      '\x82\x01\0',
      '\x06\x01\x2b',
      '\x80\0',
    ],
  ].flat(),
  compose: messageOctets,
  examine: (input, random) => {
    const octets = Buffer.from(input as string, 'latin1')
    const source = pick(random, SOURCES)
    const before = commits
    const answered = RESPONDER.receive(octets, source, 1024 + random(100))
    const hasSet = commits > before
    ensure((answered?.length ?? 0) <= MAX_RESPONSE_BYTES, 'an answer that is too large')
    const message = decodeMessage(octets)
    if (typeof message === 'string') {
      ensure(FAULTS.has(message), message)
      ensure(answered === undefined, 'an answer to what is no message')
      return false
    }
    if (message.version === '3') examineSealed(message, source, answered, hasSet)
    else examineCommunity(message, source, answered, hasSet)
    return true
  },
}

function examineCommunity(
  message: CommunityMessage,
  source: string,
  answered: Uint8Array | undefined,
  hasSet: boolean,
): void {
  ensureEqual(
    decodeMessage(encodeCommunityMessage(message)),
    message,
    'written, it reads otherwise',
  )
  const { version, community, pdu } = message
  const reply = answered && decodeMessage(answered)
  if (reply === undefined) {
    ensure(!hasSet, 'a SET without an answer')
    return
  }
  if (typeof reply === 'string' || reply.version === '3') throw new TypeError('no answer')
  ensureEqual([reply.version, reply.community], [version, community], 'an answer to another one')
  ensureGranted({ version, community, source }, pdu, reply.pdu, hasSet)
}

function examineSealed(
  message: SealedMessage,
  source: string,
  answered: Uint8Array | undefined,
  hasSet: boolean,
): void {
  const { status, user, level, scoped } = openMessage(message, TABLE, CLOCK)
  if (level !== 'noAuthNoPriv' && status === 'accepted') {
    const text = Buffer.from(message.octets).toString('latin1')
    ensure(GENUINE.includes(text), 'a message that nobody sent is taken for genuine')
  }
  const reply = answered && decodeMessage(answered)
  if (reply === undefined) {
    ensure(!hasSet, 'a SET without an answer')
    return
  }
  if (typeof reply === 'string' || reply.version !== '3') throw new TypeError('no answer')
  const known = USERS.find(({ name }) => name === user)
  const keys = known && TABLE.keysFor(known, CLOCK.id)
  const opened = known && openAsPeer(reply, known, keys, { ...CLOCK, latest: CLOCK.time })
  const pdu = opened?.scoped?.pdu ?? unprovenPdu(reply)
  ensure(pdu !== undefined, 'an answer that its sender cannot read')
  if (pdu === undefined || pdu.type === 'report') {
    ensure(!hasSet, 'a SET with a report')
    return
  }
  if (scoped === undefined) throw new TypeError('an answer to a message that is not accepted')
  const context = scoped.contextName
  ensureEqual(opened?.level, level, 'an answer that is protected otherwise')
  const sender = { version: '3', user, level, context, usm: status, source } as const
  ensureGranted(sender, scoped.pdu, pdu, hasSet)
}

/** Nothing goes back, and nothing is set, that the core does not grant. */
function ensureGranted(sender: snmp.Sender, asked: AnyPdu, reply: AnyPdu, hasSet: boolean): void {
  if (reply.type !== 'response') throw new TypeError(`${reply.type} for an answer`)
  const { type } = asked
  if (type !== 'get' && type !== 'getnext' && type !== 'getbulk' && type !== 'set') {
    throw new TypeError(`an answer to ${type}`)
  }
  ensure(reply.requestId === asked.requestId, 'an answer to another request')
  const bulk = asked.type === 'getbulk' ? asked : {}
  const request = { nonRepeaters: 0, ...bulk, ...sender, pdu: type, varbinds: asked.varbinds }
  const verdict = snmp.check(POLICY, request)
  ensure(verdict.reply === 'response', 'an answer where the core is silent')
  ensure(!hasSet || verdict.outcome === 'allow', 'a SET that the core refuses')
  if (reply.errorStatus !== 0 || type === 'set') {
    const echoed = reply.varbinds.length === 0 ? [] : asked.varbinds
    ensureEqual(reply.varbinds, echoed, 'an error with other objects than were asked for')
    return
  }
  ensure(verdict.errorStatus === 'noError', 'an answer where the core has an error')
  for (const { oid, value } of reply.varbinds) {
    const isValue = !['noSuchObject', 'noSuchInstance', 'endOfMibView'].includes(value.type)
    ensure(!isValue || verdict.view?.ask(oid).state === 'included', 'a value that is not shown')
    ensure(isValue || sender.version !== '1', 'an exception in version 1')
  }
}
