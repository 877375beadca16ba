import { spawnSync } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '@gatehouse/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  fingerprintOf,
  formatKeyLine,
  formatPem,
  formatPrivateKey,
  formatRfc4716,
  fromKeyObject,
  generateKey,
  importKeys,
  isKeyFault,
  parseKeyBlob,
  parseKeyFields,
  type KeyFault,
  type PublicKey,
} from '../../../src/index.ts'
import { jwkOf } from '../../../src/key/jwk.ts'
import { CASES, GOOD } from '../blobs.ts'

const isInstalled = spawnSync('ssh-keygen', ['-?']).error === undefined
const title = isInstalled ? 'ssh-keygen' : 'needs ssh-keygen'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssh-keygen-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function write(name: string, contents: string): string {
  const file = join(folder, name)
  writeFileSync(file, contents, { mode: 0o600 })
  return file
}

function keygen(...args: readonly string[]): {
  readonly status: number | null
  readonly out: string
} {
  const { status, stdout } = spawnSync('ssh-keygen', args, { encoding: 'utf8' })
  return { status, out: stdout }
}

function keyOf(read: PublicKey | KeyFault): PublicKey {
  if (isKeyFault(read)) throw new Error(read.fault)
  return read
}

function privateText(key: KeyObject, comment: string): string {
  const written = formatPrivateKey(key, comment)
  if (!(written instanceof Secret)) throw new Error(written.fault)
  return written.expose()
}

const keys = GOOD.map(({ blob }) => keyOf(parseKeyBlob(blob)))

/** Asks with -y for the public half of a private key, and compares it with ours. */
function expectAccepted(privateKey: KeyObject, name: string): void {
  const { status, out } = keygen('-y', '-f', write(name, privateText(privateKey, name)))
  const expected = `${formatKeyLine(keyOf(fromKeyObject(privateKey)), name)}\n`
  expect({ status, out }).toEqual({ status: 0, out: expected })
}

/** The forms in which version 9.2 exports a key; Ed25519 has a form in PEM in newer ones only. */
function formsOf({ type }: PublicKey): readonly string[] {
  const hasPem = type === 'ssh-rsa' || type.startsWith('ecdsa-')
  return hasPem ? ['RFC4716', 'PKCS8', 'PEM'] : ['RFC4716']
}

describe.skipIf(!isInstalled)(title, () => {
  test('takes the same blobs, but for those that are refused here on purpose', () => {
    const lines = CASES.map(({ type, blob }, index) => {
      return `${type} ${Buffer.from(blob).toString('base64')} case-${index}`
    })
    const { out } = keygen('-l', '-f', write('cases', `${lines.join('\n')}\n`))
    const taken = new Set(out.match(/case-\d+/gu))
    const ours = CASES.map(({ name, fault, stricter }) => ({
      name,
      taken: fault === undefined || stricter,
    }))
    expect(CASES.map(({ name }, index) => ({ name, taken: taken.has(`case-${index}`) }))).toEqual(
      ours.map(({ name, taken: expected }) => ({ name, taken: expected === true })),
    )
  })

  test.each([
    ['sha256', (key: PublicKey) => key.fingerprint],
    ['md5', (key: PublicKey) => fingerprintOf(key.blob, 'md5')],
  ] as const)('prints the same size and %s fingerprint of every key', (hash, fingerprint) => {
    const accepted = CASES.filter(({ fault }) => fault === undefined).map(({ type, blob }) => ({
      text: `${type} ${Buffer.from(blob).toString('base64')} here`,
      key: keyOf(parseKeyFields(type, Buffer.from(blob).toString('base64'))),
    }))
    const file = write('good', accepted.map(({ text }) => `${text}\n`).join(''))
    const printed = keygen('-l', '-E', hash, '-f', file).out.trim().split('\n')
    expect(printed.map((text) => text.replace(/ here .*$/u, ''))).toEqual(
      accepted.map(({ key }) => `${key.bits} ${fingerprint(key)}`),
    )
  })

  test.each(keys.map((key) => [key.type, key] as const))(
    'writes %s in forms that are read',
    (_, key) => {
      const file = write('line', `${formatKeyLine(key, 'x')}\n`)
      for (const form of formsOf(key)) {
        const { status, out } = keygen('-e', '-m', form, '-f', file)
        const found = importKeys(out)
        expect([status, found.faults, found.keys.map((read) => read.key.equals(key))]).toEqual([
          0,
          [],
          [true],
        ])
      }
    },
  )

  test.each(keys.map((key) => [key.type, key] as const))(
    'reads the forms of %s written here',
    (_, key) => {
      const line = `${formatKeyLine(key)}\n`
      const block = write('block', formatRfc4716(key, 'long '.repeat(40)))
      expect(keygen('-i', '-m', 'RFC4716', '-f', block)).toEqual({ status: 0, out: line })
      const pem = formatPem(key)
      // Version 9.2 reads no Ed25519 in PKCS8.
      if (typeof pem !== 'string' || key.type === 'ssh-ed25519') return
      expect(keygen('-i', '-m', 'PKCS8', '-f', write('pem', pem))).toEqual({ status: 0, out: line })
    },
  )

  test('reads a hundred private keys written here', () => {
    for (let made = 0; made < 76; made += 1) {
      expectAccepted(generateKeyPairSync('ed25519').privateKey, 'ed25519')
    }
    for (const namedCurve of ['P-256', 'P-384', 'P-521']) {
      for (let made = 0; made < 7; made += 1) {
        expectAccepted(generateKeyPairSync('ec', { namedCurve }).privateKey, namedCurve)
      }
    }
    for (let made = 0; made < 3; made += 1) {
      expectAccepted(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'rsa')
    }
  })

  test('reads a private key made here of every type', async () => {
    for (const type of ['ssh-ed25519', 'ecdsa-sha2-nistp384', 'ssh-rsa'] as const) {
      const { publicKey, privateKey } = await generateKey(type)
      expect(publicKey.type).toBe(type)
      expectAccepted(privateKey, type)
    }
  })

  test('reads Ed25519 with a zero at the front of either half', () => {
    expectAccepted(ed25519Of(0, 1), 'zero-seed')
    expectAccepted(
      until(
        (seed) => ed25519Of(seed),
        (x) => x[0] === 0,
      ),
      'zero-point',
    )
    expectAccepted(
      until(
        (seed) => ed25519Of(0, seed),
        (x) => x[0] === 0,
      ),
      'zero-both',
    )
  })

  test('reads ECDSA with zeros at the front of the secret or the point', () => {
    expectAccepted(
      ecdsaOf((secret) => secret[0] === 0),
      'zero-secret',
    )
    expectAccepted(
      ecdsaOf((_, x) => x[0] === 0),
      'zero-x',
    )
    expectAccepted(
      ecdsaOf((_, __, y) => y[0] === 0),
      'zero-y',
    )
  })
})

/** An Ed25519 key whose seed begins with these bytes. */
function ed25519Of(...start: readonly number[]): KeyObject {
  const seed = Buffer.alloc(32, 7)
  seed.set(start.flatMap((value) => (value > 255 ? [value >> 8, value & 255] : [value])))
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
}

function until(make: (seed: number) => KeyObject, fits: (x: Buffer) => boolean): KeyObject {
  for (let seed = 256; seed < 65_536; seed += 1) {
    const key = make(seed)
    if (fits(bytesOf(jwkOf(key).x))) return key
  }
  throw new Error('no such key')
}

function ecdsaOf(fits: (secret: Buffer, x: Buffer, y: Buffer) => boolean): KeyObject {
  for (let made = 0; made < 20_000; made += 1) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { d, x, y } = jwkOf(privateKey)
    if (fits(bytesOf(d), bytesOf(x), bytesOf(y))) return privateKey
  }
  throw new Error('no such key')
}

function bytesOf(member: string | undefined): Buffer {
  return Buffer.from(member ?? '', 'base64url')
}
