import type { AgentLevel, Tool } from './model.ts'

/** What running a tool may do to the Web agents of its targets, without any grant but that of the tool. */
export interface WebAgentAccess {
  /** A secure task, or signing the user in. */
  readonly kind: 'secure-task' | 'single-login'
  /** With which rights at the agent. */
  readonly level: AgentLevel
}

/** The tools that the vendor names, by their exact names. */
export const WEB_AGENT_TOOLS: ReadonlyMap<string, WebAgentAccess> = new Map([
  ['Replicate Agent Settings', access('secure-task', 'administrator')],
  ['Install Software and Firmware', access('secure-task', 'administrator')],
  ['System Management Homepage As Administrator', access('single-login', 'administrator')],
  ['System Management Homepage As Operator', access('single-login', 'operator')],
  ['System Management Homepage As User', access('single-login', 'user')],
])

/**
 * What a tool may do to Web agents: a tool of the vendor's by its name, any other by the level that
 * its definition says it needs.
 *
 * A tool that has an owner was not looked at by an administrator: whatever its name and definition
 * say, it gets nothing.
 *
 * @returns `null` for a tool that does not reach Web agents.
 */
export function webAgentAccess(tool: Tool): WebAgentAccess | null {
  if (tool.owner !== null) return null
  const named = WEB_AGENT_TOOLS.get(tool.name)
  if (named !== undefined) return named
  return tool.secureTask === null ? null : access('secure-task', tool.secureTask)
}

function access(kind: WebAgentAccess['kind'], level: AgentLevel): WebAgentAccess {
  return Object.freeze({ kind, level })
}
