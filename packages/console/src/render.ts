import { escapeControls, formatSource } from '@gatehouse/core'
import type { CallResult } from './calls.ts'
import type { Failure } from './http-client.ts'
import type { Patch, StatedDecision, StatedReason } from './kinds/stated.ts'
import type { Paint } from './terminal.ts'

/**
 * A decision for people: outcome, code and source on the first line, the sentence below it, then the
 * reasons that other guards gave. Everything that came from a peer or a file is escaped.
 *
 * ```text
 * DENY   restricted            Trusted.txt:14
 *        a restriction covers it, which beats every grant
 * ```
 */
export function renderDecision({ outcome, reasons }: StatedDecision, paint: Paint): string[] {
  const [first, ...rest] = reasons
  if (first === undefined) return []
  return [
    `${paint(outcome, outcome.toUpperCase().padEnd(6))} ${reasonColumns(first)}`,
    ...(first.sentence === undefined ? [] : [`       ${escapeControls(first.sentence)}`]),
    ...rest.map((reason) => paint('quiet', `       also ${reasonColumns(reason)}`)),
  ]
}

/** What led to a decision, and the smallest edit that would turn it round, for people. */
export function renderAccount(
  { outcome }: StatedDecision,
  lines: readonly string[],
  patch: Patch | undefined,
  paint: Paint,
): string[] {
  const facts = lines.map((line) => `       ${escapeControls(line)}`)
  if (patch === undefined) return facts
  const other = outcome === 'allow' ? 'deny' : 'allow'
  const edits = patch.lines.map(({ sign, text }) =>
    paint(sign === '+' ? 'allow' : 'deny', `       ${sign} ${escapeControls(text)}`),
  )
  return [
    ...facts,
    `       the smallest edit that would ${other} it, in ${escapeControls(patch.file)}:`,
    ...edits,
  ]
}

function reasonColumns({ code, source }: StatedReason): string {
  const place = source === undefined ? '' : formatSource(source)
  return `${escapeControls(code).padEnd(20)}  ${place}`.trimEnd()
}

/** What came of a call to one system, for people. */
export function renderResult(result: CallResult, paint: Paint): string[] {
  const system = paint('strong', result.system)
  if ('failure' in result) return [system, ...renderFailure(result.failure, paint)]
  const { answer } = result
  const { name, dns, domain } = answer.system
  const other = name === result.system ? '' : ` (answers as ${name}:${dns}:${domain})`
  const lines = [`${system}${escapeControls(other)}`, ...renderDecision(answer, paint)]
  if (answer.error !== undefined) {
    const { code, message } = answer.error
    lines.push(`${paint('warning', 'FAILED')} ${code}`, `       ${escapeControls(message)}`)
  }
  return 'result' in answer ? [...lines, ...renderValue(answer.result)] : lines
}

/** Why there is no answer, for people. */
export function renderFailure({ code, message, reasons = [] }: Failure, paint: Paint): string[] {
  const also = reasons.slice(1).map((reason) => paint('quiet', `       also ${reason.sentence}`))
  return [`${paint('warning', 'ERROR ')} ${code}`, `       ${message}`, ...also]
}

/** A result of a method as indented JSON; strings in JSON have their controls escaped by it or by us. */
export function renderValue(value: unknown): string[] {
  const text = JSON.stringify(value, undefined, 2)
  return text.split('\n').map((line) => `       ${escapeControls(line)}`)
}

/**
 * A value as one line of ASCII JSON: what a file or a peer sent can neither move the cursor nor turn
 * the text round, and reads back unchanged.
 */
export function jsonLine(value: unknown): string {
  const ascii = JSON.stringify(value).replaceAll(/[\u007f-\uffff]/g, (character) => {
    const hex = character.charCodeAt(0).toString(16)
    return `\\u${hex.padStart(4, '0')}`
  })
  return `${ascii}\n`
}

/** A text of several lines, with its controls escaped, line ends and tabs aside. */
export function escapeText(text: string): string {
  return text
    .split(/([\n\t])/)
    .map((part) => (part === '\n' || part === '\t' ? part : escapeControls(part)))
    .join('')
}
