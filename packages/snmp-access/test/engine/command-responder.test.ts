import { createHash } from 'node:crypto'
import { noPolicy } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import { CommandResponder, ObjectTree } from '../../src/engine/index.ts'
import { parse } from '../../src/index.ts'
import { asked, bulk, opened, pdu, sealed, told } from './exchange.ts'
import { ENGINE, integer, makeResponder, policyOf, text } from './served.ts'
import { FROM, LINES, POLICY, store, varbind } from './stored-objects.ts'

describe('a responder', () => {
  it('answers version 3 alone unless others are switched on', () => {
    const { tree } = store()
    const { responder } = makeResponder(tree, POLICY, { versions: ['3'] })
    expect(told(responder.receive(asked(pdu('get', '1.3.1.1.0')), ...FROM))).toBe('silence')
    expect(responder.counters.get('snmpInBadVersions')).toBe(1)
    expect(told(responder.receive(sealed(pdu('get', '1.3.1.1.0')), ...FROM))).toContain('noError')
  })

  it.each([2, 4, 5, 7])('does not answer version %d', (number) => {
    const { responder, events } = makeResponder(store().tree, POLICY)
    const octets = asked(pdu('get', '1.3.1.1.0'))
    // The second integer of the message is its version: SEQUENCE, length, INTEGER, 1, version.
    octets[4] = number
    expect(responder.receive(octets, ...FROM)).toBeUndefined()
    expect(events).toMatchObject([{ kind: 'malformed', fault: 'version-unknown' }])
  })

  it('asks for admission before it counts, and takes a throw for a no', () => {
    const made = [
      makeResponder(store().tree, POLICY, { admit: (source) => source !== FROM[0] }),
      makeResponder(store().tree, POLICY, {
        admit: () => {
          throw new Error('no')
        },
      }),
    ]
    for (const { responder, events } of made) {
      expect(responder.receive(asked(pdu('get', '1.3.1.1.0')), ...FROM)).toBeUndefined()
      expect(responder.counters.get('snmpInPkts')).toBe(0)
      expect(events).toEqual([{ kind: 'not-admitted', source: FROM[0], port: FROM[1], leftOut: 0 }])
    }
  })

  it('is silent without a policy', () => {
    const { responder, events } = makeResponder(
      store().tree,
      noPolicy('policy-missing', 'snmpd.conf'),
    )
    expect(responder.receive(asked(pdu('get', '1.3.1.1.0')), ...FROM)).toBeUndefined()
    expect(responder.receive(sealed(pdu('get', '1.3.1.1.0')), ...FROM)).toBeUndefined()
    expect(events.map(({ reasons }) => reasons?.[0].code)).toEqual([
      'policy-missing',
      'policy-missing',
    ])
  })

  it.each([{ type: 'Counter64', value: 1n }, { type: 'noSuchInstance' }] as const)(
    'does not take a $type in version 1',
    (value) => {
      const { responder } = makeResponder(store().tree, POLICY)
      const content = pdu('set', varbind('1.3.1.1.0', value))
      expect(responder.receive(asked(content, 'private', '1'), ...FROM)).toBeUndefined()
      expect(responder.counters.get('snmpInASNParseErrs')).toBe(1)
      expect(told(responder.receive(asked(content, 'private'), ...FROM))).toContain('wrongType 1')
    },
  )

  it('does not read what is larger than it may be', () => {
    const { responder } = makeResponder(store().tree, POLICY, { limits: { maxMessageBytes: 484 } })
    const large = asked(pdu('set', varbind('1.3.1.1.0', text('z'.repeat(500)))))
    expect(responder.receive(large, ...FROM)).toBeUndefined()
    expect(responder.counters.get('snmpInASNParseErrs')).toBe(1)
  })

  it.each(['trap2', 'inform', 'response', 'report'] as const)('does not answer a %s', (type) => {
    const { responder, events } = makeResponder(store().tree, POLICY)
    const content = { ...pdu('get', '1.3.1.1.0'), type }
    expect(responder.receive(asked(content), ...FROM)).toBeUndefined()
    expect(events).toMatchObject([{ kind: 'not-for-us', pdu: type }])
    // Only an inform waits for something.
    const answer = told(responder.receive(sealed(content), ...FROM))
    const report = 'report noError 0 1.3.6.1.6.3.11.2.1.3.0=Counter32'
    expect(answer).toBe(type === 'inform' ? report : 'silence')
    expect(responder.counters.get('snmpUnknownPDUHandlers')).toBe(2)
  })
})

function fail(): never {
  throw new Error('callback')
}

describe('what a responder refuses', () => {
  it('is counted, told at a rate, and due to be notified at a rate', () => {
    let now = 0
    const { responder, events, authenticationFailures } = makeResponder(store().tree, POLICY, {
      limits: { eventsPerSecond: 5, authenticationFailuresPerSecond: 2 },
      now: () => now,
    })
    const wrong = asked(pdu('get', '1.3.1.1.0'), 'guess')
    for (let count = 0; count < 1000; count += 1) responder.receive(wrong, ...FROM)
    expect(responder.counters.get('snmpInBadCommunityNames')).toBe(1000)
    expect([events.length, authenticationFailures.length]).toEqual([5, 2])
    expect(responder.eventsLeftOut).toBe(995)
    // What is granted is told of none the less.
    responder.receive(asked(pdu('get', '1.3.1.1.0')), ...FROM)
    expect(events.at(-1)?.kind).toBe('answered')
    now = 1000
    responder.receive(wrong, ...FROM)
    expect(events.at(-1)).toMatchObject({ kind: 'refused', leftOut: 995 })
    expect(JSON.stringify(events)).not.toContain('guess')
    expect(events[0]?.communityDigest).toMatch(/^[0-9a-f]{16}$/)
  })

  it('goes on when callbacks throw', () => {
    const options = { onEvent: fail, onAuthenticationFailure: fail }
    const { responder } = makeResponder(store().tree, POLICY, options)
    expect(responder.receive(asked(pdu('get', '1.3.1.1.0'), 'guess'), ...FROM)).toBeUndefined()
    expect(told(responder.receive(asked(pdu('get', '1.3.1.1.0')), ...FROM))).toContain('Integer32')
  })

  it('is reported in version 3 with its counter, and without a digest where there is no key', () => {
    const { responder } = makeResponder(store().tree, POLICY)
    const content = pdu('get', '1.3.1.1.0')
    const ask = (sealing: Parameters<typeof sealed>[1]) =>
      responder.receive(sealed(content, sealing), ...FROM)
    const nobody = { id: new Uint8Array(0), boots: 0, time: 0 }
    expect(told(ask({ engine: nobody }))).toBe('report noError 0 1.3.6.1.6.3.15.1.1.4.0=Counter32')
    expect(opened(ask({ user: 'nobody' })).varbinds[0]).toEqual(
      varbind('1.3.6.1.6.3.15.1.1.3.0', { type: 'Counter32', value: 1 }),
    )
    const late = { ...ENGINE, time: ENGINE.time + 151 }
    const authentic = { user: 'u_priv', level: 'authNoPriv' } as const
    expect(told(ask({ ...authentic, engine: late }), 'u_priv')).toContain('1.3.6.1.6.3.15.1.1.2.0')
    expect(opened(ask({ user: 'nobody' })).requestId).toBe(77)
    expect(told(ask({ user: 'nobody', reportable: false }))).toBe('silence')
    expect(responder.counters.get('usmStatsUnknownUserNames')).toBe(3)
    expect(responder.counters.get('snmpOutPkts')).toBe(4)
  })

  it('is not who asks for its engine id or, signed, for its time', () => {
    const { responder, events } = makeResponder(store().tree, POLICY)
    const authentic = { user: 'u_priv', level: 'authNoPriv' } as const
    for (const sealing of [
      { engine: { id: new Uint8Array(0), boots: 0, time: 0 } },
      { ...authentic, engine: { ...ENGINE, boots: 0, time: 0 } },
      { ...authentic, engine: { ...ENGINE, time: ENGINE.time + 151 } },
    ]) {
      expect(responder.receive(sealed(pdu('get', '1.3.1.1.0'), sealing), ...FROM)).toBeInstanceOf(
        Uint8Array,
      )
    }
    expect(events.map(({ kind }) => kind)).toEqual(['discovery', 'discovery', 'unauthenticated'])
  })

  it('is a context engine of somebody else', () => {
    const { responder } = makeResponder(store().tree, POLICY)
    const other = sealed(pdu('get', '1.3.1.1.0'), { contextEngineId: Buffer.alloc(9, 7) })
    expect(told(responder.receive(other, ...FROM))).toContain(
      'report noError 0 1.3.6.1.6.3.11.2.1.3.0',
    )
  })

  it('is a context that does not exist: silence as the daemon, a report by RFC 3413', () => {
    const unknown = sealed(pdu('get', '1.3.1.1.0'), { contextName: 'nowhere' })
    const byRfc = parse(LINES.join('\n'), { file: 'snmpd.conf', profile: 'rfc3415' })
    const [daemon, rfc] = [makeResponder(store().tree, POLICY), makeResponder(store().tree, byRfc)]
    expect(told(daemon.responder.receive(unknown, ...FROM))).toBe('silence')
    expect(told(rfc.responder.receive(unknown, ...FROM))).toBe(
      'report noError 0 1.3.6.1.6.3.12.1.5.0=Counter32',
    )
    for (const { responder } of [daemon, rfc]) {
      expect(responder.counters.get('snmpUnknownContexts')).toBe(1)
    }
  })
})

describe('a responder in two steps', () => {
  it('tells what is asked before it answers', () => {
    const { tree, set } = store()
    const { responder } = makeResponder(tree, POLICY)
    const one = responder.open(
      asked(pdu('set', varbind('1.3.1.1.0', integer(5))), 'private'),
      ...FROM,
    )
    expect(one.asked).toMatchObject({ context: '', request: { pdu: 'set', version: '2c' } })
    expect(set).toEqual([])
    expect(told(one.answer())).toContain('noError')
    expect(set).toEqual(['1.3.1.1.0'])
  })

  it.each([
    ['an unknown community', asked(pdu('get', '1.3.1.1.0'), 'guess')],
    ['a SET that is not granted', asked(pdu('set', varbind('1.3.1.1.0', integer(5))))],
    ['what cannot be read', Buffer.from('x')],
    ['an unknown user', sealed(pdu('get', '1.3.1.1.0'), { user: 'nobody' })],
  ])('asks no object for %s', (_, octets) => {
    const { responder } = makeResponder(store().tree, POLICY)
    expect(responder.open(octets, ...FROM).asked).toBeUndefined()
  })
})

describe('snmpEnableAuthenTraps', () => {
  const NAME = '1.3.6.1.2.1.11.30.0'

  function make(...lines: readonly string[]) {
    const tree = new ObjectTree()
    const made = makeResponder(tree, policyOf(...LINES, ...lines))
    made.responder.registerObjects(tree)
    const set = (value: number) =>
      told(
        made.responder.receive(
          asked(pdu('set', varbind(NAME, integer(value))), 'private'),
          ...FROM,
        ),
      )
    const read = () =>
      opened(made.responder.receive(asked(pdu('get', NAME)), ...FROM)).varbinds[0]?.value
    return { ...made, set, read }
  }

  it('overrides the configuration until the end', () => {
    const { responder, authenticationFailures, set, read } = make()
    const wrong = asked(pdu('get', NAME), 'guess')
    responder.receive(wrong, ...FROM)
    expect([authenticationFailures.length, read()]).toEqual([0, integer(2)])
    expect(set(3)).toContain('wrongValue 1')
    expect(set(1)).toContain('noError')
    responder.receive(wrong, ...FROM)
    expect([authenticationFailures.length, read()]).toEqual([1, integer(1)])
  })

  it('gives way to a configuration that comes to say it', () => {
    const holder = { current: policyOf(...LINES) }
    const tree = new ObjectTree()
    const { responder, authenticationFailures } = makeResponder(tree, holder, {
      limits: { authenticationFailuresPerSecond: 100 },
    })
    responder.registerObjects(tree)
    const wrong = asked(pdu('get', NAME), 'guess')
    responder.receive(asked(pdu('set', varbind(NAME, integer(1))), 'private'), ...FROM)
    responder.receive(wrong, ...FROM)
    holder.current = policyOf(...LINES, 'authtrapenable 2')
    responder.receive(wrong, ...FROM)
    expect(authenticationFailures).toHaveLength(1)
  })

  it('cannot be set when the configuration says it', () => {
    const { set, read } = make('authtrapenable 1')
    expect(set(2)).toContain('notWritable 1')
    expect(read()).toEqual(integer(1))
  })
})

describe('anything that is sent', () => {
  it('does not make a responder throw, and gets no more than it may', () => {
    const { tree } = store()
    const { responder, events } = makeResponder(tree, POLICY)
    const seeds = [
      asked(pdu('get', '1.3.1.1.0', '1.3.2.1')),
      asked(bulk('1.3', 2 ** 31 - 1)),
      asked(pdu('set', varbind('1.3.1.1.0', integer(5))), 'private', '1'),
      sealed(bulk('1.3.2', 50)),
      sealed(pdu('getnext', '1.3'), { user: 'u_priv', level: 'authPriv' }),
    ]
    for (let round = 0; round < 5000; round += 1) {
      const octets = Uint8Array.from(seeds[round % seeds.length] ?? [])
      const chance = createHash('sha256').update(`${round}`).digest()
      for (let at = 0; at <= round % 3; at += 1) {
        octets[chance.readUInt16BE(at * 2) % octets.length] = chance.readUInt8(20 + at)
      }
      const cut = round % 7 === 0 ? octets.subarray(0, chance[30]) : octets
      expect(responder.receive(cut, ...FROM)?.length ?? 0).toBeLessThanOrEqual(1472)
    }
    const failures = events
      .filter(({ kind }) => kind === 'failed')
      .map(({ cause }) => String(cause))
    expect(new Set(failures)).toEqual(
      new Set(failures.filter((cause) => cause.includes('provider'))),
    )
  })

  it('from what is no address is not answered', () => {
    const { responder } = makeResponder(store().tree, POLICY)
    expect(responder.receive(asked(pdu('get', '1.3.1.1.0')), 'nowhere', 0)).toBeUndefined()
  })
})

describe('options', () => {
  it.each([
    { digestKey: new Uint8Array(15) },
    { limits: { maxResponseBytes: 483 } },
    { limits: { maxMessageBytes: NaN } },
  ])('that are too small are refused: %j', (options) => {
    expect(() => makeResponder(store().tree, POLICY, options)).toThrow(TypeError)
  })

  it('without users know nobody, and users may be looked up anew', () => {
    const plain = new CommandResponder({
      policy: POLICY,
      objects: () => store().tree,
      engine: () => ENGINE,
      digestKey: new Uint8Array(16),
    })
    expect(told(plain.receive(sealed(pdu('get', '1.3.1.1.0')), ...FROM))).toContain(
      '1.3.6.1.6.3.15.1.1.3.0',
    )
  })
})
