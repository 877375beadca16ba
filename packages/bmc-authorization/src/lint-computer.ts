import { removeBlock } from './edits.ts'
import { linesOf, type Findings } from './findings.ts'
import { KEYWORDS } from './keywords.ts'
import { exceeds, type Level } from './level.ts'
import type { Computer, Permission } from './model.ts'
import { levelOf, type Standing } from './standing.ts'
import type { Survey } from './survey.ts'

/** Finds what is odd about one computer that counts for some peer. */
export function lintComputer(survey: Survey, standing: Standing, findings: Findings): void {
  const computer = standing.computer as Computer
  const { name, line, permission, kind } = computer
  const instead = survey.withoutEntry(computer)
  const changes = instead.filter(({ profile }) => profile !== standing.profile)
  if (changes.length === 0) {
    findings.add('computer-redundant', line, {
      related: instead.map(({ rest }) => rest?.line),
      facts: { computer: name },
      fix: removeBlock(computer),
    })
  } else if (permission === null && standing.rest === survey.policy.permission) {
    const around = changes.find(({ rest }) => levelOf(rest) !== levelOf(standing.rest))
    if (around !== undefined) {
      findings.add('computer-without-permission', line, {
        related: linesOf([around.rest]),
        facts: { computer: name, level: levelOf(standing.rest), outranked: levelOf(around.rest) },
      })
    }
  }
  const applied = [standing.rest, ...standing.named.values()]
  if (permission !== null && !applied.includes(permission)) {
    findings.add('permission-unused', permission.line, {
      facts: { computer: name },
      fix: [{ change: 'remove', line: permission.line }],
    })
  }
  if (kind === 'host') lintHost(standing, instead, findings)
}

/** What a peer with a name and one without are given. */
interface Gap {
  readonly user: string
  readonly named: Permission | null
  readonly nameless: Permission | null
}

function lintHost(host: Standing, nameless: readonly Standing[], findings: Findings): void {
  const computer = host.computer as Computer
  const gaps = nameless.flatMap((standing) => gapsOf(host, standing))
  const lower = gaps.filter((gap) => exceeds(levelOf(gap.nameless), levelOf(gap.named)))
  const refused = lower.find((gap) => levelOf(gap.named) === 'NONE')
  const limited = refused ?? lower[0]
  const raised = gaps.find((gap) => exceeds(levelOf(gap.named), levelOf(gap.nameless)))
  const report = (code: Parameters<Findings['add']>[0], { user, ...gap }: Gap): void => {
    const level: Level = levelOf(gap.named)
    findings.add(code, computer.line, {
      related: linesOf([gap.named, gap.nameless]),
      facts: { host: computer.name, user, level, nameless: levelOf(gap.nameless) },
    })
  }
  if (limited) report(refused ? 'host-deny-evadable' : 'host-limit-evadable', limited)
  if (raised) report('host-grant-rests-on-dns', raised)
}

/** The users that a peer's name makes a difference to; `*` stands for those without an entry. */
function gapsOf(host: Standing, nameless: Standing): Gap[] {
  const names = new Set([...host.named.keys(), ...nameless.named.keys()])
  const rest = { user: KEYWORDS.any, named: host.rest, nameless: nameless.rest }
  const listed = [...names].map((user) => ({
    user,
    named: host.permissionOf(user),
    nameless: nameless.permissionOf(user),
  }))
  return [rest, ...listed].filter((gap) => levelOf(gap.named) !== levelOf(gap.nameless))
}
