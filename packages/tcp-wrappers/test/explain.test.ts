import { applyEdit, claimed, noPolicy } from '@gatehouse/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as tcp from '../src/index.ts'
import { goodFile, request, requests } from './arbitraries.ts'
import { libwrap, requestOf, strict } from './policies.ts'

describe('explain', () => {
  it('says of every rule for the daemon what it does', () => {
    const policy = strict(
      ['other: ALL', 'bgssd: 10.0.0.9', 'bgssd: 10.0.0.', 'bgssd: @ops'],
      ['ALL: ALL'],
    )
    const { matched, rules } = tcp.explain(policy, requestOf())
    expect(matched).toEqual({ file: 'hosts.allow', line: 3 })
    expect(rules).toEqual([
      { file: 'hosts.allow', line: 2, text: 'bgssd: 10.0.0.9', says: 'other-clients' },
      { file: 'hosts.allow', line: 3, text: 'bgssd: 10.0.0.', says: 'decides' },
      { file: 'hosts.allow', line: 4, text: 'bgssd: @ops', says: 'unanswerable' },
      { file: 'hosts.deny', line: 1, text: 'ALL: ALL', says: 'too-late' },
    ])
  })

  it('reports what libwrap would do besides, with what it would put in', () => {
    const policy = strict([
      'bgssd: ALL : severity auth.info : spawn (/bin/finger -l @%h; %d %u %a %p %%) & : banners /b',
    ])
    const asked = requestOf({ name: 'gw.example.com', user: claimed('bob;rm') })
    expect(tcp.explain(policy, asked).effects).toEqual([
      { option: 'severity', value: 'auth.info' },
      {
        option: 'spawn',
        value: '(/bin/finger -l @gw.example.com; bgssd bob_rm 10.0.0.1 %p %) &',
      },
      { option: 'banners', value: '/b' },
    ])
  })

  it('reports no effect behind the option that refused', () => {
    const policy = libwrap(['bgssd: ALL : severity info : bogus : spawn x'])
    const { decision, effects } = tcp.explain(policy, requestOf())
    expect(decision).toMatchObject({ outcome: 'deny', reasons: [{ code: 'option-failed' }] })
    expect(effects).toEqual([{ option: 'severity', value: 'info' }])
  })

  it('says beside the decision of hosts.deny that part of hosts.allow was not read', () => {
    const policy = tcp.parse({ allow: 'x: ALL\nbgssd: ALL', deny: '' }, { profile: 'libwrap' })
    expect(tcp.check(policy, requestOf())).toMatchObject({
      outcome: 'allow',
      reasons: [
        { code: 'allowed-by-default', source: { file: 'hosts.deny' } },
        { code: 'rest-ignored', source: { file: 'hosts.allow', line: 2 } },
      ],
    })
  })

  it('has nothing but the decision without a policy or for a request that is none', () => {
    const lack = noPolicy('policy-missing', 'hosts.allow')
    for (const [policy, asked, code] of [
      [lack, requestOf(), 'policy-missing'],
      [strict([]), requestOf({ address: 'x' }), 'request-malformed'],
    ] as const) {
      expect(tcp.explain(policy, asked)).toEqual({
        decision: expect.objectContaining({ reasons: [expect.objectContaining({ code })] }),
        matched: null,
        effects: [],
        rules: [],
      })
    }
  })
})

describe('the smallest edit', () => {
  it('is one rule before all others', () => {
    const asked = requestOf({ name: 'gw.example.com' })
    expect(tcp.explain(strict([]), asked).smallestEdit).toEqual({
      table: 'allow',
      edit: [
        {
          change: 'insert',
          after: 0,
          text: 'bgssd@UNKNOWN: UNKNOWN@10.0.0.1 EXCEPT ALL EXCEPT gw.example.com',
        },
      ],
    })
  })

  it('is not offered for a file that could not be read', () => {
    const allow = noPolicy('policy-unreadable', 'hosts.allow')
    const policy = tcp.parse({ allow, deny: '' }, { profile: 'libwrap' })
    expect(tcp.explain(policy, requestOf())).not.toHaveProperty('smallestEdit')
  })

  it('turns the answer round, and no other answer of a small universe', () => {
    const profiles = fc.constantFrom('strict', 'libwrap' as const)
    fc.assert(
      fc.property(goodFile, goodFile, profiles, request, (allow, deny, profile, asked) => {
        const read = (text: string): tcp.Policy | undefined => {
          try {
            return tcp.parse({ allow: text, deny }, { profile })
          } catch {
            return undefined
          }
        }
        const policy = read(allow)
        fc.pre(policy !== undefined)
        const edit = tcp.explain(policy, asked).smallestEdit?.edit ?? []
        expect(edit).toHaveLength(1)
        const edited = read(applyEdit(allow, edit)) as tcp.Policy
        const changed = requests.filter(
          (each) => tcp.check(policy, each).outcome !== tcp.check(edited, each).outcome,
        )
        expect(changed).toEqual([asked])
      }),
      { numRuns: 60 },
    )
  })

  it('turns the answer round for names that mean something else in a rule', () => {
    for (const daemon of ['ALL', 'except', '10128', 'a:b', '-x', 'known', '1', '[x', '#x', 'a.']) {
      for (const name of ['local', 'all', 'a_b', 'paranoid', null]) {
        for (const user of ['bob smith', 'ALL', 'x@y', '.', '[', 'unknown']) {
          const asked = requestOf({ name, user: claimed(user) }, daemon)
          const { edit = [] } = tcp.explain(strict([]), asked).smallestEdit ?? {}
          const edited = tcp.parse({ allow: applyEdit('', edit), deny: '' })
          expect(tcp.check(edited, asked).outcome).toBe('allow')
        }
      }
    }
  })
})
