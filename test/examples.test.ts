import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TASKS = readdirSync(new URL('../examples/src', import.meta.url)).filter((name) =>
  name.endsWith('.ts'),
)

/** Long enough for a run of seconds on a slow machine. */
const RUN_MS = 60_000

function run(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8', timeout: RUN_MS })
}

describe('task examples', () => {
  test.each(TASKS)('%s prints what its last comment says', (name) => {
    const source = readFileSync(new URL(`../examples/src/${name}`, import.meta.url), 'utf8')
    const promised = [...source.matchAll(/^\/\/ prints: (.*)$/gm)].map(([, line]) => line)
    const { status, stdout, stderr } = run(`examples/dist/${name.replace(/\.ts$/, '.js')}`)
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout.trimEnd().split('\n')).toEqual(promised)
    expect(promised).not.toEqual([])
  })
})

describe('first run', () => {
  test(
    'with --once, prints a dozen requests whose answers are the expected ones, and ends',
    () => {
      const { status, stdout, stderr } = run('examples/dist/first-run/main.js', '--once')
      expect(stderr).toBe('')
      expect(status).toBe(0)
      const lines = stdout.split('\n')
      const numbers = lines.flatMap((line) => /^ ?(\d+) {2}\S+ from /.exec(line)?.[1] ?? [])
      expect(numbers).toEqual(Array.from({ length: 12 }, (_, index) => String(index + 1)))
      for (const place of ['web01/Authorization.cfg:20', 'db01/Trusted.txt:21']) {
        expect(stdout).toContain(`examples/first-run/${place}`)
      }
      for (const word of ['provides', 'rests on', 'lacks', 'open']) {
        expect(lines.some((line) => line.startsWith(`    ${word} `))).toBe(true)
      }
      expect(lines.filter((line) => line.length > 100)).toEqual([])
      expect(readmeExcerpt().filter((line) => !lines.includes(line))).toEqual([])
    },
    RUN_MS,
  )
})

/** The lines of the README's first text block, which shows a part of this output. */
function readmeExcerpt(): string[] {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const block = /```text\n([^`]*)```/.exec(readme)?.[1] ?? ''
  const lines = block.split('\n').filter((line) => line !== '…')
  expect(lines.length).toBeGreaterThan(10)
  return lines
}
