import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runScript } from './run-script.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'readme-code-test-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

function check(...lines: readonly string[]): ReturnType<typeof runScript> {
  const file = join(folder, 'README.md')
  writeFileSync(file, lines.join('\n'))
  return runScript('check-readme-code.mjs', [file])
}

const GOOD = "import { allow } from '@gatehouse/core'\nallow({ code: 'rule-matches' })"

test('a block that uses a package as it is passes', () => {
  expect(check('# A', '```ts', GOOD, '```')).toMatchObject({ status: 0 })
})

test('a wrong literal is caught at its line of the Markdown', () => {
  const { status, output } = check(
    '# A',
    '```ts',
    GOOD,
    '```',
    'Some words.',
    '- in a list:',
    '  ```ts',
    "  import type { Guarantee } from '@gatehouse/core'",
    "  export const guarantee: Guarantee = 'secrecy'",
    '  ```',
  )
  expect(status).toBe(1)
  expect(output).toContain('README.md:10:16: error TS2')
})

test('a block has to stand alone', () => {
  const { status, output } = check('```ts', GOOD, '```', '```ts', "allow({ code: 'x' })", '```')
  expect(status).toBe(1)
  expect(output).toContain('README.md:6:1: error TS2304')
})

test('a block is left out only for a stated reason', () => {
  expect(check('```ts ignore: shows the mistake', 'if (decision)', '```').status).toBe(0)
  const { status, output } = check('', '```ts ignore', 'if (decision)', '```')
  expect(status).toBe(1)
  expect(output).toContain('README.md:2: fence')
})

test('fences of other languages, and fences within longer ones, are text', () => {
  expect(check('```text', 'not code', '```', '````md', '```ts', 'no', '```', '````').status).toBe(0)
})
