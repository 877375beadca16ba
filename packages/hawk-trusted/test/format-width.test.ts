import { expect, test } from 'vitest'
import * as hawk from '../src/index.ts'

test('lines that cannot be aligned within the limit are written one blank apart', () => {
  const [user, node] = ['u'.repeat(3000), 'n'.repeat(3000)]
  const policy = hawk.parse(`${user} web01 * *\nops ${node} * *\n`, { file: 'T' })
  const text = hawk.format(policy)
  expect(text).toBe(`${user} web01 * *\nops ${node} * *\n`)
  expect(hawk.parse(text, { file: 'T' })).toEqual(policy)
})

test('a quarter of a million lines in a row are written', () => {
  const lines = Array.from({ length: 250_000 }, (_, index) => `u${index} *\n`)
  const text = lines.join('')
  expect(hawk.format(hawk.parse(text, { file: 'T' })).length).toBeGreaterThan(text.length)
})
