import { ParseError } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import { parseBundle, parseCertificateFile, type Certificate } from '../src/index.ts'
import { formatPem } from '../src/input/pem.ts'
import { BETWEEN, LEAF, ROOT } from './world.ts'
import { encodeBundle } from './writing/bundle.ts'
import { encode } from './writing/certificate.ts'
import { ascii, bytes, oid, sequence, tlv } from './writing/der.ts'
import { encodeList } from './writing/list.ts'

const FILE = { file: 'reply.p7b' }
const PEER = encode(LEAF, BETWEEN)
const ABOVE = encode(BETWEEN, ROOT)
/** The larger first, which is no order of DER. */
const CERTIFICATES = [PEER, ABOVE].toSorted((one, other) => Buffer.compare(other, one))
const GOOD = encodeBundle({ certificates: CERTIFICATES })

const dersOf = (certificates: readonly Certificate[]): readonly (readonly number[])[] =>
  certificates.map(({ der }) => [...der])
const EXPECTED = CERTIFICATES.map((der) => [...der])

function codeOf(read: () => unknown): string | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    expect(error.diagnostics[0].source.file).toBe(FILE.file)
    return error.diagnostics[0].code
  }
}

describe('a bundle', () => {
  test('gives its certificates in the order of the file', () => {
    expect(dersOf(parseBundle(GOOD, FILE))).toEqual(EXPECTED)
  })

  test.each(['PKCS7', 'CMS', 'PKCS #7 SIGNED DATA'])('is read as PEM: %s', (label) => {
    expect(dersOf(parseBundle(ascii(formatPem(label, GOOD)), FILE))).toEqual(EXPECTED)
  })

  test('may name digests, hold lists, and be of version 3', () => {
    const given = encodeBundle({
      version: 3,
      certificates: CERTIFICATES,
      digests: [sequence(oid('2.16.840.1.101.3.4.2.1'), tlv(5))],
      lists: [encodeList(BETWEEN)],
    })
    expect(dersOf(parseBundle(given, FILE))).toEqual(EXPECTED)
  })

  test('that is cut off is refused at every byte', () => {
    for (let length = 0; length < GOOD.length; length += 1) {
      const code = codeOf(() => parseBundle(GOOD.subarray(0, length), FILE))
      expect(code, `${length}`).toBe('der-truncated')
    }
  })

  test('that is changed anywhere is read or refused with a place', () => {
    for (let at = 0; at < GOOD.length; at += 1) {
      const changed = GOOD.map((byte, index) => (index === at ? byte ^ 0x80 : byte))
      expect(() => codeOf(() => parseBundle(changed, FILE))).not.toThrow()
    }
  })

  test('nested 10,000 deep costs no stack', () => {
    let deep = new Uint8Array()
    for (let depth = 0; depth < 10_000; depth += 1) deep = new Uint8Array(tlv(0x30, deep))
    const given = encodeBundle({ certificates: [deep] })
    expect(codeOf(() => parseBundle(given, FILE))).toBeDefined()
    expect(codeOf(() => parseCertificateFile(given, FILE))).toBeDefined()
  })
})

describe('a file of certificates', () => {
  const single = [[...PEER]]

  test('is read whatever form it has', () => {
    expect(dersOf(parseCertificateFile(PEER, FILE))).toEqual(single)
    expect(dersOf(parseCertificateFile(GOOD, FILE))).toEqual(EXPECTED)
    for (const label of ['CERTIFICATE', 'X509 CERTIFICATE']) {
      const text = ascii(formatPem(label, PEER))
      expect(dersOf(parseCertificateFile(text, FILE))).toEqual(single)
    }
  })

  test('is read as PKCS#7 where that is labelled as a certificate', () => {
    const text = ascii(formatPem('CERTIFICATE', GOOD))
    expect(dersOf(parseCertificateFile(text, FILE))).toEqual(EXPECTED)
  })

  test('may hold several blocks, and a key beside them', () => {
    const key = formatPem('PRIVATE KEY', bytes(1, 2, 3))
    const text = ascii(key + formatPem('CERTIFICATE', PEER) + formatPem('PKCS7', GOOD))
    expect(dersOf(parseCertificateFile(text, FILE))).toEqual([[...PEER], ...EXPECTED])
  })

  test('names the line of the block that is at fault', () => {
    const request = formatPem('CERTIFICATE REQUEST', bytes(1, 2, 3))
    const text = ascii(`for web01\n${request}`)
    expect(() => parseCertificateFile(text, FILE)).toThrow(ParseError)
    try {
      parseCertificateFile(text, FILE)
    } catch (error) {
      expect((error as ParseError).source).toMatchObject({ file: FILE.file, line: 2 })
    }
  })

  test.each([
    ['of version 1', 1],
    ['of version 3', 3],
  ] as const)('takes a certificate %s for one', (_title, version) => {
    const given = encode(LEAF, BETWEEN, { version })
    expect(parseCertificateFile(given, FILE)[0]?.version).toBe(version)
  })
})
