import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from './run-script.ts'

interface Manifest {
  readonly license?: string
  readonly type?: string
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly files?: readonly string[]
  readonly bin?: Readonly<Record<string, string>>
  readonly publishConfig?: unknown
}

const packages = readdirSync(join(root, 'packages'))

function read(...path: readonly string[]): string {
  return readFileSync(join(root, ...path), 'utf8')
}

function manifestOf(name: string): Manifest {
  return JSON.parse(read('packages', name, 'package.json')) as Manifest
}

describe.each(packages)('%s', (name) => {
  test('has a README of at most 120 lines', () => {
    expect(existsSync(join(root, 'packages', name, 'README.md'))).toBe(true)
    expect(read('packages', name, 'README.md').split('\n').length).toBeLessThanOrEqual(121)
  })

  test('is published under Apache-2.0, sources included, with provenance', () => {
    expect(manifestOf(name)).toMatchObject({
      license: 'Apache-2.0',
      type: 'module',
      files: expect.arrayContaining(['dist', 'src', '!dist/.tsbuildinfo']) as string[],
      publishConfig: { access: 'public', provenance: true },
    })
  })

  test('resolves to its source before anything else', () => {
    const { './package.json': self, ...entries } = manifestOf(name).exports
    expect(self).toBe('./package.json')
    expect(Object.keys(entries)).toContain('.')
    for (const conditions of Object.values(entries)) {
      expect(Object.keys(conditions)).toEqual(['@gatehouse/source', 'types', 'default'])
    }
  })

  test('has the files of its commands before a build, as npm links them when it installs', () => {
    const files = Object.values(manifestOf(name).bin ?? {})
    const late = files.filter(
      (file) => !file.startsWith('./bin/') || !existsSync(join(root, 'packages', name, file)),
    )
    expect(late).toEqual([])
  })

  test('belongs to one layer', () => {
    const { tags } = JSON.parse(read('packages', name, 'turbo.json')) as { tags: string[] }
    expect(
      ['foundation', 'model', 'service', 'app'].filter((layer) => tags.includes(layer)),
    ).toEqual(tags)
    expect(tags).toHaveLength(1)
  })
})

test('no file names a place of one machine', () => {
  const place = /(?:^|[\s'"`(=:])\/(?:root|work|home\/\w+|Users\/\w+)\/[\w.-]+/m
  const named = filesOfRepository().filter((file) => place.test(read(file)))
  expect(named).toEqual([])
})

/** What git tracks or would track, given data and generated pages aside. */
function filesOfRepository(): readonly string[] {
  const { stdout, status } = spawnSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
    { cwd: root, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error('this is not a git checkout')
  return stdout
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)))
    .filter((file) => !/^(?:test-fixtures|docs\/api)\//.test(file))
}
