import type { Finding } from '@gatehouse/core'
import { LintedPolicy } from '../linted-policy.ts'
import { findSpellings } from '../lint-spellings.ts'
import { LINT_CODES, type LintCode } from './codes.ts'
import { formatAccessEntry } from './format.ts'
import type { AccessEntry, AccessPolicy } from './model.ts'
import { asTrusted } from './policy.ts'

/**
 * Finds what a reviewer should worry about: what the opposite default leaves open, what looks as if
 * it decided something and does not.
 *
 * @returns The findings by line, on one line in the order of {@link LINT_CODES}.
 */
export function lint(policy: AccessPolicy): Finding<LintCode>[] {
  const { file, entries } = policy
  const linted = new LintedPolicy({ file, lines: [], entries: entries.map(asTrusted) })
  const findings: Finding<LintCode>[] = [
    ...findSpellings(linted).map((finding) => ({
      ...finding,
      code: 'names-differ-in-case' as const,
    })),
    ...findUnreachable(linted),
    ...entries.filter(({ ignored }) => ignored.length > 0).map((entry) => ignoring(file, entry)),
  ]
  if (isOpenToOthers(entries)) {
    const source = { file, line: 1 }
    findings.push({ code: 'others-reach-everything', severity: 'warning', source, related: [] })
  }
  const codes = Object.keys(LINT_CODES)
  return findings.toSorted(
    (a, b) => a.source.line - b.source.line || codes.indexOf(a.code) - codes.indexOf(b.code),
  )
}

/** Whether a user that no line names reaches an agent that no line names. */
function isOpenToOthers(entries: readonly AccessEntry[]): boolean {
  return !entries.some(
    ({ effect, user, node }) => user === '*' && (effect === 'grant' || isEveryNode(node)),
  )
}

function isEveryNode(node: AccessEntry['node']): boolean {
  if (node === undefined || node === '*') return true
  return node.name === '*' && node.dns === '*' && node.domain === '*'
}

function findUnreachable(linted: LintedPolicy): Finding<LintCode>[] {
  return linted.grants.flatMap((grant) => {
    const [restriction] = linted.restricted.around(grant)
    if (restriction === undefined) return []
    return [
      {
        code: 'grant-unreachable' as const,
        severity: 'warning' as const,
        source: linted.at(grant.entry),
        related: [linted.at(restriction.entry)],
      },
    ]
  })
}

/** A grant gives more than it seems to, a restriction takes more. */
function ignoring(file: string, entry: AccessEntry): Finding<LintCode> {
  const text = formatAccessEntry({ ...entry, ignored: [] })
  return {
    code: 'columns-ignored',
    severity: entry.effect === 'grant' ? 'warning' : 'note',
    source: { file, line: entry.line },
    related: [],
    facts: { ignored: entry.ignored.join(' ') },
    fix: [{ change: 'replace', line: entry.line, text }],
  }
}
