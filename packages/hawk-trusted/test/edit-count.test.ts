import { expect, test } from 'vitest'
import { EditCount } from '../src/edit-count.ts'
import { parse } from '../src/index.ts'
import { ruled } from '../src/written-lines.ts'

const PLACE = 'web01:none:default M.A run'

/** How many requests have another outcome when the last line goes. */
function affectedByLast(lines: readonly string[]): bigint {
  const policy = parse(lines.join('\n'), { file: 'T' })
  const gone = policy.entries.slice(-1).map(ruled)
  return new EditCount(policy, gone).affected({ gone, come: [] })
}

test('one name counts for two scopes by four impacts', () => {
  expect(affectedByLast([`ops ${PLACE}`])).toBe(8n)
  expect(affectedByLast(['ops * * *', `ops ${PLACE}`])).toBe(7n)
})

test('a restriction counts for every spelling of its user and of its node', () => {
  expect(affectedByLast([`* ${PLACE}`, `!a1 ${PLACE}`])).toBe(2n * 8n)
  expect(affectedByLast(['* * M.A', '!a1 1:2:3 M.A run'])).toBe(2n * 4n)
  expect(affectedByLast(['a1 * M.A', '!a1 n:2:3 M.A run'])).toBe(2n * 4n)
  expect(affectedByLast(['* * M.A', 'A1 * M.A', '!A1 * M.B', '!a1 n1:2:3 M.A run'])).toBe(16n)
})

test('any name counts for all names but those that are spelled otherwise', () => {
  const three = affectedByLast([`!abc ${PLACE}`, `* ${PLACE}`])
  const none = affectedByLast([`!123 ${PLACE}`, `* ${PLACE}`])
  const one = affectedByLast([`abc ${PLACE}`, `* ${PLACE}`])
  expect([none - three, none - one]).toEqual([8n * 7n, 0n])
})

test('any name counts for more than all that are spelled', () => {
  const users = Array.from({ length: 200 }, (_, index) => `user${index} ${PLACE}`)
  const granted = ['!nobody', ...users]
  expect(affectedByLast([...granted, `* ${PLACE}`]) > affectedByLast([...granted, '!*'])).toBe(true)
})
