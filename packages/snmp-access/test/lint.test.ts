import { applyEdit, type Finding } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import { parse } from '../src/configuration/parse.ts'
import { describeFinding, LINT_CODES, SEVERITIES, type LintCode } from '../src/lint-codes.ts'
import { lint } from '../src/lint.ts'
import type { Daemon } from '../src/model.ts'

/** Lines that alone give no finding but the ones of the case. */
const USER = ['rouser ops priv']

interface Case {
  readonly code: LintCode
  readonly lines: readonly string[]
  readonly daemon?: Daemon
  /** Lines of the findings, and those related to each. */
  readonly at: readonly (readonly [number, ...number[]])[]
  /** The text after the fix of the first finding. */
  readonly fixed?: readonly string[]
}

const CASES: readonly Case[] = [
  {
    code: 'view-named-none',
    lines: ['rocommunity c 10.0.0.1', 'view none included .1.3.6.1', ...USER],
    at: [[2, 1, 3]],
    fixed: ['rocommunity c 10.0.0.1', ...USER],
  },
  { code: 'community-cut', lines: ["rocommunity it's 10.0.0.1", ...USER], at: [[1]] },
  {
    code: 'mask-truncated',
    lines: ['view v included .1.3.6.1.4.1.9 fff0', 'rocommunity c 10.0.0.1 -V v', ...USER],
    at: [[1]],
    fixed: ['view v included .1.3.6.1.4.1.9 ff:f0', 'rocommunity c 10.0.0.1 -V v', ...USER],
  },
  { code: 'host-bits-set', lines: ['rocommunity c 10.0.0.1/24', ...USER], at: [[1]] },
  { code: 'line-dropped', lines: ['rocommunity c 10.0.0.1/33', ...USER], at: [[1]] },
  {
    code: 'exclusion-dropped',
    lines: ['view v included .1.3', 'view v excluded .1.3.x', 'rouser ops priv -V v'],
    at: [[2]],
  },
  { code: 'line-misread', lines: ['com2sec s 10.0.0.1 c extra', ...USER], at: [[1]] },
  {
    code: 'refusal-too-late',
    lines: [
      'com2sec s 10.0.0.0/9 c',
      'com2sec s 10.128.0.0/9 c',
      'com2sec s !10.0.0.0/8 c',
      'group g v2c s',
      'access g "" any noauth exact _all_ none none',
      ...USER,
    ],
    at: [[3, 1, 2]],
    fixed: [
      'com2sec s !10.0.0.0/8 c',
      'com2sec s 10.0.0.0/9 c',
      'com2sec s 10.128.0.0/9 c',
      'group g v2c s',
      'access g "" any noauth exact _all_ none none',
      ...USER,
    ],
  },
  {
    code: 'line-unreachable',
    lines: ['rocommunity c 10.0.0.0/8', 'rwcommunity c 10.1.2.3', ...USER],
    at: [[2, 1]],
    fixed: ['rocommunity c 10.0.0.0/8', ...USER],
  },
  {
    code: 'line-unreachable',
    lines: [
      'group g usm ops',
      'group h usm ops',
      'access g "" any priv exact _all_ none none',
      'access h "" any priv exact _all_ none none',
      'access g "" any priv exact _none_ none none',
    ],
    at: [
      [2, 1],
      [5, 3],
    ],
  },
  {
    code: 'source-open',
    lines: ['rocommunity c', 'rocommunity d 0.0.0.0/0', 'rocommunity6 c ::/0', ...USER],
    at: [[1], [2], [3]],
  },
  {
    code: 'community-well-known',
    lines: ['rocommunity public 10.0.0.1', 'rocommunity Public 10.0.0.1', ...USER],
    at: [[1]],
  },
  {
    code: 'write-in-clear',
    lines: [
      'rwcommunity c 10.0.0.1',
      'com2sec s 10.0.0.2 d',
      'group g v1 s',
      'access g "" any noauth exact _all_ _all_ none',
      'rwuser ops priv',
    ],
    at: [[1], [2, 4]],
  },
  {
    code: 'view-missing',
    lines: ['rocommunity c 10.0.0.1 -V nosuch', 'view nosuchlonger included .1', ...USER],
    at: [[1]],
  },
  {
    code: 'view-unused',
    lines: ['view v included .1.3', 'view v excluded .1.3.6', ...USER],
    at: [[1, 2]],
    fixed: USER,
  },
  { code: 'group-missing', lines: ['com2sec s 10.0.0.1 c', ...USER], at: [[1]] },
  { code: 'access-missing', lines: ['group g usm other', ...USER], at: [[1]] },
  {
    code: 'group-any-model',
    lines: ['group g any other', 'access g "" any priv exact _all_ none none', ...USER],
    at: [[1]],
  },
  { code: 'version-3-missing', lines: ['rocommunity c 10.0.0.1'], at: [[1]] },
  { code: 'user-unauthenticated', lines: ['rouser ops noauth'], at: [[1]] },
  { code: 'user-without-privacy', lines: ['rouser ops'], at: [[1]] },
  {
    code: 'authorization-disabled',
    daemon: 'snmptrapd',
    lines: ['disableAuthorization yes', 'authUser log ops priv'],
    at: [[1]],
    fixed: ['authUser log ops priv'],
  },
]

function read(lines: readonly string[], daemon: Daemon = 'snmpd'): Finding<LintCode>[] {
  return lint(parse(text(lines), { file: 'snmpd.conf', lenient: true, daemon }))
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

describe.each(CASES)('$code', ({ code, lines, daemon, at, fixed }) => {
  const found = read(lines, daemon).filter((finding) => finding.code === code)

  test('is found at its line, with the lines that make it so', () => {
    const places = found.map(({ source, related }) => [source.line, ...related.map((r) => r.line)])
    expect(places).toEqual(at)
    expect(new Set(found.map(({ severity }) => severity))).toEqual(new Set([SEVERITIES[code]]))
  })

  test('has a fix where there is one that keeps the meaning, and is gone after it', () => {
    const fix = found[0]?.fix
    if (fixed === undefined) return
    const mended = applyEdit(text(lines), fix ?? [])
    expect(mended).toBe(text(fixed))
    const again = read(mended.split('\n').slice(0, -1), daemon)
    expect(again.filter((finding) => finding.code === code)).toEqual([])
  })
})

test('no finding says a community', () => {
  const lines = ["rwcommunity s3cr3t's", 'rwcommunity s3cr3t 10.0.0.1/8', 'rwcommunity s3cr3t']
  const findings = read([...lines, 'rocommunity s3cr3t 10.0.0.1', 'com2sec s default s3cr3t'])
  expect(new Set(findings.map(({ code }) => code)).size).toBeGreaterThan(5)
  expect(findings.map(describeFinding).join('\n')).not.toContain('s3cr3t')
})

test('every code has a case', () => {
  expect(new Set(CASES.map(({ code }) => code))).toEqual(new Set(Object.keys(LINT_CODES)))
})

test('a hardened configuration has no finding', () => {
  expect(
    read(['view ops included .1.3.6.1.2.1', 'rouser ops priv -V ops', 'sysLocation x']),
  ).toEqual([])
})

test('a refusal before what it narrows, and a wider line after a narrow one, are no findings', () => {
  const lines = [
    'com2sec s !10.0.0.2 c',
    'com2sec s 10.0.0.0/8 c',
    'com2sec6 s fd00::/64 c',
    'group g v2c s',
    'access g "" any noauth exact _all_ none none',
    ...USER,
  ]
  expect(read(lines)).toEqual([])
})
