import { ParseError } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import {
  MALFORMED_CODES,
  parseCertificate,
  parseCertificateLists,
  parseCertificates,
  parseRequest,
  type MalformedCode,
} from '../src/index.ts'
import { formatPem } from '../src/input/pem.ts'
import { FILE_REFUSALS } from './file-refusals.ts'
import { BETWEEN, LEAF } from './world.ts'
import {
  attribute,
  bodyOf,
  encode,
  name,
  serverChanges,
  type Changes,
} from './writing/certificate.ts'
import {
  around,
  ascii,
  bitString,
  bytes,
  inPlace,
  integer,
  octets,
  oid,
  sequence,
  set,
  tlv,
} from './writing/der.ts'
import { basicConstraints, extension, keyUsage, subjectAltName } from './writing/extensions.ts'
import { encodeList } from './writing/list.ts'
import { encodeRequest } from './writing/request.ts'

const FILE = { file: 'web01.pem' }

function faultOf(read: () => unknown): { code: string; line: number; column: number } | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const [{ code, source }] = error.diagnostics
    expect(source.file).toBe(FILE.file)
    return { code, line: source.line, column: source.column }
  }
}

function codeOf(read: () => unknown): string | undefined {
  return faultOf(read)?.code
}

function withParts(changes: Changes): Uint8Array {
  return encode(LEAF, BETWEEN, serverChanges(changes))
}

function withExtension(value: Uint8Array): Uint8Array {
  return encode(LEAF, BETWEEN, { extensions: { odd: value } })
}

const GOOD = withParts({})
const pem = (text: string): Uint8Array => ascii(text)
const TEXT = formatPem('CERTIFICATE', GOOD)

/** Something in place of the serial number: any value may stand there for the reader to meet. */
const inSerial = (serial: Uint8Array): Uint8Array => withParts({ serial })

const CASES: readonly (readonly [MalformedCode, string, Uint8Array])[] = [
  ['der-truncated', 'an empty file', bytes()],
  ['der-truncated', 'a length that reaches beyond the end', bytes(0x30, 0x82, 0x01, 0x00, 0x02)],
  ['der-truncated', 'a length of 2^32 - 1', bytes(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)],
  ['der-truncated', 'a length of five bytes', bytes(0x30, 0x85, 1, 0, 0, 0, 0)],
  ['der-length-indefinite', 'BER', bytes(0x30, 0x80, 0x00, 0x00)],
  ['der-length-not-minimal', 'a long form of a short length', bytes(0x30, 0x81, 0x01, 0x05)],
  ['der-length-not-minimal', 'a zero before a length', bytes(0x30, 0x82, 0x00, 0x80, 0x05)],
  [
    'der-tag-unsupported',
    'a tag of several bytes',
    withParts({
      subject: sequence(set(sequence(oid('2.5.4.3'), bytes(0x1f, 0x81, 0x01, 0x00)))),
    }),
  ],
  ['der-tag-unexpected', 'a key instead of a certificate', sequence(integer(1))],
  ['der-trailing-data', 'a byte behind it', new Uint8Array([...GOOD, 0])],
  [
    'der-boolean-not-canonical',
    'a true that is one',
    withExtension(sequence(oid('1.2.3'), tlv(1, bytes(1)), octets())),
  ],
  ['der-integer-malformed', 'an empty serial number', inSerial(tlv(2))],
  ['der-integer-malformed', 'a serial number with padding', inSerial(tlv(2, bytes(0, 1)))],
  [
    'der-integer-too-large',
    'a path length beyond 2^32',
    withExtension(extension('2.5.29.19', sequence(integer(2n ** 40n)))),
  ],
  [
    'der-oid-malformed',
    'an arc with padding',
    withExtension(sequence(tlv(6, bytes(0x2a, 0x80, 0x01)), octets())),
  ],
  [
    'der-oid-malformed',
    'an arc without end',
    withExtension(sequence(tlv(6, bytes(0x80)), octets())),
  ],
  [
    'der-bit-string-malformed',
    'unused bits that are set',
    withExtension(extension('2.5.29.15', tlv(3, bytes(7, 0x81)))),
  ],
  [
    'der-bit-string-malformed',
    'a key of broken bytes',
    withParts({ info: sequence(sequence(oid('1.2.3')), tlv(3, bytes(1, 2))) }),
  ],
  ['der-time-malformed', '13 months', withParts({ notAfter: tlv(0x17, ascii('261301000000Z')) })],
  ['der-time-malformed', '31 February', withParts({ notAfter: tlv(0x17, ascii('260231000000Z')) })],
  ['der-time-malformed', 'no seconds', withParts({ notAfter: tlv(0x17, ascii('2601010000Z')) })],
  [
    'der-time-malformed',
    'another zone',
    withParts({ notAfter: tlv(0x17, ascii('260101000000+0100')) }),
  ],
  [
    'der-time-malformed',
    'a fraction',
    withParts({ notAfter: tlv(0x18, ascii('20600101000000.5Z')) }),
  ],
  [
    'der-time-malformed',
    'a year of five digits',
    withParts({ notAfter: tlv(0x18, ascii('100000101000000Z')) }),
  ],
  [
    'der-string-malformed',
    'broken UTF-8 in a name',
    withParts({ subject: sequence(set(sequence(oid('2.5.4.3'), tlv(0x0c, bytes(0xff))))) }),
  ],
  [
    'der-string-malformed',
    'a host name with umlauts',
    withExtension(extension('2.5.29.17', sequence(tlv(0x82, bytes(0xe4))))),
  ],
  [
    'der-default-encoded',
    'a false that is written out',
    withExtension(sequence(oid('1.2.3'), tlv(1, bytes(0)), octets())),
  ],
  [
    'der-set-unsorted',
    'attributes in another order',
    withParts({ subject: sequence(tlv(0x31, attribute('b'), attribute('a'))) }),
  ],
  [
    'extension-repeated',
    'basic constraints twice',
    withParts({ extensions: { one: basicConstraints(true), two: basicConstraints(true) } }),
  ],
  ['version-mismatch', 'version 4', withParts({ version: 4 as 3 })],
  [
    'signature-algorithm-mismatch',
    'another algorithm inside',
    withParts({ innerAlgorithm: sequence(oid('1.2.3')) }),
  ],
  [
    'extension-malformed',
    'key usage without any',
    withParts({ extensions: { usage: keyUsage() } }),
  ],
  ['extension-malformed', 'no names', withExtension(extension('2.5.29.17', sequence()))],
  [
    'der-oid-malformed',
    'a registered name that is none',
    withExtension(subjectAltName(inPlace(8, bytes(0x80)))),
  ],
  ['der-truncated', 'an EDI party without a name', withExtension(subjectAltName(around(5)))],
  [
    'der-tag-unexpected',
    'an EDI party whose name is no text',
    withExtension(subjectAltName(around(5, around(1, tlv(5))))),
  ],
  ['name-malformed', 'a part without attribute', withParts({ subject: sequence(set()) })],
  [
    'name-malformed',
    '65 parts',
    withParts({ subject: name(...Array.from({ length: 65 }, (_, index) => `part ${index}`)) }),
  ],
  ['pem-malformed', 'no end', pem('-----BEGIN CERTIFICATE-----\nAAAA\n')],
  [
    'pem-malformed',
    'another end',
    pem('-----BEGIN CERTIFICATE-----\nAAAA\n-----END X509 CRL-----\n'),
  ],
  [
    'pem-malformed',
    'no base64',
    pem('-----BEGIN CERTIFICATE-----\nA*AA\n-----END CERTIFICATE-----\n'),
  ],
  ['pem-missing', 'a key', pem(formatPem('PRIVATE KEY', bytes(1, 2, 3)))],
]

test.each(CASES)('%s: %s', (code, _title, given) => {
  expect(codeOf(() => parseCertificate(given, FILE))).toBe(code)
})

test.each(FILE_REFUSALS)('$code: $title', ({ code, read }) => {
  expect(codeOf(() => read(FILE))).toBe(code)
})

test('too-large: a file beyond its limit, before anything is read', () => {
  expect(codeOf(() => parseCertificate(GOOD, { ...FILE, maxBytes: GOOD.length - 1 }))).toBe(
    'too-large',
  )
  expect(codeOf(() => parseCertificate(GOOD, { ...FILE, maxBytes: GOOD.length }))).toBe(undefined)
})

test('every code has a case', () => {
  const elsewhere = FILE_REFUSALS.map(({ code }) => code)
  const covered = new Set<string>(['too-large', ...elsewhere, ...CASES.map(([code]) => code)])
  expect(Object.keys(MALFORMED_CODES).filter((code) => !covered.has(code))).toEqual([])
})

describe('places', () => {
  test('of DER are the byte, from 1', () => {
    const given = bytes(0x30, 0x03, 0x30, 0x81, 0x01)
    expect(faultOf(() => parseCertificate(given, FILE))).toEqual({
      code: 'der-length-not-minimal',
      line: 1,
      column: 4,
    })
  })

  test('of PEM are the line of the block as well', () => {
    const text = `made by us\n\n${formatPem('CERTIFICATE', bytes(0x30, 0x80, 0))}`
    const found = faultOf(() => parseCertificate(pem(text), FILE))
    expect(found).toEqual({ code: 'der-length-indefinite', line: 3, column: 2 })
  })
})

describe('PEM', () => {
  test('may hold several certificates and text between them', () => {
    const text = `first\n${TEXT}second\r\n${TEXT.replaceAll('\n', '\r\n')}`
    expect(parseCertificates(pem(text), FILE).map(({ der }) => [...der])).toEqual([
      [...GOOD],
      [...GOOD],
    ])
    expect(codeOf(() => parseCertificate(pem(text), FILE))).toBe('der-trailing-data')
  })

  test('inside of DER is no PEM', () => {
    const hidden = extension('1.2.3', octets(ascii(TEXT)))
    const outer = withExtension(hidden)
    expect([...parseCertificate(outer, FILE).der]).toEqual([...outer])
  })
})

describe('cut off', () => {
  test('a certificate is refused at every byte', () => {
    for (let length = 0; length < GOOD.length; length += 1) {
      const found = codeOf(() => parseCertificate(GOOD.subarray(0, length), FILE))
      expect(found, `${length}`).toBe('der-truncated')
    }
  })

  test('a list is refused at every byte', () => {
    const list = encodeList(BETWEEN, { entries: [{ serial: integer(1), reason: 1 }] })
    for (let length = 0; length < list.length; length += 1) {
      const found = codeOf(() => parseCertificateLists(list.subarray(0, length), FILE))
      expect(found, `${length}`).toBe('der-truncated')
    }
  })
})

test('every byte of a certificate that is changed leads to a certificate or to an error with a code', () => {
  for (let at = 0; at < GOOD.length; at += 1) {
    for (const change of [0x01, 0x80, 0xff]) {
      const changed = GOOD.map((byte, index) => (index === at ? byte ^ change : byte))
      const code = codeOf(() => parseCertificate(changed, FILE)) ?? 'name-malformed'
      expect(Object.keys(MALFORMED_CODES)).toContain(code)
    }
  }
})

function deep(tag: number): Uint8Array {
  let value: Uint8Array = new Uint8Array()
  for (let depth = 0; depth < 10_000; depth += 1) value = tlv(tag, value)
  return value
}

describe('nested 10,000 deep', () => {
  test.each([
    ['all of it', () => deep(0x30)],
    ['an extension', () => withExtension(extension('1.2.3', deep(0x30)))],
    ['the names', () => withExtension(extension('2.5.29.17', sequence(deep(0xa4))))],
    [
      'a value of a name',
      () => {
        return withParts({ subject: sequence(set(sequence(oid('2.5.4.3'), deep(0x31)))) })
      },
    ],
    [
      'a parameter',
      () => {
        return withParts({
          info: sequence(sequence(oid('1.2.3'), deep(0x30)), bitString(bytes(1))),
        })
      },
    ],
  ])('%s costs no stack', (_title, make) => {
    const given = make()
    expect(() => codeOf(() => parseCertificate(given, FILE))).not.toThrow()
  })
})

describe('lists', () => {
  test.each<[MalformedCode, string, Uint8Array]>([
    ['der-tag-unexpected', 'a certificate', GOOD],
    [
      'extension-malformed',
      'about peers and authorities only',
      encodeList(BETWEEN, { scope: [tlv(0x81, bytes(0xff)), tlv(0x82, bytes(0xff))] }),
    ],
    [
      'extension-malformed',
      'a reason that is none',
      encodeList(BETWEEN, { entries: [{ serial: integer(1), reason: 7 }] }),
    ],
    [
      'der-integer-too-large',
      'a number below zero',
      encodeList(BETWEEN, {
        number: null,
        extensions: [extension('2.5.29.20', tlv(2, bytes(0x80)))],
      }),
    ],
    [
      'extension-repeated',
      'two numbers',
      encodeList(BETWEEN, {
        extensions: [extension('2.5.29.20', integer(2))],
      }),
    ],
  ])('%s: %s', (code, _title, given) => {
    expect(codeOf(() => parseCertificateLists(given, FILE))).toBe(code)
  })
})

function unsigned(body: Uint8Array): Uint8Array {
  return sequence(body, BETWEEN.key.algorithm, bitString(bytes(1)))
}

/** How version 2 is written. */
const VERSION = around(0, integer(1))

test.each([
  ['certificate', GOOD, (der: Uint8Array) => parseCertificate(der, FILE)],
  ['list', encodeList(BETWEEN), (der: Uint8Array) => parseCertificateLists(der, FILE)],
  ['request', encodeRequest(LEAF), (der: Uint8Array) => parseRequest(der, FILE)],
])('a %s with something behind its signature is refused', (_kind, der, parse) => {
  const header = 2 + ((der[1] ?? 0) > 0x80 ? (der[1] ?? 0) - 0x80 : 0)
  const inside = der.subarray(header)
  expect(codeOf(() => parse(sequence(inside)))).toBe(undefined)
  expect(codeOf(() => parse(sequence(inside, tlv(5))))).toBe('der-trailing-data')
})

test('unique identifiers are passed over from version 2 on, and refused before', () => {
  const parts = {
    version: 2 as const,
    serial: integer(1),
    innerAlgorithm: BETWEEN.key.algorithm,
    issuer: BETWEEN.name,
    notBefore: tlv(0x17, ascii('260101000000Z')),
    notAfter: tlv(0x17, ascii('270101000000Z')),
    subject: LEAF.name,
    info: LEAF.key.info,
    extensions: {},
  }
  const body = bodyOf(parts)
  const inside = body.subarray(body[1] === 0x81 ? 3 : 4)
  const identified = sequence(inside, tlv(0x81, bytes(0, 1)))
  expect(codeOf(() => parseCertificate(unsigned(identified), FILE))).toBe(undefined)
  const older = sequence(inside.subarray(VERSION.length), tlv(0x81, bytes(0, 1)))
  expect(codeOf(() => parseCertificate(unsigned(older), FILE))).toBe('version-mismatch')
})
