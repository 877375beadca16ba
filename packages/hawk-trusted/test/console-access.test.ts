import { applyEdit, claimed, noPolicy, ParseError } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import * as access from '../src/console-access/index.ts'

const FILE = 'access.cfg'

function policyOf(...lines: string[]): access.AccessPolicy {
  return access.parse(lines.map((line) => `${line}\n`).join(''), { file: FILE })
}

/** `name[:dns[:domain]]`. */
function asked(user: string, node: string): access.AccessRequest {
  const [name = '', dns = 'none', domain = 'default'] = node.split(':')
  return { user: claimed(user), node: { name, dns, domain } }
}

function answer(policy: access.AccessPolicy, user: string, node: string): [string, string, object] {
  const { outcome, reasons } = access.check(policy, asked(user, node))
  return [outcome, reasons[0].code, reasons[0].source ?? {}]
}

function at(line: number): object {
  return { file: FILE, line }
}

describe('a decision', () => {
  test('a user that no grant is for reaches every agent', () => {
    const policy = policyOf('other web01', '!ops db01')
    expect(answer(policy, 'ops', 'web01')).toEqual(['allow', 'access-by-default', { file: FILE }])
    expect(answer(policyOf(), 'ops', 'web01')[0]).toBe('allow')
  })

  test('a restriction takes an agent from a user with no grant', () => {
    expect(answer(policyOf('', '!ops db01'), 'ops', 'db01')).toEqual(['deny', 'restricted', at(2)])
  })

  test('grants add up, and take all other agents away', () => {
    const policy = policyOf('ops "web01 example.test plant1"', 'ops "* * plant2"')
    expect(answer(policy, 'ops', 'web01:example.test:plant1')).toEqual(['allow', 'granted', at(1)])
    expect(answer(policy, 'ops', 'db01:none:plant2')).toEqual(['allow', 'granted', at(2)])
    expect(answer(policy, 'ops', 'web01:none:plant1')).toEqual(['deny', 'not-granted', at(1)])
  })

  test('a restriction beats a grant, whatever the order', () => {
    expect(answer(policyOf('!ops web01', 'ops web01'), 'ops', 'web01')[1]).toBe('restricted')
    expect(answer(policyOf('ops web01', '!ops web01'), 'ops', 'web01')[1]).toBe('restricted')
  })

  test('a bare name is that agent in every dns and domain', () => {
    const policy = policyOf('ops web01')
    expect(answer(policy, 'ops', 'web01:example.test:plant2')[0]).toBe('allow')
  })

  test('a star as the user stands for all users, in grants and in restrictions', () => {
    const policy = policyOf('* web01', '!* db01', 'ops mail01')
    expect(answer(policy, 'night', 'web01')).toEqual(['allow', 'granted', at(1)])
    expect(answer(policy, 'ops', 'web01')).toEqual(['allow', 'granted', at(1)])
    expect(answer(policy, 'ops', 'mail01')).toEqual(['allow', 'granted', at(3)])
    expect(answer(policy, 'night', 'mail01')).toEqual(['deny', 'not-granted', at(1)])
    expect(answer(policy, 'night', 'db01')).toEqual(['deny', 'restricted', at(2)])
  })

  test('another case steps round neither a restriction nor the limit that a grant sets', () => {
    expect(answer(policyOf('!ops DB01'), 'OPS', 'db01')[1]).toBe('restricted')
    expect(answer(policyOf('ops web01'), 'Ops', 'db01')).toEqual(['deny', 'not-granted', at(1)])
    expect(answer(policyOf('ops web01'), 'Ops', 'web01')).toEqual(['deny', 'not-granted', at(1)])
  })

  test('further columns decide nothing', () => {
    const policy = policyOf('ops web01 COM.TIBCO.hawk.microagent.Custom +')
    expect(answer(policy, 'ops', 'web01')[0]).toBe('allow')
  })

  test('a line with a user alone is for every agent', () => {
    expect(answer(policyOf('ops'), 'ops', 'web01')).toEqual(['allow', 'granted', at(1)])
    expect(answer(policyOf('!ops'), 'ops', 'web01')).toEqual(['deny', 'restricted', at(1)])
  })

  test.each([
    ['user', asked('', 'web01')],
    ['user', asked('*', 'web01')],
    ['node.name', asked('ops', '*')],
    ['node', { user: claimed('ops') } as access.AccessRequest],
    ['request', undefined as unknown as access.AccessRequest],
  ])('a request with a bad %s is refused where everybody reaches everything', (field, request) => {
    const { outcome, reasons } = access.check(policyOf(), request)
    expect([outcome, reasons]).toEqual([
      'deny',
      [{ code: 'request-malformed', source: { request: field } }],
    ])
    expect(access.explain(policyOf('* web01'), request).lines).toEqual([])
  })

  test('without a file everything is refused, although the default of a file is the opposite', () => {
    const none = noPolicy('policy-missing', FILE)
    const { outcome, reasons } = access.check(none, asked('ops', 'web01'))
    expect([outcome, reasons]).toEqual([
      'deny',
      [{ code: 'policy-missing', source: { file: FILE } }],
    ])
    expect(access.explain(none, asked('ops', 'web01')).lines).toEqual([])
    expect(access.whoCan(none, asked('ops', 'web01').node)).toMatchObject({ everyone: false })
  })

  test('an object that parse did not make is misuse, not a policy', () => {
    const forged = { file: FILE, lines: [], entries: [] }
    expect(() => access.check(forged, asked('ops', 'web01'))).toThrow(TypeError)
  })
})

test('an explanation has every line for the user and names the one that decided', () => {
  const policy = policyOf('Ops  web01', 'night db01', '!*  "web01 * plant2"  x')
  expect(access.explain(policy, asked('ops', 'web01:none:plant2'))).toEqual({
    decision: access.check(policy, asked('ops', 'web01:none:plant2')),
    decidedBy: 3,
    lines: [
      { line: 1, text: 'Ops  web01', effect: 'grant', misses: ['user'] },
      { line: 3, text: '!*  web01:*:plant2  x', effect: 'restriction', misses: [] },
    ],
  })
  expect(access.explain(policyOf(), asked('ops', 'web01'))).toMatchObject({ lines: [] })
  expect('decidedBy' in access.explain(policyOf(), asked('ops', 'web01'))).toBe(false)
})

describe('a file is refused', () => {
  test.each([
    ['! ops web01', 'restriction-without-user', 1],
    ['!', 'restriction-without-user', 1],
    ['ops "web01', 'quote-unterminated', 5],
    ['ops "web01"x', 'quote-misplaced', 11],
    ['ops ""', 'field-empty', 5],
    ['o*s web01', 'user-malformed', 1],
    ['ops +', 'node-malformed', 5],
    ['ops a:b', 'node-malformed', 5],
    ['ops "a b c d"', 'node-malformed', 5],
    ['<LogService> -log_dir x', 'directive-unknown', 1],
    ['ops w\u0007b', 'control-character', 6],
    ['öps web01', 'not-ascii', 1],
  ])('%j: %s', (line, code, column) => {
    try {
      policyOf('# good', line)
      expect.unreachable()
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      const first = error.diagnostics.find((each) => each.code === code)
      expect(first?.source).toEqual({ file: FILE, line: 2, column })
    }
  })
})

function found(...lines: string[]): (string | number)[][] {
  const findings = access.lint(policyOf(...lines))
  return findings.map(({ code, severity, source }) => [code, severity, source.line])
}

describe('findings', () => {
  test('the opposite default is one, unless a line is for everybody', () => {
    expect(found('ops web01')).toEqual([['others-reach-everything', 'warning', 1]])
    expect(found('!* db01')).toEqual([['others-reach-everything', 'warning', 1]])
    expect(found('* web01')).toEqual([])
    expect(found('!*')).toEqual([])
    expect(found('!* *:*:*')).toEqual([])
  })

  test('columns that decide nothing are one, and the fix changes no answer', () => {
    const lines = ['* web01 COM.TIBCO.hawk.microagent.SysInfo *', '!ops db01 M.Custom "a b"']
    expect(found(...lines)).toEqual([
      ['columns-ignored', 'warning', 1],
      ['columns-ignored', 'note', 2],
    ])
    const text = lines.join('\n')
    const edit = access.lint(access.parse(text, { file: FILE })).flatMap(({ fix = [] }) => fix)
    const mended = access.parse(applyEdit(text, edit), { file: FILE })
    expect(access.format(mended)).toBe('*  web01\n!ops  db01\n')
  })

  test('a grant that a restriction takes whole is one', () => {
    expect(found('* web01', 'ops db01', '!OPS *:*:default', '!* DB01')).toEqual([
      ['grant-unreachable', 'warning', 2],
      ['names-differ-in-case', 'note', 3],
      ['names-differ-in-case', 'note', 4],
    ])
    expect(found('* web01', 'ops db01', '!ops db01:none:*')).toEqual([])
  })

  test('names that differ in case are one', () => {
    expect(found('* web01', 'ops Web01')).toEqual([['names-differ-in-case', 'warning', 2]])
  })

  test('each is one line for people', () => {
    const [finding] = access.lint(policyOf('ops web01'))
    expect(finding === undefined ? '' : access.describeFinding(finding)).toContain(`${FILE}:1`)
    expect(access.describe({ code: 'granted' })).toBe(access.CODES.granted)
  })
})

test('a line that is as long as it may be is written no longer', () => {
  const line = `ops web01${' x'.repeat(2043)}`
  const policy = access.parse(line, { file: 'T' })
  expect(access.parse(access.format(policy), { file: 'T' })).toEqual(policy)
})
