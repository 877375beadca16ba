import { describe, expect, test } from 'vitest'
import { addTrusted, removeTrusted, rotate, trustList } from '../../src/index.ts'
import { LEAF, ROOT } from '../world.ts'
import { AT, root } from '../writing/certificate.ts'
import { ask, said, selfSigned, trusted } from './world.ts'

const OLD = selfSigned(LEAF)
const FRESH = selfSigned(LEAF)
const ERR_CONFIG = expect.objectContaining({ code: 'ERR_CONFIG' }) as Error

test('a certificate stands once in a role, and may have several roles', () => {
  const list = trustList([trusted(OLD, 'system')])
  expect(() => addTrusted(list, trusted(OLD, 'system'))).toThrow(ERR_CONFIG)
  expect(addTrusted(list, trusted(OLD, 'console')).entries).toHaveLength(2)
  expect(list.entries).toHaveLength(1)
})

test('a certificate is removed from one role, or from all', () => {
  const list = trustList([trusted(OLD, 'system'), trusted(OLD, 'console')])
  expect(removeTrusted(list, OLD.sha256, 'system').entries.map(({ role }) => role)).toEqual([
    'console',
  ])
  expect(removeTrusted(list, OLD.sha256).entries).toEqual([])
  expect(removeTrusted(list, FRESH.sha256)).toBe(list)
})

test.each([
  ['an end that is no date', { until: new Date(Number.NaN) }],
  ['an end that no file can hold', { until: new Date('+010000-01-01T00:00:00Z') }],
  ['a role that there is not', { role: 'anchor' as 'root' }],
  ['a note that is a book', { note: 'x'.repeat(1001) }],
])('%s is an error of the caller', (_title, change) => {
  expect(() => trustList([{ ...trusted(OLD, 'system'), ...change }])).toThrow(RangeError)
})

describe('a rotation', () => {
  const until = new Date('2026-12-01T00:00:00Z')
  const list = trustList([trusted(OLD, 'console')])
  const rotation = { from: OLD.sha256, to: trusted(FRESH, 'console'), until }

  test('has both trusted until its date, and the new one after it', () => {
    const { entries } = rotate(list, rotation)
    const at = (instant: string): readonly string[] =>
      [OLD, FRESH].map(
        (one) => ask(entries, [one], { role: 'console', at: new Date(instant) }).decision.outcome,
      )
    expect(at('2026-11-30T23:59:59Z')).toEqual(['allow', 'allow'])
    expect(at('2026-12-01T00:00:00.999Z')).toEqual(['allow', 'allow'])
    expect(at('2026-12-01T00:00:01Z')).toEqual(['deny', 'allow'])
    expect(said(ask(entries, [OLD], { role: 'console', at: new Date('2027-01-01') }))[1]).toBe(
      'trust-ended',
    )
  })

  test('never lengthens the time of the old one', () => {
    const ending = trustList([trusted(OLD, 'console', AT)])
    expect(rotate(ending, rotation).entries[0]?.until).toEqual(AT)
  })

  test('needs the old one in the role of the new, and another new one', () => {
    expect(() => rotate(trustList([trusted(OLD, 'system')]), rotation)).toThrow(ERR_CONFIG)
    expect(() => rotate(list, { ...rotation, to: trusted(OLD, 'console') })).toThrow(ERR_CONFIG)
  })

  test('of a root leaves a pinned certificate alone', () => {
    const anchor = root(ROOT)
    const both = trustList([trusted(anchor, 'root'), trusted(anchor, 'system')])
    const rotated = rotate(both, { from: anchor.sha256, to: trusted(root(ROOT), 'root'), until })
    expect(rotated.entries.map((entry) => entry.until)).toEqual([until, undefined, undefined])
  })
})
