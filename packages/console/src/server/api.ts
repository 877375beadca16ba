import {
  ActionRequestSchema,
  AnswerSchema,
  ErrorAnswerSchema,
  InvocationRequestSchema,
  MAX_ARGUMENTS,
  MAX_TOOL_ARGUMENT_CHARACTERS,
  MAX_TOOL_CHARACTERS,
  TaskAnswerSchema,
  type ErrorAnswer,
} from '@gatehouse/protocol'
import { isIP } from 'node:net'
import { z } from 'zod'
import type { Call, CallResult } from '../calls.ts'
import type { Execution, ExecutionRequest } from '../exec/execution.ts'
import type { Permission } from '../exec/operator.ts'
import { FAILURES, type FailureCode } from '../http-client.ts'
import type { StatedReason } from '../kinds/stated.ts'

/** Where a console takes signed requests of commands, beside the path for values. */
export const CONSOLE_PATHS = {
  /** `POST` a {@link ConsoleRequest}. */
  calls: '/v1/calls',
  /** `POST` an {@link ExecutionRequest}. */
  executions: '/v1/executions',
  /** `POST` a {@link TaskRequest}. */
  tasks: '/v1/tasks',
  /** `POST` an `SnmpRequest`. */
  snmp: '/v1/snmp',
} as const

/** Asks a console to send a call on. */
export interface ConsoleRequest {
  /** Names separated by commas, or `all`. */
  readonly systems: string
  /** Sent to each system as it is. */
  readonly call: Call
  /** Local address of the console's machine to send from. */
  readonly from?: string
}

/** What the systems answered, in the order in which they were named. */
export interface ConsoleAnswer {
  /** One for each system. */
  readonly results: readonly CallResult[]
}

/** Why a console does not take a request: it is not signed as it has to be. */
export interface ConsoleRefusal {
  /** Reasons of `@gatehouse/signed-request`, the most specific first. */
  readonly refused: readonly StatedReason[]
}

const names = z.string().min(1).max(4096)

/** Schema of {@link ConsoleRequest}; unknown fields are refused. */
export const ConsoleRequestSchema: z.ZodType<ConsoleRequest> = z.strictObject({
  systems: names,
  call: z.union([ActionRequestSchema, InvocationRequestSchema]),
  from: z.exactOptional(z.string().refine((text) => isIP(text) !== 0, 'no IP address')),
})

/** Schema of {@link ExecutionRequest}; unknown fields are refused. */
export const ExecutionRequestSchema: z.ZodType<ExecutionRequest> = z.strictObject({
  tool: z.string().min(1).max(MAX_TOOL_CHARACTERS),
  systems: names,
  from: z.exactOptional(z.string().min(1).max(64)),
  arguments: z.exactOptional(
    z
      .record(z.string().max(64), z.string().max(MAX_TOOL_ARGUMENT_CHARACTERS))
      .refine((record) => Object.keys(record).length <= MAX_ARGUMENTS),
  ),
})

const system = z.string().max(64)
const from = z.string().max(64)
const text = z.string().max(4096)

const certificateReason = z.strictObject({ code: z.string().max(64), sentence: text })

const failure = z.strictObject({
  system,
  failure: z.strictObject({
    code: z.enum(Object.keys(FAILURES) as [FailureCode, ...FailureCode[]]),
    message: text,
    reasons: z.exactOptional(z.array(certificateReason)),
  }),
})

const ConsoleAnswerSchema: z.ZodType<ConsoleAnswer> = z.strictObject({
  results: z.array(
    z.union([
      z.strictObject({
        system,
        answer: AnswerSchema,
        from,
        untrusted: z.exactOptional(z.array(certificateReason)),
      }),
      failure,
    ]),
  ),
})

/** Reasons of a decision, as they are read from an answer. */
export const reasons: z.ZodType<StatedReason[]> = z.array(
  z.looseObject({
    code: z.string().max(64),
    source: z.exactOptional(
      z.union([
        z.strictObject({
          file: text,
          line: z.exactOptional(z.int()),
          column: z.exactOptional(z.int()),
        }),
        z.strictObject({ certificate: text }),
        z.strictObject({ request: text }),
        z.strictObject({ key: text }),
      ]),
    ),
    sentence: z.exactOptional(text),
  }),
)

/** Schema of what was decided about a tool on systems. */
export const permissionSchema: z.ZodType<Permission> = z.strictObject({
  outcome: z.enum(['allow', 'deny']),
  reasons,
  lines: z.array(text),
  level: z.exactOptional(z.enum(['user', 'operator', 'administrator'])),
})

const ExecutionSchema: z.ZodType<Execution> = z.strictObject({
  permission: permissionSchema,
  settings: z.exactOptional(
    z.strictObject({ mode: text, names: z.array(text), trusted: z.array(text) }),
  ),
  results: z.array(z.union([z.strictObject({ system, answer: TaskAnswerSchema, from }), failure])),
})

/** Schema of {@link ConsoleRefusal}. */
export const ConsoleRefusalSchema: z.ZodType<ConsoleRefusal> = z.strictObject({
  refused: reasons.refine(({ length }) => length > 0),
})

/** Schema of what comes back for a {@link ConsoleRequest}. */
export const CallAnswerSchema: z.ZodType<ConsoleAnswer | ConsoleRefusal | ErrorAnswer> = z.union([
  ConsoleAnswerSchema,
  ConsoleRefusalSchema,
  ErrorAnswerSchema,
])

/** Schema of what comes back for an {@link ExecutionRequest}. */
export const ExecutionAnswerSchema: z.ZodType<Execution | ConsoleRefusal | ErrorAnswer> = z.union([
  ExecutionSchema,
  ConsoleRefusalSchema,
  ErrorAnswerSchema,
])
