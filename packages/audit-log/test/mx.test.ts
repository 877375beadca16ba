import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  formatMxRecord,
  formatMxTime,
  MX_ACTIONS,
  MX_CATEGORIES,
  MX_LEVELS,
  MX_OBJECT_TYPES,
  MX_RESULTS,
  MX_VOCABULARIES,
  mxGap,
  mxTaskMessage,
  parseMxLog,
  type MxRecord,
} from '../src/index.ts'

const RECORD: MxRecord = {
  time: '2026-01-02 03:04:05 UTC',
  category: 'CONFIG',
  result: 'SUCCESS',
  action: 'ADD',
  objectType: 'AUTHORIZATION',
  object: 'web farm',
  level: 'SUMMARY',
  user: 'CORP\\ann',
  session: '590',
  transaction: '17',
  fullName: 'Ann Other',
  message: 'Added a toolbox.',
}

/** Well-formed texts, hostile ones among them; mx.log is UTF-8 and has no way to write half a character. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        '\n',
        '\r\n',
        '\u2028',
        '@!@',
        '@!@!@',
        ',',
        '%',
        '%2C',
        '<>',
        ' ',
        '\t',
        '\0',
        '\\',
        'ü',
        '\u202e',
      ),
      { maxLength: 7 },
    )
    .map((parts) => parts.join('')),
)
const filled = text.filter((value) => value !== '')

const record: fc.Arbitrary<MxRecord> = fc.record(
  {
    time: fc.integer({ min: 0, max: 4e12 }).map(formatMxTime),
    category: fc.constantFrom(...MX_CATEGORIES),
    result: fc.constantFrom(...MX_RESULTS),
    action: fc.constantFrom(...MX_ACTIONS),
    objectType: fc.constantFrom(...MX_OBJECT_TYPES),
    object: text,
    level: fc.constantFrom(...MX_LEVELS),
    user: text,
    session: filled,
    transaction: filled,
    fullName: filled,
    message: text,
  },
  {
    requiredKeys: [
      'time',
      'category',
      'result',
      'action',
      'objectType',
      'level',
      'user',
      'message',
    ],
  },
)

it('writes the key and the fields in the published order, and the message on the next line', () => {
  expect(formatMxRecord(RECORD)).toEqual([
    '@!@,2026-01-02 03:04:05 UTC,CONFIG,SUCCESS,ADD,AUTHORIZATION,web farm,SUMMARY,CORP\\ann,590,17,Ann Other',
    'Added a toolbox.',
  ])
})

it('gives back every record of a log exactly, and no text forges a record or a field', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), (records) => {
      const written = records.map((one) => formatMxRecord(one))
      const lines = written.flat()
      expect(lines.every((line) => !/[\r\n\u2028\u2029\u0085]/.test(line))).toBe(true)
      expect(lines.filter((line) => line.includes('@!@'))).toHaveLength(records.length)
      const entries = parseMxLog(`${lines.join('\n')}\n`)
      expect(entries).toEqual(
        records.map((one, index) => ({ line: 2 * index + 1, record: one, unknown: [] })),
      )
    }),
  )
})

it('never throws for a text under the limit', () => {
  const piece = fc.oneof(text, fc.constant('@!@,a,b,c,d,e,f,g,h'), fc.string())
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      expect(parseMxLog(pieces.join('\n')).every(({ line }) => line > 0)).toBe(true)
    }),
  )
})

it('reads what the original writes: blanks after commas, fields left out, messages of several lines', () => {
  const log = [
    '@!@,2026-07-11 18:21:50 CET,CONFIG,SUCCESS,ADD,TASK,Nightly inventory,SUMMARY,root,0,11,',
    '@!@,2026-02-23 13:15:43 CST, CONFIG, SUCCESS, ADD, AUTHORIZATION, NODE_GROUP, SUMMARY, HOST\\ann',
    'Ann Other',
    'Added something, with 50%2C of care.',
    '@!@,2026-02-23 13:15:44 CST,SECURITY,SUCCESS,LOGON,<>,<>,SUMMARY,root,,,',
  ].join('\r\n')
  expect(parseMxLog(log, { escaped: false })).toMatchObject([
    {
      line: 1,
      record: { object: 'Nightly inventory', session: '0', transaction: '11' },
      unknown: [],
    },
    {
      line: 2,
      record: { user: 'HOST\\ann', message: 'Ann Other\nAdded something, with 50%2C of care.' },
      unknown: [],
    },
    { line: 5, record: { category: 'SECURITY', action: 'LOGON' }, unknown: ['category', 'action'] },
  ])
  const [, , last] = parseMxLog(log, { escaped: false })
  expect(last).not.toHaveProperty(['record', 'object'])
  expect(last).not.toHaveProperty(['record', 'message'])
})

/** A line with the key and so many fields in all. */
function fields(count: number): string {
  return ['@!@', ...Array.from({ length: count - 1 }, () => 'x')].join(',')
}

it('names what is no record', () => {
  const log = ['stray', fields(8), fields(9), fields(12), fields(13)].join('\n')
  expect(parseMxLog(log).map((entry) => ('fault' in entry ? entry.fault : 'record'))).toEqual([
    'no-record',
    'field-count',
    'record',
    'record',
    'field-count',
  ])
  expect(parseMxLog('')).toEqual([])
})

it('refuses a text over the limit', () => {
  expect(parseMxLog('12345', { maxCharacters: 5 })).toHaveLength(1)
  expect(() => parseMxLog('123456', { maxCharacters: 5 })).toThrow(
    expect.objectContaining({ code: 'ERR_LIMIT' }),
  )
})

it.each(Object.keys(MX_VOCABULARIES))('writes no other word for %s', (field) => {
  const other = { ...RECORD, [field]: 'OTHER' } as MxRecord
  expect(() => formatMxRecord(other)).toThrow(TypeError)
})

it('tells of lost records in a record', () => {
  const moment = '2026-01-02T03:04:05.678Z'
  const lines = mxGap({ lost: 3, from: moment, to: moment, cause: 'ENOSPC' }, 'system')
  expect(parseMxLog(lines.join('\n'))).toMatchObject([
    { record: { result: 'FAILURE', user: 'system', message: expect.stringContaining('ENOSPC') } },
  ])
})

it('keeps the summary of a tool when its log attribute is off, and leaves out what it printed', () => {
  const task = { tool: 'ls', exitCode: 0, output: 'secret' }
  expect(mxTaskMessage(task, true)).toBe('Running Tool:ls\nExit Code:0\nsecret')
  expect(mxTaskMessage(task, false)).toBe('Running Tool:ls\nExit Code:0')
  expect(mxTaskMessage({ tool: 'ls' }, true)).toBe('Running Tool:ls')
})
