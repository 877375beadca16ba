/** What the load generator is asked to do, for a server on 127.0.0.1. */
export type Load =
  | {
      readonly kind: 'get'
      readonly port: number
      readonly outstanding: number
      readonly milliseconds: number
    }
  | { readonly kind: 'walk'; readonly port: number; readonly milliseconds: number }
  | {
      readonly kind: 'traps'
      readonly port: number
      readonly perSecond: number
      readonly milliseconds: number
    }

/** What it did. */
export type LoadDone =
  | {
      /** Requests answered, walks ended or traps sent. */
      readonly count: number
      /** Answers that did not come, or traps that could not be sent. */
      readonly lost: number
      readonly milliseconds: number
    }
  | { readonly failed: string }

/** Which server a process is to be. */
type ServerKind = 'ours' | 'ours, a Mib of net-snmp' | 'net-snmp (npm)'

/** What such a process is told to start. */
export type ServerTask =
  | { readonly agent: ServerKind }
  | {
      readonly receiver: Exclude<ServerKind, 'ours, a Mib of net-snmp'>
      readonly log: string
      readonly receiveBufferBytes?: number
    }

/** What a server says once it listens. */
export interface ServerSaying {
  readonly port: number
  readonly receiveBufferBytes?: number
}
