import type { LocalizedKeys, UsmUser } from '../../message/index.ts'
import { PeerTime, type Milliseconds } from '../peer-time.ts'

/** What is known of a peer's engine, to one user. Nothing here was proven by another user. */
export class PeerEngine {
  /** As the peer told it; that it is true only digests prove. */
  readonly id: Uint8Array
  readonly keys: LocalizedKeys | undefined
  readonly time: PeerTime
  /** The synchronisation that is under way or done, so that it is done once; `false`: the engine is not there. */
  synchronised: Promise<boolean> | undefined

  constructor(id: Uint8Array, keys: LocalizedKeys | undefined, now: Milliseconds) {
    this.id = id
    this.keys = keys
    this.time = new PeerTime(id, now)
  }
}

interface Entry {
  readonly user: UsmUser
  readonly engine: Promise<PeerEngine>
}

/** Engines of the peers that were asked, the most recently asked ones only. */
export class PeerEngines {
  readonly #max: number
  readonly #entries = new Map<string, Entry>()

  constructor(max: number) {
    this.#max = max
  }

  /**
   * The engine of a peer for a user.
   *
   * @param discover - Asks the peer; called once for all who wait, and again after it failed.
   */
  get(key: string, user: UsmUser, discover: () => Promise<PeerEngine>): Promise<PeerEngine> {
    const known = this.#entries.get(key)
    if (known?.user === user) {
      this.#entries.delete(key)
      this.#entries.set(key, known)
      return known.engine
    }
    const entry: Entry = { user, engine: discover() }
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    this.#dropOldest()
    entry.engine.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key)
    })
    return entry.engine
  }

  /** The engine of a peer, if it has been found for this user. */
  async known(key: string, user: UsmUser): Promise<PeerEngine | undefined> {
    const entry = this.#entries.get(key)
    return entry?.user === user ? await entry.engine.catch(() => undefined) : undefined
  }

  /** Forgets the engine of a peer, so that the peer is asked anew. */
  forget(key: string): void {
    this.#entries.delete(key)
  }

  #dropOldest(): void {
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#max && oldest !== undefined) this.#entries.delete(oldest)
  }
}
