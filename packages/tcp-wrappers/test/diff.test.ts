import { noPolicy, type Decision, type LineSource } from '@gatehouse/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as tcp from '../src/index.ts'
import { findAddress, passes } from '../src/review/address-search.ts'
import { Budget } from '../src/review/budget.ts'
import type { Test } from '../src/review/formula.ts'
import { findText, type Language } from '../src/review/text-search.ts'
import { matchesText, readTextPattern } from '../src/text-pattern.ts'
import { goodLine, requests } from './arbitraries.ts'
import { errorsOf, libwrap, strict } from './policies.ts'

/** Outcomes and region of each difference. */
function described(before: tcp.Policy, after: tcp.Policy): string[] {
  return tcp.diff(before, after).map((difference) => {
    const outcomes = [difference.before.outcome, difference.after.outcome]
    return `${outcomes.join(' -> ')}: ${tcp.describeRegion(difference.region)}`
  })
}

/** Where the rule stands that made a decision, as a region names it. */
function decidedBy({ reasons: [{ source }] }: Decision): LineSource | null {
  return source !== undefined && 'line' in source ? (source as LineSource) : null
}

describe('diff', () => {
  it('says which rule lets in now, and which one kept out before', () => {
    const before = strict(['bgssd: 10.1.'], ['ALL: ALL'])
    const after = strict(['bgssd: 10.1. 10.2.', 'x: .example.com'], ['ALL: ALL'])
    expect(described(before, after)).toEqual([
      'deny -> allow: now `bgssd: 10.1. 10.2.` (hosts.allow:1); before `ALL: ALL` (hosts.deny:1)',
      'deny -> allow: now `x: .example.com` (hosts.allow:2); before `ALL: ALL` (hosts.deny:1)',
    ])
  })

  it('has new access first', () => {
    const before = strict(['bgssd: 10.1.2.3'], ['ALL: ALL'])
    const after = strict(['bgssd: 10.2.'])
    expect(described(before, after)).toEqual([
      'deny -> allow: now `bgssd: 10.2.` (hosts.allow:1); before `ALL: ALL` (hosts.deny:1)',
      'allow -> deny: now no rule; before `bgssd: 10.1.2.3` (hosts.allow:1)',
    ])
  })

  it('finds the one client that an exception left out', () => {
    const [first, ...rest] = tcp.diff(
      strict(['bgssd: 10.0.0.0/8 EXCEPT 10.1.2.3']),
      strict(['bgssd: 10.0.0.0/8']),
    )
    expect(rest).toEqual([])
    expect(first).toMatchObject({
      example: { daemon: 'bgssd', client: { address: '10.1.2.3' } },
      before: { outcome: 'deny', reasons: [{ code: 'no-rule-matched' }] },
      after: { outcome: 'allow', reasons: [{ code: 'allowed-by-rule', source: { line: 1 } }] },
    })
  })

  it.each([
    [
      'rules that move past others',
      ['x: 10.1.', 'y: ALL', 'x: 10.2.'],
      ['x: 10.2.', 'x: 10.1.', 'y: ALL'],
    ],
    ['a rule that others cover', ['x: 10.'], ['x: 10.', 'x: 10.1.', 'x: 10.2.3.4 : deny']],
    ['a net in two halves', ['x: 10.0.0.0/8'], ['x: 10.0.0.0/9', 'x: 10.128.0.0/9']],
    ['an exception that is no client', ['x: 10.'], ['x: 10. EXCEPT 11.']],
    ['notes', ['x: 10.'], ['# x', 'x : 10.']],
  ])('finds no difference in %s', (_, before, after) => {
    expect(described(strict(before), strict(after))).toEqual([])
    expect(described(strict(after), strict(before))).toEqual([])
  })

  it('finds what the default of a profile opens', () => {
    expect(described(strict([]), libwrap([]))).toEqual([
      'deny -> allow: now no rule; before no rule',
    ])
    expect(described(strict([], ['ALL: ALL']), libwrap([], ['ALL: ALL']))).toEqual([])
  })

  it('finds a request that a netgroup is needed for', () => {
    const [first, second] = tcp.diff(strict(['x: @ops']), strict(['x: ALL']))
    expect([first, second]).toMatchObject([
      { before: { reasons: [{ code: 'lookup-needed' }] }, after: { outcome: 'allow' } },
      {
        before: { reasons: [{ code: 'no-rule-matched' }] },
        example: { client: { netgroups: [] } },
      },
    ])
  })

  it('takes the lack of a policy for one that refuses everything', () => {
    const lack = noPolicy('policy-missing', 'hosts.allow')
    const policy = strict(['x: 10.'])
    const [opened] = tcp.diff(lack, policy)
    expect(opened).toMatchObject({
      region: { before: null, after: { daemons: 'x', clients: '10.' } },
      before: { outcome: 'deny', reasons: [{ code: 'policy-missing' }] },
      after: { outcome: 'allow' },
    })
    expect(tcp.diff(policy, lack)).toMatchObject([{ after: { outcome: 'deny' } }])
    expect(tcp.diff(lack, lack)).toEqual([])
  })

  it('counts an option that hangs on the request as good', () => {
    expect(described(strict(['x: 10.']), strict(['x: 10. : spawn /bin/true %u']))).toEqual([])
  })

  it('compares two thousand rules of which few are changed', () => {
    const rules = Array.from(
      { length: 2000 },
      (_, n) => `x: 10.${n >> 8}.${n & 255}. h${n}.example.com`,
    )
    const changed = rules.with(700, 'x: 10.200.').toSpliced(1500, 1)
    const regions = described(strict(rules, ['ALL: ALL']), strict(changed, ['ALL: ALL']))
    expect(regions.map((region) => region.slice(0, 40))).toEqual([
      'deny -> allow: now `x: 10.200.` (hosts.a',
      'allow -> deny: now `ALL: ALL` (hosts.den',
      'allow -> deny: now `ALL: ALL` (hosts.den',
    ])
  })

  it('has every changed request of a small universe in one region, and no example that is not changed', () => {
    const lines = fc.array(goodLine, { maxLength: 4 })
    const edit = fc.tuple(fc.nat(6), fc.nat(2), goodLine)
    const profile = fc.constantFrom('strict', 'libwrap' as const)
    fc.assert(
      fc.property(
        lines,
        lines,
        fc.array(edit, { maxLength: 3 }),
        profile,
        (allow, deny, edits, as) => {
          const edited = edits.reduce(
            (all, [at, removed, line]) => all.toSpliced(at, removed, line),
            allow,
          )
          const read = (texts: readonly string[]): tcp.Policy =>
            tcp.parse({ allow: textOf(texts), deny: textOf(deny) }, { profile: as })
          fc.pre([allow, edited].every((texts) => errorsOf(() => read(texts)).length === 0))
          const [before, after] = [read(allow), read(edited)]
          const differences = tcp.diff(before, after)
          for (const { region, example, before: was, after: is } of differences) {
            expect([was, is]).toEqual([tcp.check(before, example), tcp.check(after, example)])
            expect(was.outcome).not.toBe(is.outcome)
            expect(region.before?.source ?? null).toEqual(decidedBy(was))
            expect(region.after?.source ?? null).toEqual(decidedBy(is))
          }
          const keys = differences.map(({ region, before: was, after: is }) => {
            const places = [region.before?.source ?? null, region.after?.source ?? null]
            return JSON.stringify([was.outcome, is.outcome, ...places])
          })
          for (const asked of requests) {
            const [was, is] = [tcp.check(before, asked), tcp.check(after, asked)]
            const places = [decidedBy(was), decidedBy(is)]
            const key = JSON.stringify([was.outcome, is.outcome, ...places])
            const regions = keys.filter((each) => each === key).length
            expect(regions).toBe(was.outcome === is.outcome ? 0 : 1)
          }
        },
      ),
      { numRuns: 40 },
    )
  })
})

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

describe('the search for a text', () => {
  const language: Language = {
    maxCharacters: 6,
    characters: 'ab.',
    step: () => 0,
    accepts: (text) => text !== '',
  }
  const texts = Array.from({ length: 6 }).reduce<string[][]>(
    (levels) => [
      ...levels,
      (levels.at(-1) as string[]).flatMap((text) => ['a', 'b', '.'].map((sign) => text + sign)),
    ],
    [['']],
  )
  const pattern = fc
    .array(fc.constantFrom('a', 'b', '*', '?', '.'), { minLength: 1, maxLength: 4 })
    .map((parts) => readTextPattern(parts.join('')))

  it('finds a text where there is one, and none where there is none', () => {
    const demand = fc.record({ pattern, holds: fc.boolean() })
    fc.assert(
      fc.property(fc.array(demand, { maxLength: 4 }), (demands) => {
        const isGood = (text: string): boolean =>
          demands.every((each) => matchesText(each.pattern, text) === each.holds)
        const found = findText(demands, language, new Budget())
        const shortest = texts.slice(1).flat().find(isGood)
        expect(found?.length).toBe(shortest?.length)
        if (found !== undefined) expect(isGood(found)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('the search for an address', () => {
  const octets = [0, 1, 2, 9, 10, 19, 255]
  const addresses = octets.flatMap((a) =>
    octets.flatMap((b) => octets.map((c) => `10.${a}.${b}.${c}`)),
  )
  const text = fc
    .constantFrom(
      '10.1.',
      '10.*',
      '*.1',
      '.9',
      '?0.1*',
      '10.?.?.?',
      '10.1.2.9',
      '*9',
      '1*1*1',
      'ALL',
      '10.2*.*',
    )
    .map((written): Test => ({ kind: 'text', pattern: readTextPattern(written) }))
  const nets = fc
    .tuple(
      fc.constantFrom(...addresses),
      fc.constantFrom(0xffffffff, 0xffff0000, 0xff000000, 0xff00ff00, 0xfffffffe, 0xff0100ff),
    )
    .map(([address, mask]): Test => {
      const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)
      return { kind: 'ipv4-net', net: (value & mask) >>> 0, mask }
    })
  const ten: Test = { kind: 'ipv4-net', net: 0x0a000000, mask: 0xff000000 }

  it('finds an address where there is one of a sample', () => {
    const demand = fc.record({ test: fc.oneof(text, nets), holds: fc.boolean() })
    fc.assert(
      fc.property(fc.array(demand, { maxLength: 5 }), (asked) => {
        const demands = [...asked, { test: ten, holds: true }]
        const isGood = (address: string): boolean =>
          demands.every(({ test, holds }) => passes(test, address) === holds)
        const found = findAddress(demands, false, new Budget())
        if (found === undefined) expect(addresses.filter(isGood)).toEqual([])
        else expect(isGood(found)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('finds the stretches between IPv6 nets', () => {
    const wide: Test = { kind: 'ipv6-net', net: 0x2001n << 112n, bits: 126 }
    const narrow = [0n, 1n, 2n].map((host): Test => ({
      kind: 'ipv6-net',
      net: (0x2001n << 112n) | host,
      bits: 128,
    }))
    const demands = [{ test: wide, holds: true }, ...narrow.map((test) => ({ test, holds: false }))]
    expect(findAddress(demands, true, new Budget())).toBe('2001::3')
    const last: Test = { kind: 'ipv6-net', net: (0x2001n << 112n) | 3n, bits: 128 }
    expect(findAddress([...demands, { test: last, holds: false }], true, new Budget())).toBe(
      undefined,
    )
  })

  it('knows that no net takes in 255.255.255.255', () => {
    const halves: Test[] = [0, 0x80000000].map((net) => ({
      kind: 'ipv4-net',
      net,
      mask: 0x80000000,
    }))
    const tests = [...halves, { kind: 'ipv6-net', net: 0n, bits: 0 } as const]
    const demands = tests.map((each) => ({ test: each, holds: false }))
    expect(findAddress(demands, false, new Budget())).toBe('255.255.255.255')
  })
})
