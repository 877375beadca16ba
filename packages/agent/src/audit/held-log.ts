import type { LogStatus } from '@gatehouse/audit-log'

/** A log of any kind, open. */
export interface OpenLog<Item, Result> {
  /** Only a chained log has heads. */
  readonly status: LogStatus & { readonly headsWaiting?: number }
  append(item: Item): Promise<Result>
  close(): Promise<unknown>
}

/** A log that a resident process keeps open. */
export class HeldLog<Item, Result, Log extends OpenLog<Item, Result>> {
  #open: () => Promise<Log>
  #opened: Promise<Log>
  #current: Log | undefined
  #fault: Error | undefined

  /** Begins to open it; appends wait for that, and reject with what went wrong. */
  constructor(open: () => Promise<Log>) {
    this.#open = open
    this.#opened = this.#start()
    this.#opened.catch(() => undefined)
  }

  /** The log, where it could be opened. */
  get current(): Log | undefined {
    return this.#current
  }

  /** Why it could not be opened, or why its last write failed. */
  get fault(): Error | undefined {
    return this.#current === undefined ? this.#fault : this.#current.status.failing
  }

  /** Settles when it is open. @throws what went wrong. */
  opened(): Promise<Log> {
    return this.#opened
  }

  async append(item: Item): Promise<Result> {
    const log = await this.#opened
    return log.append(item)
  }

  /**
   * Closes it and opens it anew. What was appended before is written, what comes after waits.
   *
   * @param open - How it is opened from now on. Default: as before.
   */
  async renew(open: () => Promise<Log> = this.#open): Promise<void> {
    const closed = this.close()
    this.#open = open
    this.#opened = closed.then(() => this.#start())
    await this.#opened.catch(() => undefined)
  }

  /** Writes what waits, and gives the log free. */
  async close(): Promise<void> {
    const log = await this.#opened.catch(() => undefined)
    await log?.close()
  }

  async #start(): Promise<Log> {
    this.#current = undefined
    try {
      this.#current = await this.#open()
      return this.#current
    } catch (error) {
      this.#fault = error as Error
      throw error
    }
  }
}
