import type { Log } from './log.ts'
import type { Store } from './store.ts'

/** Gathers a sample for every running collection at each interval, while it is started. */
export class Sampler {
  readonly #store: Store
  readonly #log: Log
  readonly #intervalMs: number
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> | undefined

  /** @param intervalMs - Milliseconds between the starts of two rounds. */
  constructor(store: Store, log: Log, intervalMs: number) {
    this.#store = store
    this.#log = log
    this.#intervalMs = intervalMs
  }

  /** Whether it gathers. */
  get running(): boolean {
    return this.#timer !== undefined
  }

  /** Starts gathering; the first round comes after one interval. A round still under way is not doubled. */
  start(): void {
    this.#timer ??= setInterval(() => {
      this.#round ??= this.#gather().finally(() => {
        this.#round = undefined
      })
    }, this.#intervalMs)
  }

  /** Stops gathering. A round that is under way ends before the promise does. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#timer = undefined
    await this.#round
  }

  async #gather(): Promise<void> {
    try {
      const names = await this.#store.collections.names()
      await Promise.all(names.map((name) => this.#store.samples.append(name)))
    } catch (error) {
      this.#log.error('sample lost', { event: 'sample-lost', detail: String(error) })
    }
  }
}
