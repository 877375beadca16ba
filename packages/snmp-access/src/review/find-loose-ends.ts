import type { Edit, Finding, LineSource } from '@gatehouse/core'
import type { LintCode } from '../lint-codes.ts'
import type { AccessEntry, Configuration, ViewEntry } from '../model.ts'
import { accessesOfUsers, isForCommunities } from './accesses.ts'
import { finding, hasLine, places, removal } from './finding.ts'

/** The view that rocommunity names for writing; it is not meant to exist. */
const NONE = 'none'

/** Finds names that lead nowhere, the view `none` that leads somewhere, and users without protection. */
export function findLooseEnds(configuration: Configuration): Finding<LintCode>[] {
  return [
    ...findViewNone(configuration),
    ...findMissingViews(configuration),
    ...findUnusedViews(configuration),
    ...findUngrouped(configuration),
    ...findWithoutAccess(configuration),
    ...findUnprotected(configuration),
    ...findNoVersion3(configuration),
    ...findDisabled(configuration),
  ]
}

function findViewNone({ views, accesses }: Configuration): Finding<LintCode>[] {
  const rows = linesOf(views.filter(({ view, included }) => view === NONE && included))
  const using = accesses.filter(({ views: named }) => Object.values(named).includes(NONE))
  const isRead = using.some(({ views: { read } }) => read === NONE)
  const related = places(using.map(({ origin }) => origin))
  return rows.map((origin) =>
    finding('view-named-none', origin, { related, ...(isRead ? {} : removal(origin)) }),
  )
}

function findMissingViews({ views, accesses }: Configuration): Finding<LintCode>[] {
  const known = new Set(views.map(({ view }) => view))
  return accesses.flatMap(({ views: named, origin, viewOrigins = {} }) =>
    Object.entries(named)
      .filter(([, view]) => view !== NONE && view !== '' && !known.has(view))
      .map(([type, view]) =>
        finding('view-missing', viewOrigins[type as keyof typeof viewOrigins] ?? origin, {
          facts: { view, type },
        }),
      ),
  )
}

function findUnusedViews({ views, accesses }: Configuration): Finding<LintCode>[] {
  const used = new Set(accesses.flatMap(({ views: named }) => Object.values(named)))
  const unused = new Set(views.map(({ view }) => view).filter((view) => !used.has(view)))
  return [...unused].flatMap((view) => {
    const [first, ...related] = linesOf(views.filter((row) => row.view === view))
    if (first === undefined) return []
    const fix: Edit = [first, ...related].map(({ line }) => ({ change: 'remove', line }))
    return [finding('view-unused', first, { related, facts: { view }, fix })]
  })
}

function linesOf(rows: readonly ViewEntry[]): LineSource[] {
  return rows.flatMap(({ origin }) => (hasLine(origin) ? [origin] : []))
}

function findUngrouped({ communities, groups }: Configuration): Finding<LintCode>[] {
  const grouped = new Set(
    groups.filter(({ model }) => isForCommunities(model)).map(({ securityName }) => securityName),
  )
  const missing = communities.filter(
    ({ securityName, negated }) => !negated && !grouped.has(securityName),
  )
  return places(missing.map(({ origin }) => origin)).map((origin) =>
    finding('group-missing', origin, {
      facts: { name: missing.find((each) => each.origin.line === origin.line)?.securityName ?? '' },
    }),
  )
}

function findWithoutAccess({ groups, accesses }: Configuration): Finding<LintCode>[] {
  const opened = new Set(accesses.map(({ group }) => group))
  return groups
    .filter(({ group }) => !opened.has(group))
    .map(({ group, origin }) => finding('access-missing', origin, { facts: { group } }))
}

function findUnprotected(configuration: Configuration): Finding<LintCode>[] {
  const found = new Map<string, Finding<LintCode>>()
  for (const { level, origin, group } of accessesOfUsers(configuration)) {
    const code = UNPROTECTED.get(level)
    if (code === undefined) continue
    found.set(`${origin.line} ${code}`, finding(code, origin, { facts: { group } }))
  }
  return [...found.values()]
}

const UNPROTECTED: ReadonlyMap<AccessEntry['level'], LintCode> = new Map<
  AccessEntry['level'],
  LintCode
>([
  ['noAuthNoPriv', 'user-unauthenticated'],
  ['authNoPriv', 'user-without-privacy'],
])

function findNoVersion3(configuration: Configuration): Finding<LintCode>[] {
  if (accessesOfUsers(configuration).length > 0) return []
  const { file, lines } = configuration
  return [finding('version-3-missing', { file, line: Math.max(1, lines.length) })]
}

function findDisabled(configuration: Configuration): Finding<LintCode>[] {
  const { authorizationDisabled, file, lines } = configuration
  if (!authorizationDisabled) return []
  return lines
    .filter(({ directive, role }) => directive === 'disableauthorization' && role === 'access')
    .map(({ line }) => finding('authorization-disabled', { file, line }, removal({ file, line })))
}
