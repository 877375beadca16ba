import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root, runScript } from './run-script.ts'

interface Entry {
  version?: string
  resolved?: string
  integrity?: string
  optional?: boolean
  dev?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}
interface Lock {
  packages: Record<string, Entry>
}

const committed = join(root, 'package-lock.json')
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockfile-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** A copy of the lock file that has been tampered with. */
function changed(change: (packages: Record<string, Entry>) => void): string {
  const lock = JSON.parse(readFileSync(committed, 'utf8')) as Lock
  change(lock.packages)
  const copy = join(folder, 'package-lock.json')
  writeFileSync(copy, `${JSON.stringify(lock, null, 2)}\n`)
  return copy
}

function packagesOf(path: string): Record<string, Entry> {
  return (JSON.parse(readFileSync(path, 'utf8')) as Lock).packages
}

function check(path: string): ReturnType<typeof runScript> {
  return runScript('complete-lockfile.mjs', ['--check', path])
}

/** A locked package of which one platform is known by name, in a place of its own. */
function addTool(
  packages: Record<string, Entry>,
  place: string,
  wanted: Record<string, string>,
): void {
  packages[place] = { version: '1.0.0', dev: true, optionalDependencies: wanted }
}

test('the committed lock file is complete', () => {
  expect(check(committed)).toMatchObject({ status: 0 })
})

test('a removed platform package is noticed and named', () => {
  const place = 'node_modules/@turbo/darwin-arm64'
  const { status, output } = check(changed((packages) => void delete packages[place]))
  expect(status).toBe(1)
  expect(output).toContain(`missing: ${place}@`)
})

test('every platform package of the lock file is missed when it is removed', () => {
  const platforms = Object.entries(packagesOf(committed))
    .filter(([, { optional, os, cpu }]) => optional === true && (os ?? cpu) !== undefined)
    .map(([place]) => place)
  const copy = changed((packages) => {
    for (const place of platforms) delete packages[place]
  })
  const { output } = check(copy)
  expect(platforms.length).toBeGreaterThan(40)
  expect(platforms.filter((place) => !output.includes(`missing: ${place}@`))).toEqual([])
})

test('a platform package of another version does not count', () => {
  const place = 'node_modules/@turbo/darwin-arm64'
  const copy = changed((packages) => {
    packages[place] = { ...packages[place], version: '0.0.1' }
  })
  expect(check(copy).status).toBe(1)
})

test('a tool that is added later is looked at, nested places too', () => {
  const copy = changed((packages) => {
    addTool(packages, 'docs/node_modules/some-tool', { '@some-tool/win32-x64': '1.0.0' })
  })
  const { status, output } = check(copy)
  expect(status).toBe(1)
  expect(output).toContain('missing: docs/node_modules/@some-tool/win32-x64@1.0.0')
})

test('completing adds what is missing, makes up no integrity, and changes nothing else', () => {
  const wanted = { 'some-tool-linux-arm64-musl': '1.0.0', 'some-tool-windows-64': '1.0.0' }
  const copy = changed((packages) => addTool(packages, 'node_modules/some-tool', wanted))
  const before = packagesOf(copy)
  expect(runScript('complete-lockfile.mjs', [copy]).status).toBe(0)
  expect(check(copy).status).toBe(0)
  const common = { version: '1.0.0', optional: true, dev: true }
  expect(packagesOf(copy)).toEqual({
    ...before,
    'node_modules/some-tool-linux-arm64-musl': {
      ...common,
      os: ['linux'],
      cpu: ['arm64'],
      libc: ['musl'],
    },
    'node_modules/some-tool-windows-64': { ...common, os: ['win32'], cpu: ['x64'] },
  })
})

test.each([
  ['platform', { 'some-tool-native': '1.0.0' }],
  ['version', { 'some-tool-linux-x64': '^1.0.0' }],
])('a package whose %s cannot be told is left for a person', (_what, wanted) => {
  const copy = changed((packages) => addTool(packages, 'node_modules/some-tool', wanted))
  const before = readFileSync(copy, 'utf8')
  expect(runScript('complete-lockfile.mjs', [copy]).status).toBe(2)
  expect(readFileSync(copy, 'utf8')).toBe(before)
})

test('the address of a registry is refused', () => {
  const copy = changed((packages) => {
    const place = 'node_modules/turbo'
    packages[place] = { ...packages[place], resolved: 'https://registry.example/turbo.tgz' }
  })
  const { status, output } = check(copy)
  expect(status).toBe(1)
  expect(output).toContain('names a registry: node_modules/turbo')
})
