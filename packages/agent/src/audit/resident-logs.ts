import type {
  AuditEvent,
  AuditLog,
  AuditLogCode,
  ChainState,
  Opening,
  Receipt,
} from '@gatehouse/audit-log'
import { ConfigError, escapeControls } from '@gatehouse/core'
import type { LogService } from '@gatehouse/hawk-trusted'
import type { AgentConfig } from '../config.ts'
import type { Log } from '../log.ts'
import { faultCode } from './fault-code.ts'
import { HeldLog, type OpenLog } from './held-log.ts'
import { openAudit, openTrusted, type AuditStatus, type DecisionLogs } from './logs.ts'
import { auditPath, trustedLogPath } from './paths.ts'

type TrustedReceipt = Receipt<null> | undefined

/** Moved away by another program: a reload shows that this was meant. */
const REPLACED: AuditLogCode = 'log-replaced'

/** Stands for `Trusted.log` while the policy asks for none. */
const OFF: OpenLog<string, TrustedReceipt> = {
  status: { waiting: 0, lost: 0 },
  append: () => Promise.resolve(undefined),
  close: () => Promise.resolve(),
}

/** The logs of a process that stays: it keeps them open, and nobody else can write to them. */
export class ResidentLogs implements DecisionLogs {
  readonly #config: AgentConfig
  readonly #log: Log
  readonly #audit: HeldLog<AuditEvent, Receipt<ChainState>, AuditLog>
  readonly #trusted = new HeldLog<string, TrustedReceipt, typeof OFF>(() => Promise.resolve(OFF))
  /** What the policy says about `Trusted.log`. */
  #settings: string | undefined

  private constructor(config: AgentConfig, log: Log) {
    this.#config = config
    this.#log = log
    this.#audit = new HeldLog(() => openAudit(config, 'resident'))
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

  trusted(line: string): Promise<TrustedReceipt> {
    return this.#trusted.append(line)
  }

  async follow(service: LogService | undefined): Promise<void> {
    const { current: old } = this.#audit
    if (old === undefined || old.status.failing?.code === REPLACED) {
      await this.#audit.renew()
      if (old !== undefined) this.#sayLosses(old.status)
    }
    await this.#followTrusted(service)
    const fault = this.#trusted.fault ?? this.#audit.fault
    if (fault !== undefined) {
      this.#log.error('a log of decisions cannot be written', {
        event: 'audit-failing',
        code: faultCode(fault),
        detail: escapeControls(fault.message),
      })
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#audit.close(), this.#trusted.close()])
    this.#sayLosses(this.status)
  }

  #sayLosses({ lost, headsWaiting }: Pick<AuditStatus, 'lost' | 'headsWaiting'>): void {
    if (lost + headsWaiting === 0) return
    const fields = { event: 'audit-lost', lost, headsWaiting }
    this.#log.error('the audit log was closed without some records or heads', fields)
  }

  async #followTrusted(service: LogService | undefined): Promise<void> {
    const settings = service && settingsOf(this.#config, service)
    if (settings === this.#settings && this.#trusted.fault === undefined) return
    this.#settings = settings
    await this.#trusted.renew(() =>
      service === undefined ? Promise.resolve(OFF) : openTrusted(this.#config, service, 'resident'),
    )
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

function settingsOf(config: AgentConfig, service: LogService): string {
  const { maxSize, maxFiles } = service
  return JSON.stringify([trustedLogPath(config, service, 'resident'), maxSize, maxFiles])
}
