import type { Outcome } from '@gatehouse/core'
import type { AgentNode } from '@gatehouse/hawk-trusted'
import { z } from 'zod'
import { AgentNodeSchema, AnswerReasonsSchema, type AnswerReason } from './answers.ts'
import { ErrorBodySchema, type ErrorBody } from './errors.ts'
import {
  MAX_ADDRESS_CHARACTERS,
  MAX_ARGUMENT_NAME_CHARACTERS,
  MAX_ARGUMENTS,
  MAX_AUDIENCE_CHARACTERS,
  MAX_NODE_CHARACTERS,
  MAX_TOOL_ARGUMENT_CHARACTERS,
  MAX_TOOL_CHARACTERS,
  MAX_USER_CHARACTERS,
  MAX_VALUE_CHARACTERS,
  MAX_VALUE_LIFE_MS,
} from './limits.ts'

/** Asks for a single-use value. Anybody may ask; a value is of use only to whoever has the certificate's key. */
export interface ValueRequest {
  /** SHA-256 of the certificate that will sign, lower-case hexadecimal. */
  readonly certificate: string
}

/** A single-use value: one signed request may carry it, once. */
export interface ValueAnswer {
  /** The value, printable ASCII without quotes. */
  readonly value: string
  /** How long it is of use, in milliseconds from when it was made. */
  readonly endsInMs: number
  /** Who the system says it is. A caller compares it with the certificate that it verified, and signs for that one. */
  readonly audience: string
}

/** The level that a console passes on with a person; what each may do is up to the system. */
export type PassedLevel = 'user' | 'operator' | 'administrator'

/** Asks for a tool to be run. Its proof is the signature around it. */
export interface TaskRequest {
  /** Who wants it, as the console vouches. */
  readonly user: string
  /** At which level. */
  readonly level: PassedLevel
  /** Name of the tool. Names that no table knows get through to the decision. */
  readonly tool: string
  /** The system as the console calls it, for the record. What binds the request to one system is its audience. */
  readonly target: string
  /** Arguments by name, for tools that take any. Default: none. */
  readonly arguments?: Readonly<Record<string, string>>
}

/** What a system decided about a task, and what came of it. */
export interface TaskAnswer {
  /** The system that decided. */
  readonly system: AgentNode
  /** Whether the task was permitted. */
  readonly outcome: Outcome
  /** Why, the most specific reason first; never none. */
  readonly reasons: readonly AnswerReason[]
  /** What the tool gave: of a program `{ exitCode, output, truncated }`. Absent after a deny or an error. */
  readonly result?: unknown
  /** Why a permitted task gave no result. Absent after a deny. */
  readonly error?: ErrorBody
}

/** Asks to let a person in who has signed in to the console. Its proof is the signature around it. */
export interface LoginRequest {
  /** Who it is, as the console vouches. */
  readonly user: string
  /** At which level. */
  readonly level: PassedLevel
  /** The system as the console calls it, for the record. */
  readonly target: string
  /** Where the person's browser is, as the console sees it: the only address that may come with the ticket. Default: any. */
  readonly browserAddress?: string
}

/** What a system decided about a hand-over. */
export interface LoginAnswer {
  /** The system that decided. */
  readonly system: AgentNode
  /** Whether the person is let in. */
  readonly outcome: Outcome
  /** Why, the most specific reason first; never none. */
  readonly reasons: readonly AnswerReason[]
  /** Where to send the browser, with the ticket: `/sign-in?ticket=…`. Absent after a deny. */
  readonly path?: string
  /** How long the ticket is of use, in milliseconds. Absent after a deny. */
  readonly endsInMs?: number
}

const user = z.string().min(1).max(MAX_USER_CHARACTERS)
const level = z.enum(['user', 'operator', 'administrator'])
const target = z.string().min(1).max(MAX_NODE_CHARACTERS)
const lifeMs = z.int().min(0).max(MAX_VALUE_LIFE_MS)

/** Visible ASCII that a signature's parameters hold without an escape: no quote, no backslash. */
const PLAIN = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** Schema of {@link ValueRequest}; unknown fields are refused. */
export const ValueRequestSchema: z.ZodType<ValueRequest> = z.strictObject({
  certificate: z.string().regex(/^[0-9a-f]{64}$/),
})

/** Schema of {@link ValueAnswer}; unknown fields are refused. */
export const ValueAnswerSchema: z.ZodType<ValueAnswer> = z.strictObject({
  value: z.string().max(MAX_VALUE_CHARACTERS).regex(PLAIN),
  endsInMs: lifeMs,
  audience: z.string().max(MAX_AUDIENCE_CHARACTERS).regex(PLAIN),
})

const argumentName = z
  .string()
  .max(MAX_ARGUMENT_NAME_CHARACTERS)
  .regex(/^[A-Za-z][A-Za-z0-9]*$/)

/** Schema of {@link TaskRequest}; unknown fields are refused. */
export const TaskRequestSchema: z.ZodType<TaskRequest> = z.strictObject({
  user,
  level,
  tool: z.string().min(1).max(MAX_TOOL_CHARACTERS),
  target,
  arguments: z.exactOptional(
    z
      .record(argumentName, z.string().max(MAX_TOOL_ARGUMENT_CHARACTERS))
      .refine((record) => Object.keys(record).length <= MAX_ARGUMENTS, {
        error: `more than ${MAX_ARGUMENTS} arguments`,
      }),
  ),
})

const decision = {
  system: AgentNodeSchema,
  outcome: z.enum(['allow', 'deny']),
  reasons: AnswerReasonsSchema,
} as const

/** Schema of {@link TaskAnswer}; unknown fields are refused. */
export const TaskAnswerSchema: z.ZodType<TaskAnswer> = z.strictObject({
  ...decision,
  result: z.exactOptional(z.unknown()),
  error: z.exactOptional(ErrorBodySchema),
})

/** Schema of {@link LoginRequest}; unknown fields are refused. */
export const LoginRequestSchema: z.ZodType<LoginRequest> = z.strictObject({
  user,
  level,
  target,
  browserAddress: z.exactOptional(z.string().min(1).max(MAX_ADDRESS_CHARACTERS)),
})

/**
 * Schema of {@link LoginAnswer}; unknown fields are refused. The path is one form and no other, so that
 * an answer cannot send a browser anywhere else.
 */
export const LoginAnswerSchema: z.ZodType<LoginAnswer> = z.strictObject({
  ...decision,
  path: z.exactOptional(z.string().regex(/^\/sign-in\?ticket=[A-Za-z0-9_-]{43}$/)),
  endsInMs: z.exactOptional(lifeMs),
})
