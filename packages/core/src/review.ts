import type { Decision, Outcome } from './decision.ts'
import type { FileSource } from './source-ref.ts'

/** How much a finding matters: `error` opens what somebody meant to close, `warning` may, `note` is untidy. */
export type Severity = 'error' | 'warning' | 'note'

/** A place that has a line. */
export type LineSource = FileSource & { readonly line: number }

/** What a reviewer should worry about in a policy. */
export interface Finding<Code extends string = string> {
  /** Stable code from the package's table of findings. */
  readonly code: Code
  readonly severity: Severity
  /** The line that the finding is about. */
  readonly source: LineSource
  /** The other lines that make it so, in file order. */
  readonly related: readonly LineSource[]
  /** Short values that complete the sentence of the code. */
  readonly facts?: Readonly<Record<string, string>>
  /** The edit that mends it, where there is one that keeps what the policy is meant to do. */
  readonly fix?: Edit
}

/** One change to one line of a text. Lines count from 1, in the text before the edit. */
export type LineChange =
  | { readonly change: 'remove'; readonly line: number }
  | { readonly change: 'replace'; readonly line: number; readonly text: string }
  /** Line 0: before the first line. */
  | { readonly change: 'insert'; readonly after: number; readonly text: string }

/** Changes to a text, all of which count in the text before the edit. */
export type Edit = readonly LineChange[]

/** What a difference between two policies comes to for one kind of request. */
export interface Difference<Region, Request, Code extends string = string> {
  /** The requests whose answer changes, in the model's own terms. */
  readonly region: Region
  /** One of them. */
  readonly example: Request
  readonly before: Decision<Code>
  readonly after: Decision<Code>
}

/** What came of one line of an expectation file. */
export interface ExpectationResult<Code extends string = string> {
  /** Where the expectation stands. */
  readonly source: LineSource
  readonly expected: Outcome
  /** What the policy answers. */
  readonly decision: Decision<Code>
  /** Whether that is what was expected. */
  readonly holds: boolean
}

/**
 * Applies an edit to a text.
 *
 * Line ends are kept as the text has them; a text without a last line end gets one where a line is
 * inserted after its last.
 */
export function applyEdit(text: string, edit: Edit): string {
  const lines = text.split(/(?<=\n)/)
  const end = lines[0]?.endsWith('\r\n') === true ? '\r\n' : '\n'
  const inserted = new Map<number, string>()
  const changed = new Map<number, string>()
  for (const change of edit) {
    if (change.change === 'insert') {
      inserted.set(change.after, `${inserted.get(change.after) ?? ''}${change.text}${end}`)
    } else {
      changed.set(change.line, change.change === 'remove' ? '' : `${change.text}${end}`)
    }
  }
  const body = lines.map((line, index) => {
    const number = index + 1
    const own = changed.get(number) ?? line
    const added = inserted.get(number) ?? ''
    return added !== '' && own !== '' && !own.endsWith('\n') ? `${own}${end}${added}` : own + added
  })
  return (inserted.get(0) ?? '') + body.join('')
}
