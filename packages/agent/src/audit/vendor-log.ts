import type { Receipt } from '@gatehouse/audit-log'
import type { LogService } from '@gatehouse/hawk-trusted'
import type { AgentConfig } from '../config/model.ts'
import type { VendorLogName } from '../log.ts'
import { HeldLog, type OpenLog } from './held-log.ts'
import { openVendorLog } from './logs.ts'
import { vendorLogPath } from './paths.ts'

type VendorReceipt = Receipt<null> | undefined

/** Stands for the log while its policy asks for none. */
const OFF: OpenLog<string, VendorReceipt> = {
  status: { waiting: 0, lost: 0 },
  append: () => Promise.resolve(undefined),
  close: () => Promise.resolve(),
}

/** A log of the vendor's that a resident process keeps open, as long as its policy asks for it. */
export class VendorLog extends HeldLog<string, VendorReceipt, typeof OFF> {
  readonly #config: AgentConfig
  readonly #name: VendorLogName
  /** What the policy says about it. */
  #settings: string | undefined

  constructor(config: AgentConfig, name: VendorLogName) {
    super(() => Promise.resolve(OFF))
    this.#config = config
    this.#name = name
  }

  /** Keeps it as a policy says from now on. */
  async follow(service: LogService | undefined): Promise<void> {
    const settings = service && this.#settingsOf(service)
    if (settings === this.#settings && this.fault === undefined) return
    this.#settings = settings
    await this.renew(() =>
      service === undefined
        ? Promise.resolve(OFF)
        : openVendorLog(this.#config, this.#name, service, 'resident'),
    )
  }

  #settingsOf(service: LogService): string {
    const { maxSize, maxFiles } = service
    const path = vendorLogPath(this.#config, this.#name, service, 'resident')
    return JSON.stringify([path, maxSize, maxFiles])
  }
}
