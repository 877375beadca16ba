export { check, explain, type AccessExplanation, type ExplainedAccess } from './check.ts'
export {
  CODES,
  describe,
  describeFinding,
  LINT_CODES,
  LOAD_CODES,
  type Code,
  type LintCode,
  type LoadCode,
} from './codes.ts'
export { format } from './format.ts'
export { lint } from './lint.ts'
export type { AccessEntry, AccessLine, AccessPolicy, AccessRequest } from './model.ts'
export { parse } from './parse.ts'
export { whoCan, type WhoCanReach } from './who-can.ts'
