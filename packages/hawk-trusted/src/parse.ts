import { DiagnosticList, readLines, type TextOptions } from '@gatehouse/core'
import { LOAD_CODES, type LoadCode } from './codes.ts'
import { readMethod, readMicroagent, readNode, readUser } from './fields.ts'
import { readLogService } from './log-service.ts'
import type { Effect, Entry, Line, LogService, Policy } from './model.ts'
import { makePolicy } from './policy.ts'
import { tokenize, type Token } from './tokens.ts'

const LOG_SERVICE = '<LogService>'
const BLANK: Line = Object.freeze({ kind: 'blank' })

/**
 * Parses an access control file (`Trusted.txt` and `TrustedWithDomain.txt` share one grammar).
 *
 * @param text - The text or its bytes; ASCII unless `options.encoding` says otherwise.
 * @returns The policy; an empty file is one that grants nothing.
 * @throws ParseError (`ERR_PARSE`) carrying every error, each with file, line and column. There is
 *   no partial result: one bad line refuses the file.
 * @see TIBCO Hawk Installation and Configuration, "Access Control File".
 */
export function parse(text: string | Uint8Array, options: TextOptions): Policy {
  const diagnostics = new DiagnosticList<LoadCode>(options.file)
  const reader = new LineReader(diagnostics)
  const lines = readLines(text, options, diagnostics).map((line, index) =>
    reader.read(line, index + 1),
  )
  diagnostics.throwIfAny()
  return makePolicy(options.file, lines, reader.logService)
}

/** One column of the file: each spelling is read once, however many lines have it. */
class Column<Value> {
  readonly code: LoadCode
  readonly #read: (token: Token) => Value | undefined
  readonly #values = new Map<string, Value>()

  constructor(code: LoadCode, read: (token: Token) => Value | undefined) {
    this.code = code
    this.#read = read
  }

  /** The value of a field; undefined when it is malformed. */
  read(token: Token): Value | undefined {
    const known = this.#values.get(token.text)
    if (known !== undefined) return known
    const text = detached(token.text)
    const value = this.#read({ ...token, text })
    if (value !== undefined) this.#values.set(text, value)
    return value
  }
}

/** A copy with memory of its own: a slice would keep the whole text of the file. */
function detached(text: string): string {
  return Array.from(text).join('')
}

class LineReader {
  logService: LogService | undefined
  readonly #diagnostics: DiagnosticList<LoadCode>
  readonly #user = new Column('user-malformed', readUser)
  readonly #node = new Column('node-malformed', readNode)
  readonly #microagent = new Column('microagent-malformed', readMicroagent)
  readonly #method = new Column('method-malformed', readMethod)

  constructor(diagnostics: DiagnosticList<LoadCode>) {
    this.#diagnostics = diagnostics
  }

  /** Reads one line. After an error its result stands in for nothing: the file is refused. */
  read(text: string, line: number): Line {
    const start = text.search(/[^ \t]/)
    if (start === -1) return BLANK
    if (text[start] === '#')
      return Object.freeze({ kind: 'comment', text: detached(text.slice(start)) })
    const isRestriction = text[start] === '!'
    const tokens = tokenize(text, isRestriction ? start + 1 : start)
    if ('code' in tokens) return this.#refuse(tokens.code, tokens, text, line)
    const [first] = tokens
    if (isRestriction && first?.column !== start + 2) {
      return this.#refuse('restriction-without-user', { column: start + 1, width: 1 }, text, line)
    }
    if (first === undefined) return BLANK
    if (!first.quoted && first.text.startsWith('<') && !isRestriction) {
      return this.#readDirective(first, tokens.slice(1), text, line)
    }
    return this.#readEntry(isRestriction, tokens, text, line)
  }

  #readEntry(isRestriction: boolean, tokens: readonly Token[], text: string, line: number): Line {
    const [userToken, nodeToken, microagentToken, methodToken, extra] = tokens
    const last = tokens.at(-1)
    if (extra !== undefined && last !== undefined) {
      const width = last.column + last.width - extra.column
      this.#refuse('too-many-fields', { column: extra.column, width }, text, line)
    }
    return entryOf(
      line,
      isRestriction ? 'restriction' : 'grant',
      this.#field(this.#user, userToken, text, line) ?? '',
      this.#field(this.#node, nodeToken, text, line),
      this.#field(this.#microagent, microagentToken, text, line),
      this.#field(this.#method, methodToken, text, line),
    )
  }

  #field<Value>(
    column: Column<Value>,
    token: Token | undefined,
    text: string,
    line: number,
  ): Value | undefined {
    if (token === undefined) return undefined
    const value = column.read(token)
    if (value === undefined) this.#refuse(column.code, token, text, line)
    return value
  }

  #readDirective(name: Token, options: readonly Token[], text: string, line: number): Line {
    if (name.text !== LOG_SERVICE) return this.#refuse('directive-unknown', name, text, line)
    if (this.logService !== undefined) {
      return this.#refuse('log-service-repeated', name, text, line)
    }
    const { logService, faults } = readLogService(options, line)
    for (const { code, token } of faults) this.#refuse(code, token, text, line)
    this.logService = logService
    return logService
  }

  #refuse(
    code: LoadCode,
    { column, width }: { readonly column: number; readonly width: number },
    text: string,
    line: number,
  ): Line {
    const found = text.slice(column - 1, column - 1 + Math.min(width, 40))
    const message = `${LOAD_CODES[code]}, found \`${found}\``
    this.#diagnostics.add(code, message, { line, column, width }, text)
    return BLANK
  }
}

/** A literal for each number of columns: a spread would keep the fields apart and double the memory. */
function entryOf(
  line: number,
  effect: Effect,
  user: string,
  node: Entry['node'],
  microagent: string | undefined,
  method: string | undefined,
): Entry {
  if (node === undefined) return Object.freeze({ kind: 'entry', line, effect, user })
  if (microagent === undefined) return Object.freeze({ kind: 'entry', line, effect, user, node })
  if (method === undefined) {
    return Object.freeze({ kind: 'entry', line, effect, user, node, microagent })
  }
  return Object.freeze({ kind: 'entry', line, effect, user, node, microagent, method })
}
