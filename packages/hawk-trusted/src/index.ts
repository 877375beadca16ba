export { check } from './check.ts'
export { CODES, describe, LOAD_CODES, type Code, type LoadCode } from './codes.ts'
export type { Aspect } from './coverage.ts'
export { diff } from './diff.ts'
export { test } from './expectations.ts'
export { explain, type ExplainedLine, type Explanation } from './explain.ts'
export { format } from './format.ts'
export { guard, type MicroagentTable } from './guard.ts'
export { describeFinding, LINT_CODES, type LintCode } from './lint-codes.ts'
export { lint } from './lint.ts'
export {
  formatLogLine,
  parseLogLine,
  type LogLine,
  type LogLineOptions,
  type LogRecord,
} from './log-line.ts'
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
export {
  describeRegion,
  includesOperation,
  includesRequest,
  type NamePattern,
  type OperationBox,
  type OperationRegion,
  type RequestBox,
  type RequestRegion,
} from './region.ts'
export { whatCan } from './what-can.ts'
export { whoCan, type AskedOperation, type WhoCan } from './who-can.ts'
