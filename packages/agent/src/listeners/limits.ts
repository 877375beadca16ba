import {
  ANSWER_TIMEOUT_MS,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  MAX_BODY_BYTES,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
  MAX_OPERATION_BODY_BYTES,
  REQUEST_TIMEOUT_MS,
} from '@gatehouse/protocol'

/** What one peer may cost a listener. Times in milliseconds, sizes in bytes. */
export interface ConnectionLimits {
  /** Most connections at once; a further one is closed unanswered. */
  readonly maxConnections: number
  /** Most connections that wait for a decision at once; a further one is closed. */
  readonly maxUndecided: number
  /** Most of them from one address, so that one peer does not keep others out. */
  readonly maxUndecidedOfOnePeer: number
  /** Largest head of a request. */
  readonly maxHeaderBytes: number
  /** Most header fields. */
  readonly maxHeaderFields: number
  /** Largest body. */
  readonly maxBodyBytes: number
  /** Largest body with a packed operation. */
  readonly maxOperationBytes: number
  /** Longest time for the head of a request. */
  readonly headersTimeoutMs: number
  /** Longest time for a whole request. */
  readonly requestTimeoutMs: number
  /** Longest pause between two requests on one connection. */
  readonly keepAliveTimeoutMs: number
  /** Longest silence on a connection while an answer is made or taken. */
  readonly silenceTimeoutMs: number
  /** How often the first two times are looked at. */
  readonly checkIntervalMs: number
}

/** The limits of both listeners, unless a test sets others. */
export const DEFAULT_LIMITS: ConnectionLimits = {
  maxConnections: MAX_CONNECTIONS,
  // Below the connections in all, so that there is room for those that are decided.
  maxUndecided: MAX_CONNECTIONS * 0.75,
  maxUndecidedOfOnePeer: MAX_CONNECTIONS / 4,
  maxHeaderBytes: MAX_HEADER_BYTES,
  maxHeaderFields: 32,
  maxBodyBytes: MAX_BODY_BYTES,
  maxOperationBytes: MAX_OPERATION_BODY_BYTES,
  headersTimeoutMs: HEADERS_TIMEOUT_MS,
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  keepAliveTimeoutMs: KEEP_ALIVE_TIMEOUT_MS,
  silenceTimeoutMs: ANSWER_TIMEOUT_MS,
  checkIntervalMs: 1_000,
}

/** The same limits where a message holds a packed operation. */
export function forOperations(limits: ConnectionLimits): ConnectionLimits {
  return { ...limits, maxBodyBytes: limits.maxOperationBytes }
}
