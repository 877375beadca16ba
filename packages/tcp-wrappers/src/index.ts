export { check } from './check.ts'
export { CODES, describe, LOAD_CODES, type Code, type LoadCode } from './codes.ts'
export { diff } from './diff.ts'
export { test } from './expectations.ts'
export { explain, type ExplainedRule, type Explanation } from './explain.ts'
export { format, type FormattedFiles } from './format.ts'
export { guard, LIBWRAP_OPENINGS } from './guard.ts'
export type { ReadList } from './host-lists.ts'
export { describeFinding, LINT_CODES, type LintCode } from './lint-codes.ts'
export { lint } from './lint.ts'
export type {
  Client,
  FileInput,
  Files,
  Line,
  ListText,
  Option,
  OtherLine,
  Policy,
  Profile,
  Request,
  Rule,
  Server,
  Table,
  TableName,
} from './model.ts'
export { parse, type ParseOptions } from './parse.ts'
export { describeRegion, type ChangedRegion, type RegionRule } from './region.ts'
export type { FileEdit } from './smallest-edit.ts'
export type { Effect } from './verdicts.ts'
export { whatCan, type DaemonClause, type WhatCan } from './what-can.ts'
export { whoCan, type ClientClause, type Operation, type WhoCan } from './who-can.ts'
