import { memoryReplayStore } from '@gatehouse/signed-request'
import type { SignedReceiver } from '../web-agent/parts.ts'
import { Receiver } from '../web-agent/receiver.ts'
import { forOperations, type ConnectionLimits } from './limits.ts'
import type { Transport } from './transport.ts'

/** How long a single-use value of the daemon counts, in milliseconds, where no config says: a minute. */
const VALUE_LIFE_MS = 60_000

/** What signed requests to the daemon are held to. */
export interface DaemonReceiverParts {
  /** Its certificate is who requests have to be for, and its trust list whom they may be from. */
  readonly transport: Pick<Transport, 'certificates' | 'consoles' | 'held'>
  readonly limits: ConnectionLimits
  /** How long a single-use value counts, in milliseconds. */
  readonly valueLifeMs?: number | undefined
  readonly now: () => Date
}

/**
 * Takes the signed requests of the daemon. Used values are kept in memory: with it the key of all values
 * ends, so that after a restart none that was issued before counts.
 */
export function createDaemonReceiver({
  transport,
  limits,
  valueLifeMs = VALUE_LIFE_MS,
  now,
}: DaemonReceiverParts): SignedReceiver {
  return new Receiver({
    settings: { current: () => transport.consoles },
    held: () => transport.held,
    store: memoryReplayStore(),
    valueLifeMs,
    maxBodyBytes: forOperations(limits).maxBodyBytes,
    certificates: () => transport.certificates,
    now,
  })
}
