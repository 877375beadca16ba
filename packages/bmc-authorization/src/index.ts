export {
  ACTIONS,
  needed,
  type Action,
  type ActionRule,
  type Ownership,
  type Situation,
} from './actions.ts'
export { check } from './check.ts'
export { CODES, describe, LOAD_CODES, type Code, type LoadCode } from './codes.ts'
export { diff, type ChangedRegion } from './diff.ts'
export { test } from './expectations.ts'
export { explain } from './explain.ts'
export { format } from './format.ts'
export { guard, VENDOR_DEFAULT_OPENING } from './guard.ts'
export { LEVELS, type Level } from './level.ts'
export { describeFinding, LINT_CODES, type LintCode } from './lint-codes.ts'
export { lint } from './lint.ts'
export type {
  BlockComments,
  BlockLines,
  Computer,
  ComputerKind,
  ComputerMatch,
  Explanation,
  Match,
  Peer,
  Permission,
  Policy,
  Request,
  User,
} from './model.ts'
export { parse } from './parse.ts'
export {
  includes,
  type Caller,
  type ComputerRef,
  type PeerRegion,
  type Region,
  type UserRegion,
} from './region.ts'
export { insecureVendorDefault, vendorDefaultPolicy } from './vendor-default.ts'
export { whatCan, type CallerRights, type OperationAnswer } from './what-can.ts'
export { whoCan, type Operation } from './who-can.ts'
