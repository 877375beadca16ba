import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect, test } from 'vitest'

const SOURCE = resolve(import.meta.dirname, '../../src')

/** Modules that a file loads, with all that those load; packages by their name. */
function loaded(file: string, seen: Set<string> = new Set<string>()): Set<string> {
  seen.add(file)
  const text = readFileSync(file, 'utf8')
  for (const [, clause = '', name = ''] of text.matchAll(
    /^(?:import|export) ([^;'"]*?)from '([^']+)'/gm,
  )) {
    if (clause.startsWith('type ')) continue
    const target = name.startsWith('.') ? resolve(dirname(file), name) : name
    if (seen.has(target)) continue
    if (name.startsWith('.')) loaded(target, seen)
    else seen.add(target)
  }
  return seen
}

test('what decides loads nothing that issues, and no node-forge', () => {
  const modules = [...loaded(resolve(SOURCE, 'index.ts'))]
  expect(modules.length).toBeGreaterThan(40)
  expect(modules.filter((name) => /issuing|node-forge/.test(name))).toEqual([])
})

test('what issues loads node-forge', () => {
  expect(loaded(resolve(SOURCE, 'issuing/index.ts'))).toContain('node-forge')
})
