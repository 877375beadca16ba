import type { Receipt } from '@gatehouse/audit-log'
import { escapeControls, isNoPolicy, type PolicyHolder } from '@gatehouse/core'
import {
  formatLogLine,
  type AgentNode,
  type LogService,
  type Policy,
} from '@gatehouse/hawk-trusted'
import type { AgentConfig } from '../config/model.ts'
import type { DecisionRecord, Log } from '../log.ts'
import type { Policies } from '../policies.ts'
import { eventOf } from './event.ts'
import { faultCode } from './fault-code.ts'
import { LocalLogs } from './local-logs.ts'
import type { AuditStatus, DecisionLogs } from './logs.ts'
import type { Keeper } from './paths.ts'
import { ResidentLogs } from './resident-logs.ts'
import { Tally } from './tally.ts'

/** The record of decisions: where it is, and how it is doing. */
export interface AuditState extends AuditStatus {
  /** What happens to a request whose record cannot be written. */
  readonly onFull: 'refuse' | 'continue'
}

/** A decision that is not known to be recorded: nothing may come of it. */
export class Unrecorded extends Error {}

/** What a journal is made of. */
export interface JournalParts {
  readonly config: AgentConfig
  readonly policies: Policies
  readonly log: Log
}

/** Records every decision before anything comes of it. */
export class Journal {
  readonly #parts: JournalParts
  readonly #node: AgentNode
  readonly #logs: DecisionLogs
  /** How often each part was allowed something, and how often it was not. */
  readonly tally: Tally = new Tally()

  private constructor(parts: JournalParts, logs: DecisionLogs) {
    const { name, dns, domain } = parts.config
    this.#parts = parts
    this.#node = { name, dns, domain }
    this.#logs = logs
  }

  /** @throws {@link ConfigError} when the log of a resident process cannot be opened. */
  static async open(parts: JournalParts, keeper: Keeper): Promise<Journal> {
    const { config, log } = parts
    const logs =
      keeper === 'resident' ? await ResidentLogs.open(config, log) : new LocalLogs(config, log)
    const journal = new Journal(parts, logs)
    await journal.follow()
    return journal
  }

  /** Where decisions are recorded, and how that goes. */
  get state(): AuditState {
    return { ...this.#logs.status, onFull: this.#parts.config.audit.onFull }
  }

  /** Does what the access control files in force say about the logs of the vendor's. */
  async follow(): Promise<void> {
    const { trusted, trustedWithDomain } = this.#parts.policies
    const own = serviceOf(trusted)
    const beside = serviceOf(trustedWithDomain)
    await this.#logs.follow({
      ...(own && { Trusted: own }),
      ...(beside && { TrustedWithDomain: beside }),
    })
  }

  /**
   * Records a decision; settles when the record is on disk, or is lost and may be.
   *
   * @throws Unrecorded when it is not known to be on disk and has to be.
   */
  async record(record: DecisionRecord): Promise<void> {
    this.tally.add(record)
    const recorded = this.#kept(this.#logs.audit(eventOf(record)))
    const logged = this.#logLine(record)
    // Both to their end, so that nothing is under way any more when one of them fails.
    await Promise.allSettled([recorded, logged])
    await logged
    const position = await recorded
    this.#parts.log.decision(record, position?.sequence)
  }

  /** Writes what waits, and gives the logs free. */
  async close(): Promise<void> {
    await this.#logs.close()
  }

  async #logLine({ request, claimedUser, decision, vendorLog }: DecisionRecord): Promise<void> {
    if (vendorLog === undefined || !('method' in request)) return
    const { microagent, method } = request
    const { outcome } = decision
    const node = this.#node
    const user = claimedUser ?? ''
    const line = formatLogLine({ date: new Date(), user, node, microagent, method, outcome })
    await this.#kept(this.#logs.vendor(vendorLog, line))
  }

  async #kept<Position>(
    appended: Promise<Receipt<Position> | undefined>,
  ): Promise<Position | undefined> {
    try {
      const receipt = await appended
      if (receipt === undefined || receipt.durable) return receipt?.position
      this.#say(receipt.error)
    } catch (cause) {
      this.#say(cause)
      if (this.#parts.config.audit.onFull === 'refuse') throw new Unrecorded('', { cause })
    }
    return undefined
  }

  #say(fault: unknown): void {
    this.#parts.log.error('a decision is not recorded', {
      event: 'audit-failed',
      onFull: this.#parts.config.audit.onFull,
      code: faultCode(fault),
      detail: escapeControls(String(fault)),
    })
  }
}

function serviceOf(holder: PolicyHolder<Policy> | undefined): LogService | undefined {
  if (holder === undefined) return undefined
  const { current } = holder
  return isNoPolicy(current) ? undefined : current.logService
}
