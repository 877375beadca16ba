import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatKeyLine, parsePrivateKey } from '../../../src/index.ts'

const isInstalled = spawnSync('ssh-keygen', ['-?']).error === undefined

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'private-key-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function make(name: string, words: readonly string[], passphrase = ''): string {
  const file = join(folder, name)
  spawnSync('ssh-keygen', ['-q', '-N', passphrase, '-C', name, '-f', file, ...words])
  return file
}

describe.skipIf(!isInstalled)(isInstalled ? 'ssh-keygen' : 'needs ssh-keygen', () => {
  test.each([
    ['ed25519', ['-t', 'ed25519']],
    ['ecdsa-256', ['-t', 'ecdsa', '-b', '256']],
    ['ecdsa-384', ['-t', 'ecdsa', '-b', '384']],
    ['ecdsa-521', ['-t', 'ecdsa', '-b', '521']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
  ])('makes a private key that is read: %s', (name, words) => {
    const file = make(name, words)
    const read = parsePrivateKey(readFileSync(file))
    if ('fault' in read) throw new Error(read.fault)
    expect(`${formatKeyLine(read.publicKey, read.comment)}\n`).toBe(
      readFileSync(`${file}.pub`, 'utf8'),
    )
  })

  test('makes an encrypted private key that is refused as such', () => {
    const file = make('encrypted', ['-t', 'ed25519', '-a', '1'], 'some words')
    expect(parsePrivateKey(readFileSync(file))).toEqual({ fault: 'container-encrypted' })
  })

  test('makes a private key of DSA, which is of no use here', () => {
    const file = make('dsa', ['-t', 'dsa'])
    expect(parsePrivateKey(readFileSync(file))).toEqual({ fault: 'type-unknown' })
  })
})
