import { NONE } from './grant-table.ts'
import type { Authorization, Principal, State } from './model.ts'
import { indexOf } from './state.ts'

/** A principal that may, and the line that says so. */
export interface Grantee {
  /** User or user group. */
  readonly principal: Principal
  /** The first authorization of the file that covers it. */
  readonly by: Authorization
}

/** Who may run a tool on a system. */
export interface Grantees {
  /** Users and user groups that the system is covered for. */
  readonly onSystem: readonly Grantee[]
  /**
   * For a tool that acts on the management server: those covered there. A caller needs one of each,
   * itself or by its groups. `null`: the tool does not need it.
   */
  readonly onCms: readonly Grantee[] | null
}

/** The operation that {@link whoCan} is asked about. */
export interface Operation {
  /** Name of the tool. */
  readonly tool: string
  /** Name of the system. */
  readonly system: string
}

/**
 * The users and user groups that may run a tool on a system, sign-in ranges and limits on the number
 * of targets left aside.
 *
 * A user who is in a group that is listed may as well: who is in a group, the operating system knows.
 *
 * @returns Nobody for a tool or a system that is not known.
 */
export function whoCan(state: State, { tool: toolName, system: systemName }: Operation): Grantees {
  const index = indexOf(state)
  const number = index.findTool(toolName)
  const system = index.findSystem(systemName)
  const tool = state.tools[number]
  if (tool === undefined || system === -1) return { onSystem: [], onCms: null }
  const { actsOnCms } = tool
  return {
    onSystem: granteesOn(state, number, system),
    onCms: actsOnCms ? granteesOn(state, number, index.cms) : null,
  }
}

function granteesOn(state: State, tool: number, system: number): Grantee[] {
  const index = indexOf(state)
  const toolboxes = index.effectiveToolboxes(tool, system)
  return index.accounts.flatMap(({ kind, name }, principal) => {
    const rank = index.grants.find(principal, toolboxes, system)
    if (rank === NONE) return []
    return [{ principal: { kind, name }, by: index.authorizationAt(rank) }]
  })
}
