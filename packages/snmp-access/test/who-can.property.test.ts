import fc from 'fast-check'
import { expect, test } from 'vitest'
import { check } from '../src/check.ts'
import { parse } from '../src/configuration/parse.ts'
import type { Configuration, Level } from '../src/model.ts'
import { ADDRESSES, configuration, CONTEXTS, LEVELS, OBJECTS } from './small-universe.ts'
import type { Request } from '../src/request.ts'
import { readSource } from '../src/source/source.ts'
import { AddressSet } from '@gatehouse/address-set'
import { whoCan, type CommunityClause, type UserClause, type WhoCan } from '../src/who-can.ts'

const sets = new Map<string, AddressSet>()

function has(source: string, address: string): boolean {
  const family = address.includes(':') ? 'ipv6' : 'ipv4'
  const key = `${family} ${source}`
  const read = readSource(source, family)
  const set =
    sets.get(key) ?? AddressSet.of('fault' in read ? [] : read.patterns.map((p) => p.pattern))
  sets.set(key, set)
  return set.has(address)
}

function isIn(clause: CommunityClause, version: '1' | '2c', address: string): boolean {
  const { models, family, source, except } = clause
  return (
    models.includes(version === '1' ? 'v1' : 'v2c') &&
    (family === 'ipv6') === address.includes(':') &&
    has(source, address) &&
    except.every((each) => !has(each, address))
  )
}

function isOf(clause: UserClause, user: string, context: string, level: Level): boolean {
  return clause.user === user && clause.contexts.includes(context) && clause.levels.includes(level)
}

const OPERATIONS = [
  { pdu: 'get', operation: 'read' },
  { pdu: 'set', operation: 'write' },
] as const

const all = (policy: Configuration, run: (answer: WhoCan, of: Partial<Request>) => void): void => {
  for (const oid of OBJECTS) {
    for (const { pdu, operation } of OPERATIONS) {
      run(whoCan(policy, oid, operation), { pdu, varbinds: [{ oid }] })
    }
  }
}

test('whoever check lets in is in a clause, and nobody else', () => {
  fc.assert(
    fc.property(configuration, (policy) => {
      all(policy, ({ communities, users, everybody }, asked) => {
        expect(everybody).toBe(false)
        for (const source of ADDRESSES) {
          for (const version of ['1', '2c'] as const) {
            const request = { version, community: 'c', source, ...asked } as Request
            const named = communities.some((clause) => isIn(clause, version, source))
            expect(named).toBe(check(policy, request).outcome === 'allow')
          }
        }
        for (const user of ['s', 't', 'nobody']) {
          for (const context of CONTEXTS) {
            for (const level of LEVELS) {
              const sender = { version: '3', user, context, level, usm: 'accepted' } as const
              const request = { ...sender, source: '10.0.0.1', ...asked } as Request
              const named = users.some((clause) => isOf(clause, user, context, level))
              expect(named).toBe(check(policy, request).outcome === 'allow')
            }
          }
        }
      })
    }),
    { numRuns: 100 },
  )
})

test('no clause says only what others say', () => {
  fc.assert(
    fc.property(configuration, (policy) => {
      all(policy, ({ communities, users }) => {
        for (const clause of communities) {
          const others = communities.filter((each) => each !== clause)
          const own = (['1', '2c'] as const).flatMap((version) =>
            [...ADDRESSES, '192.0.2.77', 'fd00::77', '2001:db8::1']
              .filter((address) => isIn(clause, version, address))
              .filter((address) => others.every((each) => !isIn(each, version, address))),
          )
          expect(own).not.toEqual([])
        }
        const keys = users.flatMap((each) =>
          each.contexts.flatMap((context) =>
            each.levels.map((level) => [each.user, context, level]),
          ),
        )
        expect(new Set(keys.map((key) => key.join(' '))).size).toBe(keys.length)
      })
    }),
    { numRuns: 100 },
  )
})

test('a wider line that grants as much takes a narrow one in, without an exception', () => {
  const policy = parse('rocommunity c 10.0.0.1\nrwcommunity c default\n', { file: 'f' })
  const { communities } = whoCan(policy, [1, 3], 'read')
  expect(communities.map(({ source, except, origin }) => [source, except, origin.line])).toEqual([
    ['default', [], 2],
  ])
  expect(whoCan(policy, [1, 3], 'write').communities[0]?.except).toEqual(['10.0.0.1'])
})
