import { claimed, noPolicy } from '@gatehouse/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as bmc from '../src/index.ts'
import { computer, policyOf, user } from './policies.ts'
import { CALLERS, fileText, OPERATIONS } from './universe.ts'

const CHART = { action: 'chart', startedByCaller: false, othersHaveRequests: false }
const FILE = 'Authorization.cfg'

/** Regions as short texts. */
function shown(policy: bmc.Policy, operation: bmc.Operation = CHART): string[] {
  return bmc.whoCan(policy, operation).map(({ peers, users }) => {
    const who = users.everyone ? `all -${users.except.join()}` : users.users.join()
    return `${named(peers.matches)}|${named(peers.butNot)}|${who}`
  })
}

function named(refs: readonly bmc.ComputerRef[]): string {
  return refs.map(({ name }) => name).join(' ')
}

/** Whether some region holds the caller. */
function isIn(regions: readonly bmc.Region[], caller: bmc.Caller): boolean {
  return regions.some((region) => bmc.includes(region, caller))
}

describe('whoCan', () => {
  it('gives every peer and everyone for what level NONE may do', () => {
    const query = { ...CHART, action: 'collect.query' }
    expect(shown(policyOf(...computer('gw1')), query)).toEqual(['||all -'])
  })

  it('gives nobody where nothing is set, and for an action that is not in the table', () => {
    expect(shown(policyOf())).toEqual([])
    expect(shown(policyOf('PERMISSION = MANAGE'), { ...CHART, action: 'reboot' })).toEqual([])
  })

  it('gives nobody where there is no policy, not even for what level NONE may do', () => {
    const query = { ...CHART, action: 'collect.query' }
    expect(bmc.whoCan(noPolicy('policy-missing', FILE), query)).toEqual([])
  })

  it('names what takes away, and what gives on its own', () => {
    const policy = policyOf(
      ...computer('172.31.*', 'VIEW', ...user('ben', 'NONE')),
      ...computer('172.31.14.9', 'NONE', ...user('ann', 'MANAGE')),
      ...computer('gw1', 'NONE'),
    )
    expect(shown(policy)).toEqual(['172.31.*|172.31.14.9 gw1|all -ben', '172.31.14.9||ann'])
    expect(bmc.whoCan(policy, CHART)[0]?.peers.butNot).toEqual([
      { name: '172.31.14.9', kind: 'address', source: { file: FILE, line: 11 } },
      { name: 'gw1', kind: 'host', source: { file: FILE, line: 19 } },
    ])
  })

  it('leaves out entries that give what is given around them', () => {
    const policy = policyOf(
      'PERMISSION = VIEW',
      ...['10.*', '10.1.2.3', 'gw1'].flatMap((name) => computer(name)),
    )
    expect(shown(policy)).toEqual(['||all -'])
  })

  it('gives a host name one region, however many entries it outranks', () => {
    const refused = ['10.*', '172.*'].flatMap((name) => computer(name, 'NONE'))
    const policy = policyOf('PERMISSION = VIEW', ...refused, ...computer('gw1', 'VIEW'))
    expect(shown(policy)).toEqual(['|10.* 172.*|all -', 'gw1||all -'])
  })

  it('does not count a pattern whose every address has an entry that outranks it', () => {
    const all = Array.from({ length: 256 }, (_, octet) => computer(`10.1.2.${octet}`))
    const pattern = computer('10.1.2.*', 'MANAGE')
    expect(shown(policyOf(...pattern, ...all.flat()))).toEqual([])
    expect(shown(policyOf(...pattern, ...all.slice(1).flat()))).toHaveLength(1)
  })

  it('holds exactly the callers that check allows', () => {
    fc.assert(
      fc.property(fileText, fc.constantFrom(...OPERATIONS), (text, operation) => {
        const policy = bmc.parse(text, { file: FILE })
        const regions = bmc.whoCan(policy, operation)
        for (const caller of CALLERS) {
          const { outcome } = bmc.check(policy, { ...caller, ...operation })
          expect(isIn(regions, caller)).toBe(outcome === 'allow')
        }
      }),
      { numRuns: 150 },
    )
  })

  it('has no region and no exception to spare', () => {
    fc.assert(
      fc.property(fileText, fc.constantFrom('chart', 'agent.start'), (text, action) => {
        const operation = { ...CHART, action }
        const policy = bmc.parse(text, { file: FILE })
        const regions = bmc.whoCan(policy, operation)
        const isAllowed = (caller: bmc.Caller) =>
          bmc.check(policy, { ...caller, ...operation }).outcome === 'allow'
        for (const [index, region] of regions.entries()) {
          const others = regions.toSpliced(index, 1)
          expect(CALLERS.filter((each) => bmc.includes(region, each))).not.toEqual(
            CALLERS.filter((each) => bmc.includes(region, each) && isIn(others, each)),
          )
          for (const wider of widened(region)) {
            expect(CALLERS.filter((each) => bmc.includes(wider, each)).every(isAllowed)).toBe(false)
          }
        }
      }),
      { numRuns: 150 },
    )
  })
})

/** The region with one exception less, in each way. */
function widened({ peers, users }: bmc.Region): bmc.Region[] {
  return [
    ...without(peers.butNot).map((butNot) => ({ peers: { ...peers, butNot }, users })),
    ...without(users.except).map((except) => ({ peers, users: { ...users, except } })),
  ]
}

function without<Value>(list: readonly Value[]): Value[][] {
  return list.map((_, index) => list.toSpliced(index, 1))
}

describe('includes', () => {
  it('holds no caller that check refuses as malformed', () => {
    const [region] = bmc.whoCan(policyOf('PERMISSION = VIEW'), CHART) as [bmc.Region]
    const peer = { address: '192.0.2.7', verifiedName: null }
    expect(bmc.includes(region, { peer, claimedUser: claimed('ann') })).toBe(true)
    for (const caller of [
      { peer, claimedUser: claimed('*') },
      { peer: { ...peer, address: '192.0.2.007' }, claimedUser: claimed('ann') },
      { peer: { ...peer, verifiedName: 'a b' }, claimedUser: claimed('ann') },
    ]) {
      expect(bmc.includes(region, caller)).toBe(false)
    }
  })
})
