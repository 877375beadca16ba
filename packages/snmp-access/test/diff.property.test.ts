import { AddressSet } from '@gatehouse/address-set'
import { noPolicy } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { check } from '../src/check.ts'
import { parse } from '../src/configuration/parse.ts'
import { diff, type ChangedRegion } from '../src/diff.ts'
import type { CommunityEntry, Configuration } from '../src/model.ts'
import type { Request } from '../src/request.ts'
import { addressText } from '../src/review/address-cube.ts'
import { ADDRESSES, configuration, CONTEXTS, LEVELS, OBJECTS } from './small-universe.ts'

const COMMANDS: readonly Request[] = OBJECTS.flatMap((oid) =>
  (['get', 'set'] as const).flatMap((pdu): Request[] => {
    const asked = { pdu, varbinds: [{ oid }] }
    return [
      ...ADDRESSES.flatMap((source) =>
        (['1', '2c'] as const).map((version) => ({ version, community: 'c', source, ...asked })),
      ),
      ...['s', 't'].flatMap((user) =>
        CONTEXTS.flatMap((context) =>
          LEVELS.map((level) => ({
            version: '3' as const,
            user,
            context,
            level,
            usm: 'accepted' as const,
            source: '10.0.0.1',
            ...asked,
          })),
        ),
      ),
    ]
  }),
)

function lineFor({ communities }: Configuration, source: string): number | undefined {
  const family = source.includes(':') ? 'ipv6' : 'ipv4'
  const isFirst = (entry: CommunityEntry): boolean =>
    entry.family === family && AddressSet.of([entry.source.pattern]).has(source)
  return communities.find(isFirst)?.origin.line
}

function rowFor(policy: Configuration, request: Request): unknown {
  const { view } = check(policy, request)
  const oid = request.varbinds[0]?.oid ?? []
  return view?.ask(oid).row?.entry ?? null
}

function isIn(
  region: ChangedRegion,
  request: Request,
  policies: readonly Configuration[],
): boolean {
  const { operation, rows, sender } = region
  const [old, young] = policies as [Configuration, Configuration]
  if ((operation === 'write') !== (request.pdu === 'set')) return false
  if (JSON.stringify(rows.before) !== JSON.stringify(rowFor(old, request))) return false
  if (JSON.stringify(rows.after) !== JSON.stringify(rowFor(young, request))) return false
  if (sender.kind === 'user') {
    const { user, context, level = 'noAuthNoPriv' } = request
    return sender.user === user && sender.context === context && sender.levels.includes(level)
  }
  return (
    request.version !== '3' &&
    sender.versions.includes(request.version) &&
    sender.before?.line === lineFor(old, request.source) &&
    sender.after?.line === lineFor(young, request.source)
  )
}

test('every command whose outcome changes is in one region, and no other is in any', () => {
  fc.assert(
    fc.property(configuration, configuration, (before, after) => {
      const regions = diff(before, after).map(({ region }) => region)
      for (const request of COMMANDS) {
        const changes = check(before, request).outcome !== check(after, request).outcome
        const found = regions.filter((region) => isIn(region, request, [before, after]))
        expect([request, found.length]).toEqual([request, changes ? 1 : 0])
      }
    }),
    { numRuns: 60 },
  )
})

test('every region has an example of its own, answered as it says', () => {
  fc.assert(
    fc.property(configuration, configuration, (before, after) => {
      for (const { region, example, ...decisions } of diff(before, after)) {
        expect(decisions.before.outcome).not.toBe(decisions.after.outcome)
        expect(decisions).toEqual({ before: check(before, example), after: check(after, example) })
        expect(isIn(region, example, [before, after])).toBe(true)
      }
    }),
    { numRuns: 60 },
  )
})

test('a configuration does not differ from itself', () => {
  fc.assert(
    fc.property(configuration, (policy) => {
      expect(diff(policy, policy)).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test('no policy grants nothing', () => {
  const policy = parse('rocommunity c 10.0.0.1 .1.3.6\n', { file: 'f' })
  const none = noPolicy('policy-missing', 'f')
  const [gained, ...more] = diff(none, policy)
  expect(more).toEqual([])
  expect(gained).toMatchObject({
    region: { operation: 'read', sender: { versions: ['1', '2c'], before: null } },
    example: { source: '10.0.0.1', varbinds: [{ oid: [1, 3, 6] }] },
    before: { outcome: 'deny' },
    after: { outcome: 'allow' },
  })
  expect(diff(policy, none)[0]).toMatchObject({ after: { outcome: 'deny' } })
})

test('a source of which only IPv4 in the form of IPv6 is left is no difference', () => {
  const others = Array.from({ length: 96 }, (_, index) => {
    const bit = 1n << BigInt(127 - index)
    const value = ((0xffffn << 32n) & ~(bit - 1n)) ^ bit
    return `com2sec6 s !${addressText(value, 128)}/${index + 1} c`
  })
  const lines = [...others, 'com2sec6 s default c', 'group g v2c s']
  const policy = parse([...lines, 'access g "" any noauth exact _all_ none none', ''].join('\n'), {
    file: 'f',
  })
  expect(policy.communities).toHaveLength(97)
  expect(diff(noPolicy('policy-missing', 'f'), policy)).toEqual([])
})
