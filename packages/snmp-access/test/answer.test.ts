import { describe, expect, it } from 'vitest'
import {
  answer,
  formatOid,
  parse,
  resultOf,
  type Mib,
  type Oid,
  type Request,
} from '../src/index.ts'
import { FixtureMib, oidOf, type VectorObject } from './vector-mib.ts'

const OBJECTS: readonly VectorObject[] = Array.from({ length: 50 }, (_, index) => ({
  oid: `1.3.6.1.4.1.9.${index + 1}.0`,
  type: 'integer',
  access: 'rw',
}))

const MIB = new FixtureMib(OBJECTS, ['integer'])

const POLICY = parse(
  [
    'rocommunity all',
    'view tail included .1.3.6.1.4.1.9.50',
    'view tail excluded .1.3.6.1.4.1.9.3',
    'rocommunity tail default -V tail',
    'rwcommunity w',
  ].join('\n'),
  { file: 'snmpd.conf' },
)

const BULK: Request = {
  version: '2c',
  community: 'all',
  source: '192.0.2.1',
  pdu: 'getbulk',
  maxRepetitions: 2 ** 31 - 1,
  varbinds: [{ oid: oidOf('1.3') }],
}

function ask(request: Request, mib: Mib, limits = {}) {
  return answer(POLICY, request, () => mib, limits)
}

describe('a walk', () => {
  it('of GETBULK ends at the largest response, in whole repetitions', () => {
    expect(ask(BULK, MIB, { maxResponses: 10 }).varbinds).toHaveLength(10)
    const three = { ...BULK, varbinds: ['1.3', '1.3.6', '1.4'].map((oid) => ({ oid: oidOf(oid) })) }
    expect(ask(three, MIB, { maxResponses: 10 }).varbinds).toHaveLength(9)
  })

  it('of GETBULK takes negative numbers for 0', () => {
    const none = ask({ ...BULK, nonRepeaters: -5, maxRepetitions: -1 }, MIB)
    expect(none).toMatchObject({ outcome: 'allow', errorStatus: 'noError', varbinds: [] })
  })

  it('of GETBULK ends with the repetition in which every column has ended', () => {
    const given = ask({ ...BULK, varbinds: [{ oid: oidOf('1.3.6.1.4.1.9.49.0') }] }, MIB)
    expect(given.varbinds.map(({ oid, value }) => `${formatOid(oid)} ${value}`)).toEqual([
      '1.3.6.1.4.1.9.50.0 value',
      '1.3.6.1.4.1.9.50.0 endOfMibView',
    ])
  })

  it('steps over what is not in view and counts what a row excludes', () => {
    const given = ask({ ...BULK, community: 'tail', pdu: 'getnext' }, MIB)
    expect(given.varbinds.map(({ oid }) => formatOid(oid))).toEqual(['1.3.6.1.4.1.9.50.0'])
    expect(given.counters.inBadCommunityUses).toBe(1)
  })

  it('that may step over no more ends in genErr, denied', () => {
    const request = { ...BULK, community: 'tail', pdu: 'getnext' } as const
    const given = ask(request, MIB, { maxSteps: 20 })
    expect(given).toMatchObject({ outcome: 'deny', errorStatus: 'genErr', errorIndex: 1 })
    expect(given.reasons[0]).toEqual({ code: 'walk-limit-reached', source: { view: 'tail' } })
    expect(ask({ ...request, pdu: 'getbulk' }, MIB, { maxSteps: 20 }).errorStatus).toBe('genErr')
  })

  it('of GETBULK sends what it has when the steps are spent', () => {
    const given = ask(BULK, MIB, { maxSteps: 5 })
    expect(given).toMatchObject({ outcome: 'allow', errorStatus: 'noError' })
    expect(given.varbinds).toHaveLength(5)
  })

  it('ends where the MIB does not move on', () => {
    const stuck: Mib = {
      find: () => 'noSuchObject',
      next: (oid: Oid) => ({ oid }),
      test: () => 'noError',
    }
    expect(resultOf(ask({ ...BULK, pdu: 'getnext' }, stuck))).toBe('endOfMibView')
  })
})

describe('a GET of version 1', () => {
  const missing = ['1.3.6.1.4.1.9.1.0', '1.3.6.1.4.1.8.0', '1.3.6.1.4.1.9.2.0', '1.3.6.1.4.1.7.0']
  const request: Request = {
    ...BULK,
    version: '1',
    pdu: 'get',
    varbinds: missing.map((oid) => ({ oid: oidOf(oid) })),
  }

  it('names the last object that is missing as the daemon does, and the first by RFC', () => {
    const byRfc = parse('rocommunity all', { file: 'snmpd.conf', profile: 'rfc3415' })
    expect(ask(request, MIB)).toMatchObject({ errorStatus: 'noSuchName', errorIndex: 4 })
    expect(answer(byRfc, request, () => MIB)).toMatchObject({ errorIndex: 2 })
  })

  it('gives back the request when it ends in an error', () => {
    expect(ask(request, MIB).varbinds).toEqual(
      missing.map((oid) => ({ oid: oidOf(oid), value: 'unspecified' })),
    )
  })
})

describe('a SET', () => {
  const SET: Request = {
    ...BULK,
    community: 'w',
    pdu: 'set',
    varbinds: [{ oid: oidOf('1.3.6.1.4.1.9.1.0') }],
  }

  it.each([
    ['wrongType', 'badValue'],
    ['notWritable', 'noSuchName'],
    ['commitFailed', 'genErr'],
    ['tooBig', 'tooBig'],
    ['noError', 'noError'],
  ] as const)('that ends in %s is %s in version 1', (status, shown) => {
    const mib: Mib = { find: () => 'noSuchObject', next: () => undefined, test: () => status }
    expect(ask({ ...SET, version: '1' }, mib).errorStatus).toBe(shown)
    expect(ask(SET, mib).errorStatus).toBe(status)
  })

  it('out of view does not come to the MIB', () => {
    const asked: Oid[] = []
    const mib: Mib = {
      find: () => 'noSuchObject',
      next: () => undefined,
      test: (oid) => {
        asked.push(oid)
        return 'noError'
      },
    }
    expect(resultOf(ask({ ...SET, community: 'all' }, mib))).toBe('noAccess')
    expect(asked).toEqual([])
  })
})
