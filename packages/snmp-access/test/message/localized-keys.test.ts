import { createRequire } from 'node:module'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'

import { Secret } from '@gatehouse/core'
import { UserTable, type AuthProtocol, type UsmUser } from '../../src/message/index.ts'
import { localize, localizedKeys, masterKey } from '../../src/message/usm/localized-keys.ts'
import { hex } from './octets.ts'
import { AUTH_PROTOCOLS, ENGINE, GUEST, OPERATOR, PRIV_PASSPHRASE, userOf, USERS } from './users.ts'

interface PeerAlgorithm {
  readonly KEY_LENGTH: number
}

type PeerLocalization = (
  algorithm: PeerAlgorithm,
  authProtocol: number,
  passphrase: string,
  engineId: Buffer,
) => Buffer

/** What npm net-snmp exports beside its interface. */
const peer = createRequire(import.meta.url)('net-snmp') as {
  readonly AuthProtocols: Readonly<Record<string, number>>
  readonly Authentication: {
    passwordToKey(authProtocol: number, passphrase: string, engineId: Buffer): Buffer
  }
  readonly Encryption: {
    readonly generateLocalizedKey: PeerLocalization
    readonly generateLocalizedKeyBlumenthal: PeerLocalization
    readonly generateLocalizedKeyReeder: PeerLocalization
  }
}

const ENGINE_ID = Buffer.from(ENGINE.id)

function peerProtocol(protocol: AuthProtocol): number {
  return peer.AuthProtocols[protocol.toLowerCase().replace('-', '')] ?? 0
}

function keysOf(user: UsmUser, engineId: Uint8Array = ENGINE.id): { auth: Buffer; priv?: Buffer } {
  const keys = new UserTable([user]).keysFor(user, engineId)
  if (keys === undefined) throw new Error('no keys')
  const { auth, priv } = keys
  return { auth: auth.key.export(), ...(priv !== undefined && { priv: priv.key.export() }) }
}

describe('the examples of RFC 3414 appendix A.3 and of the draft of the longer keys', () => {
  const passphrase = Buffer.from('maplesyrup')
  const engineId = hex('000000000000000000000002')

  test.each<[AuthProtocol, string, string, string]>([
    [
      'MD5',
      '9faf 3283 884e 9283 4ebc 9847 d8ed d963',
      '526f 5eed 9fcc e26f 8964 c293 0787 d82b',
      '79ef f44a 9065 0ee0 a3a4 0abf ac5a cc12',
    ],
    [
      'SHA',
      '9fb5 cc03 8149 7b37 9352 8939 ff78 8d5d 7914 5211',
      '6695 febc 9288 e362 8223 5fc7 151f 1284 97b3 8f3f',
      '9b8b 6d78 936b a6e7 d19d fd9c d2d5 0655 4774 3fb5',
    ],
  ])('%s', (protocol, master, localized, further) => {
    expect(masterKey(protocol, passphrase)).toEqual(Buffer.from(hex(master)))
    const key = localize(protocol, hex(master), engineId)
    expect(key).toEqual(Buffer.from(hex(localized)))
    const both = { protocol, master: hex(master) }
    const keys = localizedKeys(both, { ...both, protocol: 'AES-256-C' }, engineId)
    const longer = Buffer.concat([hex(localized), hex(further)]).subarray(0, 32)
    expect(keys.priv?.key.export()).toEqual(longer)
  })
})

describe('keys are those of npm net-snmp', () => {
  test.each(AUTH_PROTOCOLS)('with the digest of %s', (protocol) => {
    const number = peerProtocol(protocol)
    const passphrase = 'a passphrase of another length'
    const user: UsmUser = { name: 'u', auth: { protocol, passphrase: new Secret(passphrase) } }
    const expected = peer.Authentication.passwordToKey(number, passphrase, ENGINE_ID)
    expect(keysOf(user).auth).toEqual(expected)

    const { generateLocalizedKeyBlumenthal, generateLocalizedKeyReeder } = peer.Encryption
    const ciphers = [
      ['AES', 16, generateLocalizedKeyBlumenthal],
      ['AES-192', 24, generateLocalizedKeyBlumenthal],
      ['AES-256', 32, generateLocalizedKeyBlumenthal],
      ['AES-192-C', 24, generateLocalizedKeyReeder],
      ['AES-256-C', 32, generateLocalizedKeyReeder],
    ] as const
    for (const [cipher, KEY_LENGTH, generate] of ciphers) {
      const key = generate({ KEY_LENGTH }, number, PRIV_PASSPHRASE, ENGINE_ID)
      expect(keysOf(userOf(protocol, cipher)).priv).toEqual(key)
    }
  })

  test('with passphrases that are not ASCII', () => {
    const passphrase = 'größe-und-länge'
    const user: UsmUser = {
      name: 'u',
      auth: { protocol: 'SHA', passphrase: new Secret(passphrase) },
    }
    const expected = peer.Authentication.passwordToKey(peerProtocol('SHA'), passphrase, ENGINE_ID)
    expect(keysOf(user).auth).toEqual(expected)
  })
})

describe('a table of users', () => {
  const auth = { protocol: 'SHA-256', passphrase: new Secret('eight ch') } as const

  test('finds a name by its octets, and no other one', () => {
    const table = new UserTable([{ name: 'jörg' }, { name: 'a\uFFFD' }])
    expect(table.get('jörg')?.name).toBe('jörg')
    expect(table.get(Buffer.from('jörg'))?.name).toBe('jörg')
    expect(table.get(hex('61ff'))).toBeUndefined()
    expect(table.get('')).toBeUndefined()
    expect(table.names).toEqual(['jörg', 'a\uFFFD'])
  })

  test('makes the keys of an engine once', () => {
    expect(USERS.keysFor(OPERATOR, ENGINE.id)).toBe(
      USERS.keysFor(OPERATOR, hex('80001f888004030201ff')),
    )
    expect(keysOf(OPERATOR, hex('80001f888004030202ff'))).not.toEqual(keysOf(OPERATOR))
    expect(USERS.keysFor(GUEST, ENGINE.id)).toBeUndefined()
  })

  test('keeps the keys of 256 engines', () => {
    const user: UsmUser = { name: 'u', auth }
    const table = new UserTable([user])
    const first = table.keysFor(user, ENGINE.id)
    const engines = Array.from({ length: 255 }, (_, index) =>
      hex(`80001f8880${index.toString(16).padStart(4, '0')}`),
    )
    for (const engine of engines) table.keysFor(user, engine)
    expect(table.keysFor(user, ENGINE.id)).toBe(first)
    table.keysFor(user, hex('80001f8880ffff'))
    expect(table.keysFor(user, ENGINE.id)).not.toBe(first)
    expect(keysOf(user).auth).toEqual(first?.auth.key.export())
  })

  test('refuses a user who is not of it', () => {
    expect(() => USERS.keysFor({ ...OPERATOR }, ENGINE.id)).toThrow(TypeError)
    expect(() => USERS.keysFor({ name: 'nobody' }, ENGINE.id)).toThrow(TypeError)
  })

  test('shows no key and no passphrase', () => {
    const shown = inspect([USERS, USERS.keysFor(OPERATOR, ENGINE.id)], {
      depth: 9,
      showHidden: true,
    })
    expect(shown).not.toContain(PRIV_PASSPHRASE)
    expect(shown).toContain('SecretKeyObject')
    expect(shown).not.toMatch(/[0-9a-f]{2} [0-9a-f]{2}/u)
  })

  test.each<[string, readonly object[]]>([
    ['an empty name', [{ name: '' }]],
    ['a name of 33 octets', [{ name: `${'a'.repeat(31)}ö` }]],
    ['a name that is no text', [{ name: 7 }]],
    ['the same name twice', [{ name: 'u' }, { name: 'u', auth }]],
    ['privacy without a digest', [{ name: 'u', priv: { ...auth, protocol: 'AES' } }]],
    ['an unknown digest', [{ name: 'u', auth: { ...auth, protocol: 'SHA-1' } }]],
    ['a digest named like a method', [{ name: 'u', auth: { ...auth, protocol: 'toString' } }]],
    ['DES', [{ name: 'u', auth, priv: { ...auth, protocol: 'DES' } }]],
    [
      'a passphrase of seven characters',
      [{ name: 'u', auth: { ...auth, passphrase: new Secret('seven c') } }],
    ],
    ['a passphrase in the open', [{ name: 'u', auth: { ...auth, passphrase: 'in the open' } }]],
    [
      'a passphrase that is no text',
      [{ name: 'u', auth: { ...auth, passphrase: new Secret(12_345_678) } }],
    ],
  ])('refuses %s', (_, users) => {
    expect(() => new UserTable(users as UsmUser[])).toThrow(TypeError)
  })
})
