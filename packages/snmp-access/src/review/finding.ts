import type { Edit, Finding, LineSource } from '@gatehouse/core'
import { SEVERITIES, type LintCode } from '../lint-codes.ts'
import type { Origin } from '../model.ts'

/** A finding with the severity of its code. */
export function finding(
  code: LintCode,
  source: LineSource,
  more: Partial<Pick<Finding, 'related' | 'facts' | 'fix'>> = {},
): Finding<LintCode> {
  return { code, severity: SEVERITIES[code], source, related: [], ...more }
}

/** The edit that removes one line. */
export function removal({ line }: LineSource): { readonly fix: Edit } {
  return { fix: [{ change: 'remove', line }] }
}

/** Whether an entry comes from a line and not from a table of the daemon's own. */
export function hasLine(origin: Origin): origin is LineSource {
  return 'line' in origin
}

/** Each place once, in the order of the text. */
export function places(sources: readonly LineSource[]): LineSource[] {
  const byLine = new Map(sources.map((source) => [source.line, source]))
  return [...byLine.values()].toSorted((a, b) => a.line - b.line)
}
