import type { Finding } from '@gatehouse/core'
import { findIdleLines } from './lint-idle-lines.ts'
import { findOpenings } from './lint-openings.ts'
import { findSpellings } from './lint-spellings.ts'
import { LINT_CODES, type LintCode } from './lint-codes.ts'
import type { Policy } from './model.ts'
import { LintedPolicy } from './linted-policy.ts'

/**
 * Finds what a reviewer should worry about. Whether a line is dead, covered or open is decided
 * exactly, over all requests that there can be, not only over the names of the file.
 *
 * @returns The findings by line, on one line in the order of {@link LINT_CODES}.
 */
export function lint(policy: Policy): Finding<LintCode>[] {
  const linted = new LintedPolicy(policy)
  const findings = [...findOpenings(linted), ...findIdleLines(linted), ...findSpellings(linted)]
  if (policy.logService === undefined) {
    const source = { file: policy.file, line: 1 }
    findings.push({ code: 'log-service-missing', severity: 'note', source, related: [] })
  }
  const codes = Object.keys(LINT_CODES)
  return findings.toSorted(
    (a, b) => a.source.line - b.source.line || codes.indexOf(a.code) - codes.indexOf(b.code),
  )
}
