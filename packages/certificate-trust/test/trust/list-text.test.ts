import { ParseError } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import {
  formatTrustList,
  parseTrustConfiguration,
  parseTrustList,
  TRUST_TEXT_CODES,
  trustList,
} from '../../src/index.ts'
import { LEAF, ROOT } from '../world.ts'
import { root } from '../writing/certificate.ts'
import { selfSigned, trusted } from './world.ts'

const OWN = selfSigned(LEAF)
const OTHER = root(ROOT)
const TEXT = formatTrustList(trustList([trusted(OWN, 'system', new Date('2027-01-01T00:00:00Z'))]))

/** Code and place of each error. */
function errorsOf(read: () => unknown): readonly string[] {
  try {
    read()
    return []
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return error.diagnostics.map(({ code, source }) => `${code} ${source.line}:${source.column}`)
  }
}

const listErrors = (text: string | Uint8Array, maxBytes?: number): readonly string[] =>
  errorsOf(() =>
    parseTrustList(text, { file: 'list', ...(maxBytes === undefined ? {} : { maxBytes }) }),
  )

const BAD_LISTS: readonly (readonly [string, string | Uint8Array, readonly string[]])[] = [
  ['nothing', '', ['json-malformed 1:1']],
  ['no JSON', '{"format": oops}', ['json-malformed 1:12']],
  ['a comma too many', '[1,]', ['json-malformed 1:4']],
  ['something behind it', '{} {}', ['json-malformed 1:4']],
  ['a string without an end', '"abc\\', ['json-malformed 1:1']],
  ['a control in a string', '"a\nb"', ['json-malformed 1:1']],
  ['nesting without an end', '['.repeat(100_000), ['json-too-deep 1:9']],
  ['a field twice', '{"format": 1, "format": 2}', ['field-repeated 1:15']],
  ['what is no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), ['not-utf-8 1:1']],
  ['another value than an object', '[]', ['field-malformed 1:1']],
  ['a field too few', '{"entries": []}', ['field-missing 1:1']],
  [
    'a format of the future',
    '{"format": "gatehouse-trust-list/2", "entries": []}',
    ['format-unknown 1:12'],
  ],
  ['entries that are no list', TEXT.replace(/\[[^]*\]/, '{}'), ['field-malformed 3:14']],
  ['a field that there is not', TEXT.replace('"until"', '"untill"'), ['field-unknown 7:17']],
  ['a role that there is not', TEXT.replace('"system"', '"anchor"'), ['field-malformed 5:15']],
  [
    'an end on a day that there is not',
    TEXT.replace('2027-01-01T', '2027-02-30T'),
    ['field-malformed 7:16'],
  ],
  ['an end in another zone', TEXT.replace('00:00:00Z', '00:00:00+01:00'), ['field-malformed 7:16']],
  [
    'a fingerprint in capitals',
    TEXT.replace(OWN.sha256, OWN.sha256.toUpperCase()),
    ['field-malformed 6:17'],
  ],
  ['the fingerprint of another', TEXT.replace(OWN.sha256, OTHER.sha256), ['sha256-mismatch 6:17']],
  [
    'a certificate that is cut off',
    TEXT.replace(/(CERTIFICATE-----\\n)[^\\]*/, '$1'),
    ['certificate-malformed 8:22'],
  ],
]

describe('a trust list with', () => {
  test.each(BAD_LISTS)('%s is refused, and the place is named', (_title, text, errors) => {
    expect(listErrors(text)).toEqual(errors)
  })

  test('a certificate twice in a role is refused', () => {
    const [head = '', entry = ''] = /^([^[]*\[)([^]*)\n {2}\]/.exec(TEXT)?.slice(1) ?? []
    expect(listErrors(`${head}${entry},${entry}\n  ]\n}`)).toEqual(['entry-repeated 10:5'])
  })

  test('more bytes than the limit is refused before it is read', () => {
    expect(listErrors(TEXT, 10)).toEqual(['text-too-large 1:1'])
  })

  test('several errors names them all', () => {
    const text = TEXT.replace('"system"', '"anchor"').replace('"until"', '"untill"')
    expect(listErrors(text)).toEqual(['field-malformed 5:15', 'field-unknown 7:17'])
  })
})

test('half a million errors take no longer to place than their text is long', () => {
  const text = `{"format": "x", "entries": [${'1,\n'.repeat(500_000)}1]}`
  expect(listErrors(text)).toHaveLength(1000)
})

const CONFIGURATION = JSON.stringify({
  mode: 'certificate',
  requireTrustedCertificates: true,
  certificates: [{ file: 'console.pem', role: 'console', sha256: OWN.sha256 }],
})
const configurationErrors = (text: string): readonly string[] =>
  errorsOf(() => parseTrustConfiguration(text, { file: 'trust.json' }))

describe('the configuration of an import', () => {
  test('gives settings, and the certificates with their places', () => {
    expect(parseTrustConfiguration(CONFIGURATION, { file: 'trust.json' })).toEqual({
      mode: 'certificate',
      names: [],
      requireTrustedCertificates: true,
      certificates: [
        {
          file: 'console.pem',
          role: 'console',
          sha256: OWN.sha256,
          source: { file: 'trust.json', line: 1, column: CONFIGURATION.indexOf('{"file"') + 1 },
        },
      ],
    })
  })

  test.each([
    ['{"mode": "all"}', 'field-malformed 1:10'],
    ['{"mode": "insecureTrustAll"}', 'field-malformed 1:10'],
    ['{"names": []}', 'field-missing 1:1'],
    ['{"mode": "name", "names": ["a","b","c","d","e","f"]}', 'names-too-many 1:27'],
    ['{"mode": "name", "names": ["no name"]}', 'field-malformed 1:28'],
    ['{"mode": "none", "requireTrustedCertificates": 1}', 'field-malformed 1:48'],
    ['{"mode": "none", "certificates": [{"file": "a", "role": "root"}]}', 'field-missing 1:35'],
  ])('%s is refused', (text, error) => {
    expect(configurationErrors(text)).toEqual([error])
  })
})

test('every code of a text has a case', () => {
  const covered = new Set(
    [
      ...BAD_LISTS.flatMap(([, , errors]) => errors),
      'names-too-many',
      'entry-repeated',
      'text-too-large',
    ].map((one) => one.split(' ')[0]),
  )
  const elsewhere = ['field-contradicted', 'mapping-repeated', 'file-unreadable']
  expect(Object.keys(TRUST_TEXT_CODES).filter((code) => !covered.has(code))).toEqual(elsewhere)
})
