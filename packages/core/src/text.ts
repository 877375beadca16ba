import type { DiagnosticList } from './diagnostics.ts'

/** How a policy text is read. */
export interface TextOptions {
  /** Label of the text in every message and reason, usually the file name. */
  readonly file: string
  /** Largest text, in bytes (of a string: characters). Default 16 MiB. */
  readonly maxBytes?: number
  /** Characters that the text may hold. Default `ascii`: bytes above 0x7F are errors. */
  readonly encoding?: 'ascii' | 'utf-8'
}

/** Default size limit of a policy text: 16 MiB, some 300,000 lines, read in well under a second. */
export const MAX_POLICY_BYTES: number = 16 * 1024 * 1024

/** Longest line of a policy text: 4 KiB. */
export const MAX_LINE_CHARACTERS = 4096

/** Errors that any text may have, whatever its grammar. */
export const TEXT_CODES = {
  /** Split the file, or raise the limit when its size is meant. */
  'text-too-large': 'text is larger than the limit',
  /** Break the line up; no entry of these formats needs one so long. */
  'line-too-long': 'line is longer than the limit',
  /** Remove the character; most often the file is not plain text, or only half of it was written. */
  'control-character': 'control character',
  /** Spell the name in ASCII, or read the file with `encoding: 'utf-8'`. */
  'not-ascii': 'character outside ASCII',
  /** Save the file as UTF-8. */
  'not-utf-8': 'byte sequence that is not UTF-8',
} as const

/** A code of {@link TEXT_CODES}. */
export type TextCode = keyof typeof TEXT_CODES

const LATIN_BYTES = new TextDecoder('latin1')
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Reads a text into lines: byte order mark dropped, LF or CRLF, a missing last newline accepted.
 *
 * Reports every control character, every character outside the encoding and every overlong line;
 * the lines are returned all the same, so that the parser can report its own errors beside them.
 *
 * @param input - The text, or its bytes.
 * @param diagnostics - Receives the errors.
 * @returns The lines without their ends; index 0 is line 1. Empty when the text is over `maxBytes`.
 */
export function readLines(
  input: string | Uint8Array,
  options: TextOptions,
  diagnostics: Pick<DiagnosticList<TextCode>, 'add'>,
): string[] {
  const { maxBytes = MAX_POLICY_BYTES, encoding = 'ascii' } = options
  if (input.length > maxBytes) {
    const message = `${TEXT_CODES['text-too-large']} of ${maxBytes} bytes`
    diagnostics.add('text-too-large', message, { line: 1, column: 1 }, '')
    return []
  }
  const text = decode(input, encoding)
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  const suspect = encoding === 'ascii' ? /[^\t\n\r\x20-\x7e]|\r(?!\n)/ : UNWANTED_IN_UTF8
  const scan = suspect.test(text)
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as string
    if (line.endsWith('\r')) lines[index] = line.slice(0, -1)
    if (line.length > MAX_LINE_CHARACTERS) {
      const message = `${TEXT_CODES['line-too-long']} of ${MAX_LINE_CHARACTERS} characters`
      diagnostics.add('line-too-long', message, { line: index + 1, column: 1 }, line)
    } else if (scan) {
      reportCharacters(lines[index] as string, index + 1, encoding, diagnostics)
    }
  }
  return lines
}

const UNWANTED_IN_UTF8 = /[^\t\n\r\P{Cc}]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffd]|\r(?!\n)/u

function decode(input: string | Uint8Array, encoding: 'ascii' | 'utf-8'): string {
  if (typeof input === 'string') return input.startsWith('\ufeff') ? input.slice(1) : input
  const hasMark = input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf
  const bytes = hasMark ? input.subarray(3) : input
  return (encoding === 'ascii' ? LATIN_BYTES : UTF8).decode(bytes)
}

/** One diagnostic a run of unwanted characters. */
function reportCharacters(
  text: string,
  line: number,
  encoding: 'ascii' | 'utf-8',
  diagnostics: Pick<DiagnosticList<TextCode>, 'add'>,
): void {
  const unwanted =
    encoding === 'ascii'
      ? /[^\t\x20-\x7e\x80-\uffff]+|[\x80-\uffff]+/g
      : /(?:[^\t\P{Cc}]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}])+|\ufffd+/gu
  for (const match of text.matchAll(unwanted)) {
    const code = codeOf(match[0], encoding)
    const message = `${TEXT_CODES[code]} \`${match[0].slice(0, 8)}\``
    diagnostics.add(code, message, { line, column: match.index + 1, width: match[0].length }, text)
  }
}

function codeOf(run: string, encoding: 'ascii' | 'utf-8'): TextCode {
  if (encoding === 'utf-8') return run.startsWith('\ufffd') ? 'not-utf-8' : 'control-character'
  return run.charCodeAt(0) > 0x7f ? 'not-ascii' : 'control-character'
}
