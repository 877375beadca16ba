import { describe, expect, it } from 'vitest'
import { programPath, runTool } from './peer-daemons.ts'
import { asked, bulk, opened, pdu, sealed, told } from './exchange.ts'
import { ENGINE, fixed, integer, makeResponder, oid, policyOf, serve, text } from './served.ts'
import { OURS, receiverWith, SENDER, userNamed } from './notification-receiver-fixture.ts'
import { ObjectTree } from '../../src/engine/index.ts'
import {
  encodeCommunityMessage,
  sealMessage,
  UserTable,
  type AnyPdu,
} from '../../src/message/index.ts'

const BASE = '1.3.6.1.4.1.424242'
const NAME = `${BASE}.1.0`

function treeOf(rows = 300): ObjectTree {
  const tree = new ObjectTree()
  tree.register(oid(BASE), () => [
    fixed(NAME, text('here')),
    ...Array.from({ length: rows }, (_, row) => fixed(`${BASE}.2.${row + 1}`, integer(row))),
    fixed(`${BASE}.4294967295.0`, integer(-1)),
  ])
  return tree
}

const GET = pdu('get', NAME)

function answeredTo(line: string, community: Uint8Array): string {
  const { responder } = makeResponder(treeOf(), policyOf(line))
  const octets = encodeCommunityMessage({ version: '2c', community, pdu: GET })
  return told(responder.receive(octets, '127.0.0.1', 1))
}

const LONG = 'x'.repeat(255)

describe('communities', () => {
  it.each([
    ['rocommunity public', 'public', ['public\0', 'public\n', '\0public', 'Public', 'publi', '']],
    ['rocommunity "two words"', 'two words', ['"two words"', 'two', 'two words ']],
    [`rocommunity ${LONG}`, LONG, [`${LONG}x`, LONG.slice(1), `${LONG}\0`]],
    ['rocommunity büro', 'büro', ['buro', 'b\u0075\u0308ro', 'b\uFFFDro']],
  ])('answers exactly the one of the line %s', (line, good, others) => {
    expect(answeredTo(line, Buffer.from(good))).not.toBe('silence')
    for (const other of others) expect(answeredTo(line, Buffer.from(other))).toBe('silence')
    expect(answeredTo(line, Buffer.from(good, 'latin1').fill(0xff, 0, 1))).toBe('silence')
  })

  const isInstalled = programPath('snmpget') !== undefined
  it.skipIf(!isInstalled)(
    `${isInstalled ? '' : 'needs snmpget: '}answers exactly the configured ones when snmpget sends them`,
    async () => {
      const long = 'y'.repeat(200)
      const policy = policyOf('rocommunity "two words"', `rocommunity ${long}`, 'rocommunity büro')
      const server = await serve(makeResponder(treeOf(), policy).responder)
      try {
        const answered = async (community: string): Promise<boolean> => {
          const words = ['-v2c', '-c', community, '-On', '-t', '1', '-r', '0', server.ipv4, NAME]
          return (await runTool('snmpget', words)).code === 0
        }
        const all = ['two words', long, 'büro', 'two', '"two words"', `${long}y`, 'two words\n', '']
        const found = await Promise.all(all.map(answered))
        expect(found).toEqual([true, true, true, false, false, false, false, false])
      } finally {
        await server.close()
      }
    },
  )
})

describe('GETBULK', () => {
  const { responder } = makeResponder(treeOf(), policyOf('rocommunity public'))
  const ask = (nonRepeaters: number, maxRepetitions: number, count: number) => {
    const names = Array.from({ length: count }, () => BASE)
    const { varbinds } = pdu('getnext', ...names)
    const content: AnyPdu = {
      type: 'getbulk',
      requestId: 1,
      nonRepeaters,
      maxRepetitions,
      varbinds,
    }
    const octets = responder.receive(asked(content), '127.0.0.1', 1)
    expect(octets?.length).toBeLessThanOrEqual(1472)
    return opened(octets).varbinds.length
  }
  it.each([
    [0, 2 ** 31 - 1, 1],
    [2 ** 31 - 1, 2 ** 31 - 1, 100],
    [-1, 2 ** 31 - 1, 100],
    [-(2 ** 31), -(2 ** 31), 100],
    [50, 2 ** 31 - 1, 100],
    [0, 2 ** 31 - 1, 300],
  ])('with %i and %i for many names stays in one packet', (nonRepeaters, repetitions, count) => {
    expect(ask(nonRepeaters, repetitions, count)).toBeLessThanOrEqual(100)
  })
})

it('gives no more than 100 objects where more would fit', () => {
  const limits = { maxResponseBytes: 65_507 }
  const { responder } = makeResponder(treeOf(), policyOf('rocommunity public'), { limits })
  const octets = responder.receive(asked(bulk(BASE, 2 ** 31 - 1)), '127.0.0.1', 1)
  expect(opened(octets).varbinds).toHaveLength(100)
})

it('answers a version 3 sender with no more than it takes', () => {
  const { responder } = makeResponder(treeOf(), policyOf('rouser u_none noauth'))
  const octets = responder.receive(sealed(bulk(BASE, 100), { maxSize: 500 }), '127.0.0.1', 1)
  expect(octets?.length).toBeGreaterThan(400)
  expect(octets?.length).toBeLessThanOrEqual(500)
})

it.each([
  { type: 'Counter64', value: 1n },
  { type: 'noSuchObject' },
  { type: 'noSuchInstance' },
  { type: 'endOfMibView' },
] as const)('drops a version 1 message with the value $type', (value) => {
  const { responder } = makeResponder(treeOf(), policyOf('rwcommunity private'))
  const octets = asked(pdu('set', { oid: oid(NAME), value }), 'private', '1')
  expect(responder.receive(octets, '127.0.0.1', 1)).toBeUndefined()
  expect(responder.counters.get('snmpInASNParseErrs')).toBe(1)
})

describe('numbers at their edges', () => {
  it.each([2 ** 31 - 1, -(2 ** 31), -1, 0])('gives back the request id %i', (requestId) => {
    const { responder } = makeResponder(treeOf(), policyOf('rocommunity public'))
    const octets = responder.receive(asked({ ...GET, requestId }), '127.0.0.1', 1)
    expect(opened(octets).requestId).toBe(requestId)
  })

  it('walks past and finds a sub-identifier of 2^32-1', () => {
    const { responder } = makeResponder(treeOf(), policyOf('rocommunity public'))
    const answer = (content: AnyPdu) => told(responder.receive(asked(content), '127.0.0.1', 1))
    expect(answer(pdu('get', `${BASE}.4294967295.0`))).toMatch(/4294967295\.0=Integer32$/)
    expect(answer(bulk(`${BASE}.2.300`, 1))).toMatch(/4294967295\.0=Integer32$/)
    expect(answer(pdu('getnext', `${BASE}.4294967295.4294967295`))).toMatch(/endOfMibView$/)
  })

  it.each([0, 2 ** 31 - 1])('reports boots of %i as not in time', (boots) => {
    const { responder } = makeResponder(treeOf(), policyOf('rouser u_auth auth'))
    const octets = sealed(GET, {
      user: 'u_auth',
      level: 'authNoPriv',
      engine: { ...ENGINE, boots },
    })
    const answer = told(responder.receive(octets, '127.0.0.1', 1), 'u_auth')
    expect(answer).toContain('1.3.6.1.6.3.15.1.1.2.0')
  })

  it('is never in time once its own boots have come to 2^31-1', () => {
    const engine = { ...ENGINE, boots: 2 ** 31 - 1 }
    const policy = policyOf('rouser u_auth auth')
    const { responder } = makeResponder(treeOf(), policy, { engine: () => engine })
    responder.receive(sealed(GET, { user: 'u_auth', level: 'authNoPriv', engine }), '127.0.0.1', 1)
    expect(responder.counters.get('usmStatsNotInTimeWindows')).toBe(1)
    expect(responder.counters.get('snmpOutGetResponses')).toBe(0)
  })

  it.each([
    [ENGINE.time + 150, true],
    [ENGINE.time + 151, false],
    [0, true],
  ])('takes the time %i: %s', (time, isTaken) => {
    const { responder } = makeResponder(treeOf(), policyOf('rouser u_auth auth'))
    const octets = sealed(GET, { user: 'u_auth', level: 'authNoPriv', engine: { ...ENGINE, time } })
    responder.receive(octets, '127.0.0.1', 1)
    expect(responder.counters.get('snmpOutGetResponses')).toBe(isTaken ? 1 : 0)
  })

  it.each([0, 5, 32])('reports an engine id of %i octets that is not its own', (length) => {
    const { responder } = makeResponder(treeOf(), policyOf('rouser u_none noauth'))
    const engine = { ...ENGINE, id: Buffer.alloc(length, 7) }
    expect(told(responder.receive(sealed(GET, { engine }), '127.0.0.1', 1))).toContain(
      '1.3.6.1.6.3.15.1.1.4.0',
    )
  })

  it.each([4, 33])('drops an engine id of %i octets', (length) => {
    const { responder } = makeResponder(treeOf(), policyOf('rouser u_none noauth'))
    const whole = Buffer.from(sealed(GET, { engine: { ...ENGINE, id: Buffer.alloc(5, 7) } }))
    const at = whole.indexOf(Buffer.from([4, 5, 7, 7, 7, 7, 7]))
    const id = Buffer.concat([Buffer.of(4, length), Buffer.alloc(length, 7)])
    const octets = Buffer.concat([whole.subarray(0, at), id, whole.subarray(at + 7)])
    // The lengths of what is around it, all of one octet here.
    const grown = length - 5
    octets[1] = (octets[1] ?? 0) + grown
    octets[at - 1] = (octets[at - 1] ?? 0) + grown
    octets[at - 3] = (octets[at - 3] ?? 0) + grown
    expect(responder.receive(octets, '127.0.0.1', 1)).toBeUndefined()
    expect(responder.counters.get('snmpInASNParseErrs')).toBe(1)
  })
})

/** Of an engine that takes no more than this. */
function informWith(maxSize: number): Uint8Array {
  const { varbinds } = pdu('get')
  const uptime = {
    oid: oid('1.3.6.1.2.1.1.3.0'),
    value: { type: 'TimeTicks', value: 1 },
  } as const
  const name = {
    oid: oid('1.3.6.1.6.3.1.1.4.1.0'),
    value: { type: 'ObjectIdentifier', value: oid('1.3.6.1.6.3.1.1.5.3') },
  } as const
  const content = {
    ...pdu('get'),
    type: 'inform',
    varbinds: [uptime, name, ...varbinds],
  } as const
  const scope = { contextEngineId: OURS.id, contextName: 'c'.repeat(600), pdu: content }
  const header = { messageId: 1, level: 'noAuthNoPriv', reportable: true } as const
  return sealMessage({ ...header, maxSize, engine: OURS, user: 'nobody' }, scope)
}

describe('an inform whose context is as long as what its sender takes', () => {
  it('is not acknowledged with more than that', () => {
    const users = new UserTable([userNamed('nobody')])
    const { receiver, received } = receiverWith({ users })
    expect(receiver.receive(informWith(484), '127.0.0.1', 1)).toBeUndefined()
    expect(receiver.counters.get('snmpSilentDrops')).toBe(1)
    expect(receiver.receive(informWith(1472), '127.0.0.1', 1)).toBeInstanceOf(Uint8Array)
    expect(received).toHaveLength(2)
  })
})

describe('floods', () => {
  class CountingUsers extends UserTable {
    asked = 0
    override keysFor(...args: Parameters<UserTable['keysFor']>): ReturnType<UserTable['keysFor']> {
      this.asked += 1
      return super.keysFor(...args)
    }
  }

  it('of wrong communities leave events and authenticationFailure bounded, and the rest counted', () => {
    const policy = policyOf('rocommunity public', 'authtrapenable 1')
    const { responder, events, authenticationFailures } = makeResponder(treeOf(), policy, {
      now: () => 0,
    })
    for (let one = 0; one < 10_000; one += 1) {
      expect(responder.receive(asked(GET, `wrong-${one}`), '127.0.0.1', 1)).toBeUndefined()
    }
    expect(events).toHaveLength(10)
    expect(responder.eventsLeftOut).toBe(9_990)
    expect(authenticationFailures).toHaveLength(1)
    expect(responder.counters.get('snmpInBadCommunityNames')).toBe(10_000)
    expect(told(responder.receive(asked(GET), '127.0.0.1', 1))).toContain('noError')
  })

  it('of unknown users and foreign engines ask for no keys', () => {
    const users = new CountingUsers([userNamed('signing'), userNamed('sealing')])
    const { responder } = makeResponder(treeOf(), policyOf('rouser signing auth'), { users })
    const { receiver } = receiverWith({ users, trapEngines: new Map([['signing', [SENDER]]]) })
    for (const user of ['u_auth', 'signing', 'sealing']) {
      const id = user === 'u_auth' ? ENGINE.id : Buffer.from('80000000059999999999', 'hex')
      for (const level of ['authNoPriv', 'authPriv'] as const) {
        for (const reportable of [true, false]) {
          const engine = { ...ENGINE, id }
          const octets = sealed(GET, { user: 'u_priv', level, engine, reportable })
          const renamed = Buffer.from(octets)
          const at = renamed.indexOf('u_priv')
          Buffer.from(user.padEnd(6, '_').slice(0, 6)).copy(renamed, at)
          responder.receive(user === 'u_auth' ? octets : renamed, '127.0.0.1', 1)
          receiver.receive(user === 'u_auth' ? octets : renamed, '127.0.0.1', 1)
        }
      }
    }
    expect(users.asked).toBe(0)
  })
})
