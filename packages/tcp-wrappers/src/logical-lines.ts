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

/**
 * Reads a text into lines as libwrap does: a backslash directly before a newline joins, in comments
 * too, and reading ends at a line over {@link MAX_RULE_BYTES} or without newline.
 */
export function* readLogicalLines(text: string): Generator<LogicalLine> {
  const sizeOf = isAscii(text) ? lengthOf : countBytes
  let at = 0
  let number = 0
  while (at < text.length) {
    const start = at
    const firstLine = number + 1
    const pieces: Piece[] = []
    let joined = ''
    let bytes = 0
    for (;;) {
      const newline = text.indexOf('\n', at)
      const content = text.slice(at, newline === -1 ? text.length : newline)
      pieces.push({ line: number + 1, start: joined.length })
      bytes += sizeOf(content)
      const fits = bytes + (newline === -1 ? 0 : 1) <= MAX_RULE_BYTES
      if (!fits || newline === -1) {
        if (joined === '' && content === '') {
          yield { joined, raw: text.slice(start, -1), firstLine, line: number, pieces }
          return
        }
        const fault = fits ? 'unterminated' : 'too-long'
        const line = number + 1
        yield { joined: joined + content, raw: text.slice(start), firstLine, line, pieces, fault }
        return
      }
      at = newline + 1
      number += 1
      if (content.endsWith('\\')) {
        joined += content.slice(0, -1)
        bytes -= 1
        continue
      }
      joined += content
      yield { joined, raw: text.slice(start, newline), firstLine, line: number, pieces }
      break
    }
  }
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text)
}

function lengthOf(text: string): number {
  return text.length
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
