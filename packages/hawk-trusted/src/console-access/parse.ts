import { DiagnosticList, readLines, type TextOptions } from '@gatehouse/core'
import { readNode, readUser } from '../fields.ts'
import { tokenize, type Token } from '../tokens.ts'
import { LOAD_CODES, type LoadCode } from './codes.ts'
import type { AccessEntry, AccessLine, AccessPolicy } from './model.ts'
import { makePolicy } from './policy.ts'

const BLANK: AccessLine = Object.freeze({ kind: 'blank' })

/**
 * Parses the access file of a console (`hawk_user_agent_cfg.txt`, `hawkconsole_user_access_list.cfg`,
 * `monitoring_console_user_access_list.cfg`): two columns, user and node; further ones are kept and
 * decide nothing.
 *
 * @param text - The text or its bytes; ASCII unless `options.encoding` says otherwise.
 * @returns The policy; an empty file is one that lets everybody reach everything.
 * @throws ParseError (`ERR_PARSE`) carrying every error. One bad line refuses the file.
 * @see TIBCO Hawk 6.2.2, sample files of the console and the web console.
 */
export function parse(text: string | Uint8Array, options: TextOptions): AccessPolicy {
  const diagnostics = new DiagnosticList<LoadCode>(options.file)
  const lines = readLines(text, options, diagnostics).map((line, index) =>
    readLine(line, index + 1, diagnostics),
  )
  diagnostics.throwIfAny()
  return makePolicy(options.file, lines)
}

function readLine(text: string, line: number, diagnostics: DiagnosticList<LoadCode>): AccessLine {
  const refuse = (code: LoadCode, at: Pick<Token, 'column' | 'width'>): AccessLine => {
    const found = text.slice(at.column - 1, at.column - 1 + Math.min(at.width, 40))
    diagnostics.add(code, `${LOAD_CODES[code]}, found \`${found}\``, { line, ...at }, text)
    return BLANK
  }
  const start = text.search(/[^ \t]/)
  if (start === -1) return BLANK
  if (text[start] === '#') return Object.freeze({ kind: 'comment', text: text.slice(start) })
  const isRestriction = text[start] === '!'
  const tokens = tokenize(text, isRestriction ? start + 1 : start)
  if ('code' in tokens) return refuse(tokens.code, placeOf(tokens))
  const [first, second, ...ignored] = tokens
  if (first === undefined || (isRestriction && first.column !== start + 2)) {
    return refuse('restriction-without-user', { column: start + 1, width: 1 })
  }
  if (!first.quoted && !isRestriction && first.text.startsWith('<')) {
    return refuse('directive-unknown', placeOf(first))
  }
  const user = readUser(first)
  const node = second === undefined ? undefined : readNode(second)
  if (user === undefined) refuse('user-malformed', placeOf(first))
  if (second !== undefined && (node === undefined || node === '+')) {
    refuse('node-malformed', placeOf(second))
  }
  if (user === undefined || node === '+') return BLANK
  const entry: AccessEntry = {
    kind: 'entry',
    line,
    effect: isRestriction ? 'restriction' : 'grant',
    user,
    ...(node === undefined ? {} : { node }),
    ignored: Object.freeze(ignored.map((token) => token.text)),
  }
  return Object.freeze(entry)
}

function placeOf({ column, width }: Pick<Token, 'column' | 'width'>): {
  readonly column: number
  readonly width: number
} {
  return { column, width }
}
