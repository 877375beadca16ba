import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  errorBody,
  LoginAnswerSchema,
  LoginRequestSchema,
  MAX_ARGUMENTS,
  MAX_SIGNED_BODY_BYTES,
  MAX_TOOL_ARGUMENT_CHARACTERS,
  MAX_TOOL_CHARACTERS,
  MAX_VALUE_CHARACTERS,
  PATHS,
  readMessage,
  TaskAnswerSchema,
  TaskRequestSchema,
  ValueAnswerSchema,
  ValueRequestSchema,
  type LoginAnswer,
  type TaskAnswer,
} from '../src/index.ts'

const VALUE_REQUEST = { certificate: '0f'.repeat(32) }
const VALUE = { value: 'A-_.~09', endsInMs: 60_000, audience: `sha256:${'0f'.repeat(32)}` }
const TASK = { user: 'ann', level: 'operator', tool: 'restart web', target: 'web-1' }
const LOGIN = { user: 'ann', level: 'administrator', target: 'web-1' }

const faultOf = (read: ReturnType<typeof readMessage>) =>
  'error' in read ? [read.error.code, read.error.field] : undefined

describe('a request for a value', () => {
  it('is read as it is', () => {
    const read = readMessage(ValueRequestSchema, JSON.stringify(VALUE_REQUEST))
    expect(read).toEqual({ message: VALUE_REQUEST })
  })

  it.each([
    [{}, 'certificate'],
    [{ certificate: '0F'.repeat(32) }, 'certificate'],
    [{ certificate: '0f'.repeat(31) }, 'certificate'],
    [{ certificate: `${'0f'.repeat(32)}\n` }, 'certificate'],
    [{ ...VALUE_REQUEST, user: 'ann' }, 'user'],
  ])('is refused with the field at fault: %j', (value, field) => {
    const read = readMessage(ValueRequestSchema, JSON.stringify(value))
    expect(faultOf(read)).toEqual(['invalid-request', field])
  })
})

describe('a value', () => {
  it('is read as it is', () => {
    expect(ValueAnswerSchema.parse(VALUE)).toEqual(VALUE)
  })

  it.each([
    ['that is empty', { ...VALUE, value: '' }],
    ['with a quote', { ...VALUE, value: 'a"b' }],
    ['with a backslash', { ...VALUE, value: 'a\\b' }],
    ['with a line break', { ...VALUE, value: 'a\r\nb' }],
    ['with a letter outside ASCII', { ...VALUE, audience: 'ä' }],
    ['that is too long', { ...VALUE, value: 'x'.repeat(MAX_VALUE_CHARACTERS + 1) }],
    ['that lives too long', { ...VALUE, endsInMs: 300_001 }],
    ['without its audience', { ...VALUE, audience: undefined }],
  ])('%s is refused', (_, value) => {
    expect(ValueAnswerSchema.safeParse(value).success).toBe(false)
  })
})

describe('a task', () => {
  it.each([
    TASK,
    { ...TASK, tool: 'no such tool!' },
    { ...TASK, arguments: {} },
    { ...TASK, arguments: { read: 'settings', text: '' } },
  ])('is read as it is: %j', (message) => {
    expect(readMessage(TaskRequestSchema, JSON.stringify(message))).toEqual({ message })
  })

  it('with one argument as long as it may be fits into its body', () => {
    const settings = `${'"'.repeat(MAX_TOOL_ARGUMENT_CHARACTERS / 4)}${'x'.repeat((MAX_TOOL_ARGUMENT_CHARACTERS * 3) / 4)}`
    const text = JSON.stringify({ ...TASK, arguments: { settings } })
    expect(readMessage(TaskRequestSchema, text)).toHaveProperty('message')
    expect(text.length).toBeLessThanOrEqual(MAX_SIGNED_BODY_BYTES)
  })

  const many = Array.from({ length: MAX_ARGUMENTS + 1 }, (_, n) => [`a${n}`, ''])

  it.each([
    [{ ...TASK, level: 'root' }, 'level'],
    [{ ...TASK, user: '' }, 'user'],
    [{ ...TASK, tool: 'x'.repeat(MAX_TOOL_CHARACTERS + 1) }, 'tool'],
    [{ ...TASK, target: undefined }, 'target'],
    [{ ...TASK, arguments: { a: 1 } }, 'arguments.a'],
    [{ ...TASK, arguments: { 'a b': '' } }, 'arguments.a b'],
    [{ ...TASK, arguments: { a: 'x'.repeat(MAX_TOOL_ARGUMENT_CHARACTERS + 1) } }, 'arguments.a'],
    [{ ...TASK, arguments: Object.fromEntries(many) }, 'arguments'],
    [{ ...TASK, value: 'x' }, 'value'],
  ])('is refused with the field at fault', (value, field) => {
    const read = readMessage(TaskRequestSchema, JSON.stringify(value))
    expect(faultOf(read)).toEqual(['invalid-request', field])
  })
})

const system = { name: 'web-1', dns: 'none', domain: 'default' }
const ANSWER: TaskAnswer = { system, outcome: 'allow', reasons: [{ code: 'request-verified' }] }

describe('an answer to a task', () => {
  it.each<TaskAnswer>([
    ANSWER,
    { ...ANSWER, result: { exitCode: 0, output: '', truncated: false } },
    { ...ANSWER, error: errorBody('execution-failed') },
    { ...ANSWER, outcome: 'deny', reasons: [{ code: 'value-used', source: { request: 'x' } }] },
  ])('is read as it is', (answer) => {
    expect(TaskAnswerSchema.parse(answer)).toEqual(answer)
  })

  it.each([
    ['without a reason', { ...ANSWER, reasons: [] }],
    ['with another outcome', { ...ANSWER, outcome: 'maybe' }],
    ['with an unknown field', { ...ANSWER, statement: {} }],
    ['that is an error', { error: errorBody('not-found') }],
  ])('%s is refused', (_, value) => {
    expect(TaskAnswerSchema.safeParse(value).success).toBe(false)
  })
})

describe('a hand-over', () => {
  it.each([LOGIN, { ...LOGIN, browserAddress: '2001:db8::1' }])(
    'is read as it is: %j',
    (message) => {
      expect(readMessage(LoginRequestSchema, JSON.stringify(message))).toEqual({ message })
    },
  )

  it.each([
    [{ ...LOGIN, level: 'Administrator' }, 'level'],
    [{ ...LOGIN, target: '' }, 'target'],
    [{ ...LOGIN, browserAddress: '' }, 'browserAddress'],
    [{ ...LOGIN, browserAddress: 'x'.repeat(65) }, 'browserAddress'],
    [{ ...LOGIN, tool: 'x' }, 'tool'],
  ])('is refused with the field at fault: %j', (value, field) => {
    const read = readMessage(LoginRequestSchema, JSON.stringify(value))
    expect(faultOf(read)).toEqual(['invalid-request', field])
  })

  const path = `/sign-in?ticket=${'A'.repeat(43)}`
  const answer: LoginAnswer = { ...ANSWER, path, endsInMs: 30_000 }

  it('is answered with a path on the same system', () => {
    expect(LoginAnswerSchema.parse(answer)).toEqual(answer)
    expect(LoginAnswerSchema.parse(ANSWER)).toEqual(ANSWER)
  })

  it.each([
    `//evil.example${path}`,
    `https://evil.example${path}`,
    `\\\\evil.example${path}`,
    `/sign-in?ticket=${'A'.repeat(42)}`,
    `${path}&to=//evil.example`,
    `${path}\n`,
    `/redirect?ticket=${'A'.repeat(43)}`,
  ])('is not answered with a path to elsewhere: %j', (elsewhere) => {
    expect(LoginAnswerSchema.safeParse({ ...answer, path: elsewhere }).success).toBe(false)
  })
})

it('names every path in the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  expect(Object.values(PATHS).filter((path) => readme.indexOf(` ${path}\``) === -1)).toEqual([])
})
