import { expect, test } from 'vitest'
import { ParseError, parseExpectations, type Expectation } from '../src/index.ts'

const parse = (text: string): Expectation[] => parseExpectations(text, { file: 'E' })

function errorsOf(text: string): string[] {
  try {
    parse(text)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return error.diagnostics.map(({ code, source }) => `${source.line}:${source.column} ${code}`)
  }
  return []
}

test('an expectation is an outcome and fields, in any blanks and quotes', () => {
  expect(parse('# why\n\n  expect\tdeny user="night shift"  method=execute \n')).toEqual([
    {
      source: { file: 'E', line: 3 },
      expected: 'deny',
      fields: new Map([
        ['user', 'night shift'],
        ['method', 'execute'],
      ]),
    },
  ])
  expect(parse('expect allow')[0]?.fields.size).toBe(0)
})

test.each([
  ['another first word', 'assert deny user=a', '1:1 expectation-malformed'],
  ['another outcome', 'expect maybe user=a', '1:1 expectation-malformed'],
  ['a field without a value', 'expect deny user=', '1:13 expectation-field-malformed'],
  ['a word that is no field', 'expect deny user=a b', '1:20 expectation-field-malformed'],
  ['a quote without its end', 'expect deny user="a b', '1:13 expectation-field-malformed'],
  ['a quote inside a value', 'expect deny user=a"b"', '1:13 expectation-field-malformed'],
  ['a repeated field', 'expect deny a=1 a=2', '1:17 expectation-field-repeated'],
])('%s is refused', (_, text, expected) => {
  expect(errorsOf(text)[0]).toBe(expected)
})

test('every error of a file is reported', () => {
  expect(errorsOf('expect\nexpect deny =1\nexpect deny a=1\n\u0007')).toHaveLength(4)
})
