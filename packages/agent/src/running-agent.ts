import type { TimeWarning } from '@gatehouse/certificate-trust'
import type { Statement } from '@gatehouse/core'
import type { PolicyDescription } from '@gatehouse/hawk-trusted/plug-in'
import type { StatementAnswer } from '@gatehouse/protocol'
import type { AuditState } from './audit/journal.ts'
import type { ReloadResult } from './policies.ts'
import type { SnmpShown } from './snmp/shown.ts'
import type { HostKeyShown } from './ssh/host-keys.ts'

/** Where a listener is. */
export interface ListenAddress {
  /** IP address. */
  readonly address: string
  /** TCP port, for SNMP that of UDP. */
  readonly port: number
}

/** Whether a policy file decides, or denies everything because it gave no policy. */
export interface PolicyState {
  /** The path as the config wrote it. */
  readonly file: string
  /** Whether a policy of that file is in force. */
  readonly inForce: boolean
}

/** An agent in advanced security mode: it gathers samples and has no way in. */
export interface ResidentAgent {
  /** Agent name. */
  readonly name: string
  /**
   * Authorization.cfg, then Trusted.txt, then TrustedWithDomain.txt where it decides, then hosts.allow
   * and hosts.deny where they guard the daemon, then the user map where callers are confirmed by it, then
   * the settings of the web agent, then the keys of each account of SSH, then policy and users of SNMP.
   */
  readonly policies: readonly PolicyState[]
  /** The security policies that decide packed operations; none where these are not taken. */
  readonly securityPolicies: readonly PolicyDescription[]
  /** Whether invocations that nobody packed are decided by Trusted.txt; else all are refused. */
  readonly takesPlainInvocations: boolean
  /** What the guards promise now, for actions, for invocations and for packed operations. */
  readonly statement: StatementAnswer
  /** Where decisions are recorded, and how that goes. */
  readonly audit: AuditState
  /**
   * What ends soon or has ended, of the daemon's certificates, its trust list and its revocation lists,
   * as of the last look: at start, at each reload, and once a day.
   */
  readonly timeWarnings: readonly TimeWarning[]
  /**
   * Reads the policy files again; each policy is replaced whole, or the last good one stays. So are the
   * certificate, the trust list and the revocation lists, together. Opens the log anew, and `Trusted.log` as the access
   * control file says.
   */
  readonly reload: () => Promise<ReloadResult>
  /** Stops gathering and closes whatever listens. Ends when open requests have been answered. */
  readonly close: () => Promise<void>
}

/** An agent that listens. */
export interface RunningAgent extends ResidentAgent {
  /** Where its service daemon listens: the way in. */
  readonly daemonAddress: ListenAddress
  /** Where plain HTTP requests are sent to HTTPS; nothing where they are not. */
  readonly redirectAddress: ListenAddress | undefined
  /** Where the agent behind the daemon listens; nothing after `agent.stop`. It answers the daemon only. */
  readonly agentAddress: ListenAddress | undefined
  /** Where its web agent listens; nothing where it has none. */
  readonly webAgentAddress: ListenAddress | undefined
  /** Where plain HTTP requests are sent to the web agent. */
  readonly webAgentRedirectAddress: ListenAddress | undefined
  /** Where it takes commands over SSH; nothing where it does not. */
  readonly sshAddress: ListenAddress | undefined
  /** The host keys that it shows there. */
  readonly sshHostKeys: readonly HostKeyShown[]
  /** What the guards promise now for commands over SSH. */
  readonly sshStatement: Statement | undefined
  /** Where and how it answers SNMP; nothing where it does not. */
  readonly snmp: SnmpShown | undefined
}
