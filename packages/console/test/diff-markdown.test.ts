import { expect, test } from 'vitest'
import { fileWith, run } from './support.ts'

test('a comment tells what opens, with places and an example, and what closes', async () => {
  const before = await fileWith('ops * * *\nold\n')
  const after = await fileWith('ops * * +\n')
  const { exit, out } = await run(['diff', before, after, '--markdown', '--fail-on-new-access'])
  expect(exit).toBe(1)
  expect(out).toMatch(
    /^\*\*1 kind of request newly allowed, 1 kind of request no longer allowed\*\*/,
  )
  expect(out).toMatch(/^- \*\*Now allowed\*\*: `user ops, /m)
  expect(out).toContain(`(${after}:1)`)
  expect(out).toMatch(/^ {2}- for example `\{"user":"ops"/m)
})

test('what a file holds can be no markup and name nobody', async () => {
  const before = await fileWith('# none\n', 'Trusted.txt')
  const after = await fileWith('a``@all``<b>\n', 'Trusted.txt')
  const { exit, out } = await run(['diff', before, after, '--markdown'])
  expect(exit).toBe(0)
  const lines = out.split('\n').filter((text) => text.includes('@all'))
  expect(lines).toHaveLength(2)
  for (const line of lines) {
    expect(line).toMatch(/^ *- (?:\*\*Now allowed\*\*:|for example) ```[^`].*[^`]```$/)
  }
})

test('files that decide alike have a comment of one line', async () => {
  const [before, after] = [await fileWith('# a\nops\n'), await fileWith('ops\n')]
  const { exit, out } = await run(['diff', before, after, '--markdown'])
  expect(exit).toBe(0)
  expect(out.trimEnd().split('\n')).toHaveLength(1)
})

test('a comment that would be too long says how many are left out', async () => {
  const before = await fileWith('# none\n', 'Trusted.txt')
  const after = await fileWith(Array.from({ length: 400 }, (_, index) => `user${index}\n`).join(''))
  const { out } = await run(['diff', before, after, '--markdown'])
  expect(out.length).toBeLessThan(65_536)
  const shown = out.match(/^- \*\*Now/gm)?.length ?? 0
  expect(out).toContain(`- and ${400 - shown} more`)
})

test('it excludes `--json`', async () => {
  const file = await fileWith('ops\n')
  expect(await run(['diff', file, file, '--markdown', '--json'])).toMatchObject({ exit: 2 })
})
