import { noPolicy, type NoPolicy } from '@gatehouse/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as bmc from '../src/index.ts'
import { computer, policyOf, user } from './policies.ts'
import { CALLERS, fileText, OPERATIONS, REQUESTS } from './universe.ts'

const FILE = 'Authorization.cfg'
const MISSING = noPolicy('policy-missing', FILE)

/** Differences as short texts. */
function shown(before: bmc.Policy | NoPolicy, after: bmc.Policy | NoPolicy): string[] {
  return bmc.diff(before, after).map(({ region: { peers, users, granted, needed } }) => {
    const [matches, butNot] = [peers.matches, peers.butNot].map((refs) =>
      refs.map(({ name }) => name).join(' '),
    )
    const who = users.everyone ? `all -${users.except.join()}` : users.users.join()
    return `${matches}|${butNot}|${who}|${granted.before} ${granted.after}|${needed.join(' ')}`
  })
}

/** Two files, of which one is often the other with a level changed. */
const twoTexts = fc.tuple(fileText, fileText, fc.boolean()).map(([one, other, isNear]) => ({
  before: one,
  after: isNear ? one.replace(/= (?:VIEW|MODIFY)/, '= MANAGE') : other,
}))

function grantedTo(policy: bmc.Policy, caller: bmc.Caller): bmc.Level | null {
  const [operation] = OPERATIONS as [bmc.Operation]
  return bmc.explain(policy, { ...caller, ...operation }).granted
}

describe('diff', () => {
  it('shows what an added entry opens and shuts, once for each step', () => {
    const before = policyOf('PERMISSION = VIEW', ...computer('gw1', 'MODIFY'))
    const after = policyOf(
      'PERMISSION = VIEW',
      ...computer('gw1', 'MODIFY'),
      ...computer('172.31.14.*', 'NONE', ...user('ann', 'MANAGE')),
    )
    expect(shown(before, after)).toEqual([
      '172.31.14.*|gw1|ann|VIEW MANAGE|MODIFY MANAGE',
      '172.31.14.*|gw1|all -ann|VIEW NONE|VIEW',
    ])
    const [opened, shut] = bmc.diff(before, after)
    expect(opened?.example).toEqual({
      peer: { address: '172.31.14.1', verifiedName: null },
      claimedUser: 'ann',
      action: 'collect.start',
      startedByCaller: false,
      othersHaveRequests: false,
    })
    expect([opened?.before.outcome, opened?.after.outcome]).toEqual(['deny', 'allow'])
    expect([shut?.before.outcome, shut?.after.outcome]).toEqual(['allow', 'deny'])
    expect(shut?.after.reasons[0]).toMatchObject({
      code: 'level-too-low',
      source: { file: FILE, line: 9 },
    })
  })

  it('tells a name apart from the addresses that still outrank it', () => {
    const before = policyOf(...computer('10.1.2.3', 'VIEW'), ...computer('10.*', 'MODIFY'))
    const after = policyOf(
      ...computer('10.1.2.3', 'VIEW'),
      ...computer('10.*', 'MODIFY'),
      ...computer('gw1', 'MODIFY'),
    )
    expect(shown(before, after)).toEqual(['gw1|10.*|all -|NONE MODIFY|VIEW MODIFY'])
  })

  it('joins a name and a pattern where the change needs both', () => {
    const before = policyOf('PERMISSION = VIEW', ...computer('10.*', 'NONE'))
    const after = policyOf(
      'PERMISSION = VIEW',
      ...computer('10.*', 'NONE'),
      ...computer('gw1', 'VIEW'),
    )
    expect(shown(before, after)).toEqual(['10.* gw1||all -|NONE VIEW|VIEW'])
    expect(bmc.diff(before, after)[0]?.example.peer).toEqual({
      address: '10.1.1.1',
      verifiedName: 'gw1',
    })
  })

  it('finds nothing between a policy and itself in another order', () => {
    const parts = [computer('10.*', 'VIEW', ...user('ann', 'NONE')), computer('gw1', 'NONE')]
    expect(shown(policyOf(...parts.flat()), policyOf(...parts.toReversed().flat()))).toEqual([])
  })

  it('finds nothing where only the reason changes', () => {
    expect(shown(policyOf(), policyOf('PERMISSION = NONE'))).toEqual([])
  })

  it('takes the lack of a policy for less than level NONE', () => {
    const policy = policyOf(...computer('10.*', 'VIEW', ...user('ann', 'NONE')))
    expect(shown(MISSING, policy)).toEqual([
      '|10.*|all -|null NONE|NONE',
      '10.*||ann|null NONE|NONE',
      '10.*||all -ann|null VIEW|NONE VIEW',
    ])
    const [difference] = bmc.diff(policy, MISSING)
    expect(difference?.before.outcome).toBe('allow')
    expect(difference?.after.reasons[0]).toEqual({
      code: 'policy-missing',
      source: { file: FILE },
    })
    expect(shown(MISSING, noPolicy('policy-malformed', FILE))).toEqual([])
  })

  it('holds every request that is allowed where there was no policy, and no other', () => {
    fc.assert(
      fc.property(fileText, fc.boolean(), (text, isAfter) => {
        const policy = bmc.parse(text, { file: FILE })
        const differences = isAfter ? bmc.diff(MISSING, policy) : bmc.diff(policy, MISSING)
        for (const request of REQUESTS) {
          const { decision, needed } = bmc.explain(policy, request)
          const holding = differences.filter(
            ({ region }) =>
              bmc.includes(region, request) && region.needed.includes(needed as bmc.Level),
          )
          expect(holding.length > 0).toBe(decision.outcome === 'allow')
        }
      }),
      { numRuns: 30 },
    )
  })

  it('gives examples beside whatever the files list', () => {
    const taken = Array.from({ length: 256 }, (_, octet) => computer(`192.0.2.${octet}`)).flat()
    const more = [...computer('2001:db8::1'), ...computer('*', null, ...user('anyone'))]
    const [difference] = bmc.diff(
      policyOf(...taken, ...more),
      policyOf('PERMISSION = NONE', ...taken, ...computer('*', 'VIEW', ...user('anyone', 'NONE'))),
    )
    expect(difference?.example.peer.address).toBe('2001:db8::2')
    expect(difference?.example.claimedUser).toBe('anyone-1')
  })

  it('holds exactly the requests whose outcome changes', () => {
    fc.assert(
      fc.property(twoTexts, (texts) => {
        const [before, after] = [texts.before, texts.after].map((text) =>
          bmc.parse(text, { file: FILE }),
        ) as [bmc.Policy, bmc.Policy]
        const differences = bmc.diff(before, after)
        for (const caller of CALLERS) {
          const [one, other] = [before, after].map((policy) => grantedTo(policy, caller))
          const regions = differences.filter(({ region }) => bmc.includes(region, caller))
          expect(regions.length > 0).toBe(one !== other)
          for (const { region } of regions) {
            expect(region.granted).toEqual({ before: one, after: other })
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('changes the answers to the levels that it names and to no other, and shows one', () => {
    fc.assert(
      fc.property(twoTexts, (texts) => {
        const [before, after] = [texts.before, texts.after].map((text) =>
          bmc.parse(text, { file: FILE }),
        ) as [bmc.Policy, bmc.Policy]
        for (const difference of bmc.diff(before, after)) {
          const { region, example } = difference
          expect(bmc.includes(region, example)).toBe(true)
          expect(difference.before).toEqual(bmc.check(before, example))
          expect(difference.after).toEqual(bmc.check(after, example))
          expect(difference.before.outcome).not.toBe(difference.after.outcome)
          for (const request of REQUESTS.filter((each) => bmc.includes(region, each))) {
            const { decision, needed } = bmc.explain(before, request)
            const isChanged = bmc.check(after, request).outcome !== decision.outcome
            expect(isChanged).toBe(region.needed.includes(needed as bmc.Level))
          }
        }
      }),
      { numRuns: 50 },
    )
  })
})
