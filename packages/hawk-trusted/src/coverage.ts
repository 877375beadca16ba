import type { AgentNode, Effect, Entry, Impact, NodePattern, Request, Scope } from './model.ts'

/**
 * The four kinds of operation that `*` and `+` tell apart. One rule explains every use of the two:
 * point-to-point stands below group, INFO below ACTION; a grant gives the level that it names and
 * what is below, a restriction takes the level that it names and what is above.
 */
export const OPERATIONS = {
  pointToPointInfo: 0,
  pointToPointAction: 1,
  groupInfo: 2,
  groupAction: 3,
} as const

/** One of {@link OPERATIONS}. */
export type Operation = (typeof OPERATIONS)[keyof typeof OPERATIONS]

const { pointToPointInfo, pointToPointAction, groupInfo, groupAction } = OPERATIONS
const POINT_TO_POINT = (1 << pointToPointInfo) | (1 << pointToPointAction)
const GROUP = (1 << groupInfo) | (1 << groupAction)
const INFO = (1 << pointToPointInfo) | (1 << groupInfo)
/** The operations that act. */
export const ACTION: number = (1 << pointToPointAction) | (1 << groupAction)
/** Every operation. */
export const EVERY_OPERATION: number = INFO | ACTION

/** Operations that the node column lets a line speak about. A named or omitted node: all. */
function nodeOperations({ effect, node }: Entry): number {
  if (effect === 'grant' && node === '*') return POINT_TO_POINT
  return effect === 'restriction' && node === '+' ? GROUP : EVERY_OPERATION
}

/** Operations that the method column lets a line speak about. A named or omitted method: all. */
function methodOperations({ effect, method }: Entry): number {
  if (effect === 'grant' && method === '*') return INFO
  return effect === 'restriction' && method === '+' ? ACTION : EVERY_OPERATION
}

/** The operations that a line speaks about: bit n for {@link Operation} n. */
export function operationsOf(entry: Entry): number {
  return nodeOperations(entry) & methodOperations(entry)
}

/** The operation of a request. Any impact but `INFO` counts as an action. */
export function operationOf(scope: Scope, impact: Impact): Operation {
  if (scope === 'group') return impact === 'INFO' ? groupInfo : groupAction
  return impact === 'INFO' ? pointToPointInfo : pointToPointAction
}

/** A part of a request that a line can fail to cover. */
export type Aspect = 'user' | 'node' | 'microagent' | 'method' | 'scope' | 'impact'

/**
 * What keeps a line from covering a request, read field by field. Nothing: the line covers it.
 *
 * Grants compare users and nodes exactly, restrictions without regard to case: folding a grant could
 * widen access, and a login that the system takes for the same must not step round a restriction.
 */
export function missedAspects(entry: Entry, request: Request): Aspect[] {
  const { effect, user, node, microagent, method } = entry
  const bit = 1 << operationOf(request.scope, request.impact)
  const missed: Aspect[] = []
  if (user !== '*' && !sameName(effect, user, request.user)) missed.push('user')
  if (typeof node === 'object' && !coversNode(effect, node, request.node)) missed.push('node')
  if (isNamed(microagent) && microagent !== request.microagent) missed.push('microagent')
  if (isNamed(method) && method !== request.method) missed.push('method')
  if ((nodeOperations(entry) & bit) === 0) missed.push('scope')
  if ((methodOperations(entry) & bit) === 0) missed.push('impact')
  return missed
}

/** Whether a microagent or method column names one. */
export function isNamed(field: string | undefined): field is string {
  return field !== undefined && field !== '*' && field !== '+'
}

/** A user or node name as restrictions compare it. */
export function fold(name: string): string {
  return name.toLowerCase()
}

function sameName(effect: Effect, name: string, asked: string): boolean {
  return effect === 'grant' ? name === asked : fold(name) === fold(asked)
}

function coversNode(effect: Effect, pattern: NodePattern, node: AgentNode): boolean {
  return (['name', 'dns', 'domain'] as const).every(
    (part) => pattern[part] === '*' || sameName(effect, pattern[part], node[part]),
  )
}
