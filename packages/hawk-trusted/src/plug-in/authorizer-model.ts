import type { Decision, Deny, Guard } from '@gatehouse/core'
import type { MicroagentTable } from '../guard.ts'
import type { AgentNode, Invocation } from '../model.ts'
import type { PlugInCode } from './codes.ts'
import type {
  AgentPolicy,
  Operation,
  OperationArguments,
  Packet,
  PolicyDescription,
} from './model.ts'

/** What an agent brings to its policies. */
export interface AuthorizerOptions {
  /** The policies, side by side; a packet's class name picks the one that decides. At least one. */
  readonly policies: readonly AgentPolicy[]
  /** The nodes that this agent is, most often one. Never fewer. */
  readonly nodes: readonly AgentNode[]
  /** What the agent offers; the impact of a method comes from here. */
  readonly microagents: MicroagentTable
  /** Longest wait for one answer of a policy in milliseconds. Default 5,000: a caller waits for it. */
  readonly timeoutMs?: number
  /** Largest packed operation in bytes. Default {@link MAX_PACKED_BYTES}. */
  readonly maxPackedBytes?: number
  /** Told of each failure of a policy, for the agent's own log. Must not throw. */
  readonly onFailure?: (failure: PolicyFailure) => void
}

/** A policy that failed where it should have answered. */
export interface PolicyFailure {
  /** Class name of the policy. */
  readonly className: string
  /** The method that failed. */
  readonly step: 'unpack' | 'validateId' | 'shutdown'
  /** What it comes to. */
  readonly code: PlugInCode
  /** What was thrown, where something was. Not fit for a peer. */
  readonly cause?: unknown
}

/** A request as a policy unpacked it, for one node of the agent. Goes to {@link Authorizer.guard}. */
export interface PackedInvocation extends Invocation {
  /** Class name that the packet came with. */
  readonly policyClass: string
  /** The identification, opaque. */
  readonly id: Uint8Array
  /** The whole operation, as the console packed it. Carry out these arguments and no others. */
  readonly operation: Operation
  /** Arguments of the call; none: empty. */
  readonly arguments: OperationArguments
  /** Ends the wait for the policy. */
  readonly signal?: AbortSignal
}

/** A packet taken apart: one request for each node of the agent that it names, or why there is none. */
export type Received =
  | {
      readonly outcome: 'received'
      readonly requests: readonly [PackedInvocation, ...PackedInvocation[]]
    }
  | Deny

/** The decision for one node of the agent. */
export interface NodeDecision {
  readonly node: AgentNode
  readonly decision: Decision
  /** What was decided on; absent when the packet was refused before it was known. */
  readonly request?: PackedInvocation
}

/** The policies of an agent at work. Made by {@link openAuthorizer}. */
export interface Authorizer {
  /** What each policy says of itself, in their order. */
  readonly policies: readonly PolicyDescription[]
  /**
   * Decides a received request for its node, for `compose`. What it provides is what every policy
   * provides, what it relies on is what any of them relies on: the packet chooses among them.
   */
  readonly guard: Guard<PackedInvocation>
  /** Takes a packet apart. Never throws for what a packet holds or a policy does. */
  receive(packet: Packet, options?: ReceiveOptions): Promise<Received>
  /** {@link receive}, then {@link guard} for each node: one decision each, never all or nothing. */
  authorize(
    packet: Packet,
    options?: ReceiveOptions,
  ): Promise<readonly [NodeDecision, ...NodeDecision[]]>
  /** Shuts the policies down; from its call on everything is refused. Resolves when all have ended. */
  close(): Promise<void>
}

/** How one packet is handled. */
export interface ReceiveOptions {
  /** Ends the wait for the policies; what is undecided then is refused. */
  readonly signal?: AbortSignal
}
