import type { NoPolicyCode } from '@gatehouse/core'
import type { Table } from './model.ts'
import type { RulePatterns } from './rule-match.ts'

/** A file as it was read, with its rules ready to be asked. */
export interface CompiledTable {
  readonly table: Table
  /** One for each rule of the table. */
  readonly patterns: readonly RulePatterns[]
  /** Why there was no text to read. */
  readonly lack?: NoPolicyCode
}
