import { randomBytes } from 'node:crypto'
import type { SnmpCounters } from '../engine/counters.ts'
import { CommandResponder } from '../engine/responder/command-responder.ts'
import { listen, type Listening } from '../engine/listen.ts'
import type { ContextObjects } from '../engine/responder/objects.ts'
import type { ResponderOptions } from '../engine/responder/responder-options.ts'
import { ensureMib, ensureNetSnmp } from './ensure-net-snmp.ts'
import { HandledResponder } from './handled-responder.ts'
import { JoinedObjects, OwnTree } from './joined-objects.ts'
import { MibObjects, type ReportFault } from './mib-objects.ts'
import { WatchedMib } from './mib-watch.ts'

/** What is told of the Mib of an integrator. */
export interface MibOptions {
  /**
   * Told what a provider does wrong: a value that is none of its type, a handler that throws or does
   * not come to an end. Nothing of it goes to the sender of a message. Default: nobody.
   */
  readonly onFault?: ReportFault
}

/** A guarded agent: what its responder takes, and where it listens. */
export interface GuardedAgentOptions
  extends Omit<ResponderOptions, 'objects' | 'digestKey'>, MibOptions {
  /** A Mib of `netSnmp.createMib()`. */
  readonly mib: object
  /** UDP port. Default 161; 0 takes a free one. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly address?: string
  /** Octets of the socket's receive buffer; the system may give less. */
  readonly receiveBufferBytes?: number
  /** Told what the socket reports. Whoever forges where a message comes from can make it do so. */
  readonly onError?: (error: unknown) => void
  /** How long the handlers of providers may take for one message. Default 1000. */
  readonly handlerTimeoutMs?: number
  /** Key of `communityDigest` for events. Default: a new one. */
  readonly digestKey?: Uint8Array
}

/** An agent that listens. */
export interface GuardedAgent {
  readonly listening: Listening
  readonly counters: SnmpCounters
  /** Closes the socket. */
  close(): Promise<void>
}

/**
 * The objects of an npm net-snmp Mib, for `ResponderOptions.objects`. Handlers of providers are not
 * called: `createGuardedAgent` does that.
 *
 * @throws NetSnmpError for another version of net-snmp, or a Mib that is none of it.
 */
export function objectsOf(netSnmp: unknown, mib: object, options: MibOptions = {}): ContextObjects {
  return mibObjectsOf(netSnmp, mib, options).objects
}

/**
 * Puts a Mib of npm net-snmp behind our responder: messages, users, access control, counters and
 * walks are ours, providers, constraints, rows and handlers the integrator's.
 *
 * @param netSnmp - The module, version 3.29.2.
 * @throws NetSnmpError for another version of net-snmp, or a Mib that is none of it.
 */
export async function createGuardedAgent(
  netSnmp: unknown,
  options: GuardedAgentOptions,
): Promise<GuardedAgent> {
  const { port = 161, address = '127.0.0.1', receiveBufferBytes, handlerTimeoutMs = 1000 } = options
  const { watched, objects, report } = mibObjectsOf(netSnmp, options.mib, options)
  const own = new OwnTree()
  const joined = new JoinedObjects(own, objects)
  const responder = new CommandResponder({
    ...options,
    digestKey: options.digestKey ?? randomBytes(32),
    objects: () => joined,
  })
  responder.registerObjects(own)
  const receiver = new HandledResponder({
    responder,
    objects,
    policy: options.policy,
    limits: options.limits ?? {},
    mib: watched.mib,
    timeoutMs: handlerTimeoutMs,
    report,
  })
  const listening = await listen(receiver, {
    addresses: [{ address, port }],
    ...(receiveBufferBytes !== undefined && { receiveBufferBytes }),
    ...(options.onError && { onError: options.onError }),
  })
  return { listening, counters: responder.counters, close: () => listening.close() }
}

function mibObjectsOf(
  netSnmp: unknown,
  mib: object,
  { onFault }: MibOptions,
): { readonly watched: WatchedMib; readonly objects: MibObjects; readonly report: ReportFault } {
  ensureMib(ensureNetSnmp(netSnmp), mib)
  const watched = WatchedMib.of(mib)
  const report: ReportFault = (oid, what, cause) => onFault?.(oid, what, cause)
  return { watched, objects: new MibObjects(watched, report), report }
}
