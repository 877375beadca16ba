/** Size of libwrap's line buffer, its final zero byte included. */
const BUFFER_BYTES = 2048

/** Longest line with its continuations and its newline, in bytes. */
export const MAX_RULE_BYTES: number = BUFFER_BYTES - 1

/** Where a part of a line with continuations comes from. */
export interface Piece {
  /** Line number, from 1. */
  readonly line: number
  /** Index in the joined text at which the part starts. */
  readonly start: number
}

/** One line with its continuations. */
export interface LogicalLine {
  /** The joined text without newlines. */
  readonly joined: string
  /** As it stands in the file, without the last newline. */
  readonly raw: string
  readonly firstLine: number
  readonly line: number
  readonly pieces: readonly Piece[]
  /** Set when libwrap reads neither this line nor what follows; `raw` is then all the rest. */
  readonly fault?: 'too-long' | 'unterminated'
}

/** Where reading a text has come to. */
export interface Position {
  /** Index of the first character that was not read. */
  readonly at: number
  /** How many lines were read. */
  readonly lines: number
}

/** A text that is read line by line as libwrap does. */
export class LogicalLines {
  readonly text: string
  /** Whether every character is one byte. */
  readonly isAscii: boolean

  constructor(text: string) {
    this.text = text
    this.isAscii = /^[\0-\x7f]*$/.test(text)
  }

  /**
   * Reads one line: a backslash directly before a newline joins, in comments too, and reading ends
   * at a line over {@link MAX_RULE_BYTES} or without newline.
   *
   * @returns The line and where the next one starts; `undefined` at the end.
   */
  read({ at: start, lines }: Position): { line: LogicalLine; next: Position } | undefined {
    const { text } = this
    if (start >= text.length) return undefined
    const end = { at: text.length, lines }
    const firstLine = lines + 1
    const pieces: Piece[] = []
    let at = start
    let number = lines
    let joined = ''
    let bytes = 0
    for (;;) {
      const newline = text.indexOf('\n', at)
      const content = text.slice(at, newline === -1 ? text.length : newline)
      pieces.push({ line: number + 1, start: joined.length })
      bytes += this.isAscii ? content.length : countBytes(content)
      const fits = bytes + (newline === -1 ? 0 : 1) <= MAX_RULE_BYTES
      if (!fits || newline === -1) {
        if (joined === '' && content === '') {
          const raw = text.slice(start, -1)
          return { line: { joined, raw, firstLine, line: number, pieces }, next: end }
        }
        const fault = fits ? 'unterminated' : 'too-long'
        const raw = text.slice(start)
        const line = { joined: joined + content, raw, firstLine, line: number + 1, pieces, fault }
        return { line: line as LogicalLine, next: end }
      }
      at = newline + 1
      number += 1
      if (!content.endsWith('\\')) {
        const raw = text.slice(start, newline)
        const line = { joined: joined + content, raw, firstLine, line: number, pieces }
        return { line, next: { at, lines: number } }
      }
      joined += content.slice(0, -1)
      bytes -= 1
    }
  }

  /** All lines. */
  *all(): Generator<LogicalLine> {
    let position: Position = { at: 0, lines: 0 }
    for (;;) {
      const read = this.read(position)
      if (read === undefined) return
      yield read.line
      position = read.next
    }
  }
}

/** How many bytes a text takes as UTF-8. */
function countBytes(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) as number
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}
