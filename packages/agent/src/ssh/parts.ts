import type { Journal } from '../audit/journal.ts'
import type { AgentConfig } from '../config/model.ts'
import type { Log } from '../log.ts'
import type { ToolTable } from '../tools/table.ts'
import type { Accounts } from './accounts.ts'

/** What every part of the SSH listener stands on. */
export interface SshParts {
  readonly accounts: Accounts
  /** Every program that may run. Asks nobody: whoever calls it has decided and recorded. */
  readonly tools: Pick<ToolTable, 'get' | 'run'>
  /** Records each decision before anything comes of it. */
  readonly journal: Pick<Journal, 'record'>
  /** What a client is told of a decision. */
  readonly answers: AgentConfig['answers']
  readonly log: Log
  /** The clock. */
  readonly now: () => Date
}
