import {
  ErrorAnswerSchema,
  MAX_ARGUMENTS,
  MAX_TOOL_ARGUMENT_CHARACTERS,
  MAX_TOOL_CHARACTERS,
  type ErrorAnswer,
} from '@gatehouse/protocol'
import { SSH_ERROR_CODES } from '@gatehouse/ssh-trust/ssh2'
import { z } from 'zod'
import type { JobView, RunState } from '../tasks/job.ts'
import type { JobSummary, TaskAnswer, TaskRequest } from '../tasks/requests.ts'
import { RUN_CODES, type RunFailureCode } from '../tasks/runner.ts'
import { ConsoleRefusalSchema, permissionSchema, reasons, type ConsoleRefusal } from './api.ts'

const id = z.string().regex(/^[0-9a-f]{1,64}$/)

/** Schema of {@link TaskRequest}; unknown fields are refused. */
export const TaskRequestSchema: z.ZodType<TaskRequest> = z.union([
  z.strictObject({
    do: z.literal('run'),
    order: z.strictObject({
      tool: z.string().min(1).max(MAX_TOOL_CHARACTERS),
      systems: z.exactOptional(z.string().min(1).max(4096)),
      arguments: z.exactOptional(
        z
          .record(z.string().max(64), z.string().max(MAX_TOOL_ARGUMENT_CHARACTERS))
          .refine((record) => Object.keys(record).length <= MAX_ARGUMENTS),
      ),
      display: z.exactOptional(z.string().max(256)),
    }),
  }),
  z.strictObject({ do: z.literal('list') }),
  z.strictObject({ do: z.enum(['show', 'cancel', 'kill']), id }),
])

const name = z.string().max(256)
const text = z.string().max(64 * 1024)
const decision = z.strictObject({ outcome: z.enum(['allow', 'deny']), reasons })
const RUN_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled', 'killed'] as const
const runState: z.ZodType<RunState> = z.enum(RUN_STATES)
const jobState = z.enum(['waiting', 'running', 'ended'])

const times = z.strictObject({
  asked: name,
  began: z.exactOptional(name),
  ended: z.exactOptional(name),
})

const failureCodes = Object.keys({ ...RUN_CODES, ...SSH_ERROR_CODES }) as [
  RunFailureCode,
  ...RunFailureCode[],
]

const JobSchema: z.ZodType<JobView> = z.strictObject({
  id,
  tool: name,
  user: name,
  targets: z.array(name),
  state: jobState,
  times,
  runs: z.array(
    z.strictObject({
      system: name,
      account: name,
      state: runState,
      exitCode: z.exactOptional(z.int()),
      signal: z.exactOptional(name),
      failure: z.exactOptional(
        z.strictObject({
          code: z.enum(failureCodes),
          message: text,
          warning: z.exactOptional(z.array(text)),
        }),
      ),
      host: z.exactOptional(decision),
      stdout: text,
      stderr: text,
      truncated: z.boolean(),
    }),
  ),
  unrecorded: z.exactOptional(z.literal(true)),
})

const SummarySchema: z.ZodType<JobSummary> = z.strictObject({
  id,
  tool: name,
  user: name,
  state: jobState,
  times,
  runs: z.partialRecord(z.enum(RUN_STATES), z.int()),
})

/** Schema of what comes back for a {@link TaskRequest}. */
export const TaskAnswerSchema: z.ZodType<TaskAnswer | ConsoleRefusal | ErrorAnswer> = z.union([
  z.strictObject({ permission: permissionSchema, job: z.exactOptional(JobSchema) }),
  z.strictObject({ jobs: z.array(SummarySchema) }),
  z.strictObject({ shown: JobSchema }),
  z.strictObject({ decision, shown: JobSchema }),
  ConsoleRefusalSchema,
  ErrorAnswerSchema,
])
