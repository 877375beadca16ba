import { ParseError } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import {
  checkRequest,
  describeRequest,
  formatName,
  parseRequest,
  REQUEST_CODES,
  type CertificateRequest,
} from '../src/index.ts'
import { formatPem } from '../src/input/pem.ts'
import { LEAF, STRANGER } from './world.ts'
import { ascii, bitString, oid, sequence, tlv } from './writing/der.ts'
import { dns, extension, ip, mail, subjectAltName, uri } from './writing/extensions.ts'
import {
  dsaKey,
  ecKey,
  ed25519Key,
  pssKey,
  rsaKey,
  sha1Key,
  type SigningKey,
} from './writing/keys.ts'
import {
  encodeRequest,
  extensionRequest,
  requestAttribute,
  type RequestParts,
} from './writing/request.ts'

const FILE = { file: 'web01.csr' }
const GOOD = encodeRequest(LEAF)

function request(parts: RequestParts = {}, key: SigningKey = LEAF.key): CertificateRequest {
  return parseRequest(encodeRequest({ ...LEAF, key }, parts), FILE)
}

describe('a request', () => {
  test('says who asks, for which key and which names', () => {
    const found = request()
    expect(formatName(found.subject)).toBe('CN=Server')
    expect([...found.publicKey.der]).toEqual([...LEAF.key.info])
    expect(found.extensions.subjectAltName?.value).toEqual([
      { kind: 'dns', value: 'web01.example.com' },
    ])
    expect(found.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  test('may have no attribute, and an empty subject', () => {
    const found = request({ attributes: [], subject: sequence() })
    expect(found.extensions).toEqual({})
    expect(found.subject.parts).toEqual([])
  })

  test('keeps of other attributes only that they are there', () => {
    const password = requestAttribute('1.2.840.113549.1.9.7', tlv(0x13, ascii('secret')))
    const found = request({ attributes: [password, extensionRequest(subjectAltName(dns('a.b')))] })
    expect(found.unknownAttributes).toEqual(['1.2.840.113549.1.9.7'])
    expect(found.unknownCritical).toEqual([])
  })

  test('names critical extensions that nobody here understands', () => {
    const found = request({ extensions: [extension('1.2.3', tlv(5), true)] })
    expect(found.unknownCritical).toEqual(['1.2.3'])
  })

  test.each(['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'])('is read as PEM: %s', (label) => {
    expect([...parseRequest(ascii(formatPem(label, GOOD)), FILE).der]).toEqual([...GOOD])
  })

  test('that is cut off is refused at every byte', () => {
    for (let length = 0; length < GOOD.length; length += 1) {
      expect(codeOf(GOOD.subarray(0, length)), `${length}`).toBe('der-truncated')
    }
  })

  test('that is changed anywhere is refused, or not signed by its key', () => {
    for (let at = 0; at < GOOD.length; at += 1) {
      const changed = GOOD.map((byte, index) => (index === at ? byte ^ 1 : byte))
      if (codeOf(changed) !== undefined) continue
      const { outcome } = checkRequest(parseRequest(changed, FILE))
      expect(outcome, `${at}`).toBe('deny')
    }
  })
})

function codeOf(given: Uint8Array): string | undefined {
  try {
    parseRequest(given, FILE)
    return undefined
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    expect(error.diagnostics[0].source.file).toBe(FILE.file)
    return error.diagnostics[0].code
  }
}

const OTHER_CURVE = sequence(
  sequence(oid('1.2.840.10045.2.1'), oid('1.3.132.0.10')),
  bitString(new Uint8Array(65).fill(4)),
)

const REFUSED: readonly (readonly [string, string, string, () => CertificateRequest])[] = [
  ['signature-invalid', 'signature', 'another key signed', () => request({ signer: STRANGER })],
  ['signature-algorithm-weak', 'signature', 'SHA-1', () => request({}, sha1Key())],
  [
    'signature-algorithm-unsupported',
    'signature',
    'an algorithm of its own',
    () => request({}, { ...LEAF.key, algorithm: sequence(oid('1.2.3')) }),
  ],
  ['key-weak', 'publicKey', 'RSA of 1024 bits', () => request({}, rsaKey(1024))],
  ['key-weak', 'publicKey', 'DSA', () => request({}, dsaKey())],
  [
    'key-unsupported',
    'publicKey',
    'another curve',
    () => request({}, { ...LEAF.key, info: OTHER_CURVE }),
  ],
  [
    'name-malformed',
    'subjectAltName',
    'a host name with a blank',
    () => request({ extensions: [subjectAltName(dns('web 01.example.com'))] }),
  ],
  [
    'name-malformed',
    'subjectAltName',
    'an address of five bytes',
    () => request({ extensions: [subjectAltName(ip(1, 2, 3, 4, 5))] }),
  ],
  [
    'name-malformed',
    'subjectAltName',
    'a mail address without a host',
    () => request({ extensions: [subjectAltName(mail('ann@'))] }),
  ],
  [
    'names-missing',
    'subjectAltName',
    'nobody',
    () => request({ attributes: [], subject: sequence() }),
  ],
]

describe('what is wrong with a request is said', () => {
  test.each(REFUSED)('%s of %s: %s', (code, field, _title, make) => {
    const { outcome, reasons } = checkRequest(make())
    expect(outcome).toBe('deny')
    expect(reasons[0]).toMatchObject({ code, source: { request: field } })
    expect(describeRequest(reasons[0]).split('\n')).toHaveLength(1)
  })

  test('every code has a case', () => {
    const covered = new Set(['request-signed', ...REFUSED.map(([code]) => code)])
    expect(Object.keys(REQUEST_CODES).filter((code) => !covered.has(code))).toEqual([])
  })

  test('all of it, the signature first', () => {
    const extensions = [subjectAltName(dns('-'), dns('web01.example.com'), ip(1))]
    const { reasons } = checkRequest(request({ signer: STRANGER, extensions }))
    expect(reasons.map(({ code, facts }) => [code, facts?.['name']])).toEqual([
      ['signature-invalid', undefined],
      ['name-malformed', '-'],
      ['name-malformed', '#01'],
    ])
  })
})

test('of 200,000 malformed names some are said', () => {
  const names = Array.from({ length: 200_000 }, () => dns('-'))
  const value = Buffer.concat(names)
  const { reasons } = checkRequest(request({ extensions: [subjectAltName(value)] }))
  expect(reasons).toHaveLength(8)
})

describe('a request in order is allowed', () => {
  test.each([
    ['P-256', ecKey()],
    ['P-384', ecKey('P-384')],
    ['RSA', rsaKey()],
    ['RSA with PSS', pssKey()],
    ['Ed25519', ed25519Key()],
  ])('with %s', (_title, key) => {
    const { outcome, reasons } = checkRequest(request({}, key))
    expect(outcome).toBe('allow')
    expect(reasons[0]).toMatchObject({
      code: 'request-signed',
      source: { request: 'signature' },
      facts: { subject: 'CN=Server' },
    })
  })

  test('with names of forms that nothing is decided by', () => {
    const extensions = [subjectAltName(uri('https://web01.example.com/'), dns('*.example.com'))]
    expect(checkRequest(request({ extensions })).outcome).toBe('allow')
  })

  test('with what is weak, where an option names it', () => {
    const weak = request({}, sha1Key())
    expect(checkRequest(weak, { weak: ['sha1'] }).outcome).toBe('allow')
    expect(checkRequest(weak, { weak: ['dsa'] }).outcome).toBe('deny')
  })
})
