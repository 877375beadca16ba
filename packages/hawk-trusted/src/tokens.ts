/** One blank-separated field of a line. */
export interface Token {
  /** The field without its quotes. */
  readonly text: string
  /** Column of the first character, the quote included, from 1. */
  readonly column: number
  /** Characters on the line, quotes included. */
  readonly width: number
  /** Whether the field was written in double quotes. */
  readonly quoted: boolean
}

/** A fault in the quoting of a line. */
export interface QuoteFault {
  readonly code: 'quote-unterminated' | 'quote-misplaced' | 'field-empty'
  readonly column: number
  readonly width: number
}

const BLANKS = /[ \t]*/y
const QUOTED = /"([^"]*)"(?=[ \t]|$)/y
const PLAIN = /[^ \t]+/y

/**
 * Splits a line into fields at blanks and tabs. A field in double quotes may hold blanks; there is
 * no escape inside quotes.
 *
 * @param start - Index at which to begin.
 */
export function tokenize(line: string, start: number): Token[] | QuoteFault {
  const tokens: Token[] = []
  let position = skip(BLANKS, line, start)
  while (position < line.length) {
    const token = line[position] === '"' ? quoted(line, position) : plain(line, position)
    if ('code' in token) return token
    tokens.push(token)
    position = skip(BLANKS, line, position + token.width)
  }
  return tokens
}

function quoted(line: string, position: number): Token | QuoteFault {
  QUOTED.lastIndex = position
  const match = QUOTED.exec(line)
  const column = position + 1
  if (match === null) {
    const end = line.indexOf('"', position + 1)
    if (end === -1) return { code: 'quote-unterminated', column, width: line.length - position }
    return { code: 'quote-misplaced', column: end + 1, width: 1 }
  }
  const text = match[1] ?? ''
  const width = match[0].length
  return text === ''
    ? { code: 'field-empty', column, width }
    : { text, column, width, quoted: true }
}

function plain(line: string, position: number): Token | QuoteFault {
  PLAIN.lastIndex = position
  const text = PLAIN.exec(line)?.[0] ?? ''
  const quote = text.indexOf('"')
  return quote === -1
    ? { text, column: position + 1, width: text.length, quoted: false }
    : { code: 'quote-misplaced', column: position + quote + 1, width: 1 }
}

function skip(pattern: RegExp, line: string, position: number): number {
  const sticky = pattern
  sticky.lastIndex = position
  return position + (sticky.exec(line)?.[0].length ?? 0)
}
