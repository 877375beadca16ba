export { ACTIONS, needed, type Action, type ActionRule, type Ownership } from './actions.ts'
export { check } from './check.ts'
export { CODES, describe, LOAD_CODES, type Code, type LoadCode } from './codes.ts'
export { explain } from './explain.ts'
export { format } from './format.ts'
export { guard, VENDOR_DEFAULT_OPENING } from './guard.ts'
export { LEVELS, type Level } from './level.ts'
export type {
  BlockComments,
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
export { insecureVendorDefault, vendorDefaultPolicy } from './vendor-default.ts'
