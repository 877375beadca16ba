import { escapeControls, formatSource } from '@gatehouse/core'
import type { CallResult } from './calls.ts'
import type { StatedDecision, StatedReason } from './kinds/file-kind.ts'
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

function reasonColumns({ code, source }: StatedReason): string {
  const place = source === undefined ? '' : formatSource(source)
  return `${escapeControls(code).padEnd(20)}  ${place}`.trimEnd()
}

/** What came of a call to one system, for people. */
export function renderResult(result: CallResult, paint: Paint): string[] {
  const system = paint('strong', result.system)
  if ('failure' in result) {
    const { code, message } = result.failure
    return [system, `${paint('warning', 'ERROR ')} ${code}`, `       ${message}`]
  }
  const { answer } = result
  const { name, dns, domain } = answer.system
  const other = name === result.system ? '' : ` (answers as ${name}:${dns}:${domain})`
  const lines = [`${system}${escapeControls(other)}`, ...renderDecision(answer, paint)]
  if (answer.error !== undefined) {
    const { code, message } = answer.error
    lines.push(`${paint('warning', 'FAILED')} ${code}`, `       ${escapeControls(message)}`)
  }
  if ('result' in answer) lines.push(...renderValue(answer.result))
  return lines
}

/** A result of a method as indented JSON; strings in JSON have their controls escaped by it or by us. */
function renderValue(value: unknown): string[] {
  const text = JSON.stringify(value, undefined, 2)
  return text.split('\n').map((line) => `       ${escapeControls(line)}`)
}
