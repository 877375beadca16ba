import { setTimeout as wait } from 'node:timers/promises'
import type { AuditEvent, ChainState, Receipt } from '@gatehouse/audit-log'
import type { AgentConfig } from '../config/model.ts'
import type { Log, VendorLogName } from '../log.ts'
import { faultCode } from './fault-code.ts'
import type { OpenLog } from './held-log.ts'
import {
  openAudit,
  openVendorLog,
  type AuditStatus,
  type DecisionLogs,
  type LogServices,
} from './logs.ts'
import { auditPath } from './paths.ts'

/** Longest wait for other local commands that write the same log, in milliseconds. */
const MAX_WAIT_MS = 10_000

/** Time between two attempts, in milliseconds, and as much again at random. */
const ATTEMPT_MS = 10

/** The logs of local commands: each opens them for one record, and waits for its turn. */
export class LocalLogs implements DecisionLogs {
  readonly #config: AgentConfig
  readonly #log: Log
  #services: LogServices = {}

  constructor(config: AgentConfig, log: Log) {
    this.#config = config
    this.#log = log
  }

  get status(): AuditStatus {
    return {
      file: auditPath(this.#config, 'local'),
      lost: 0,
      failing: undefined,
      headsWaiting: 0,
    }
  }

  audit(event: AuditEvent): Promise<Receipt<ChainState>> {
    return this.#appendOnce(() => openAudit(this.#config, 'local'), event)
  }

  async vendor(name: VendorLogName, line: string): Promise<Receipt<null> | undefined> {
    const service = this.#services[name]
    if (service === undefined) return undefined
    return this.#appendOnce(() => openVendorLog(this.#config, name, service, 'local'), line)
  }

  async follow(services: LogServices): Promise<void> {
    this.#services = services
  }

  async close(): Promise<void> {}

  async #appendOnce<Item, Position>(
    open: () => Promise<OpenLog<Item, Receipt<Position>>>,
    item: Item,
  ): Promise<Receipt<Position>> {
    const log = await inTurn(open)
    try {
      return await log.append(item)
    } finally {
      await log.close()
      this.#sayHeads(log.status.headsWaiting)
    }
  }

  #sayHeads(headsWaiting = 0): void {
    if (headsWaiting === 0) return
    const fields = { event: 'audit-lost', lost: 0, headsWaiting }
    this.#log.error('the audit log was closed without some heads', fields)
  }
}

async function inTurn<Opened>(open: () => Promise<Opened>): Promise<Opened> {
  const end = Date.now() + MAX_WAIT_MS
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
      return await open()
    } catch (error) {
      if (faultCode(error) !== 'log-in-use' || Date.now() > end) throw error
    }
    // oxlint-disable-next-line no-await-in-loop -- as above
    await wait(ATTEMPT_MS * (1 + Math.random()))
  }
}
