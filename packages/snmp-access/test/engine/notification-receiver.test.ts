import { noPolicy } from '@gatehouse/core'
import { expect, test } from 'vitest'

import {
  decodeMessage,
  openAsPeer,
  sealMessage,
  unprovenPdu,
  UserTable,
  type AnyPdu,
  type SealedMessage,
} from '../../src/message/index.ts'
import {
  LINK_DOWN,
  OURS,
  policyOf,
  receiverWith,
  SENDER,
  userNamed,
  USERS,
} from './notification-receiver-fixture.ts'
import { withLastBitChanged } from './peer-fakes.ts'

import {
  VARBIND,
  UPTIME,
  NAME,
  TABLE,
  ENGINES,
  CONTEXT_ENGINE,
  pduOf,
  byCommunity,
  sealed,
  give,
  reportIn,
  told,
} from './notification-receiver-messages.ts'

test('acknowledges an inform with its varbinds, and no trap', () => {
  const { receiver, received } = receiverWith()
  expect(give(receiver, byCommunity(pduOf('trap2')))).toBeUndefined()
  const answer = give(receiver, byCommunity(pduOf('inform')))
  expect(decodeMessage(answer ?? new Uint8Array())).toMatchObject({
    version: '2c',
    pdu: { ...pduOf('response'), varbinds: [UPTIME, NAME, VARBIND] },
  })
  expect(received.map(({ pdu }) => pdu)).toEqual(['trap2', 'inform'])
  expect(received[1]).toMatchObject({
    source: '127.0.0.1',
    port: 5000,
    trapOid: LINK_DOWN,
    uptime: 4711,
    varbinds: [VARBIND],
    purposes: ['log', 'execute'],
    reasons: [{ code: 'in-view', source: { table: expect.any(String) } }],
  })
})

test('acknowledges an inform of version 3 in its context, at its level', () => {
  const { receiver, received } = receiverWith({ users: TABLE })
  for (const level of ['authNoPriv', 'authPriv'] as const) {
    const user = level === 'authPriv' ? 'sealing' : 'signing'
    const answer = give(receiver, sealed(pduOf('inform'), { user, level }))
    const message = decodeMessage(answer ?? new Uint8Array()) as SealedMessage
    expect(message.header).toMatchObject({ messageId: 5, level, reportable: false })
    const keys = TABLE.keysFor(userNamed(user), OURS.id)
    const opened = openAsPeer(message, userNamed(user), keys, { ...OURS, latest: 0 })
    expect(opened.status).toBe('accepted')
    expect(opened.scoped?.contextEngineId).toEqual(new Uint8Array(CONTEXT_ENGINE))
    expect(opened.scoped?.pdu).toEqual(pduOf('response'))
  }
  expect(received).toHaveLength(2)
})

test('answers an inform with tooBig when its sender takes no more', () => {
  const { receiver } = receiverWith({ users: TABLE })
  const large = { ...VARBIND, value: { type: 'OctetString', value: Buffer.alloc(600) } } as const
  const octets = sealMessage(
    {
      messageId: 5,
      maxSize: 484,
      level: 'authNoPriv',
      reportable: true,
      engine: OURS,
      user: 'signing',
    },
    { contextEngineId: OURS.id, contextName: '', pdu: pduOf('inform', [UPTIME, NAME, large]) },
    TABLE.keysFor(userNamed('signing'), OURS.id),
  )
  const answer = decodeMessage(give(receiver, octets) ?? new Uint8Array()) as SealedMessage
  expect(unprovenPdu(answer)).toMatchObject({ type: 'response', errorStatus: 1, varbinds: [] })
})

test('says nothing to what is refused, and tells why', () => {
  const { receiver, received, events } = receiverWith({ users: TABLE, trapEngines: ENGINES })
  const messages: readonly [Uint8Array, string, unknown][] = [
    [byCommunity(pduOf('inform'), 'private'), 'refused', 'community-unknown'],
    [byCommunity(pduOf('inform'), 'elsewhere'), 'refused', 'source-not-listed'],
    [byCommunity(pduOf('inform', [NAME, UPTIME])), 'refused', 'request-malformed'],
    [byCommunity(pduOf('trap2', [])), 'refused', 'request-malformed'],
    [byCommunity(pduOf('get')), 'not-for-us', undefined],
    [byCommunity(pduOf('response')), 'not-for-us', undefined],
    [Buffer.from('garbage'), 'malformed', 'malformed'],
    [byCommunity(pduOf('trap2')).subarray(0, 30), 'malformed', 'malformed'],
    [sealed(pduOf('inform'), { user: 'sealing' }), 'refused', 'level-too-low'],
  ]
  for (const [octets] of messages) expect(give(receiver, octets)).toBeUndefined()
  expect(told(events)).toEqual(messages.map(([, kind, why]) => [kind, why]))
  expect(received).toEqual([])
})

test('shows a community as its digest, and nowhere else', () => {
  const { receiver, events } = receiverWith()
  give(receiver, byCommunity(pduOf('trap2'), 'private'))
  give(receiver, byCommunity(pduOf('trap2'), 'private'))
  give(receiver, byCommunity(pduOf('trap2'), 'privates'))
  const digests = events.map(({ communityDigest }) => communityDigest)
  expect(digests[0]).toMatch(/^[\da-f]{16}$/u)
  expect(digests[1]).toBe(digests[0])
  expect(digests[2]).not.toBe(digests[0])
  expect(JSON.stringify(events)).not.toContain('private')
})

test('takes no version that is not switched on: version 3 alone by itself', () => {
  const { receiver, events } = receiverWith({ versions: ['3'] })
  give(receiver, byCommunity(pduOf('inform')))
  expect(events).toMatchObject([{ kind: 'version-off', version: '2c' }])
})

test('reads nothing of an address that is not admitted, and of none when admission fails', () => {
  const { receiver, received, events } = receiverWith({
    admit: (source) => source === '127.0.0.1',
  })
  expect(receiver.receive(byCommunity(pduOf('inform')), '127.0.0.2', 1)).toBeUndefined()
  expect(events).toMatchObject([{ kind: 'not-admitted', source: '127.0.0.2' }])
  give(receiver, byCommunity(pduOf('trap2')))
  expect(received).toHaveLength(1)
  const failing = receiverWith({
    admit: () => {
      throw new Error('hosts.allow')
    },
  })
  expect(give(failing.receiver, byCommunity(pduOf('inform')))).toBeUndefined()
  expect(failing.received).toEqual([])
  expect(told(failing.events)).toEqual([['failed', undefined]])
})

test('does not acknowledge what its own side could not take', () => {
  const { receiver, events } = receiverWith({
    onNotification: () => {
      throw new Error('disk full')
    },
  })
  expect(give(receiver, byCommunity(pduOf('inform')))).toBeUndefined()
  expect(told(events)).toEqual([['failed', undefined]])
})

test('takes nothing while there is no configuration', () => {
  const policy = noPolicy('policy-missing', 'snmptrapd.conf')
  const { receiver, received, events } = receiverWith({ policy, users: TABLE })
  for (const octets of [byCommunity(pduOf('inform')), sealed(pduOf('inform'))]) {
    expect(give(receiver, octets)).toBeUndefined()
  }
  const unknown = { ...OURS, id: new Uint8Array() }
  const discovery = sealed(pduOf('get', []), {
    level: 'noAuthNoPriv',
    engine: unknown,
    reportable: true,
  })
  expect(give(receiver, discovery)).toBeUndefined()
  expect(received).toEqual([])
  expect(events.every(({ reasons }) => reasons?.[0].code === 'policy-missing')).toBe(true)
})

test('tells who we are to those who may be told, signed where the time is told', () => {
  const { receiver, events } = receiverWith({ users: TABLE })
  const nobody = { ...OURS, id: new Uint8Array(), boots: 0, time: 0 }
  const open = { level: 'noAuthNoPriv', reportable: true } as const
  const timeless = { ...OURS, boots: 0, time: 0 }
  const wrong = sealed(pduOf('inform'))
  const cases: readonly [Uint8Array, unknown, string][] = [
    [sealed(pduOf('get', []), { ...open, engine: nobody }), 'unknownEngineIDs', 'discovery'],
    [sealed(pduOf('inform'), { engine: timeless }), ['signed', 'notInTimeWindows'], 'discovery'],
    [
      sealed(pduOf('inform'), { engine: { ...OURS, time: 700 } }),
      ['signed', 'notInTimeWindows'],
      'unauthenticated',
    ],
    [
      sealed(pduOf('inform'), { engine: { ...OURS, boots: 3 } }),
      ['signed', 'notInTimeWindows'],
      'unauthenticated',
    ],
    [
      sealed(pduOf('inform'), { ...open, engine: { ...OURS, id: SENDER } }),
      'unknownEngineIDs',
      'unauthenticated',
    ],
    [withLastBitChanged(wrong), 'wrongDigests', 'unauthenticated'],
    [
      sealed(pduOf('inform'), { ...open, reportable: false, engine: nobody }),
      undefined,
      'unauthenticated',
    ],
    [sealed(pduOf('trap2'), { ...open, engine: nobody }), undefined, 'discovery'],
    [sealed(pduOf('report', []), { ...open, engine: nobody }), undefined, 'discovery'],
    [sealed(pduOf('response', []), { ...open, engine: nobody }), undefined, 'discovery'],
  ]
  const answers = cases.map(([octets]) => reportIn(give(receiver, octets)))
  expect(answers).toEqual(cases.map(([, report]) => report))
  expect(events.map(({ kind }) => kind)).toEqual(cases.map(([, , kind]) => kind))
})

test('derives no keys for an engine that is not known for the user', () => {
  const asked: string[] = []
  class Watched extends UserTable {
    override keysFor(...[user, engineId]: Parameters<UserTable['keysFor']>) {
      asked.push(`${user.name} ${Buffer.from(engineId).toString('hex')}`)
      return super.keysFor(user, engineId)
    }
  }
  const users = new Watched(USERS)
  const trapEngines = new Map([['strong', [SENDER]]])
  const { receiver, received, events } = receiverWith({ users, trapEngines })
  const trap = sealed(pduOf('trap2'), { engine: { ...OURS, id: SENDER } })
  for (let count = 0; count < 5; count += 1) give(receiver, trap)
  expect(asked).toEqual([])
  expect(told(events)[0]).toEqual(['unauthenticated', 'engine-unknown'])
  expect(receiver.trust('signing', SENDER)).toBe(true)
  give(receiver, trap)
  expect(received).toHaveLength(1)
  expect(asked).toEqual([`signing ${Buffer.from(SENDER).toString('hex')}`])
})

test('trusts no more engines than it may', () => {
  const { receiver } = receiverWith({ limits: { maxTrustedEngines: 1 } })
  expect(receiver.trust('signing', SENDER)).toBe(true)
  expect(receiver.trust('signing', SENDER)).toBe(true)
  expect(receiver.trust('signing', CONTEXT_ENGINE)).toBe(false)
})

test('follows the clock of each engine that sends traps, and takes nothing older than its window', () => {
  let now = 0
  const options = { users: TABLE, trapEngines: ENGINES, now: () => now }
  const { receiver, received, events } = receiverWith(options)
  const at = (boots: number, time: number): boolean => {
    const before = received.length
    give(receiver, sealed(pduOf('trap2'), { engine: { id: SENDER, boots, time } }))
    return received.length > before
  }
  expect(at(3, 1000)).toBe(true)
  expect(at(3, 1000)).toBe(true)
  expect(at(3, 850)).toBe(true)
  expect(at(3, 849)).toBe(false)
  expect(at(2, 5000)).toBe(false)
  now += 100_000
  expect(at(3, 949)).toBe(false)
  expect(at(3, 1500)).toBe(true)
  expect(at(3, 1349)).toBe(false)
  expect(at(4, 10)).toBe(true)
  expect(at(3, 1500)).toBe(false)
  expect(at(2 ** 31 - 1, 10)).toBe(false)
  expect(new Set(told(events).map(String))).toEqual(
    new Set(['unauthenticated,outside-time-window']),
  )
  // What one user's keys prove is nothing to another user.
  const other = sealed(pduOf('trap2'), {
    user: 'strong',
    level: 'authPriv',
    engine: { id: SENDER, boots: 1, time: 1 },
  })
  give(receiver, other)
  expect(received.at(-1)?.user).toBe('strong')
})

test('follows a table of users and engines that is replaced', () => {
  let users = new UserTable([])
  let engines: ReadonlyMap<string, readonly Uint8Array[]> = new Map()
  const { receiver, received } = receiverWith({ users: () => users, trapEngines: () => engines })
  const trap = sealed(pduOf('trap2'), { engine: { ...OURS, id: SENDER } })
  give(receiver, trap)
  users = TABLE
  give(receiver, trap)
  engines = ENGINES
  give(receiver, trap)
  expect(received).toHaveLength(1)
  engines = new Map()
  give(receiver, trap)
  expect(received).toHaveLength(1)
})

test('tells no more than its rate, and how many were left out', () => {
  let now = 0
  const { receiver, events } = receiverWith({ limits: { eventsPerSecond: 2 }, now: () => now })
  for (let count = 0; count < 50; count += 1) give(receiver, Buffer.from('garbage'))
  expect(events).toHaveLength(2)
  expect(receiver.eventsLeftOut).toBe(48)
  now += 1000
  give(receiver, Buffer.from('garbage'))
  expect(events[2]?.leftOut).toBe(48)
  expect(receiver.counters.get('snmpInPkts')).toBe(51)
  expect(receiver.counters.get('snmpInASNParseErrs')).toBe(51)
})

test('reads no message that is longer than the limit', () => {
  const { receiver, received, events } = receiverWith({ limits: { maxMessageBytes: 60 } })
  give(receiver, byCommunity(pduOf('trap2')))
  expect(received).toEqual([])
  expect(told(events)).toEqual([['malformed', 'malformed']])
})

test('takes a user without a digest only of a known engine, and lets it not acknowledge for another', () => {
  const { receiver, received } = receiverWith({ users: TABLE, trapEngines: ENGINES })
  const open = { user: 'nobody', level: 'noAuthNoPriv' } as const
  give(receiver, sealed(pduOf('trap2'), { ...open, engine: { ...OURS, id: SENDER } }))
  give(receiver, sealed(pduOf('trap2'), { ...open, engine: { ...OURS, id: CONTEXT_ENGINE } }))
  give(
    receiver,
    sealed(pduOf('inform'), { ...open, engine: { ...OURS, id: SENDER }, reportable: false }),
  )
  expect(received).toHaveLength(1)
})

function trap1(generic: number): AnyPdu {
  return {
    type: 'trap1',
    enterprise: [1, 3, 6, 1, 4, 1, 42],
    agentAddress: new Uint8Array(4),
    generic,
    specific: 0,
    timestamp: 1,
    varbinds: [],
  }
}

test('grants what the view of the configuration grants, to the name of the trap', () => {
  const policy = policyOf('authCommunity log public 127.0.0.1 .1.3.6.1.6.3.1.1.5.3')
  const { receiver, received, events } = receiverWith({ policy })
  give(receiver, byCommunity(trap1(2), 'public', '1'))
  give(receiver, byCommunity(trap1(3), 'public', '1'))
  give(receiver, byCommunity(trap1(7), 'public', '1'))
  expect(received.map(({ trapOid }) => trapOid)).toEqual([LINK_DOWN])
  expect(told(events)).toEqual([
    ['refused', 'not-in-view'],
    ['refused', 'request-malformed'],
  ])
})

test('refuses a digest key that is too short', () => {
  expect(() => receiverWith({ digestKey: new Uint8Array(8) })).toThrow(TypeError)
})

test('never throws for octets that are changed anywhere', () => {
  const { receiver } = receiverWith({ users: TABLE, trapEngines: ENGINES })
  const messages = [
    byCommunity(pduOf('inform')),
    sealed(pduOf('inform'), { user: 'sealing', level: 'authPriv' }),
    sealed(pduOf('trap2'), { engine: { ...OURS, id: SENDER } }),
  ]
  for (const octets of messages) {
    for (let at = 0; at < octets.length; at += 1) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
        expect(() => give(receiver, Uint8Array.from(octets).with(at, value))).not.toThrow()
      }
      give(receiver, octets.subarray(0, at))
    }
  }
})
