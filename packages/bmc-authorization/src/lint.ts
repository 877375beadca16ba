import type { Finding } from '@gatehouse/core'
import { removeBlock, setLevel } from './edits.ts'
import { Findings, linesOf } from './findings.ts'
import type { LintCode } from './lint-codes.ts'
import { lintComputer } from './lint-computer.ts'
import { lintSpellings, lintUsers } from './lint-users.ts'
import type { Permission, Policy } from './model.ts'
import { levelOf, type Standing } from './standing.ts'
import { Survey } from './survey.ts'

/**
 * Finds what a reviewer should worry about: what is open, what is escaped, what has no effect.
 *
 * Whether an entry counts for any peer, and whether it changes any answer, is decided exactly. What
 * a level is meant for, lint cannot know: a finding is a question to the owner of the file.
 *
 * @returns The findings in the order of the text. A `fix` keeps every answer as it is.
 */
export function lint(policy: Policy): Finding<LintCode>[] {
  const survey = new Survey(policy)
  const findings = new Findings(policy.file)
  lintGlobal(survey, findings)
  for (const standing of survey.reachable) {
    lintComputer(survey, standing, findings)
    lintUsers(survey, standing, findings)
  }
  for (const computer of survey.unreachable) {
    const fix = removeBlock(computer)
    findings.add('computer-unreachable', computer.line, { facts: { computer: computer.name }, fix })
  }
  lintSpellings(policy, findings)
  return findings.inOrder()
}

function lintGlobal(survey: Survey, findings: Findings): void {
  const { policy, root } = survey
  const { permission, beginLine } = policy
  const isDefault = policy.computers.length === 0 && permission?.level === 'MANAGE'
  if (isDefault) findings.add('vendor-default-allow-all', permission.line)
  else lintRoot(root, findings)
  const applied = appliedIn(survey)
  if (permission === null) {
    const fix = [setLevel(policy, 1, 'NONE')]
    findings.add('global-permission-missing', beginLine, { fix })
  } else if (!applied.has(permission)) {
    findings.add('permission-unused', permission.line)
  }
  const refusals = [...applied].filter((each) => levelOf(each) === 'NONE')
  const [first, ...others] = linesOf(refusals).toSorted((a, b) => a - b)
  if (first !== undefined) findings.add('none-still-allows', first, { related: others })
}

function lintRoot({ rest }: Standing, findings: Findings): void {
  if (rest?.level === 'MANAGE') findings.add('manage-open-to-every-peer', rest.line)
  if (rest?.level === 'MODIFY') findings.add('modify-open-to-every-peer', rest.line)
}

/** Every `PERMISSION` that applies to somebody. */
function appliedIn({ root, reachable }: Survey): Set<Permission> {
  const all = [root, ...reachable].flatMap(({ rest, named }) => [rest, ...named.values()])
  return new Set(all.filter((permission) => permission !== null))
}
