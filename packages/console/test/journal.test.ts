import { expect, test } from 'vitest'
import { journal } from '../src/server/journal.ts'
import { ALLOWED } from './support.ts'

const CALL = { user: 'alice', action: 'chart' }
const AT = new Date(0)

test('keeps the decision, and nothing of what the method returned', () => {
  const kept = journal(2)
  kept.add(CALL, { system: 'web01', answer: ALLOWED, from: '127.0.0.1' }, AT)
  const { outcome, reasons } = ALLOWED
  expect(kept.entries).toEqual([
    {
      at: AT,
      call: CALL,
      result: { system: 'web01', answer: { outcome, reasons }, from: '127.0.0.1' },
    },
  ])
})

test('keeps no more than the limit, the newest first', () => {
  const kept = journal(2)
  for (const system of ['a', 'b', 'c']) {
    kept.add(CALL, { system, failure: { code: 'unreachable', message: 'm' } }, AT)
  }
  expect(kept.entries.map(({ result }) => result.system)).toEqual(['c', 'b'])
})
