import { removeBlock } from './edits.ts'
import { linesOf, type Findings } from './findings.ts'
import { KEYWORDS } from './keywords.ts'
import { exceeds } from './level.ts'
import type { Computer, Permission, Policy, User } from './model.ts'
import { foldUserName } from './names.ts'
import { levelOf, type Standing } from './standing.ts'
import type { Survey } from './survey.ts'

/** Finds what is odd about the users of one computer that counts for some peer. */
export function lintUsers(survey: Survey, standing: Standing, findings: Findings): void {
  const computer = standing.computer as Computer
  const inherited = computer.permission ?? survey.policy.permission
  for (const user of computer.users) {
    const own = user.permission ?? inherited
    const without = user.name === KEYWORDS.any ? inherited : standing.rest
    const facts = {
      computer: computer.name,
      user: user.name,
      level: levelOf(own),
      others: levelOf(without),
    }
    if (levelOf(own) === levelOf(without)) {
      findings.add('user-redundant', user.permission?.line ?? user.line, {
        related: linesOf([without]),
        facts: { computer: computer.name, user: user.name, level: levelOf(own) },
        fix: removeBlock(user),
      })
    } else if (user.name !== KEYWORDS.any) {
      lintNamed(user, own, without, facts, findings)
    }
    if (user.name !== KEYWORDS.any && user.permission?.level === 'NONE') {
      lintRefused(survey, computer, user, findings)
    }
  }
}

/** A user whose level is not that of the others. */
function lintNamed(
  user: User,
  own: Permission | null,
  others: Permission | null,
  facts: Readonly<Record<string, string>>,
  findings: Findings,
): void {
  const details = { related: linesOf([others]), facts }
  const line = user.permission?.line ?? user.line
  if (user.permission === null) findings.add('user-without-permission', line, details)
  if (exceeds(levelOf(own), levelOf(others))) findings.add('grant-rests-on-claim', line, details)
  else if (levelOf(own) === 'NONE') findings.add('user-deny-evadable', line, details)
  else findings.add('user-limit-evadable', line, details)
}

function lintRefused(survey: Survey, computer: Computer, user: User, findings: Findings): void {
  const key = foldUserName(user.name)
  const open = survey
    .outrankedBy(computer)
    .find((standing) => exceeds(standing.levelOf(key), 'NONE'))
  if (open === undefined) return
  findings.add('user-deny-open-elsewhere', user.permission?.line ?? user.line, {
    related: linesOf([open.permissionOf(key)]),
    facts: {
      computer: computer.name,
      user: user.name,
      elsewhere: open.computer?.name ?? 'global',
      level: open.levelOf(key),
    },
  })
}

/** Finds names that compare as two and differ in case only, in the whole file. */
export function lintSpellings(policy: Policy, findings: Findings): void {
  const spellings = new Map<string, Map<string, User>>()
  for (const user of policy.computers.flatMap(({ users }) => users)) {
    const group = user.name.toLowerCase()
    const known = spellings.get(group) ?? new Map<string, User>()
    const key = foldUserName(user.name)
    if (!known.has(key)) known.set(key, user)
    spellings.set(group, known)
  }
  for (const group of spellings.values()) {
    const [first, second, ...others] = [...group.values()]
    if (first === undefined || second === undefined) continue
    findings.add('user-case-differs', second.line, {
      related: [first, ...others].map(({ line }) => line),
      facts: { users: [first, second, ...others].map(({ name }) => name).join(', ') },
    })
  }
}
