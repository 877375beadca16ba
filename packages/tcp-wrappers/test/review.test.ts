import { noPolicy, parseExpectations } from '@gatehouse/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as tcp from '../src/index.ts'
import { goodFile, requests } from './arbitraries.ts'
import { errorsOf, requestOf, strict } from './policies.ts'

const lack = noPolicy('policy-missing', 'hosts.allow')

function read(allow: string, deny: string, profile: tcp.Profile): tcp.Policy | undefined {
  return errorsOf(() => tcp.parse({ allow, deny }, { profile })).length > 0
    ? undefined
    : tcp.parse({ allow, deny }, { profile })
}

/** Whether a rule of one line matches. */
function matches(rule: string, request: tcp.Request, profile: tcp.Profile): boolean {
  const policy = tcp.parse({ allow: `${rule}\n`, deny: 'ALL: ALL\n' }, { profile })
  return tcp.check(policy, request).outcome === 'allow'
}

describe('whoCan', () => {
  it('says who, in the order in which it counts', () => {
    const policy = strict(
      ['other: ALL', 'bgssd: 10.0.0.9 : deny', 'bgs*: 10.0.0. EXCEPT 10.0.0.7', 'bgssd: 10.0.0.9'],
      ['ALL: ALL'],
    )
    expect(tcp.whoCan(policy, { daemon: 'bgssd' })).toEqual({
      clauses: [
        { outcome: 'deny', clients: '10.0.0.9', source: { file: 'hosts.allow', line: 2 } },
        {
          outcome: 'allow',
          clients: '10.0.0. EXCEPT 10.0.0.7',
          source: { file: 'hosts.allow', line: 3 },
        },
      ],
      otherwise: 'deny',
    })
  })

  it('lets nobody in without a policy, or for a daemon that is none', () => {
    const nobody = { clauses: [], otherwise: 'deny' }
    expect(tcp.whoCan(lack, { daemon: 'bgssd' })).toEqual(nobody)
    expect(tcp.whoCan(strict(['ALL: ALL']), { daemon: '' })).toEqual(nobody)
  })

  it('answers every client of a small universe as check does', () => {
    fc.assert(
      fc.property(goodFile, goodFile, fc.boolean(), (allow, deny, isStrict) => {
        const profile = isStrict ? 'strict' : 'libwrap'
        const policy = read(allow, deny, profile)
        fc.pre(policy !== undefined)
        for (const request of requests.filter((_, index) => index % 7 === 0)) {
          const { clauses, otherwise } = tcp.whoCan(policy, request)
          const rule = clauses.find(({ clients }) => matches(`ALL: ${clients}`, request, profile))
          expect(rule?.outcome ?? otherwise).toBe(tcp.check(policy, request).outcome)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('keeps no clause that one earlier clause covers', () => {
    const policy = strict(['ALL: 10.', 'bgssd: 10.1. 10.2.3.4', 'ALL: ALL : deny', 'bgssd: gw'])
    const { clauses } = tcp.whoCan(policy, { daemon: 'bgssd' })
    expect(clauses.map(({ clients }) => clients)).toEqual(['10.'])
  })
})

describe('whatCan', () => {
  it('says where to, in the order in which it counts', () => {
    const policy = strict(['x: 10.', 'ALL EXCEPT y: ALL'], ['ALL: ALL'])
    expect(tcp.whatCan(policy, requestOf({ address: '9.9.9.9' }).client)).toEqual({
      clauses: [
        {
          outcome: 'allow',
          daemons: 'ALL EXCEPT y',
          source: { file: 'hosts.allow', line: 2 },
        },
      ],
      otherwise: 'deny',
    })
  })

  it('opens nothing without a policy, or for a client that is none', () => {
    const nothing = { clauses: [], otherwise: 'deny' }
    expect(tcp.whatCan(lack, requestOf().client)).toEqual(nothing)
    expect(tcp.whatCan(strict(['ALL: ALL']), { address: 'x', name: null })).toEqual(nothing)
  })

  it('answers every daemon of a small universe as check does', () => {
    fc.assert(
      fc.property(goodFile, goodFile, fc.boolean(), (allow, deny, isStrict) => {
        const profile = isStrict ? 'strict' : 'libwrap'
        const policy = read(allow, deny, profile)
        fc.pre(policy !== undefined)
        for (const request of requests.filter((_, index) => index % 7 === 0)) {
          const { clauses, otherwise } = tcp.whatCan(policy, request.client)
          const rule = clauses.find(({ daemons }) => matches(`${daemons}: ALL`, request, profile))
          expect(rule?.outcome ?? otherwise).toBe(tcp.check(policy, request).outcome)
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('test', () => {
  const policy = strict(['bgssd: bob@10.0.0.1', '10128: gw', 'x@10.9.9.9: 10.'])
  const results = (text: string, of: Parameters<typeof tcp.test>[0] = policy): boolean[] =>
    tcp.test(of, parseExpectations(text, { file: 't' })).map(({ holds }) => holds)

  it('takes every field', () => {
    const text = [
      'expect allow daemon=bgssd address=10.0.0.1 user=bob',
      'expect allow daemon=bgssd address=10.0.0.1',
      'expect deny daemon=bgssd address=10.0.0.1',
      'expect allow daemon=y address=9.9.9.9 name=gw port=10128',
      'expect allow daemon=x address=10.1.1.1 server=10.9.9.9',
      'expect deny daemon=x address=10.1.1.1 server=10.9.9.8',
    ]
    expect(results(text.join('\n'))).toEqual([true, false, true, true, true, true])
    expect(results(text.join('\n'), lack)).toEqual([false, false, true, false, false, true])
  })

  it.each([
    ['daemon=x', 'expectation-field-missing'],
    ['address=10.0.0.1', 'expectation-field-missing'],
    ['daemon=x address=10.0.0.1 group=g', 'expectation-field-unknown'],
    ['daemon=x address=10.0.0.1 host=g', 'expectation-field-unknown'],
    ['daemon=x address=gw', 'expectation-value-malformed'],
    ['daemon=x address=10.0.0.1 name=10.0.0.1', 'expectation-value-malformed'],
    ['daemon=x address=10.0.0.1 port=65536', 'expectation-value-malformed'],
    ['daemon=x address=10.0.0.1 port=x', 'expectation-value-malformed'],
  ])('refuses %s', (fields, code) => {
    expect(errorsOf(() => results(`# fields\nexpect deny ${fields}`))).toEqual([
      { code, file: 't', line: 2 },
    ])
  })
})
