import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  AnswerSchema,
  ErrorAnswerSchema,
  ERRORS,
  errorBody,
  MAX_OPERATION_ANSWERS,
  OperationAnswerSchema,
  StatementAnswerSchema,
  type Answer,
  type ErrorCode,
} from '../src/index.ts'

const system = { name: 'web-1', dns: 'none', domain: 'default' }
const statement = {
  provided: [{ guarantee: 'authorization', by: ['hawk-trusted'] }],
  unmet: [
    {
      guard: 'hawk-trusted',
      guarantee: 'authentication',
      of: 'user name',
      undermines: ['authorization'],
    },
  ],
  lacking: ['authentication', 'integrity', 'privacy', 'freshness'],
  openings: [],
} as const satisfies Answer['statement']

const ANSWER: Answer = { system, outcome: 'allow', reasons: [{ code: 'granted' }], statement }

describe('an answer', () => {
  it.each<Answer>([
    ANSWER,
    { ...ANSWER, result: null },
    { ...ANSWER, result: { a: [1, { b: 'c' }] } },
    { ...ANSWER, error: errorBody('no-such-object', { field: 'arguments.name' }) },
    {
      ...ANSWER,
      outcome: 'deny',
      reasons: [
        { code: 'restricted', guard: 'x', source: { file: 'f', line: 3 }, sentence: 's' },
        { code: 'other', source: { table: 'microagents' } },
      ],
    },
  ])('is read as it is', (answer) => {
    expect(AnswerSchema.parse(answer)).toEqual(answer)
  })

  it.each([
    ['without a reason', { ...ANSWER, reasons: [] }],
    ['with another outcome', { ...ANSWER, outcome: 'maybe' }],
    ['without its system', { ...ANSWER, system: undefined }],
    ['with an unknown field', { ...ANSWER, verdict: 'allow' }],
    ['with an unknown guarantee', { ...ANSWER, statement: { ...statement, lacking: ['luck'] } }],
    ['with an unknown error', { ...ANSWER, error: { code: 'oops', message: 'x' } }],
    ['with a source of no kind', { ...ANSWER, reasons: [{ code: 'x', source: { url: 'y' } }] }],
  ])('%s is refused', (_, value) => {
    expect(AnswerSchema.safeParse(value).success).toBe(false)
  })

  it('is never taken for an error answer, nor the other way round', () => {
    const error = { error: errorBody('agent-down') }
    expect(ErrorAnswerSchema.parse(error)).toEqual(error)
    expect(AnswerSchema.safeParse(error).success).toBe(false)
    expect(ErrorAnswerSchema.safeParse({ ...ANSWER, ...error }).success).toBe(false)
  })
})

describe('an answer to a packed operation', () => {
  it('has one answer for each node', () => {
    const value = { answers: [ANSWER, { ...ANSWER, outcome: 'deny' }] }
    expect(OperationAnswerSchema.parse(value)).toEqual(value)
  })

  it.each([
    ['without an answer', { answers: [] }],
    ['with too many', { answers: Array.from({ length: MAX_OPERATION_ANSWERS + 1 }, () => ANSWER) }],
    ['with an error among them', { answers: [{ error: errorBody('agent-down') }] }],
    ['with an outcome of its own', { answers: [ANSWER], outcome: 'allow' }],
    ['that is an answer', ANSWER],
  ])('%s is refused', (_, value) => {
    expect(OperationAnswerSchema.safeParse(value).success).toBe(false)
  })
})

it('reads a statement of the guards of each kind of request', () => {
  const value = { system, actions: statement, invocations: statement }
  expect(StatementAnswerSchema.parse(value)).toEqual(value)
  const more = { ...value, operations: statement }
  expect(StatementAnswerSchema.parse(more)).toEqual(more)
  expect(StatementAnswerSchema.safeParse({ ...value, policy: '' }).success).toBe(false)
})

it('explains every error code in the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const codes = Object.keys(ERRORS) as ErrorCode[]
  const rows = codes.map((code) => new RegExp(`^\\| \`${code}\` +\\| ${ERRORS[code].status} `, 'm'))
  expect(rows.filter((row) => !row.test(readme))).toEqual([])
})
