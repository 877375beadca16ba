import { ConfigError, type Claimed, type Verified } from '@gatehouse/core'
import * as toolbox from '@gatehouse/toolbox-authorization'
import type { StatedDecision } from '../kinds/stated.ts'
import { parseToolbox, TOOLBOX_AUTHORIZATION } from '../kinds/toolbox-authorization.ts'
import { readPolicies } from '../policy-source.ts'

/** A person for whom a console acts, and the files that say what the person may do. */
export interface Operator {
  /** Name in the files. */
  readonly user: Claimed<string> | Verified<string>
  /** The files as they are now: an edit counts at once. @throws ConfigError, ParseError when they cannot be used. */
  readonly state: () => Promise<toolbox.State>
}

/** Where an operator's authorizations stand. */
export interface ToolboxFiles {
  /** Files, a folder, or `ROLE=PATH,ROLE=PATH…`. */
  readonly names: readonly string[]
  /** Name of the management server among the systems. */
  readonly cms?: string
  /** Characters that the files may hold. Default `ascii`. */
  readonly encoding?: 'ascii' | 'utf-8'
}

/** An operator whose files are read anew at each question. */
export function operatorOf(user: Operator['user'], files: ToolboxFiles): Operator {
  return { user, state: () => readToolbox(files) }
}

async function readToolbox({ names, ...settings }: ToolboxFiles): Promise<toolbox.State> {
  const [source, other] = await readPolicies(names, TOOLBOX_AUTHORIZATION.name)
  if (source === undefined) throw new ConfigError('`--toolbox` names no file')
  if (other !== undefined) {
    throw new ConfigError(
      `\`--toolbox\` names two policies: \`${source.label}\`, \`${other.label}\``,
    )
  }
  return parseToolbox(source.texts, settings)
}

/** Why a tool is not run, though its user may run it. */
export const EXEC_CODES = {
  /** Sign in from the page of `gatehouse serve --toolbox`: the tool lets a person in and runs nothing. */
  'single-login-tool': 'the tool signs a person in, and is used from the page of the console',
  /** State the level that the tool needs (`secure-task`) in its definition, or let an administrator remove its owner. */
  'no-web-agent-access': 'the definition of the tool gives it no access to web agents',
} as const

/** A key of {@link EXEC_CODES}. */
export type ExecCode = keyof typeof EXEC_CODES

/** What is decided about running a tool on systems, all of them or none. */
export interface Permission extends StatedDecision {
  /** What each system lacks, for people; nothing after an allow. */
  readonly lines: readonly string[]
  /** With which rights the tool runs at web agents. Undefined after a deny. */
  readonly level?: toolbox.AgentLevel
}

/** Kind of the use that is made of a web agent. */
type Use = toolbox.WebAgentAccess['kind']

/** The person signs in, or calls, on the management server itself. */
const SIGNED_IN_AT = '127.0.0.1'

/** What a tool is to run on: nothing, for the targets of its definition. */
export interface Targeted {
  /** Name of the tool. */
  readonly tool: string
  /** Names of the systems. */
  readonly targets: readonly string[]
}

/** The request of a user who sits at the management server. */
export function requestOf(user: Operator['user'], { tool, targets }: Targeted): toolbox.Request {
  return { user, groups: [], signInAddress: SIGNED_IN_AT, tool, targets }
}

/** Decides whether a user may run a tool on all of some systems, by whatever way. */
export function decideTargets(
  state: toolbox.State,
  user: Operator['user'],
  targeted: Targeted,
): Permission {
  const request = requestOf(user, targeted)
  const decision = toolbox.check(state, request)
  const reasons = decision.reasons.map((reason) => {
    const { code, facts = {} } = reason
    return { ...reason, sentence: toolbox.describe({ code, facts }) }
  })
  const lines = decision.outcome === 'allow' ? [] : missingLines(toolbox.explain(state, request))
  return { outcome: decision.outcome, reasons, lines }
}

/** Decides whether a user may use a tool at the web agents of all of some systems. Nobody is asked, and nothing sent. */
export function decideTool(
  state: toolbox.State,
  user: Operator['user'],
  { tool, targets, use }: Targeted & { readonly use: Use },
): Permission {
  const permission = decideTargets(state, user, { tool, targets })
  if (permission.outcome === 'deny') return permission
  const definition = state.tools.find(({ name }) => name === tool)
  const access = definition === undefined ? null : toolbox.webAgentAccess(definition)
  if (access?.kind === use) return { ...permission, level: access.level }
  const code: ExecCode =
    access?.kind === 'single-login' ? 'single-login-tool' : 'no-web-agent-access'
  const place = definition === undefined ? {} : { source: definition.source }
  return { outcome: 'deny', reasons: [{ code, ...place, sentence: EXEC_CODES[code] }], lines: [] }
}

function missingLines({ targets }: toolbox.Explanation): string[] {
  return targets.flatMap(({ system, missing }) =>
    missing === null ? [] : [`not on ${system}: ${toolbox.describe(missing)}`],
  )
}
