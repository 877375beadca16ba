import { applyEdit, type Finding } from '@gatehouse/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as tcp from '../src/index.ts'
import { goodFile, requests } from './arbitraries.ts'
import { errorsOf } from './policies.ts'

const CLOSED = 'ALL: ALL\n'

function lintOf(allow: string, deny = CLOSED): readonly Finding<tcp.LintCode>[] {
  return tcp.lint(tcp.parse({ allow, deny }, { profile: 'libwrap' }))
}

function codesOf(allow: string, deny = CLOSED): string[] {
  return lintOf(allow, deny).map(({ code, source }) => `${code} ${source.file}:${source.line}`)
}

/** A text of hosts.allow with the finding, where it is found, and a text beside it without. */
const CASES: Readonly<Record<tcp.LintCode, readonly [bad: string, line: number, good: string]>> = {
  'open-to-all': ['all: 10. ALL\n', 1, 'ALL: ALL EXCEPT 10.\n'],
  'default-open': ['', 1, ''],
  'rule-contradicted': ['x: 10.\nx: 10.1. : deny\n', 2, 'x: 10.1. : deny\nx: 10.\n'],
  'rule-unreachable': ['x y: 10.0.0.0/8\nx: 10.1.2.3\n', 2, 'x: 10.0.0.0/8\ny: 10.1.2.3\n'],
  'rule-never-matches': ['x: 10. EXCEPT ALL\n', 1, 'x: ALL EXCEPT 10.\n'],
  'name-satisfies-address-pattern': ['x: 10.*\n', 1, 'x: 10.\n'],
  'rests-on-reverse-dns': ['x: 10. .example.com\n', 1, 'x: 10.\n'],
  'rests-on-ident': ['x: bob@10.\n', 1, 'x: ALL@10.\n'],
  'grants-unknown': ['x: UNKNOWN\n', 1, 'x: UNKNOWN : deny\n'],
  'execution-needed': ['x: 10. : aclexec /bin/true\n', 1, 'x: 10. : nice\n'],
  'runs-command': ['x: 10. : spawn /bin/true\n', 1, 'x: 10. : nice\n'],
  'byte-order-mark': ['\ufeffx: 10.\n', 1, 'x: 10.\n'],
  'last-newline-missing': ['x: 10.\nx: 11.', 2, 'x: 10.\nx: 11.\n'],
  'rule-too-long': [`x: 10.${' '.repeat(2050)}\n`, 1, `x: 10.${' '.repeat(2000)}\n`],
  'line-too-long': [`# ${'x'.repeat(4100)}\n`, 1, '# x\n'],
  'control-character': ['# \u0007\n', 1, '# \n'],
  'not-ascii': ['# für\n', 1, '# for\n'],
  'colon-missing': ['x 10.\n', 1, 'x: 10.\n'],
  'comment-indented': [' # x: 10.\n', 1, '# x: 10.\n'],
  'comment-continued': ['# x \\\nx: 10.\n', 1, '# x\nx: 10.\n'],
  'trailing-comment': ['x: 10. # office\n', 1, '# office\nx: 10.\n'],
  'daemons-missing': [': 10.\n', 1, 'x: 10.\n'],
  'clients-missing': ['x:\n', 1, 'x: 10.\n'],
  'except-dangling': ['x: 10. EXCEPT\n', 1, 'x: 10. EXCEPT 10.1.\n'],
  'daemon-malformed': ['.x: 10.\n', 1, 'x: 10.\n'],
  'word-misplaced': ['LOCAL: 10.\n', 1, 'local-agent: 10.\n'],
  'user-malformed': ['x: .b@10.\n', 1, 'x: b@10.\n'],
  'address-malformed': ['x: 010.0.0.1\n', 1, 'x: 10.0.0.1\n'],
  'host-bits-set': ['# x\nx: 10.0.0.1/24\n', 2, 'x: 10.0.0.0/24\n'],
  'mask-malformed': ['x: 10.0.0.0/24x\n', 1, 'x: 10.0.0.0/24\n'],
  'mask-never-matches': ['x: 0.0.0.0/0\n', 1, 'x: 0.0.0.0/0.0.0.0\n'],
  'mapped-never-matches': ['x: [::ffff:10.0.0.1]\n', 1, 'x: 10.0.0.1\n'],
  'pattern-ambiguous': ['x: *.*\n', 1, 'x: *.example.com\n'],
  'host-malformed': ['x: gw.\n', 1, 'x: gw\n'],
  'netgroup-malformed': ['x: @\n', 1, 'x: @ops\n'],
  'option-missing': ['x: 10. :\n', 1, 'x: 10.\n'],
  'option-unknown': ['x: 10. : permit\n', 1, 'x: 10. : allow\n'],
  'option-value-missing': ['x: 10. : umask\n', 1, 'x: 10. : umask 022\n'],
  'option-value-unexpected': ['x: 10. : allow all\n', 1, 'x: 10. : allow\n'],
  'option-value-malformed': ['x: 10. : umask 8\n', 1, 'x: 10. : umask 7\n'],
  'option-not-last': ['x: 10. : allow : nice\n', 1, 'x: 10. : nice : allow\n'],
}

describe('lint', () => {
  it('has a case for every code', () => {
    expect(new Set(Object.keys(CASES))).toEqual(new Set(Object.keys(tcp.LINT_CODES)))
  })

  it.each(Object.entries(CASES).filter(([code]) => code !== 'default-open'))(
    'finds %s where it is, and not where it is not',
    (code, [bad, line, good]) => {
      expect(codesOf(bad)).toContain(`${code} hosts.allow:${line}`)
      expect(codesOf(good).join(' ')).not.toContain(`${code} `)
    },
  )

  it('finds that what no rule matches is let in', () => {
    expect(codesOf('', '')).toEqual(['default-open hosts.deny:1'])
    expect(codesOf('', 'x: 10.\n')).toEqual(['default-open hosts.deny:1'])
    expect(codesOf('', CLOSED)).toEqual([])
    expect(codesOf('ALL: ALL : deny\n', '')).toEqual([])
    expect(tcp.lint(tcp.parse({ allow: '', deny: '' }))).toEqual([])
  })

  it('finds less in what the strict profile has read', () => {
    const policy = tcp.parse({ allow: 'x: 10.* LOCAL\n', deny: '' })
    expect(tcp.lint(policy)).toEqual([
      {
        code: 'rests-on-reverse-dns',
        severity: 'warning',
        source: { file: 'hosts.allow', line: 1 },
        related: [],
        facts: { clients: 'LOCAL' },
      },
    ])
  })

  it('names the earlier rule of one that has nothing to say', () => {
    const [found] = lintOf('', 'x: 10.\nx: \\\n 10.1.\nALL: ALL\n')
    expect(found).toMatchObject({
      code: 'rule-unreachable',
      source: { file: 'hosts.deny', line: 3 },
      related: [{ file: 'hosts.deny', line: 1 }],
      fix: [
        { change: 'remove', line: 2 },
        { change: 'remove', line: 3 },
      ],
    })
  })

  it.each([
    ['10.0.1.0/24', true],
    ['10.0.0.0/255.255.0.255', true],
    ['10.0.7.7', true],
    ['10.1.0.0/24', false],
    ['10.0.0.0/8', false],
    ['ALL', false],
    ['gw', false],
  ])('takes %s for part of 10.0.0.0/16: %s', (clients, isPart) => {
    const codes = codesOf(`x: 10.0.0.0/16\nx: ${clients}\n`).join(' ')
    expect(codes.includes('rule-unreachable')).toBe(isPart)
  })

  it.each([
    [
      'two halves of a net',
      ['x: 10.0.0.0/9', 'x: 10.128.0.0/9', 'x: 10.'],
      'rule-unreachable',
      [1, 2],
    ],
    [
      'one of them the other way',
      ['x: 10.0.0.0/9', 'x: 10.128.0.0/9 : deny', 'x: 10.'],
      'rule-contradicted',
      [1, 2],
    ],
    ['daemons one by one', ['x: .b.c', 'y: ALL', 'x y: .a.b.c'], 'rule-unreachable', [1, 2]],
    [
      'an exception and its rule',
      ['x: gw', 'x: LOCAL EXCEPT gw', 'x: LOCAL'],
      'rule-unreachable',
      [1, 2],
    ],
    [
      'known and unknown users',
      ['x: KNOWN@10.', 'x: UNKNOWN@10.', 'x: 10.1.'],
      'rule-unreachable',
      [1, 2],
    ],
  ] as const)('finds what several rules cover together: %s', (_, rules, code, related) => {
    const found = lintOf(rules.map((rule) => `${rule}\n`).join(''))
    expect(found.filter((each) => each.code.startsWith('rule-'))).toMatchObject([
      { code, source: { line: 3 }, related: related.map((line) => ({ line })) },
    ])
  })

  it('calls a rule reachable for the one request that is left to it', () => {
    const rules = ['x: 10.0.0.0/9', 'x: 10.128.0.0/9 EXCEPT 10.200.3.4', 'x: 10.']
    expect(codesOf(rules.map((rule) => `${rule}\n`).join(''))).toEqual([])
  })

  it('calls unreachable only rules whose removal changes no outcome', () => {
    fc.assert(
      fc.property(goodFile, goodFile, (allow, deny) => {
        const policy = tcp.parse({ allow, deny }, { profile: 'libwrap' })
        for (const { code, source, fix = [] } of tcp.lint(policy)) {
          if (!code.startsWith('rule-') || code === 'rule-too-long') continue
          const table = source.file === 'hosts.allow' ? 'allow' : 'deny'
          const edited = { allow, deny, [table]: applyEdit({ allow, deny }[table], fix) }
          const without = tcp.parse(edited, { profile: 'libwrap' })
          for (const asked of requests) {
            expect(tcp.check(without, asked).outcome).toBe(tcp.check(policy, asked).outcome)
          }
        }
      }),
    )
  })

  it.each(['last-newline-missing', 'comment-indented', 'comment-continued'] as const)(
    'mends %s',
    (code) => {
      const [bad] = CASES[code]
      const { fix = [] } = lintOf(bad).find((each) => each.code === code) ?? {}
      const mended = applyEdit(bad, fix)
      expect(errorsOf(() => tcp.parse({ allow: mended, deny: '' }))).toEqual([])
    },
  )

  it('describes a finding on one line', () => {
    for (const found of lintOf(' # x\nx: gw 10.* EXCEPT\n')) {
      expect(tcp.describeFinding(found)).toMatch(/^[^\n]+ \(hosts\.allow:\d\)$/)
    }
  })
})
