import { applyEdit } from '@gatehouse/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as bmc from '../src/index.ts'
import { computer, user } from './policies.ts'
import { CALLERS, fileText, REQUESTS } from './universe.ts'

const FILE = 'Authorization.cfg'
const VIEW = 'PERMISSION = VIEW'

/** A text of lines that stand in the outer block from line 2 on. */
function textOf(...lines: string[]): string {
  return ['BEGIN_AUTHORIZATION', ...lines, 'END_AUTHORIZATION', ''].join('\n')
}

function read(text: string): bmc.Policy {
  return bmc.parse(text, { file: FILE })
}

/** Findings as short texts: code, severity, line, related lines. */
function found(text: string): string[] {
  return bmc
    .lint(read(text))
    .map(({ code, severity, source, related }) =>
      [code, severity, source.line, ...related.map(({ line }) => line)].join(' '),
    )
}

/** Every code: what must be found, and a file that differs a little and is free of it. */
const CASES: Record<bmc.LintCode, { finding: string; bad: string[]; good: string[] }> = {
  'vendor-default-allow-all': {
    finding: 'error 2',
    bad: ['PERMISSION = MANAGE'],
    good: ['PERMISSION = MANAGE', ...computer('*', 'NONE')],
  },
  'manage-open-to-every-peer': {
    finding: 'error 2',
    bad: ['PERMISSION = MANAGE', ...computer('10.*', 'NONE')],
    good: ['PERMISSION = MANAGE', ...computer('*', 'VIEW')],
  },
  'modify-open-to-every-peer': {
    finding: 'warning 5',
    bad: [VIEW, ...computer('*', 'MODIFY')],
    good: [VIEW, ...computer('*', 'VIEW', ...user('ann', 'MODIFY'))],
  },
  'host-deny-evadable': {
    finding: 'error 4 2 5',
    bad: [VIEW, ...computer('gw1', 'NONE')],
    good: ['PERMISSION = NONE', ...computer('gw1', 'NONE')],
  },
  'host-limit-evadable': {
    finding: 'warning 8 9 13',
    bad: [
      VIEW,
      ...computer('*', 'VIEW'),
      ...computer('gw1', 'VIEW'),
      ...computer('10.*', 'MODIFY'),
    ],
    good: [VIEW, ...computer('gw1', 'VIEW'), ...computer('10.1.2.3', 'MODIFY')],
  },
  'host-grant-rests-on-dns': {
    finding: 'warning 4 2 7',
    bad: [VIEW, ...computer('gw1', null, ...user('ann', 'MODIFY'))],
    good: [VIEW, ...computer('10.1.2.3', null, ...user('ann', 'MODIFY'))],
  },
  'computer-unreachable': {
    finding: 'warning 3',
    bad: [...computer('10.1.2.*', 'VIEW'), ...everyAddress(256)],
    good: [...computer('10.1.2.*', 'VIEW'), ...everyAddress(255)],
  },
  'computer-redundant': {
    finding: 'note 8 5',
    bad: [VIEW, ...computer('10.*', 'NONE'), ...computer('10.1.2.3', 'NONE')],
    good: [VIEW, ...computer('10.1.2.3', 'VIEW'), ...computer('gw1', 'NONE')],
  },
  'computer-without-permission': {
    finding: 'warning 8 5',
    bad: [VIEW, ...computer('10.*', 'NONE'), ...computer('10.1.2.3')],
    good: [VIEW, ...computer('10.*', 'NONE'), ...computer('10.1.2.3', 'VIEW')],
  },
  'user-redundant': {
    finding: 'note 8 5',
    bad: [VIEW, ...computer('10.*', 'NONE', ...user('ann', 'NONE'))],
    good: [VIEW, ...computer('10.*', 'NONE', ...user('*', 'VIEW'), ...user('ann', 'NONE'))],
  },
  'user-without-permission': {
    finding: 'warning 10 7',
    bad: [...computer('10.*', 'VIEW', ...user('*', 'NONE'), ...user('ann'))],
    good: [...computer('10.*', 'VIEW', ...user('ann'))],
  },
  'user-case-differs': {
    finding: 'warning 12 5',
    bad: [
      ...computer('10.*', null, ...user('ann', 'VIEW')),
      ...computer('*', null, ...user('Ann')),
    ],
    good: [...computer('10.*', null, ...user('C\\ann')), ...computer('*', null, ...user('c\\ANN'))],
  },
  'user-deny-evadable': {
    finding: 'error 7 4',
    bad: [...computer('10.*', 'VIEW', ...user('ann', 'NONE'))],
    good: [...computer('10.*', 'NONE', ...user('ann', 'NONE'))],
  },
  'user-limit-evadable': {
    finding: 'warning 7 4',
    bad: [...computer('10.*', 'MODIFY', ...user('ann', 'VIEW'))],
    good: [...computer('10.*', 'NONE', ...user('ann', 'VIEW'))],
  },
  'user-deny-open-elsewhere': {
    finding: 'warning 8 2',
    bad: [VIEW, ...computer('10.*', 'NONE', ...user('ann', 'NONE'))],
    good: [VIEW, ...computer('*', 'NONE', ...user('ann', 'NONE'))],
  },
  'grant-rests-on-claim': {
    finding: 'warning 7 4',
    bad: [...computer('10.*', 'VIEW', ...user('ann', 'MODIFY'))],
    good: [...computer('10.*', 'VIEW', ...user('*', 'MODIFY'), ...user('ann', 'MODIFY'))],
  },
  'permission-unused': {
    finding: 'note 5',
    bad: [VIEW, ...computer('10.*', 'NONE', ...user('*', 'VIEW'))],
    good: [VIEW, ...computer('10.*', 'NONE', ...user('*', 'VIEW'), ...user('ann'))],
  },
  'global-permission-missing': {
    finding: 'note 1',
    bad: [...computer('10.*', 'VIEW')],
    good: ['PERMISSION = NONE', ...computer('10.*', 'VIEW')],
  },
  'none-still-allows': {
    finding: 'note 2 5',
    bad: ['PERMISSION = NONE', ...computer('10.*', 'NONE', ...user('ann', 'VIEW'))],
    good: ['PERMISSION = NONE', ...computer('*', 'VIEW')],
  },
}

/** Ways for a refused user to get in beside a pattern with so many of its other addresses listed. */
function elsewhere(addresses: number): string[] {
  const refused = computer('10.1.2.255', null, ...user('ann', 'NONE'))
  const text = textOf(...computer('10.1.2.*', 'VIEW'), ...refused, ...everyAddress(addresses))
  return found(text).filter((one) => one.startsWith('user-deny-open-elsewhere'))
}

function everyAddress(count: number): string[] {
  return Array.from({ length: count }, (_, octet) => computer(`10.1.2.${octet}`)).flat()
}

describe('lint', () => {
  it.each(Object.entries(CASES))(
    '%s: found in the bad file only',
    (code, { finding, bad, good }) => {
      expect(found(textOf(...bad)).filter((one) => one.startsWith(`${code} `))).toEqual([
        `${code} ${finding}`,
      ])
      expect(found(textOf(...good)).filter((one) => one.startsWith(`${code} `))).toEqual([])
    },
  )

  it('knows every code of the table', () => {
    expect(Object.keys(CASES).toSorted()).toEqual(Object.keys(bmc.LINT_CODES).toSorted())
  })

  it('finds nothing in a file that is tight, and does not mind a missing last line end', () => {
    const tight = textOf(VIEW, ...computer('172.31.14.*', 'MODIFY'))
    expect(found(tight)).toEqual([])
    expect(found(tight.trimEnd())).toEqual([])
  })

  it('names the user that a host name refuses, not one that it limits', () => {
    const host = computer('gw1', 'VIEW', ...user('ben', 'NONE'))
    const findings = bmc.lint(read(textOf('PERMISSION = MODIFY', ...host)))
    const refusal = findings.find(({ code }) => code === 'host-deny-evadable')
    expect(refusal?.facts?.['user']).toBe('ben')
  })

  it('does not mind a computer without PERMISSION whose user * has one', () => {
    const own = computer('10.1.2.3', null, ...user('*', 'MODIFY'))
    const text = textOf(VIEW, ...computer('10.*', 'NONE'), ...own)
    expect(found(text).filter((one) => one.startsWith('computer-without'))).toEqual([])
  })

  it('does not take a pattern for a way in when no address is left of it', () => {
    expect(elsewhere(254)).toEqual(['user-deny-open-elsewhere warning 10 4'])
    expect(elsewhere(255)).toEqual([])
  })

  it('lists findings by line, and describes them with facts and place', () => {
    const granted = computer('10.*', 'VIEW', ...user('ann', 'MODIFY'))
    const text = textOf(VIEW, ...granted, ...computer('gw1', 'VIEW', ...user('ben', 'NONE')))
    const findings = bmc.lint(read(text))
    expect(found(text)).toEqual([
      'grant-rests-on-claim warning 8 5',
      'host-deny-evadable error 12 2 16',
      'user-deny-evadable error 16 13',
      'user-deny-open-elsewhere warning 16 2',
      'none-still-allows note 16',
    ])
    expect(findings[1]?.facts).toEqual({
      host: 'gw1',
      user: 'ben',
      level: 'NONE',
      nameless: 'VIEW',
    })
    for (const finding of findings) {
      const line = bmc.describeFinding(finding)
      expect(line).toContain(bmc.LINT_CODES[finding.code])
      expect(line).toContain(`${FILE}:${finding.source.line}`)
    }
  })

  it('has fixes that keep every answer', () => {
    fc.assert(
      fc.property(fileText, (text) => {
        const policy = read(text)
        for (const { code, fix, source } of bmc.lint(policy)) {
          if (fix === undefined) continue
          const fixed = read(applyEdit(text, fix))
          expect(outcomes(fixed)).toEqual(outcomes(policy))
          const left = bmc.lint(fixed).filter((one) => one.code === code)
          const gone = bmc.lint(policy).filter((one) => one.code === code)
          expect(left.length, `${code} ${source.line}`).toBeLessThan(gone.length)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('calls a computer or user redundant exactly when no answer changes without it', () => {
    fc.assert(
      fc.property(fileText, (text) => {
        const policy = read(text)
        const findings = bmc.lint(policy)
        for (const node of policy.computers.flatMap((one) => [one, ...one.users])) {
          const isRedundant = findings.some(
            ({ code, fix }) =>
              code.endsWith('-redundant') &&
              fix?.[0]?.change === 'remove' &&
              fix[0].line === node.beginLine,
          )
          expect(isRedundant).toBe(sameWithout(policy, text, node))
        }
      }),
      { numRuns: 50 },
    )
  })

  it('calls a level unused exactly when it is the source of no answer', () => {
    fc.assert(
      fc.property(fileText, (text) => {
        const policy = read(text)
        const sources = REQUESTS.map((request) => bmc.check(policy, request).reasons[0].source)
        const nodes = [policy, ...policy.computers.flatMap((one) => [one, ...one.users])]
        const lines = nodes.flatMap(({ permission }) => permission?.line ?? [])
        const unused = bmc.lint(policy).filter(({ code }) => code === 'permission-unused')
        expect(unused.map(({ source }) => source.line)).toEqual(
          lines
            .filter((line) => !sources.some((one) => (one as { line?: number }).line === line))
            .toSorted((a, b) => a - b),
        )
      }),
      { numRuns: 50 },
    )
  })

  it('says of a host name what a peer gains and loses by it', () => {
    fc.assert(
      fc.property(fileText, (text) => {
        const policy = read(text)
        const findings = bmc.lint(policy)
        for (const { name, line, kind } of policy.computers) {
          if (kind !== 'host') continue
          const gaps = gapsOf(policy, name)
          const has = (code: bmc.LintCode) =>
            findings.some((one) => one.code === code && one.source.line === line)
          const lower = gaps.filter(({ named, nameless }) => named < nameless)
          expect(has('host-deny-evadable')).toBe(lower.some(({ named }) => named === 0))
          expect(has('host-limit-evadable')).toBe(
            lower.length > 0 && lower.every(({ named }) => named > 0),
          )
          expect(has('host-grant-rests-on-dns')).toBe(
            gaps.some(({ named, nameless }) => named > nameless),
          )
        }
      }),
      { numRuns: 50 },
    )
  })
})

function outcomes(policy: bmc.Policy): string {
  return REQUESTS.map((request) => bmc.check(policy, request).outcome).join()
}

function sameWithout(policy: bmc.Policy, text: string, block: bmc.BlockLines): boolean {
  const kept = text.split('\n').toSpliced(block.beginLine - 1, block.endLine - block.beginLine + 1)
  return outcomes(read(kept.join('\n'))) === outcomes(policy)
}

/** The ranks of the levels that callers have with a name and without one. */
function gapsOf(policy: bmc.Policy, name: string): { named: number; nameless: number }[] {
  const rank = (caller: bmc.Caller, verifiedName: string | null): number => {
    const peer = { ...caller.peer, verifiedName }
    const { granted } = bmc.whatCan(policy, { ...caller, peer })
    return bmc.LEVELS.indexOf(granted as bmc.Level)
  }
  return CALLERS.filter(({ peer }) => peer.verifiedName === null).map((caller) => ({
    named: rank(caller, name),
    nameless: rank(caller, null),
  }))
}
