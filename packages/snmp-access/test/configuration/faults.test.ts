import { ParseError, type Diagnostic } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import { FAULT_CODES, parse, type FaultCode, type ParseOptions } from '../../src/index.ts'

interface Case {
  readonly code: FaultCode
  readonly line: string
  readonly column: number
  readonly options?: Partial<ParseOptions>
  /** Refused also when lenient. */
  readonly always?: true
}

const LONG_NAME = 'n'.repeat(33)
const TRAPS = { daemon: 'snmptrapd' } as const

const CASES: readonly Case[] = [
  { code: 'field-missing', line: 'rocommunity', column: 12 },
  { code: 'field-missing', line: 'rocommunity c default -V ', column: 26 },
  { code: 'field-missing', line: 'com2sec s default', column: 18 },
  { code: 'field-missing', line: 'com2sec -Cn', column: 12 },
  { code: 'field-missing', line: 'com2sec s "" c', column: 15 },
  { code: 'field-missing', line: 'group g v1', column: 11 },
  { code: 'field-missing', line: 'view v included', column: 16 },
  { code: 'field-missing', line: 'access g "" any noauth exact v v', column: 33 },
  { code: 'field-missing', line: 'setaccess g "" any noauth exact read', column: 37 },
  { code: 'field-missing', line: 'authcommunity read', column: 19 },
  { code: 'field-missing', line: 'authuser read -s', column: 17 },
  { code: 'field-missing', line: 'authaccess read g', column: 18 },
  { code: 'field-missing', line: 'trapsink -s 10.0.0.1', column: 21 },
  { code: 'quote-unclosed', line: 'rocommunity "open', column: 13 },
  { code: 'text-after-quote', line: 'rocommunity "c"10.0.0.1', column: 13 },
  { code: 'word-too-many', line: 'rocommunity c default .1 "" more', column: 29 },
  { code: 'word-too-many', line: 'com2sec s default two words', column: 23 },
  { code: 'name-too-long', line: `group ${LONG_NAME} v1 s`, column: 7 },
  { code: 'name-too-long', line: `view ${LONG_NAME} excluded .1`, column: 6 },
  { code: 'name-too-long', line: `rouser ${LONG_NAME}`, column: 8 },
  { code: 'name-too-long', line: `com2sec -Cn ${LONG_NAME} s default c`, column: 13 },
  { code: 'name-malformed', line: 'rouser a"b', column: 8 },
  { code: 'name-malformed', line: 'rocommunity c default .1 "a b"', column: 26 },
  { code: 'community-too-long', line: `com2sec s default ${'k'.repeat(257)}`, column: 19 },
  { code: 'community-never-matches', line: `com2sec s default ${'k'.repeat(256)}`, column: 19 },
  { code: 'community-empty', line: 'rocommunity ""', column: 13 },
  { code: 'community-quoted-again', line: "rocommunity it's", column: 13 },
  { code: 'community-quoted-again', line: 'rocommunity a\\\\b', column: 13 },
  { code: 'example-not-edited', line: 'rocommunity COMMUNITY', column: 13 },
  { code: 'example-not-edited', line: 'com2sec s NETWORK/24 c', column: 11 },
  { code: 'source-malformed', line: 'rocommunity c 127.0.0.999', column: 15 },
  { code: 'source-malformed', line: 'rocommunity c "1.2.3.4 x"', column: 15 },
  { code: 'source-not-resolved', line: 'rocommunity c console', column: 15 },
  { code: 'source-not-resolved', line: 'authcommunity read c console', column: 22 },
  { code: 'ipv6-source-in-ipv4-list', line: 'com2sec s ::1 c', column: 11 },
  { code: 'ipv4-source-in-ipv6-list', line: 'com2sec6 s 127.0.0.1 c', column: 12 },
  { code: 'mask-length', line: 'rocommunity c 10.0.0.0/33', column: 15 },
  { code: 'mask-malformed', line: 'rocommunity c 10.0.0.0/abc', column: 15 },
  { code: 'host-bits-set', line: 'rocommunity c 127.0.0.1/8', column: 15 },
  { code: 'oid-malformed', line: 'view v included system', column: 17 },
  { code: 'oid-malformed', line: 'rocommunity c default -v sys', column: 23 },
  { code: 'view-type-unknown', line: 'view v include .1', column: 8 },
  { code: 'view-mask-malformed', line: 'view v included .1 zz', column: 20 },
  { code: 'view-mask-malformed', line: `view v included .1 ${'ff:'.repeat(35)}`, column: 20 },
  { code: 'view-mask-malformed', line: 'view v excluded .1 # note', column: 20 },
  { code: 'view-mask-truncated', line: 'view v included .1 fff0', column: 20 },
  { code: 'model-unknown', line: 'group g v3 s', column: 9 },
  { code: 'model-unknown', line: 'rocommunity -v 3 c', column: 18 },
  { code: 'model-unknown', line: 'authuser read -s v9 u', column: 18 },
  { code: 'model-any', line: 'group g any s', column: 9 },
  { code: 'level-unknown', line: 'access g "" any low exact v v v', column: 17 },
  { code: 'level-unknown', line: 'rouser u low', column: 10 },
  { code: 'level-unknown', line: 'authaccess log -s v2c i _all_ noauth', column: 23 },
  { code: 'match-unknown', line: 'access g "" any noauth near v v v', column: 24 },
  { code: 'match-zero', line: 'access g "" any noauth 0 v v v', column: 24 },
  { code: 'view-use-unknown', line: 'authcommunity read,see c', column: 15 },
  { code: 'view-use-unknown', line: 'setaccess g "" any noauth exact v read', column: 33 },
  { code: 'switch-malformed', line: 'authtrapenable 3', column: 16 },
  { code: 'switch-malformed', line: 'disableAuthorization si', column: 22, options: TRAPS },
  { code: 'section-malformed', line: '[snmpd', column: 1 },
  { code: 'include-not-read', line: 'includeFile more.conf', column: 1, always: true },
  { code: 'include-not-read', line: 'includeDir /etc/snmp', column: 1, always: true },
  { code: 'saved-table', line: 'vacmView 1 1 1 v', column: 1, always: true },
  { code: 'authgroup-case', line: 'authGroup log g', column: 1 },
  { code: 'directive-misplaced', line: 'rocommunity c', column: 1, options: TRAPS },
  { code: 'directive-misplaced', line: 'disableAuthorization yes', column: 1 },
  { code: 'directive-unknown', line: 'veiw v excluded .1', column: 1 },
  { code: 'directive-unknown', line: 'rocomunity c', column: 1 },
  { code: 'directive-unknown', line: 'com2sex s default c', column: 1 },
  { code: 'line-too-long', line: `# ${'x'.repeat(4096)}`, column: 1, always: true },
  { code: 'control-character', line: 'rocommunity a\0b', column: 14, always: true },
  { code: 'not-utf-8', line: 'rocommunity \ufffd', column: 13, always: true },
]

function faultsOf({ line, options }: Case, lenient: boolean): readonly Diagnostic[] {
  try {
    parse(`\n${line}`, { file: 'snmpd.conf', lenient, ...options })
    return []
  } catch (error) {
    if (error instanceof ParseError) return error.diagnostics
    throw error
  }
}

describe('a line with a fault', () => {
  it.each(CASES)('$line refuses the file with $code', (given) => {
    const { code, column } = given
    expect(faultsOf(given, false)).toMatchObject([
      { code, source: { file: 'snmpd.conf', line: 2, column } },
    ])
  })

  it.each(CASES.filter(({ always }) => always !== true))(
    '$line leaves the warning $code when lenient',
    ({ code, column, line, options }) => {
      const { warnings } = parse(`\n${line}`, { file: 'snmpd.conf', lenient: true, ...options })
      expect(warnings).toMatchObject([{ code, source: { line: 2, column } }])
    },
  )

  it.each(CASES.filter(({ always }) => always === true))(
    '$line refuses the file also when lenient',
    (given) => {
      expect(faultsOf(given, true)).toMatchObject([{ code: given.code }])
    },
  )

  it('stands beside the others of the file, in their order', () => {
    const text = 'view v include .1\nrocommunity a\nrocommunity b 127.0.0.1/8'
    const faults = faultsOf({ code: 'field-missing', line: text, column: 1 }, false)
    expect(faults.map(({ source }) => source.line)).toEqual([2, 4])
  })

  it('is shown here for every code', () => {
    const shown = new Set(CASES.map(({ code }) => code))
    const elsewhere: FaultCode[] = ['text-too-large', 'not-ascii']
    expect(Object.keys(FAULT_CODES).filter((code) => !shown.has(code as FaultCode))).toEqual(
      elsewhere,
    )
  })
})

describe('a text', () => {
  it('over the limit is refused whole', () => {
    expect(() => parse('#\n'.repeat(9), { file: 'snmpd.conf', maxBytes: 16 })).toThrow(ParseError)
  })

  it('may be bytes of UTF-8 and begin with a byte order mark', () => {
    const bytes = new TextEncoder().encode('\ufeffrocommunity ä\r\n')
    const { communities, lines } = parse(bytes, { file: 'snmpd.conf' })
    expect(communities.map(({ community }) => [...community])).toEqual([[0xc3, 0xa4]])
    expect(lines).toMatchObject([{ text: 'rocommunity ä', end: '\r\n' }])
  })

  it('of other bytes is refused', () => {
    const bytes = Uint8Array.from([...new TextEncoder().encode('rocommunity '), 0xe4])
    expect(() => parse(bytes, { file: 'snmpd.conf' })).toThrow(ParseError)
  })
})
