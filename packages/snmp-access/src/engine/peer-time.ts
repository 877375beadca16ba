import { MAX_BOOTS, type PeerClock } from '../message/index.ts'

/** Milliseconds on a clock that never goes back. */
export type Milliseconds = () => number

/** The notion of another engine's clock, which runs on as ours does (RFC 3414 section 2.3). */
export class PeerTime {
  readonly #now: Milliseconds
  #clock: PeerClock
  #at: number

  /** @param id - Engine id; nothing of its time is known at first. */
  constructor(id: Uint8Array, now: Milliseconds) {
    this.#now = now
    this.#clock = { id, boots: 0, time: 0, latest: 0 }
    this.#at = now()
  }

  /** Whether the engine has proven its time. */
  get isKnown(): boolean {
    return this.#clock.boots > 0 || this.#clock.latest > 0
  }

  /** What its clock must show now. */
  reading(): PeerClock {
    const elapsed = this.isKnown ? Math.floor((this.#now() - this.#at) / 1000) : 0
    return { ...this.#clock, time: Math.min(this.#clock.time + elapsed, MAX_BOOTS) }
  }

  /** @param proven - What `openAsPeer` made of a message that proved it. */
  set(proven: PeerClock): void {
    this.#clock = proven
    this.#at = this.#now()
  }
}
