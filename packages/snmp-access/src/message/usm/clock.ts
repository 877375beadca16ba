/** A reading of an engine's clock. */
export interface EngineClock {
  /** The engine: 5 to 32 octets; none for one that is not known yet. */
  readonly id: Uint8Array
  /** How often it was started, 0 to 2^31 - 1. */
  readonly boots: number
  /** Seconds since it was started, 0 to 2^31 - 1. */
  readonly time: number
}

/** What is known of the clock of another engine, read now (RFC 3414 section 2.3). */
export interface PeerClock extends EngineClock {
  /** The highest time that was received with these boots and proven; 0 at first. It does not run. */
  readonly latest: number
}

/** How far a message may be from the clock (RFC 3414 section 2.2.3). */
export const TIME_WINDOW_SECONDS = 150

/** The highest count of boots and seconds. An engine that has come to it in boots is never in time. */
export const MAX_BOOTS: number = 2 ** 31 - 1
