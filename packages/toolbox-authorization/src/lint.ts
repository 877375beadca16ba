import type { Finding, LineSource } from '@gatehouse/core'
import { NONE } from './grant-table.ts'
import { SEVERITIES, type LintCode } from './lint-codes.ts'
import type { Account, Authorization, Entry, State, Tool } from './model.ts'
import { ALL_TOOLS, FULL_RIGHTS, LIMITED_RIGHTS, MONITOR_TOOLS } from './names.ts'
import type { StateIndex } from './state-index.ts'
import { indexOf } from './state.ts'
import { webAgentAccess } from './web-agent-access.ts'

/** Most lines that a finding names beside its own. */
const MAX_RELATED = 16

/** What a reviewer should worry about in a state, kind by kind, each kind in the order of its file. */
export function lint(state: State): Finding<LintCode>[] {
  const holdings = holdingsOf(state)
  return [
    ...state.tools.flatMap((tool, number) => lintTool(state, tool, number)),
    ...lintAccounts(state),
    ...[state.users, state.userGroups, state.toolboxes, state.tools, state.groups].flatMap(
      lintCase,
    ),
    ...state.wildcards.map((source) => finding('wildcard-in-file', source)),
    ...state.authorizations.flatMap((one, rank) => lintAuthorization(state, one, rank, holdings)),
  ]
}

function finding(
  code: LintCode,
  source: LineSource,
  facts?: Readonly<Record<string, string>>,
  related: readonly LineSource[] = [],
): Finding<LintCode> {
  const severity = SEVERITIES[code]
  return { code, severity, source, related, ...(facts === undefined ? {} : { facts }) }
}

/** `root` and `Administrator`, with or without a domain before it, or after it behind an `@`. */
const ROOT = /^(?:[^\\]*\\)?(?:root|administrator|system)(?:@.*)?$/i

function lintTool(state: State, tool: Tool, number: number): Finding<LintCode>[] {
  const { name, source, executeAsUser, owner, toolboxes } = tool
  const isRoot = executeAsUser !== null && ROOT.test(executeAsUser)
  const isAgentAdministrator = webAgentAccess(tool)?.level === 'administrator'
  const findings: Finding<LintCode>[] = []
  const facts = { tool: name }
  if (toolboxes.includes(MONITOR_TOOLS)) {
    if (isRoot) findings.push(finding('monitor-tools-as-root', source, facts))
    if (isAgentAdministrator) findings.push(finding('monitor-tools-reach-agents', source, facts))
  }
  if (isRoot || isAgentAdministrator) {
    const lines = linesOfOthers(state, number)
    if (isRoot && lines.length > 0) findings.push(finding('runs-as-root', source, facts, lines))
    if (isAgentAdministrator && lines.length > 0) {
      findings.push(finding('agent-administrator', source, facts, lines))
    }
  }
  if (owner !== null && toolboxes.length > 0) {
    findings.push(finding('owned-tool-in-toolboxes', source, { ...facts, owner }))
  }
  return findings
}

/** Lines that authorize a tool for somebody who does not have full rights. */
function linesOfOthers(state: State, tool: number): LineSource[] {
  const index = indexOf(state)
  const lines: LineSource[] = []
  for (const one of state.authorizations) {
    if (isFull(accountOf(index, one)) || lines.includes(one.source)) continue
    const toolbox = index.findToolbox(one.toolbox)
    if (index.effectiveToolboxes(tool, index.cms)[toolbox] !== 1) continue
    const systems = systemsOf(state, one)
    if (!systems.some((system) => index.effectiveToolboxes(tool, system)[toolbox] === 1)) continue
    lines.push(one.source)
    if (lines.length === MAX_RELATED) break
  }
  return lines
}

function systemsOf(state: State, { scope: { kind, name } }: Authorization): number[] {
  const index = indexOf(state)
  if (kind === 'system') return [index.findSystem(name)]
  const members = state.groups[index.findGroup(name)]?.members ?? []
  return members.map((member) => index.findSystem(member))
}

function accountOf(index: StateIndex, authorization: Authorization): Account {
  return index.accounts[principalOf(index, authorization)] as Account
}

function principalOf(index: StateIndex, { principal: { kind, name } }: Authorization): number {
  return kind === 'user' ? index.findUser(name) : index.findUserGroup(name)
}

function isFull({ configRight }: Account): boolean {
  return configRight === 'full'
}

function lintAccounts({ users, userGroups }: State): Finding<LintCode>[] {
  const open = users.filter(
    (user) => isFull(user) && user.included.length === 0 && user.excluded.length === 0,
  )
  return [
    ...open.map(({ name, source }) => finding('full-rights-from-anywhere', source, { user: name })),
    ...userGroups
      .filter(isFull)
      .map(({ name, source }) => finding('group-has-full-rights', source, { group: name })),
  ]
}

function lintCase(entries: readonly Entry[]): Finding<LintCode>[] {
  const first = new Map<string, Entry>()
  return entries.flatMap((entry) => {
    const key = entry.name.toLowerCase()
    const other = first.get(key)
    if (other === undefined) {
      first.set(key, entry)
      return []
    }
    const facts = { name: entry.name, other: other.name }
    return [finding('names-differ-in-case', entry.source, facts, [other.source])]
  })
}

/** What toolboxes hold, by their numbers. */
interface Holdings {
  /** A 1 for each toolbox that holds any tool. */
  readonly any: Uint8Array
  /** Numbers of the tools that act on the management server. */
  readonly cmsTools: readonly number[]
}

function holdingsOf(state: State): Holdings {
  const { tools } = state
  const index = indexOf(state)
  const any = new Uint8Array(index.toolboxes)
  for (const tool of tools.keys()) {
    for (const [toolbox, held] of index.holdingToolboxes(tool, index.cms).entries()) {
      any[toolbox] ||= held
    }
  }
  return { any, cmsTools: [...tools.keys()].filter((tool) => tools[tool]?.actsOnCms === true) }
}

function lintAuthorization(
  state: State,
  authorization: Authorization,
  rank: number,
  { any, cmsTools }: Holdings,
): Finding<LintCode>[] {
  const index = indexOf(state)
  const { source, toolbox: name, scope } = authorization
  const toolbox = index.findToolbox(name)
  const facts = { toolbox: name }
  if (index.enabled[toolbox] !== 1) return [finding('toolbox-disabled', source, facts)]
  const findings: Finding<LintCode>[] = []
  if (any[toolbox] !== 1 && !RIGHTS.has(name))
    findings.push(finding('toolbox-empty', source, facts))
  if (scope.kind === 'group' && state.groups[index.findGroup(scope.name)]?.members.length === 0) {
    findings.push(finding('group-empty', source, { group: scope.name }))
  }
  if (cmsTools.some((tool) => lacksCms(index, tool, authorization, toolbox))) {
    findings.push(finding('cms-authorization-missing', source, facts))
  }
  const other = coveredBy(state, authorization, rank)
  if (other !== undefined) {
    findings.push(finding('authorization-redundant', source, facts, [other.source]))
  }
  return findings
}

/** Toolboxes that give a configuration right by themselves. */
const RIGHTS: ReadonlySet<string> = new Set([LIMITED_RIGHTS, FULL_RIGHTS])

/** A system that is not the management server, whichever. */
const ELSEWHERE = -1

/** Whether a toolbox gives a tool to a principal who lacks it on the management server. */
function lacksCms(
  index: StateIndex,
  tool: number,
  authorization: Authorization,
  toolbox: number,
): boolean {
  if (index.effectiveToolboxes(tool, ELSEWHERE)[toolbox] !== 1) return false
  const effective = index.effectiveToolboxes(tool, index.cms)
  return index.grants.find(principalOf(index, authorization), effective, index.cms) === NONE
}

/** Another authorization of the same principal that gives all that one for a single system gives. */
function coveredBy(
  state: State,
  authorization: Authorization,
  rank: number,
): Authorization | undefined {
  const { scope, toolbox } = authorization
  if (scope.kind !== 'system' || RIGHTS.has(toolbox)) return undefined
  const index = indexOf(state)
  const mask = new Uint8Array(index.toolboxes)
  mask[index.findToolbox(toolbox)] = 1
  mask[index.findToolbox(ALL_TOOLS)] = 1
  const ranks = index.grants.list(
    principalOf(index, authorization),
    mask,
    index.findSystem(scope.name),
  )
  const other = ranks.find((one) => one !== rank)
  return other === undefined ? undefined : state.authorizations[other]
}
