import { DiagnosticList, readLines, type TextOptions } from '@gatehouse/core'
import { LOAD_CODES, type LoadCode } from './codes.ts'
import { readMethod, readMicroagent, readNode, readUser } from './fields.ts'
import { readLogService } from './log-service.ts'
import type { Line, LogService, NodePattern, Policy } from './model.ts'
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

class LineReader {
  logService: LogService | undefined
  readonly #diagnostics: DiagnosticList<LoadCode>
  /** One object for each spelling: files repeat the same few users, nodes and methods. */
  readonly #names = new Map<string, string>()

  constructor(diagnostics: DiagnosticList<LoadCode>) {
    this.#diagnostics = diagnostics
  }

  /** Reads one line. After an error its result stands in for nothing: the file is refused. */
  read(text: string, line: number): Line {
    const start = text.search(/[^ \t]/)
    if (start === -1) return BLANK
    if (text[start] === '#') return Object.freeze({ kind: 'comment', text: text.slice(start) })
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
    const user = this.#field(userToken, readUser, 'user-malformed', text, line)
    const node = this.#field(nodeToken, readNode, 'node-malformed', text, line)
    const microagent = this.#field(
      microagentToken,
      readMicroagent,
      'microagent-malformed',
      text,
      line,
    )
    const method = this.#field(methodToken, readMethod, 'method-malformed', text, line)
    return Object.freeze({
      kind: 'entry',
      line,
      effect: isRestriction ? 'restriction' : 'grant',
      user: this.#shared(user ?? ''),
      ...(node === undefined ? {} : { node: this.#sharedNode(node) }),
      ...(microagent === undefined ? {} : { microagent: this.#shared(microagent) }),
      ...(method === undefined ? {} : { method: this.#shared(method) }),
    })
  }

  #field<Value>(
    token: Token | undefined,
    read: (token: Token) => Value | undefined,
    code: LoadCode,
    text: string,
    line: number,
  ): Value | undefined {
    if (token === undefined) return undefined
    const value = read(token)
    if (value === undefined) this.#refuse(code, token, text, line)
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

  #shared(name: string): string {
    const known = this.#names.get(name)
    if (known !== undefined) return known
    this.#names.set(name, name)
    return name
  }

  #sharedNode(node: '*' | '+' | NodePattern): '*' | '+' | NodePattern {
    if (typeof node === 'string') return node
    const { name, dns, domain } = node
    return Object.freeze({
      name: this.#shared(name),
      dns: this.#shared(dns),
      domain: this.#shared(domain),
    })
  }
}
