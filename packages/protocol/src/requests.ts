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
  MAX_PACKED_BYTES,
  MAX_POLICY_CLASS_CHARACTERS,
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

/**
 * Asks for a method of a Hawk microagent, packed by the console's side of a security policy. Who asks, for
 * what, and of which nodes is in the packed bytes and nowhere else.
 */
export interface OperationRequest {
  /** Class name of the console's policy; the system picks its own policy by it. */
  readonly policyClass: string
  /** What the policy packed, in base64 with padding. */
  readonly packed: string
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

/** Schema of {@link OperationRequest}; unknown fields are refused. */
export const OperationRequestSchema: z.ZodType<OperationRequest> = z.strictObject({
  policyClass: z.string().min(1).max(MAX_POLICY_CLASS_CHARACTERS),
  packed: z
    .string()
    .max(Math.ceil(MAX_PACKED_BYTES / 3) * 4)
    .refine((text) => isBase64(text), { error: 'no base64' }),
})

/** Whether a text is what encoding its bytes gives: no other alphabet, no blanks, no missing padding. */
function isBase64(text: string): boolean {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length <= MAX_PACKED_BYTES && bytes.toString('base64') === text
}
