import type { IncomingMessage } from 'node:http'
import type { Caller, Certificate, TrustSettings } from '@gatehouse/certificate-trust'
import type { Allow, Decision, Deny } from '@gatehouse/core'
import type { Purpose, Sessions, Tickets } from '@gatehouse/signed-request'
import type { Journal } from '../audit/journal.ts'
import type { AgentConfig, WebAgentConfig } from '../config/model.ts'
import type { ConnectionLimits } from '../listeners/limits.ts'
import type { Log } from '../log.ts'
import type { ManagedSystem } from '../managed-system.ts'
import type { Replier } from '../reply.ts'
import type { ToolTable } from '../tools/table.ts'

/** What the settings file holds, and what is replicated from agent to agent. */
export interface WebAgentSettings extends TrustSettings {
  /** How long a session may be idle, in minutes, 1 to 60. Default: as the config says. */
  readonly sessionMinutes?: number
}

/** The settings in force: one file, replaced in one swap. */
export interface TrustStore {
  /** Without a file, or before a good one: nobody is trusted. */
  current(): WebAgentSettings
  /**
   * Writes the file anew and puts it in force. Ends when the disk has it; one change at a time, each made
   * of what is in force by then.
   *
   * @throws ConfigError when the settings cannot be used; what is in force stays.
   */
  change(edit: (settings: WebAgentSettings) => WebAgentSettings): Promise<void>
  /** Is told of each change, after it is in force. */
  onChange(listener: (settings: WebAgentSettings) => void): void
}

/** A request that was verified; its value is used up. */
export interface Accepted {
  readonly outcome: 'accepted'
  /** Why it counts. */
  readonly decision: Allow
  /** SHA-256 of the certificate that it is signed with. */
  readonly certificate: string
  /** What the console showed, so that its trust can be decided anew. */
  readonly caller: Caller
  /** The verdict on its certificate. */
  readonly trusted: Decision
  /** Value for the console's next request. */
  readonly nextValue: string
}

/** A request that does not count. */
export interface Refused {
  readonly outcome: 'refused'
  /** The reason of the signature's guard first, those about the certificate behind it. */
  readonly decision: Deny
  /** SHA-256 of the certificate that it names as that of its signer, if it could be read. */
  readonly certificate?: string
}

/** A value that was issued, as an answer has it. */
export interface Issued {
  readonly value: string
  readonly endsInMs: number
  readonly audience: string
}

/** Takes signed requests, each once. */
export interface SignedReceiver {
  /** @param certificate - SHA-256 of the one that is going to sign. */
  issue(certificate: string): Issued
  /**
   * Decides who signed a request, and uses its value up.
   *
   * @param body - Its bytes as they came.
   */
  receive(
    incoming: IncomingMessage,
    body: Uint8Array,
    purpose: Purpose,
  ): Promise<Accepted | Refused>
  /** Whether a console that was heard is trusted by the settings in force now. */
  decide(caller: Caller): Decision
}

/** Sessions that last as long as the settings in force say. */
export type AgentSessions = Pick<Sessions, 'open' | 'find' | 'end' | 'endOf'>

/** What every part of the web agent stands on. */
export interface WebAgentParts {
  readonly config: AgentConfig & { readonly webAgent: WebAgentConfig }
  readonly system: ManagedSystem
  readonly settings: TrustStore
  readonly receiver: SignedReceiver
  /** Every program that may run. Asks nobody: whoever calls it has decided and recorded. */
  readonly tools: ToolTable
  readonly tickets: Tickets
  readonly sessions: AgentSessions
  /** Records each decision before anything comes of it. */
  readonly journal: Pick<Journal, 'record'>
  /** The agent's own certificates now, its own first. */
  readonly certificates: () => readonly Certificate[]
  /** Makes answers, and says what went wrong. */
  readonly replier: Replier
  readonly limits: ConnectionLimits
  readonly log: Log
  /** The clock. */
  readonly now: () => Date
}
