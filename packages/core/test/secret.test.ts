import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from '../src/index.ts'

const secret = new Secret('hunter2')

test.each([
  ['String', () => String(secret)],
  ['JSON', () => JSON.stringify({ secret })],
  ['inspect', () => inspect({ secret }, { depth: 9, showHidden: true })],
  ['keys', () => Object.entries(secret).join()],
])('%s does not show a secret', (_, print) => {
  expect(print()).not.toContain('hunter2')
})

test('expose gives the value', () => {
  expect(secret.expose()).toBe('hunter2')
})
