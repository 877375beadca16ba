import { applyEdit, type Finding } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import * as hawk from '../src/index.ts'

const CUSTOM = 'COM.TIBCO.hawk.microagent.Custom'
const RULE_ENGINE = 'COM.TIBCO.hawk.microagent.RuleBaseEngine'
const LOG = '<LogService> -log_dir log'

function parse(text: string): hawk.Policy {
  return hawk.parse(text, { file: 'Trusted.txt' })
}

function lint(lines: readonly string[]): Finding<hawk.LintCode>[] {
  return hawk.lint(parse([...lines, LOG].join('\n')))
}

/** Code, line, related lines. */
type Place = [hawk.LintCode, number, ...number[]]

function places(lines: readonly string[]): Place[] {
  return lint(lines).map(({ code, source, related }) => [
    code,
    source.line,
    ...related.map(({ line }) => line),
  ])
}

/** For each code files that have the finding, with all findings, and files that have none. */
const CASES: Readonly<
  Record<
    Exclude<hawk.LintCode, 'log-service-missing'>,
    { bad: readonly (readonly [string[], ...Place[]])[]; good: readonly string[][] }
  >
> = {
  'full-access-for-everyone': {
    bad: [
      [
        ['*'],
        ['full-access-for-everyone', 1],
        ['commands-open-to-everyone', 1],
        ['commands-open-to-everyone', 1],
      ],
      [
        ['* + * +', `!* * ${CUSTOM}`, `!* * ${RULE_ENGINE}`],
        ['full-access-for-everyone', 1],
      ],
    ],
    good: [['* * * *'], ['ops']],
  },
  'commands-open-to-everyone': {
    bad: [
      [[`* web01 ${CUSTOM} executeForString`], ['commands-open-to-everyone', 1]],
      [
        [`* + ${RULE_ENGINE}`, `!* + ${RULE_ENGINE} +`, `!ops * ${RULE_ENGINE}`],
        ['commands-open-to-everyone', 1],
      ],
      [
        ['* * * +', `!* * ${CUSTOM}`, `!* * ${RULE_ENGINE} getCommands`],
        ['commands-open-to-everyone', 1],
        ['commands-half-closed', 2, 1],
      ],
    ],
    good: [
      ['* * * *'],
      [`* * ${CUSTOM} getLog`, `* * ${RULE_ENGINE} addRuleBase`],
      ['* * * +', `!* * ${CUSTOM} +`, `!* * ${RULE_ENGINE} execute`],
      [`ops * ${CUSTOM} execute`],
    ],
  },
  'commands-half-closed': {
    bad: [
      [
        ['ops * * +', 'night * * +', `!ops * ${CUSTOM} +`],
        ['commands-half-closed', 3, 1],
      ],
      [
        [
          'ops + * +',
          `!ops + ${CUSTOM} +`,
          `!ops + ${RULE_ENGINE} execute`,
          `!ops * ${CUSTOM} executeForString`,
        ],
        ['commands-half-closed', 4, 1],
      ],
    ],
    good: [
      ['ops * * *', `!ops * ${CUSTOM} *`],
      ['ops * * +', `!ops * ${CUSTOM} +`, `!ops * ${RULE_ENGINE} +`],
      ['ops * * +', `!ops * ${CUSTOM} getLog`],
    ],
  },
  'wildcard-opens-what-another-line-names': {
    bad: [
      [
        ['* * * *', `none * ${CUSTOM} +`],
        ['wildcard-opens-what-another-line-names', 1, 2],
      ],
      [
        ['ops * M.A', 'night web01 M.A', 'day * M.B run', '* * M.A'],
        ['grant-redundant', 1, 4],
        ['wildcard-opens-what-another-line-names', 4, 1, 2],
      ],
    ],
    good: [
      ['* web01 * *', 'ops web02 M.A'],
      ['ops * * *', 'night * M.A +'],
      ['* * M.B', 'ops * M.A'],
    ],
  },
  'grant-unreachable': {
    bad: [
      [
        ['ops web01 M.A run', '!* * M.A'],
        ['grant-unreachable', 1, 2],
      ],
      [
        ['Ops web01', '!ops WEB01:*:*'],
        ['names-differ-in-case', 2, 1],
        ['names-differ-in-case', 2, 1],
        ['grant-unreachable', 1, 2],
      ],
    ],
    good: [
      ['ops', '!ops + * +'],
      ['ops * M.A', '!ops * M.A +'],
      ['ops web01', '!ops web01:none:*'],
    ],
  },
  'grant-redundant': {
    bad: [
      [
        ['ops web01 M.A *', 'night', 'ops * * *', 'ops'],
        ['grant-redundant', 1, 4],
        ['grant-redundant', 3, 4],
      ],
      [
        ['ops web01', '* + * +', `!* * ${CUSTOM}`, `!* * ${RULE_ENGINE}`],
        ['grant-redundant', 1, 2],
        ['full-access-for-everyone', 2],
      ],
      [
        ['ops + * +', 'ops'],
        ['grant-redundant', 2, 1],
      ],
      [
        ['ops *', 'ops web01', '!ops + '],
        ['grant-redundant', 2, 1, 3],
      ],
    ],
    good: [
      ['ops * * *', 'ops web01 * *'],
      ['ops', 'Night'],
      ['ops * M.A', 'ops * M.B'],
    ],
  },
  'restriction-redundant': {
    bad: [
      [
        ['ops', '!ops * M.A +', '!ops * M.A'],
        ['restriction-redundant', 2, 3],
      ],
      [
        ['ops web01', '!ops * M.A', '!ops web01 M.A'],
        ['restriction-redundant', 3, 2],
      ],
      [
        ['ops web01', '!ops web01 M.A', '!ops * M.A'],
        ['restriction-redundant', 2, 3],
      ],
      [
        ['ops web01 * *', '!ops web01 M.A', '!ops + M.A *'],
        ['restriction-redundant', 3, 2],
      ],
    ],
    good: [['ops', '!ops * M.A', '!ops + M.B']],
  },
  'restriction-without-effect': {
    bad: [
      [
        ['ops * * *', '!night', '!ops * * +'],
        ['restriction-without-effect', 2],
        ['restriction-without-effect', 3],
      ],
      [
        ['ops * M.A', '!ops * M.B'],
        ['restriction-without-effect', 2],
      ],
    ],
    good: [
      ['ops * * *', '!* + '],
      ['ops web01', '!ops *:none:*'],
    ].slice(1),
  },
  'line-repeated': {
    bad: [
      [
        ['ops web01', '# again', 'ops  web01:*:*'],
        ['line-repeated', 3, 1],
      ],
    ],
    good: [['ops web01', 'ops web02']],
  },
  'names-differ-in-case': {
    bad: [
      [
        ['ops', 'Ops', 'OPS * M.A'],
        ['names-differ-in-case', 2, 1],
        ['names-differ-in-case', 3, 1],
      ],
      [
        ['ops web01', 'ops Web01:none:*'],
        ['names-differ-in-case', 2, 1],
      ],
      [
        ['ops * M.A', '!ops * m.a'],
        ['names-differ-in-case', 2, 1],
        ['restriction-without-effect', 2],
      ],
      [
        ['ops * M.A run', 'ops * M.A Run'],
        ['names-differ-in-case', 2, 1],
      ],
    ],
    good: [
      ['* * M.A', '!ops web01', '!OPS WEB02'],
      ['ops', 'CORP\\ops'],
    ],
  },
}

const byPlace = (a: Place, b: Place): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

describe.each(Object.entries(CASES))('%s', (code, { bad, good }) => {
  test.each(bad.map(([lines, ...findings]) => ({ lines, findings })))(
    'is found in $lines',
    ({ lines, findings }) => {
      expect(places(lines).toSorted(byPlace)).toEqual(findings.toSorted(byPlace))
      expect(findings.some(([found]) => found === code)).toBe(true)
    },
  )

  test.each(good.map((lines) => [lines]))('is not found in %j', (lines) => {
    expect(places(lines)).toEqual([])
  })
})

test('a file without a log is noted, one with a log is not', () => {
  expect(hawk.lint(parse(''))).toEqual([
    {
      code: 'log-service-missing',
      severity: 'note',
      source: { file: 'Trusted.txt', line: 1 },
      related: [],
    },
  ])
  expect(hawk.lint(parse(LOG))).toEqual([])
})

const severities = (lines: readonly string[]): string[] => lint(lines).map((each) => each.severity)

test('what opens is an error, what gives any user ACTION is worse than INFO', () => {
  expect(severities(['* * * *', `none * ${CUSTOM} +`])).toEqual(['warning'])
  expect(severities(['* * M.A +', 'none * M.A +'])).toEqual(['error', 'note'])
  expect(severities(['ops', '!ops'])).toEqual(['warning'])
  expect(severities(['ops', 'Ops'])).toEqual(['warning'])
  expect(severities(['ops', '!Ops * M.A'])).toEqual(['note'])
  expect(severities(['ops * M.A', 'ops * m.a', '!ops * m.A +']).slice(0, 2)).toEqual([
    'warning',
    'warning',
  ])
})

const isOpening = ({ code }: Finding): boolean => /commands|wildcard/.test(code)

describe('the fix mends', () => {
  test.each([
    ['the recipe', ['* * * +', `!* * ${RULE_ENGINE} +`, `none * ${CUSTOM} +`]],
    ['commands for everyone', ['* * * +', 'ops', `!ops web01 ${CUSTOM}`]],
    ['commands half closed', ['ops * * +', `!ops + ${CUSTOM} +`, `!ops web01 ${CUSTOM} +`]],
  ])('%s', (_, lines) => {
    const text = [...lines, LOG, ''].join('\n')
    const findings = hawk.lint(parse(text)).filter(isOpening)
    expect(findings.length).toBeGreaterThan(0)
    const mended = findings.reduceRight((edited, { fix }) => applyEdit(edited, fix ?? []), text)
    expect(hawk.lint(parse(mended)).filter(isOpening)).toEqual([])
  })
})

test('the recipe is closed to every user by the line that the fix adds', () => {
  const finding = lint(['* * * *', `none * ${CUSTOM} +`])[0]
  expect(finding?.fix).toEqual([{ change: 'insert', after: 2, text: `!*  *  ${CUSTOM}  *` }])
})

test('the facts name microagent and methods, and the sentence holds them', () => {
  const [finding] = lint([`* * ${CUSTOM} +`])
  expect(finding?.facts).toEqual({
    microagent: CUSTOM,
    methods: 'execute executeForString executeForNumber',
  })
  expect(finding === undefined ? '' : hawk.describeFinding(finding)).toContain('Trusted.txt:1')
})
