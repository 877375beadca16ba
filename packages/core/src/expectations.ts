import { DiagnosticList } from './diagnostics.ts'
import type { Outcome } from './decision.ts'
import type { LineSource } from './review.ts'
import { readLines, TEXT_CODES, type TextOptions } from './text.ts'

const GRAMMAR_CODES = {
  /** Begin the line with `expect allow` or `expect deny`, or with `#`. */
  'expectation-malformed': 'not an expectation: `expect allow|deny NAME=VALUE …`',
  /** Write NAME=VALUE; put a value with blanks in double quotes. */
  'expectation-field-malformed': 'not a field: `NAME=VALUE`, with quotes around blanks',
  /** Give each field once. */
  'expectation-field-repeated': 'field given twice',
} as const

/** Why an expectation file was refused. */
export const EXPECTATION_CODES: typeof GRAMMAR_CODES & typeof TEXT_CODES = {
  ...GRAMMAR_CODES,
  ...TEXT_CODES,
}

/** A code of {@link EXPECTATION_CODES}. */
export type ExpectationCode = keyof typeof EXPECTATION_CODES

/** One line of an expectation file. The model makes a request of the fields. */
export interface Expectation {
  /** Where it stands. */
  readonly source: LineSource
  /** What the policy should answer. */
  readonly expected: Outcome
  /** The request, field by field, as the model names them. `answerExpectations` asks it. */
  readonly fields: ReadonlyMap<string, string>
}

/**
 * Parses expectations, one a line beside the policy that they are about:
 *
 * ```text
 * # nobody runs commands on the databases
 * expect deny user=ops node=db01 microagent=COM.TIBCO.hawk.microagent.Custom method=execute
 * ```
 *
 * @throws ParseError with every error of the text. What the fields mean, the model checks.
 */
export function parseExpectations(text: string | Uint8Array, options: TextOptions): Expectation[] {
  const diagnostics = new DiagnosticList<ExpectationCode>(options.file)
  const expectations = readLines(text, options, diagnostics).flatMap((line, index) => {
    if (/^[ \t]*(?:#|$)/.test(line)) return []
    const source = { file: options.file, line: index + 1 }
    const expectation = readExpectation(line, source, diagnostics)
    return expectation === undefined ? [] : [expectation]
  })
  diagnostics.throwIfAny()
  return expectations
}

const START = /^[ \t]*expect[ \t]+(allow|deny)(?=[ \t]|$)/
const FIELD = /[ \t]+(?:([A-Za-z][\w.-]*)=("[^"]*"|[^ \t"]+)(?=[ \t]|$)|([^ \t]+))/g

function readExpectation(
  line: string,
  source: LineSource,
  diagnostics: DiagnosticList<ExpectationCode>,
): Expectation | undefined {
  const report = (code: keyof typeof GRAMMAR_CODES, column: number, width: number): void =>
    diagnostics.add(code, GRAMMAR_CODES[code], { line: source.line, column, width }, line)
  const start = START.exec(line)
  if (start === null) {
    report('expectation-malformed', 1, line.length)
    return undefined
  }
  const fields = new Map<string, string>()
  const [head, outcome] = start
  for (const match of line.trimEnd().slice(head.length).matchAll(FIELD)) {
    const [whole, name, value, other] = match
    const width = whole.trimStart().length
    const column = head.length + match.index + whole.length - width + 1
    if (name === undefined || value === undefined || other !== undefined) {
      report('expectation-field-malformed', column, width)
    } else if (fields.has(name)) {
      report('expectation-field-repeated', column, width)
    } else {
      fields.set(name, value.startsWith('"') ? value.slice(1, -1) : value)
    }
  }
  return { source, expected: outcome === 'allow' ? 'allow' : 'deny', fields }
}
