import type { Scope } from '@gatehouse/hawk-trusted'
import { z } from 'zod'
import {
  MAX_ACTION_CHARACTERS,
  MAX_ARGUMENT_CHARACTERS,
  MAX_ARGUMENT_NAME_CHARACTERS,
  MAX_ARGUMENTS,
  MAX_METHOD_CHARACTERS,
  MAX_MICROAGENT_CHARACTERS,
  MAX_NODE_CHARACTERS,
  MAX_TARGET_CHARACTERS,
  MAX_USER_CHARACTERS,
} from './limits.ts'

/** Asks for an action of the BMC model. The peer address comes from the connection, never from here. */
export interface ActionRequest {
  /** Name that the caller claims; nothing here proves it. */
  readonly user: string
  /** Name of the action, such as `collect.start`. Names that no table knows get through to the guard, which denies. */
  readonly action: string
  /** Name of the collection or policy. Default: `default`; for `collect.query`: all. */
  readonly target?: string
}

/** The system that a request is meant for. What is left out is not compared. */
export interface RequestedNode {
  /** Agent name. */
  readonly name: string
  /** DNS part of the agent's identity. */
  readonly dns?: string
  /** Hawk domain of the agent. */
  readonly domain?: string
}

/** A value of an argument. */
export type ArgumentValue = string | number | boolean

/** Asks for a method of a Hawk microagent. Its impact comes from the agent's table, never from here. */
export interface InvocationRequest {
  /** Name that the caller claims, `user` or `DOMAIN\user`; nothing here proves it. */
  readonly user: string
  /** Full name of the microagent, such as `COM.TIBCO.hawk.microagent.SysInfo`. */
  readonly microagent: string
  /** Name of the method. */
  readonly method: string
  /** Whether the caller means this system alone, or it as one of a group. Each system of a group decides for itself. */
  readonly scope: Scope
  /** The system that the caller means; another one refuses with `not-this-system`. Default: whoever listens. */
  readonly node?: RequestedNode
  /** Arguments by name. Default: none. */
  readonly arguments?: Readonly<Record<string, ArgumentValue>>
}

const user = z.string().min(1).max(MAX_USER_CHARACTERS)
const node = z.string().min(1).max(MAX_NODE_CHARACTERS)

/** Schema of {@link ActionRequest}; unknown fields are refused. */
export const ActionRequestSchema: z.ZodType<ActionRequest> = z.strictObject({
  user,
  action: z.string().min(1).max(MAX_ACTION_CHARACTERS),
  target: z.exactOptional(
    z
      .string()
      .max(MAX_TARGET_CHARACTERS)
      .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/),
  ),
})

const argumentName = z
  .string()
  .max(MAX_ARGUMENT_NAME_CHARACTERS)
  .regex(/^[A-Za-z][A-Za-z0-9]*$/)

const argumentValue = z.union([
  z.string().max(MAX_ARGUMENT_CHARACTERS),
  z.number(),
  z.boolean(),
]) satisfies z.ZodType<ArgumentValue>

/** Schema of {@link InvocationRequest}; unknown fields are refused. */
export const InvocationRequestSchema: z.ZodType<InvocationRequest> = z.strictObject({
  user,
  microagent: z.string().min(1).max(MAX_MICROAGENT_CHARACTERS),
  method: z.string().min(1).max(MAX_METHOD_CHARACTERS),
  scope: z.enum(['point-to-point', 'group']),
  node: z.exactOptional(
    z.strictObject({ name: node, dns: z.exactOptional(node), domain: z.exactOptional(node) }),
  ),
  arguments: z.exactOptional(
    z
      .record(argumentName, argumentValue)
      .refine((record) => Object.keys(record).length <= MAX_ARGUMENTS, {
        error: `more than ${MAX_ARGUMENTS} arguments`,
      }),
  ),
})
