import type { Decision, Deny, Guarantee, Reliance } from '@gatehouse/core'
import type { AgentNode, Impact, Scope } from '../model.ts'

/** Arguments of a method by name. A name is a letter, then up to 63 letters, digits and `_`. */
export type OperationArguments = Readonly<Record<string, string | number | boolean>>

/** What every operation asks for. What the method does (its impact) is never in it. */
export interface AskedMethod {
  /** Full name, such as `COM.TIBCO.hawk.microagent.Custom`. */
  readonly microagent: string
  /** Method name, such as `execute`. */
  readonly method: string
  /** Arguments of the call, at most {@link MAX_OPERATION_ARGUMENTS}. Default: none. */
  readonly arguments?: OperationArguments
}

/** A method invocation on one agent. */
export interface NodeOperation extends AskedMethod {
  /** Discriminates {@link Operation}. */
  readonly kind: 'node'
  /** The agent that is meant. */
  readonly node: AgentNode
}

/** A method invocation on several agents at once, each of which decides for itself alone. */
export interface GroupOperation extends AskedMethod {
  /** Discriminates {@link Operation}. */
  readonly kind: 'group'
  /** The agents that are meant, at least one and at most {@link MAX_GROUP_NODES}. */
  readonly nodes: readonly AgentNode[]
}

/** What a console asks of agents. */
export type Operation = NodeOperation | GroupOperation

/** Most agents that one group operation may name: 4,096; an inventory larger than that is split. */
export const MAX_GROUP_NODES = 4096

/** Most arguments of one operation: 64. The longest list in the vendor's reference has six. */
export const MAX_OPERATION_ARGUMENTS = 64

/** Largest packed operation in bytes, by default: 64 KiB, some thousand nodes. */
export const MAX_PACKED_BYTES: number = 64 * 1024

/** What travels from a console to an agent. */
export interface Packet {
  /** Class name of the console's policy; the agent picks its own policy by it. */
  readonly policyClass: string
  /** What the console's policy packed. Opaque to everybody but the two policies. */
  readonly packed: Uint8Array
}

/** What a policy is, and what it says that it promises. */
export interface PolicyDescription {
  /** Class name, such as `COM.TIBCO.hawk.security.trusted.Trusted`; unique on an agent. */
  readonly className: string
  /** One line for people, as `Self:getSecurityInfo` shows it. */
  readonly text: string
  /** Class names of other clients that the policy takes where no policy of that name is there. Default: none. */
  readonly accepts?: readonly string[]
  /** What an allow of the policy guarantees, provided that what it relies on is met. */
  readonly provides: readonly Guarantee[]
  /** What the policy takes for granted. */
  readonly reliesOn: readonly Reliance[]
  /** Names of protections that are off. Default: none. */
  readonly openings?: readonly string[]
}

/** What both sides of a policy have. Every method of a policy may answer with a promise. */
export interface PolicySide {
  /** Asked once, after `initialize`. */
  describe(): PolicyDescription | Promise<PolicyDescription>
  /** Called once before anything else. */
  initialize?(): void | Promise<void>
  /** Called once at the end. */
  shutdown?(): void | Promise<void>
}

/** The console's side of a security policy. */
export interface ConsolePolicy extends PolicySide {
  /** Makes the identification of the caller for one operation. */
  createId(operation: Operation): Uint8Array | Promise<Uint8Array>
  /** Makes one message of identification and operation. */
  pack(id: Uint8Array, operation: Operation): Uint8Array | Promise<Uint8Array>
}

/** What an agent's policy found in a message. Nothing of it has been checked. */
export interface Unpacked {
  /** The identification, in whatever form `validateId` of the same policy wants it. */
  readonly id: Uint8Array
  /** Name of the caller, for requests, logs and reasons: a claim. */
  readonly user: string
  /** What is asked for. */
  readonly operation: Operation
}

/** What an agent tells its policy beside the message. */
export interface UnpackCall {
  /** Class name that the message came with: the policy's own, or one that it accepts. */
  readonly policyClass: string
  /** Aborted when the agent no longer waits for an answer. */
  readonly signal: AbortSignal
}

/** What an agent tells its policy beside identification and operation. */
export interface ValidateCall extends UnpackCall {
  /** The agent that decides: the one of a node operation, or one of those of a group operation. */
  readonly node: AgentNode
  /** `group` for a group operation. */
  readonly scope: Scope
  /** What the method does, by the agent's own table of methods. */
  readonly impact: Impact
}

/** The agent's side of a security policy. One object may be both sides. */
export interface AgentPolicy extends PolicySide {
  /**
   * Takes a message apart; called once for each. Whoever sent it may have put anything in it.
   *
   * @returns What is in it, or a deny with a code of the policy's own.
   */
  unpack(packed: Uint8Array, call: UnpackCall): Unpacked | Deny | Promise<Unpacked | Deny>
  /**
   * Decides whether the caller is who the identification says and may carry the operation out, on
   * one node: called once for each node of a group operation that the agent is.
   *
   * The vendor's method answers with a boolean; here it is a decision with a reason, and `true` is a
   * deny like any other answer that is no decision.
   *
   * @param id - As `unpack` gave it.
   * @param operation - As `unpack` gave it, checked for its form. Its node or nodes include `call.node`.
   */
  validateId(id: Uint8Array, operation: Operation, call: ValidateCall): Decision | Promise<Decision>
}
