import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as hawk from '../src/index.ts'

const record: hawk.LogRecord = {
  date: new Date('2002-12-03T16:14:13.900Z'),
  user: 'PLANT\\ops',
  node: { name: 'web01', dns: 'none', domain: 'default' },
  microagent: 'COM.TIBCO.hawk.microagent.Custom',
  method: 'execute',
  outcome: 'allow',
}
const LINE =
  'Tue Dec 03 16:14:13 UTC 2002: Trusted operation: userID=PLANT\\ops, node=web01:none:default, ' +
  'microagent=COM.TIBCO.hawk.microagent.Custom, method=execute'

test('a line is written in UTC, permitted or refused', () => {
  expect(hawk.formatLogLine(record)).toBe(`${LINE}.`)
  expect(hawk.formatLogLine({ ...record, outcome: 'deny' })).toBe(`${LINE} - permission denied.`)
})

test('a date that is none is misuse', () => {
  expect(() => hawk.formatLogLine({ ...record, date: new Date(Number.NaN) })).toThrow(TypeError)
})

test('both published forms are read, with a blank after any equals sign or without', () => {
  const read = { dateText: 'Tue Dec 03 16:14:13 UTC 2002', date: new Date('2002-12-03T16:14:13Z') }
  const { date: _, ...rest } = record
  expect(hawk.parseLogLine(`${LINE}.`)).toEqual({ ...rest, ...read })
  const blanks = LINE.replaceAll('=', '= ')
  expect(hawk.parseLogLine(`${blanks} - permission denied.`)).toEqual({
    ...rest,
    ...read,
    outcome: 'deny',
  })
})

const dateOf = (text: string, zones = {}): Date | undefined =>
  hawk.parseLogLine(`${LINE.replace(/^.{28}/, text)}.`, { zones })?.date

describe('the date', () => {
  test.each([
    ['Tue Dec 31 11:14:13 EST 2002', '2002-12-31T16:14:13Z'],
    ['Sat Jul 01 00:00:00 GMT+01:30 2023', '2023-06-30T22:30:00Z'],
    ['Sat Jul 01 00:00:00 GMT-01:00 2023', '2023-07-01T01:00:00Z'],
  ])('%s is the instant %s', (text, instant) => {
    expect(dateOf(text)).toEqual(new Date(instant))
  })

  test('has no instant in a zone that is not known, and one where it is made known', () => {
    expect(dateOf('Sat Jul 01 00:00:00 XYZ 2023')).toBeUndefined()
    expect(dateOf('Sat Jul 01 02:00:00 CEST 2023', { CEST: 120 })).toEqual(new Date('2023-07-01'))
  })

  test.each([
    'Sat Feb 30 00:00:00 UTC 2023',
    'Sat Zzz 01 00:00:00 UTC 2023',
    'Sat Feb 01 25:00:00 UTC 2023',
  ])('is none when there is no %s', (text) => {
    expect(hawk.parseLogLine(`${LINE.replace(/^.{28}/, text)}.`)?.dateText).toBe(text)
    expect(dateOf(text)).toBeUndefined()
  })
})

test.each([
  ['', 'nothing'],
  [LINE, 'no end'],
  [`${LINE}. `, 'something after the end'],
  [`x ${LINE}.`, 'something before the date'],
  [LINE.replace('web01:none:default', 'web01') + '.', 'a node of one part'],
  [LINE.replace('ops', 'ops, node=a:b:c') + '.', 'a field twice'],
  [`${LINE} - permission granted.`, 'another end'],
])('%j is no line: %s', (line) => {
  expect(hawk.parseLogLine(line)).toBeUndefined()
})

test('no name forges a field, an outcome or a line', () => {
  const user = 'ops, node=db01:none:default, microagent=M, method=get.\nTue'
  const method = 'run - permission denied'
  const line = hawk.formatLogLine({ ...record, user, method })
  expect(line).toContain(
    'userID=ops%2C node=db01:none:default%2C microagent=M%2C method=get.%0ATue, node=web01:',
  )
  expect(hawk.parseLogLine(line)).toMatchObject({ user, method, outcome: 'allow' })
})

test('a hostile line of a mebibyte is read in one pass', () => {
  const long = ' - permission denied.'.repeat(50_000)
  expect(hawk.parseLogLine(`${LINE}${long} `)).toBeUndefined()
  expect(hawk.parseLogLine(LINE.repeat(5000))).toBeUndefined()
})

test('a percent sign that encodes nothing stays as it is', () => {
  const line = LINE.replace('ops', 'o%ps%FF%')
  expect(hawk.parseLogLine(`${line}.`)?.user).toBe('PLANT\\o%ps%FF%')
})

test('what is written is one line of printable ASCII and is read again', () => {
  const name = fc.string({ unit: 'grapheme' })
  const records = fc.record({
    date: fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
    user: name,
    node: fc.record({ name, dns: name, domain: name }),
    microagent: name,
    method: name,
    outcome: fc.constantFrom('allow' as const, 'deny' as const),
  })
  fc.assert(
    fc.property(records, ({ date, ...rest }) => {
      const line = hawk.formatLogLine({ date, ...rest })
      expect(line).toMatch(/^[ -~]*$/)
      const read = hawk.parseLogLine(line)
      expect(read).toMatchObject(rest)
      expect(read?.date?.getTime()).toBe(Math.floor(date.getTime() / 1000) * 1000)
    }),
    { numRuns: 500 },
  )
})
