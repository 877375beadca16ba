import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { formatName, verify, type Certificate } from '../../src/index.ts'
import {
  createKey,
  issueSelfSigned,
  KEY_TYPES,
  planRenewal,
  renewalDue,
  renewSelfSigned,
  type SelfSignedOptions,
} from '../../src/issuing/index.ts'
import { after, AT, BETWEEN, KEYS, ROOT } from './lab.ts'

const NAMES = {
  dns: ['web01.example.com', 'WEB01', 'web01.example.com'],
  addresses: ['192.0.2.7', '2001:DB8:0:0::7', '::1'],
  mail: ['Ann@EXAMPLE.com'],
}

function selfSigned(changes: Partial<SelfSignedOptions> = {}): Certificate {
  return issueSelfSigned({ key: KEYS.system, names: NAMES, at: AT, ...changes })
}

describe('a self-signed certificate', () => {
  test.each(KEY_TYPES)('is made for a key of %s', (type) => {
    const key = createKey(type)
    const certificate = selfSigned({ key })
    const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
    expect([...certificate.publicKey.der]).toEqual([...spki])
    expect(certificate.deviations).toEqual([])
  })

  test('has all names and addresses, each once, as they compare', () => {
    const { extensions } = selfSigned()
    expect(extensions.subjectAltName).toEqual({
      critical: false,
      value: [
        { kind: 'dns', value: 'web01.example.com' },
        { kind: 'dns', value: 'web01' },
        { kind: 'ip', value: Uint8Array.of(192, 0, 2, 7) },
        {
          kind: 'ip',
          value: Uint8Array.of(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7),
        },
        { kind: 'ip', value: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) },
        { kind: 'mail', value: 'Ann@example.com' },
      ],
    })
  })

  test('names its key, its usages and its purposes, and is no authority', () => {
    const { extensions } = selfSigned()
    const own = extensions.subjectKeyIdentifier?.value
    expect(own).toHaveLength(20)
    expect(extensions.authorityKeyIdentifier?.value.keyIdentifier).toEqual(own)
    expect(extensions.keyUsage).toEqual({ critical: true, value: 1 })
    expect(extensions.extKeyUsage?.value).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
    expect(extensions.basicConstraints).toBe(undefined)
  })

  test('lets RSA keys be encrypted for', () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    expect(selfSigned({ key }).extensions.keyUsage?.value).toBe(0b101)
  })

  test('is valid for a year, in whole seconds', () => {
    const { notBefore, notAfter } = selfSigned({ at: new Date('2026-11-22T12:00:00.999Z') })
    expect(new Date(notBefore * 1000)).toEqual(AT)
    expect(new Date(notAfter * 1000)).toEqual(new Date('2027-11-22T11:59:59Z'))
  })

  test.each(['2049-12-30', '2049-12-31', '2050-01-01', '2050-01-02', '1950-01-01', '2400-02-29'])(
    'writes times from %s on as the type that the year asks for',
    (day) => {
      const at = new Date(`${day}T00:00:00Z`)
      const { notBefore, notAfter, deviations } = selfSigned({ at, days: 2 })
      expect(notBefore * 1000).toBe(at.getTime())
      expect(notAfter - notBefore).toBe(2 * 86_400 - 1)
      expect(deviations).toEqual([])
    },
  )

  test('takes the first name as its common name, where none is given', () => {
    expect(formatName(selfSigned().subject)).toBe('CN=web01.example.com')
    const long = `${'a'.repeat(60)}.example.com`
    const names = { dns: [long], addresses: ['192.0.2.7'] }
    expect(formatName(selfSigned({ names }).subject)).toBe('CN=192.0.2.7')
  })

  test('composes the texts of its subject', () => {
    const names = { ...NAMES, commonName: 'we\u0301b', organization: 'Lab, Inc.', country: 'DE' }
    const { subject, issuer } = selfSigned({ names })
    expect(subject.parts.flat().map(({ value }) => value)).toEqual(['DE', 'Lab, Inc.', 'w\u00e9b'])
    expect(issuer.key).toBe(subject.key)
  })

  test('has a random serial number of twenty bytes, or the one given', () => {
    const serials = Array.from({ length: 20 }, () => selfSigned().serialNumber)
    expect(new Set(serials).size).toBe(20)
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9a-f]{39}$/)
    const serialNumber = Uint8Array.from({ length: 16 }, (_, index) => index + 1)
    expect(selfSigned({ serialNumber }).serialNumber).toBe('0102030405060708090a0b0c0d0e0f10')
  })

  test('is refused by the verifier for vouching for itself, and for nothing else', () => {
    const options = { at: AT, anchors: [], name: { dns: 'web01.example.com' } }
    const { decision } = verify([selfSigned()], { ...options, purpose: 'server' })
    expect(decision.reasons.map(({ code }) => code)).toEqual(['self-signed'])
  })

  test.each([0, -1, 1.5, Number.NaN, 3_000_000])('is not made for %s days', (days) => {
    expect(() => selfSigned({ days })).toThrow(RangeError)
  })

  test.each(['1949-12-31', 'never'])('is not made from %s on', (day) => {
    expect(() => selfSigned({ at: new Date(day) })).toThrow(RangeError)
  })
})

describe('a certificate is renewed', () => {
  const certificate = selfSigned({ days: 90 })

  test.each([
    ['not on its first day', 0, false],
    ['not before two thirds of its life', 59.9, false],
    ['after two thirds of its life', 60, true],
    ['when it has expired', 91, true],
  ] as const)('%s', (_title, days, isDue) => {
    expect(renewalDue(certificate, after(days))).toBe(isDue)
  })

  test('before its first warning, if it is one of a year', () => {
    expect(renewalDue(selfSigned(), after(365 - 91))).toBe(true)
  })

  test('at no instant that is none', () => {
    expect(() => renewalDue(certificate, new Date('never'))).toThrow(RangeError)
  })
})

describe('the next certificate', () => {
  const key = KEYS.system
  const before = selfSigned({ key, days: 90, purposes: ['server'] })

  test('has key, subject, names, usages and purposes of the one before, and times of its own', () => {
    const next = renewSelfSigned(before, { key, at: after(60) })
    const same = ['subjectAltName', 'keyUsage', 'extKeyUsage', 'subjectKeyIdentifier'] as const
    for (const extension of same) {
      expect(next.extensions[extension]).toEqual(before.extensions[extension])
    }
    expect(next.subject.der).toEqual(before.subject.der)
    expect(next.publicKey.der).toEqual(before.publicKey.der)
    expect(new Date(next.notBefore * 1000)).toEqual(after(60))
    expect(new Date((next.notAfter + 1) * 1000)).toEqual(after(60 + 365))
    expect(next.serialNumber).not.toBe(before.serialNumber)
    expect(next.deviations).toEqual([])
    const { decision } = verify([next], {
      at: after(60),
      anchors: [],
      name: { dns: 'web01.example.com' },
      purpose: 'server',
    })
    expect(decision.reasons.map(({ code }) => code)).toEqual(['self-signed'])
  })

  test('can be made for another key, which its identifiers then name', () => {
    const other = createKey('P-384')
    const { extensions, publicKey } = issueSelfSigned({ key: other, like: before, at: AT, days: 7 })
    const own = extensions.subjectKeyIdentifier?.value
    expect(own).not.toEqual(before.extensions.subjectKeyIdentifier?.value)
    expect(extensions.authorityKeyIdentifier?.value.keyIdentifier).toEqual(own)
    expect(publicKey.der).not.toEqual(before.publicKey.der)
  })

  test('is made by its holder, and after an authority by that', () => {
    expect(planRenewal(before, after(59))).toEqual({
      isDue: false,
      dueAt: after(60),
      by: 'holder',
    })
    expect(planRenewal(ROOT.certificate, AT).by).toBe('holder')
    expect(planRenewal(BETWEEN.certificate, AT).by).toBe('authority')
  })
})
