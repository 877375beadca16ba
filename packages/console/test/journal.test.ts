import { expect, test } from 'vitest'
import { journal } from '../src/server/journal.ts'
import { ALLOWED } from './support.ts'

const ASKED = { at: new Date(0), user: 'alice', what: 'chart' }

test('keeps the decision, and nothing of what the method returned', () => {
  const kept = journal(2)
  kept.add({ ...ASKED, result: { system: 'web01', answer: ALLOWED, from: '127.0.0.1' } })
  const { outcome, reasons } = ALLOWED
  expect(kept.entries).toEqual([
    {
      ...ASKED,
      result: { system: 'web01', answer: { outcome, reasons }, from: '127.0.0.1' },
    },
  ])
})

test('keeps no more than the limit, the newest first', () => {
  const kept = journal(2)
  for (const system of ['a', 'b', 'c']) {
    kept.add({ ...ASKED, result: { system, failure: { code: 'unreachable', message: 'm' } } })
  }
  expect(kept.entries.map(({ result }) => result.system)).toEqual(['c', 'b'])
})
