import { expect, test } from 'vitest'
import {
  DiagnosticList,
  MAX_DIAGNOSTICS,
  ParseError,
  readLines,
  renderDiagnostic,
  renderParseError,
  type TextCode,
} from '../src/index.ts'

function read(
  input: string | Uint8Array,
  options: object = {},
): { lines: string[]; errors: string[] } {
  const diagnostics = new DiagnosticList<TextCode>('T')
  const lines = readLines(input, { file: 'T', ...options }, diagnostics)
  return { lines, errors: errorOf(diagnostics)?.diagnostics.map(place) ?? [] }
}

const place = ({ code, source }: ParseError['diagnostics'][number]): string =>
  `${source.line}:${source.column} ${code}`

function errorOf(diagnostics: DiagnosticList<TextCode>): ParseError | undefined {
  try {
    diagnostics.throwIfAny()
  } catch (error) {
    if (error instanceof ParseError) return error
  }
  return undefined
}

test.each([
  ['LF', 'a\nb\n'],
  ['CRLF', 'a\r\nb\r\n'],
  ['no last line end', 'a\nb'],
  ['a byte order mark', Buffer.from('\ufeffa\nb\n')],
  ['a byte order mark in a string', '\ufeffa\nb\n'],
])('%s is accepted', (_, input) => {
  expect(read(input)).toEqual({ lines: ['a', 'b'], errors: [] })
})

test('an empty text has no line, an empty line is one', () => {
  expect(read('').lines).toEqual([])
  expect(read('\n').lines).toEqual([''])
})

test.each([
  ['NUL', 'a\0b\n', '1:2 control-character'],
  ['a lone carriage return', 'a\rb\n', '1:2 control-character'],
  ['DEL', 'ok\n\x7f\n', '2:1 control-character'],
  ['a byte above 0x7F', Buffer.from([0x61, 0xe4, 0x0a]), '1:2 not-ascii'],
  ['a character above 0xFF', 'a→\n', '1:2 not-ascii'],
  ['a line over 4 KiB', `ok\n${'x'.repeat(4097)}\n`, '2:1 line-too-long'],
])('%s is an error with its place', (_, input, expected) => {
  expect(read(input).errors).toEqual([expected])
})

test.each([
  ['a control', 'jörg\u0007', '1:5 control-character'],
  ['a bidirectional override', 'a\u202eb', '1:2 control-character'],
  ['a lone surrogate', 'a\ud800', '1:2 control-character'],
  ['a damaged sequence', Buffer.from([0x61, 0xc3, 0x28]), '1:2 not-utf-8'],
])('under UTF-8 %s is an error with its place', (_, input, expected) => {
  expect(read(input, { encoding: 'utf-8' }).errors).toEqual([expected])
})

test('under UTF-8 letters of any script are read', () => {
  const { lines, errors } = read(Buffer.from('jörg\n文\n'), { encoding: 'utf-8' })
  expect({ lines, errors }).toEqual({ lines: ['jörg', '文'], errors: [] })
})

test('a text over the limit is not read', () => {
  expect(read('aaaa', { maxBytes: 3 })).toEqual({ lines: [], errors: ['1:1 text-too-large'] })
})

test('a diagnostic shows the line with carets below the fault', () => {
  const diagnostics = new DiagnosticList<'odd'>('T')
  diagnostics.add('odd', 'odd `\x1b`', { line: 12, column: 4, width: 2 }, '\tab\x1bcd')
  const [first] = (errorOf(diagnostics as never) as ParseError).diagnostics
  expect(renderDiagnostic(first)).toBe(
    ['T:12:4: odd `<U+001B>`', '  12 |  ab<U+001B>cd', '     |    ^^^^^^^^^'].join('\n'),
  )
})

test('a long line is shown around its fault', () => {
  const diagnostics = new DiagnosticList<'odd'>('T')
  diagnostics.add('odd', 'odd', { line: 1, column: 501 }, `${'x'.repeat(500)}!${'y'.repeat(500)}`)
  const lines = renderDiagnostic(
    (errorOf(diagnostics as never) as ParseError).diagnostics[0],
  ).split('\n')
  expect(lines[1]?.length).toBeLessThan(140)
  expect(lines[1]?.charAt(lines[2]?.indexOf('^') ?? 0)).toBe('!')
})

test('errors beyond the limit are counted and said', () => {
  const diagnostics = new DiagnosticList<'odd'>('T')
  for (let line = MAX_DIAGNOSTICS + 5; line > 0; line -= 1) {
    diagnostics.add('odd', 'odd', { line, column: 1 }, 'x')
  }
  const error = errorOf(diagnostics as never) as ParseError
  expect(error.total).toBe(MAX_DIAGNOSTICS + 5)
  expect(error.diagnostics).toHaveLength(MAX_DIAGNOSTICS)
  expect(renderParseError(error)).toContain('and 5 more errors')
  expect(error).toMatchObject({ code: 'ERR_PARSE', name: 'ParseError' })
})

test('errors are listed in the order of the text', () => {
  const diagnostics = new DiagnosticList<'odd'>('T')
  for (const line of [3, 1, 2]) diagnostics.add('odd', 'odd', { line, column: 1 }, 'x')
  const error = errorOf(diagnostics as never)
  expect(error?.diagnostics.map(({ source }) => source.line)).toEqual([1, 2, 3])
})
