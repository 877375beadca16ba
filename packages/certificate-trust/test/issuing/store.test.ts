import { Secret } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import { createKey, exportPkcs12, importPkcs12, issueSelfSigned } from '../../src/issuing/index.ts'
import { around, bytes, integer, octets, oid, sequence, set } from '../writing/der.ts'
import { AT, BETWEEN, codeOf, KEYS, ROOT, sha256Of } from './lab.ts'
import { encodeStore, keyBag, signedSafe } from './stores.ts'

const file = 'web01.p12'
const secret = new Secret('correct')
const OWN = issueSelfSigned({ key: KEYS.system, names: { dns: ['web01'] }, at: AT })
const CERT_BAG = '1.2.840.113549.1.12.10.1.3'
const X509 = '1.2.840.113549.1.9.22.1'

function certBag(der: Uint8Array, type = X509): Uint8Array {
  const value = sequence(oid(type), around(0, octets(der)))
  return sequence(oid(CERT_BAG), around(0, value))
}

describe('a store', () => {
  test.each(['P-256', 'Ed25519'] as const)('with a key of %s is read as it is written', (type) => {
    const key = createKey(type)
    const own = issueSelfSigned({ key, names: { dns: ['web01'] }, at: AT })
    const certificates = [ROOT.certificate, own, BETWEEN.certificate] as const
    const passphrase = new Secret('pä55 ☂')
    const store = importPkcs12(exportPkcs12({ key, certificates, passphrase }), passphrase, {
      file,
    })
    expect(store.key?.equals(key)).toBe(true)
    const expected = [own, ROOT.certificate, BETWEEN.certificate]
    expect(sha256Of(store.certificates)).toEqual(sha256Of(expected))
  })

  test('may hold certificates only', () => {
    const store = encodeStore({
      safes: [signedSafe(certBag(OWN.der), certBag(ROOT.certificate.der))],
    })
    const read = importPkcs12(store, secret, { file })
    expect(read.key).toBe(undefined)
    expect(sha256Of(read.certificates)).toEqual(sha256Of([OWN, ROOT.certificate]))
  })

  test('may hold a key only', () => {
    const store = encodeStore({ safes: [signedSafe(keyBag({ key: KEYS.system }))] })
    const { key, certificates } = importPkcs12(store, secret, { file })
    expect(key?.equals(KEYS.system)).toBe(true)
    expect(certificates).toEqual([])
  })

  test('may hold what is passed over, and attributes', () => {
    const safe = signedSafe(
      sequence(oid('1.2.840.113549.1.12.10.1.5'), around(0, sequence(integer(1)))),
      certBag(bytes(1, 2, 3), '1.2.840.113549.1.9.22.2'),
      sequence(
        oid(CERT_BAG),
        around(0, sequence(oid(X509), around(0, octets(OWN.der)))),
        set(sequence(oid('1.2.3'), set(integer(1)))),
      ),
    )
    const { certificates } = importPkcs12(encodeStore({ safes: [safe] }), secret, { file })
    expect(sha256Of(certificates)).toEqual([OWN.sha256])
  })

  test('that is cut off is refused at every byte', () => {
    const store = encodeStore({ safes: [signedSafe(certBag(OWN.der))] })
    for (let length = 0; length < store.length; length += 1) {
      const code = codeOf(() => importPkcs12(store.subarray(0, length), secret, { file }))
      expect(code, `${length}`).toBe('der-truncated')
    }
  })

  test('that is changed in any byte is refused', () => {
    const store = encodeStore({ safes: [signedSafe(certBag(OWN.der))] })
    for (let at = 0; at < store.length; at += 1) {
      const changed = store.map((byte, index) => (index === at ? byte ^ 1 : byte))
      expect(
        codeOf(() => importPkcs12(changed, secret, { file })),
        `${at}`,
      ).toBeDefined()
    }
  })

  test.each([
    ['der-tag-unexpected', 'a certificate', OWN.der],
    ['version-mismatch', 'another version', sequence(integer(4), sequence())],
    ['der-length-indefinite', 'BER', bytes(0x30, 0x80, 0, 0)],
    ['der-tag-unexpected', 'a bag that is none', encodeStore({ safes: [signedSafe(integer(1))] })],
    [
      'encryption-unsupported',
      'a safe for a key of somebody',
      encodeStore({ safes: [sequence(oid('1.2.840.113549.1.7.3'), around(0, sequence()))] }),
    ],
  ] as const)('%s: %s', (code, _title, store) => {
    expect(codeOf(() => importPkcs12(store, secret, { file }))).toBe(code)
  })
})
