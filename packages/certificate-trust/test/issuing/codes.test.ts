import { expect, test } from 'vitest'
import { describeIssuing, ISSUING_CODES } from '../../src/issuing/index.ts'
import { reasonOf } from './lab.ts'
import { FILE, REFUSALS as OTHER_REFUSALS } from './refusals.ts'
import { RENEWAL_REFUSALS } from './renewal-refusals.ts'

const REFUSALS = [...OTHER_REFUSALS, ...RENEWAL_REFUSALS]

test.each(REFUSALS)('$code: $title', ({ code, source, run }) => {
  const reason = reasonOf(run)
  if (reason === undefined) throw new Error('it was issued')
  expect(reason.code).toBe(code)
  expect(Object.keys(reason.source ?? {})).toEqual(source === undefined ? [] : [source])
  expect(describeIssuing(reason).split('\n')).toHaveLength(1)
})

test('every code has a case', () => {
  const covered = new Set<string>(REFUSALS.map(({ code }) => code))
  expect(Object.keys(ISSUING_CODES).filter((code) => !covered.has(code))).toEqual([])
})

test('what is wrong with a file names the file', () => {
  const [one] = REFUSALS.filter(({ title }) => title === 'a store without a MAC')
  expect(reasonOf(() => one?.run())?.source).toEqual({ file: FILE })
})
