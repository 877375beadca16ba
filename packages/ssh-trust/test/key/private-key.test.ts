import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { formatPrivateKey, fromKeyObject, isKeyFault, readPrivateKey } from '../../src/index.ts'

const KEY = generateKeyPairSync('ed25519').privateKey

function pem(key: KeyObject, cipher?: { readonly cipher: string; passphrase: string }): string {
  return key.export({ type: 'pkcs8', format: 'pem', ...cipher }) as string
}

function container(key: KeyObject): string {
  const text = formatPrivateKey(key)
  if (isKeyFault(text)) throw new TypeError(text.fault)
  return text.expose()
}

describe('a private key', () => {
  test.each([
    ['in PEM', pem(KEY)],
    ['in the container of OpenSSH', container(KEY)],
  ])('%s is read with both halves', (_, text) => {
    const read = readPrivateKey(Buffer.from(text))
    if ('fault' in read) throw new Error(read.fault)
    expect(read.privateKey.equals(KEY)).toBe(true)
    expect(read.publicKey).toEqual(fromKeyObject(KEY))
  })

  test.each([
    ['nothing', '', 'container-missing'],
    [
      'PEM with a passphrase',
      pem(KEY, { cipher: 'aes-256-cbc', passphrase: 'x' }),
      'container-missing',
    ],
    ['a container that is cut off', container(KEY).slice(0, -9), 'container-missing'],
    ['a key that SSH does not have', pem(generateKeyPairSync('ed448').privateKey), 'type-unknown'],
  ])('is not read of %s', (_, text, fault) => {
    expect(readPrivateKey(Buffer.from(text))).toEqual({ fault })
  })
})
