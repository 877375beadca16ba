import { GUARANTEES, type Outcome, type SourceRef, type Statement } from '@gatehouse/core'
import type { AgentNode } from '@gatehouse/hawk-trusted'
import { z } from 'zod'
import { ErrorBodySchema, type ErrorBody } from './errors.ts'
import { MAX_NODE_CHARACTERS, MAX_OPERATION_ANSWERS, MAX_REASONS } from './limits.ts'

/** One ground of a decision. A system that does not show its policy to peers leaves `source`, `facts` and `sentence` out. */
export interface AnswerReason {
  /** Stable code from the table of the model that decided. */
  readonly code: string
  /** Name of the guard that gave the reason. */
  readonly guard?: string
  /** The file and line that made the reason. */
  readonly source?: SourceRef
  /** Short values that complete the sentence, such as the level granted and the one needed. */
  readonly facts?: Readonly<Record<string, string>>
  /** The reason as one line for people. */
  readonly sentence?: string
}

/** What a system decided, and what came of it. */
export interface Answer {
  /** The system that decided. */
  readonly system: AgentNode
  /** Whether the request was permitted. */
  readonly outcome: Outcome
  /** Why, the most specific reason first; never none. */
  readonly reasons: readonly AnswerReason[]
  /** What the guards that decided promise, and what that rests on. */
  readonly statement: Statement
  /** What carrying the request out gave: any JSON value. Absent after a deny or an error. */
  readonly result?: unknown
  /** Why an allowed request gave no result. Absent after a deny. */
  readonly error?: ErrorBody
}

/** What a system decided about a packed operation: once for each node that it is, never all or nothing. */
export interface OperationAnswer {
  /** At least one. A packet that is refused before it names a node is answered for the system as a whole. */
  readonly answers: readonly Answer[]
}

/** What the guards of a system promise. Holds nothing of any policy. */
export interface StatementAnswer {
  /** The system that answers. */
  readonly system: AgentNode
  /** Of the guards that decide actions. */
  readonly actions: Statement
  /** Of the guards that decide invocations. */
  readonly invocations: Statement
  /** Of the guards that decide packed operations. Absent where the system takes none. */
  readonly operations?: Statement
  /** Of the guards that decide tasks. Absent where the system has no web agent. */
  readonly tasks?: Statement
}

const text = z.string().max(4096)
const guarantee = z.enum(GUARANTEES)
const node = z.string().min(1).max(MAX_NODE_CHARACTERS)

/** Schema of a system's identity. */
export const AgentNodeSchema: z.ZodType<AgentNode> = z.strictObject({
  name: node,
  dns: node,
  domain: node,
})

const SourceRefSchema: z.ZodType<SourceRef> = z.union([
  z.strictObject({
    file: text,
    line: z.exactOptional(z.int().positive()),
    column: z.exactOptional(z.int().positive()),
  }),
  z.strictObject({ certificate: text }),
  z.strictObject({ key: text }),
  z.strictObject({ view: text }),
  z.strictObject({ request: text }),
  z.strictObject({ table: text }),
])

const StatementSchema: z.ZodType<Statement> = z.strictObject({
  provided: z
    .array(
      z.strictObject({
        guarantee,
        of: z.exactOptional(text),
        by: z.array(text).max(MAX_REASONS),
      }),
    )
    .max(256),
  unmet: z
    .array(
      z.strictObject({
        guard: text,
        guarantee,
        of: text,
        undermines: z.array(guarantee).max(8),
      }),
    )
    .max(256),
  lacking: z.array(guarantee).max(8),
  openings: z.array(z.strictObject({ guard: text, opening: text })).max(256),
})

/** Schema of the reasons of one decision. */
export const AnswerReasonsSchema: z.ZodType<readonly AnswerReason[]> = z
  .array(
    z.strictObject({
      code: text,
      guard: z.exactOptional(text),
      source: z.exactOptional(SourceRefSchema),
      facts: z.exactOptional(z.record(z.string().max(64), text)),
      sentence: z.exactOptional(text),
    }),
  )
  .min(1)
  .max(MAX_REASONS)

/** Schema of {@link Answer}; unknown fields are refused. */
export const AnswerSchema: z.ZodType<Answer> = z.strictObject({
  system: AgentNodeSchema,
  outcome: z.enum(['allow', 'deny']),
  reasons: AnswerReasonsSchema,
  statement: StatementSchema,
  result: z.exactOptional(z.unknown()),
  error: z.exactOptional(ErrorBodySchema),
})

/** Schema of {@link OperationAnswer}; unknown fields are refused. */
export const OperationAnswerSchema: z.ZodType<OperationAnswer> = z.strictObject({
  answers: z.array(AnswerSchema).min(1).max(MAX_OPERATION_ANSWERS),
})

/** Schema of {@link StatementAnswer}; unknown fields are refused. */
export const StatementAnswerSchema: z.ZodType<StatementAnswer> = z.strictObject({
  system: AgentNodeSchema,
  actions: StatementSchema,
  invocations: StatementSchema,
  operations: z.exactOptional(StatementSchema),
  tasks: z.exactOptional(StatementSchema),
})
