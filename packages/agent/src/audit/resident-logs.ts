import type {
  AuditEvent,
  AuditLog,
  AuditLogCode,
  ChainState,
  Opening,
  Receipt,
} from '@gatehouse/audit-log'
import { ConfigError, escapeControls } from '@gatehouse/core'
import type { AgentConfig } from '../config/model.ts'
import type { Log, VendorLogName } from '../log.ts'
import { faultCode } from './fault-code.ts'
import { HeldLog } from './held-log.ts'
import { openAudit, type AuditStatus, type DecisionLogs, type LogServices } from './logs.ts'
import { auditPath } from './paths.ts'
import { VendorLog } from './vendor-log.ts'

/** Moved away by another program: a reload shows that this was meant. */
const REPLACED: AuditLogCode = 'log-replaced'

/** The logs of a process that stays: it keeps them open, and nobody else can write to them. */
export class ResidentLogs implements DecisionLogs {
  readonly #config: AgentConfig
  readonly #log: Log
  readonly #audit: HeldLog<AuditEvent, Receipt<ChainState>, AuditLog>
  readonly #vendor: Readonly<Record<VendorLogName, VendorLog>>

  private constructor(config: AgentConfig, log: Log) {
    this.#config = config
    this.#log = log
    this.#audit = new HeldLog(() => openAudit(config, 'resident'))
    this.#vendor = {
      Trusted: new VendorLog(config, 'Trusted'),
      TrustedWithDomain: new VendorLog(config, 'TrustedWithDomain'),
    }
  }

  /** @throws {@link ConfigError} when the audit log cannot be opened. */
  static async open(config: AgentConfig, log: Log): Promise<ResidentLogs> {
    const logs = new ResidentLogs(config, log)
    try {
      logs.#sayOpening((await logs.#audit.opened()).opening)
      return logs
    } catch (cause) {
      if (cause instanceof ConfigError) throw cause
      const { file } = logs.status
      const message = `cannot write the audit log \`${file}\`: ${faultCode(cause)}`
      throw new ConfigError(message, { source: { file }, cause })
    }
  }

  get status(): AuditStatus {
    const { current, fault } = this.#audit
    return {
      file: auditPath(this.#config, 'resident'),
      lost: current?.status.lost ?? 0,
      failing: fault === undefined ? undefined : faultCode(fault),
      headsWaiting: current?.status.headsWaiting ?? 0,
    }
  }

  audit(event: AuditEvent): Promise<Receipt<ChainState>> {
    return this.#audit.append(event)
  }

  vendor(name: VendorLogName, line: string): Promise<Receipt<null> | undefined> {
    return this.#vendor[name].append(line)
  }

  async follow(services: LogServices): Promise<void> {
    const { current: old } = this.#audit
    if (old === undefined || old.status.failing?.code === REPLACED) {
      await this.#audit.renew()
      if (old !== undefined) this.#sayLosses(old.status)
    }
    const { Trusted, TrustedWithDomain } = this.#vendor
    await Promise.all([
      Trusted.follow(services.Trusted),
      TrustedWithDomain.follow(services.TrustedWithDomain),
    ])
    const fault = Trusted.fault ?? TrustedWithDomain.fault ?? this.#audit.fault
    if (fault !== undefined) {
      this.#log.error('a log of decisions cannot be written', {
        event: 'audit-failing',
        code: faultCode(fault),
        detail: escapeControls(fault.message),
      })
    }
  }

  async close(): Promise<void> {
    const { Trusted, TrustedWithDomain } = this.#vendor
    await Promise.all([this.#audit.close(), Trusted.close(), TrustedWithDomain.close()])
    this.#sayLosses(this.status)
  }

  #sayLosses({ lost, headsWaiting }: Pick<AuditStatus, 'lost' | 'headsWaiting'>): void {
    if (lost + headsWaiting === 0) return
    const fields = { event: 'audit-lost', lost, headsWaiting }
    this.#log.error('the audit log was closed without some records or heads', fields)
  }

  #sayOpening({ repairedBytes, staleLock }: Opening): void {
    if (repairedBytes === 0 && staleLock === undefined) return
    this.#log.info('the audit log was not closed the last time', {
      event: 'audit-repaired',
      repairedBytes,
      stalePid: staleLock?.pid ?? null,
    })
  }
}
