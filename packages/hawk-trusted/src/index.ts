export { check } from './check.ts'
export { CODES, describe, LOAD_CODES, type Code, type LoadCode } from './codes.ts'
export type { Aspect } from './coverage.ts'
export { explain, type ExplainedLine, type Explanation } from './explain.ts'
export { format } from './format.ts'
export { guard, type MicroagentTable } from './guard.ts'
export type {
  AgentNode,
  Blank,
  Comment,
  Effect,
  Entry,
  Impact,
  Invocation,
  Line,
  LogService,
  NodePattern,
  Policy,
  Request,
  Scope,
} from './model.ts'
export { parse } from './parse.ts'
