import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from './run-script.ts'

/** A run of one model at one size: some ten seconds, on a busy machine much more. */
const RUN_MS = 180_000

interface Measurement {
  readonly subject: string
  readonly size: number
  readonly perSecond: number
  readonly compared: number
}

let out = ''
let status: number | null = null
let printed = ''

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const words = ['bench/dist/main.js', 'bmc-authorization', '--sizes', '100', '--out', out]
  const run = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8', timeout: RUN_MS })
  status = run.status
  printed = run.stdout + run.stderr
}, RUN_MS)

afterAll(() => rmSync(out, { recursive: true }))

function figures(): readonly Measurement[] {
  return JSON.parse(
    readFileSync(join(out, 'bmc-authorization.json'), 'utf8'),
  ) as readonly Measurement[]
}

test('the bench compares every peer with ours, answer by answer', () => {
  expect(status, printed).toBe(0)
  const [ours, ...peers] = figures()
  expect(ours?.subject).toBe('bmc.check')
  expect(peers.length).toBeGreaterThanOrEqual(7)
  expect(peers.filter(({ compared }) => compared < 3)).toEqual([])
  expect(figures().filter(({ size, perSecond }) => size !== 100 || !(perSecond > 0))).toEqual([])
})

test('the bench writes a table, a chart and the figures', () => {
  expect(readdirSync(out).toSorted()).toEqual([
    'bmc-authorization.json',
    'bmc-authorization.md',
    'bmc-authorization.svg',
  ])
  const table = readFileSync(join(out, 'bmc-authorization.md'), 'utf8')
  expect(printed).toContain(table.slice(table.indexOf('| per CPU-second')))
  const chart = readFileSync(join(out, 'bmc-authorization.svg'), 'utf8')
  expect(chart).toMatch(/^<svg /)
  for (const { subject } of figures()) expect(chart).toContain(subject)
  expect(chart.length).toBeLessThan(60_000)
})

test('the bench refuses a name that it does not know', () => {
  const words = ['bench/dist/main.js', 'no-such-bench']
  const { status: code, stdout } = spawnSync(process.execPath, words, {
    cwd: root,
    encoding: 'utf8',
  })
  expect([code, stdout]).toEqual([2, ''])
})
