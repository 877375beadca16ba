import type { Secret } from '@gatehouse/core'

/** A single-use value that a request carried. */
export interface UsedValue {
  /** Its random part: 16 bytes as 22 characters of base64url. */
  readonly id: string
  /** From when on it is of no use, in milliseconds since 1970. */
  readonly end: number
}

/**
 * What came of using a value up: it had not been used; it had; it ended before what the store still
 * remembers; or there is no room to remember it.
 */
export type UseOutcome = 'first' | 'used' | 'expired' | 'full'

/**
 * Remembers which single-use values were used, until they end.
 *
 * Values that were issued and never used take no room. Key and memory belong together: a store that lost
 * its memory has another key, so no value of before is taken again.
 */
export interface ReplayStore {
  /** 32 bytes; what makes a value one of this store. */
  readonly key: Secret<Uint8Array>
  /**
   * Uses a value up, durably before the answer. Each value gives `first` once, however many ask at once.
   *
   * Forgets a value only after its end, and from then on takes none that ends at or before the latest end
   * it forgot, whatever the clock says later.
   *
   * @throws when it cannot know; the value is to be refused then.
   */
  use(value: UsedValue, at: Date): Promise<UseOutcome>
  /** Gives up what the store holds open. */
  close(): Promise<void>
}
