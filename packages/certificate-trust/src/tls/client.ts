import { randomBytes } from 'node:crypto'
import {
  connect,
  type ConnectionOptions,
  type DetailedPeerCertificate,
  type TLSSocket,
} from 'node:tls'
import { deny, type Decision } from '@gatehouse/core'
import type { EncodedChain } from '../input/encoded.ts'
import type { PeerName } from '../name/peer-name.ts'
import type { TlsCode } from './codes.ts'
import type { TlsIdentity, TlsTrust } from './model.ts'
import { PeerRefused } from './refusal.ts'
import { authorityOptions, identityOptions, PROTOCOL } from './secure-context.ts'
import { decideChain, decideServer } from './verdict.ts'

/** How a client looks at the system that it connects to, and what it shows of itself. */
export interface TlsClient {
  readonly trust: TlsTrust
  /** Name or address that the system was looked for by, or several, all of which it must have. */
  readonly name: PeerName | readonly PeerName[]
  /** What the client shows to servers that ask. Default: nothing. */
  readonly identity?: TlsIdentity
}

/** Where to connect to, and from where. */
export interface Place extends Pick<
  ConnectionOptions,
  'host' | 'port' | 'path' | 'socket' | 'lookup' | 'timeout'
> {
  /** Default: the system's choice. */
  readonly localAddress?: string
}

/** Options of `tls.connect`, and one of undici's. */
export interface ClientOptions extends ConnectionOptions {
  /** undici keeps no sessions. */
  readonly maxCachedSessions: 0
}

/**
 * Options for `tls.connect`, `https.request` and the `connect` of an undici dispatcher, with which the
 * verifier decides about the server before the first byte of payload.
 *
 * Node's own verification stays on and comes first, by the certificates of the list
 * (`allowPartialTrustChain`: one that is trusted as itself ends a chain there, too); then the verifier
 * decides in `checkServerIdentity`. Nothing that was written goes out before both have: Node 20 holds
 * writes until `secureConnect`, and destroys the socket before that.
 *
 * Node does not call `checkServerIdentity` on resumed sessions, so there are none: https.Agent finds
 * `session` set, undici `maxCachedSessions`, and every call of this function makes a session context
 * of its own, in which a session of another does not count. Do not set `session` yourself.
 *
 * The verifier sees what `getPeerCertificate` shows, in which certificates out of their order are
 * missing: such a chain is refused. `connectTls` sees all.
 *
 * Node's copy of the list is that of this call: what is added later counts in the next call, what is
 * removed counts no more at once. An agent that keeps connections open keeps the verdict with them, and
 * shares them by host, not by what they were checked for: one agent for one trust and name.
 */
export function clientOptions({ trust, name, identity }: TlsClient): ClientOptions {
  return {
    ...PROTOCOL,
    ...authorityOptions(trust, 'system'),
    ...(identity && identityOptions(identity)),
    rejectUnauthorized: true,
    servername: serverNameOf(name),
    ALPNProtocols: ['http/1.1'],
    session: undefined,
    sessionIdContext: randomBytes(16).toString('hex'),
    maxCachedSessions: 0,
    checkServerIdentity: (_, peer) => {
      const decision = decideChain(chainOf(peer), { trust, role: 'system', name })
      return decision.outcome === 'allow' ? undefined : new PeerRefused(decision)
    },
  }
}

/** Server name indication; an address has none (RFC 6066, 3). */
function serverNameOf(name: TlsClient['name']): string {
  const names: readonly PeerName[] = Array.isArray(name) ? name : [name as PeerName]
  const named = names.find((one) => 'dns' in one)
  return named?.dns ?? ''
}

/** Node gives a root itself as its issuer. */
function chainOf(peer: Partial<DetailedPeerCertificate>): EncodedChain | undefined {
  const ders = new Set<Uint8Array>()
  for (let next: typeof peer | undefined = peer; next?.raw !== undefined;) {
    if (ders.has(next.raw)) break
    ders.add(next.raw)
    next = next.issuerCertificate
  }
  const [first, ...rest] = ders
  return first === undefined ? undefined : [first, ...rest]
}

/** Decides whether a connection is used, once it is known whether its peer is trusted. */
export type DecideUse = (trusted: Decision<TlsCode>) => Decision<TlsCode>

/**
 * Connects, and says in full why a server is refused: as `tls.connect` with {@link clientOptions}, but
 * the socket ends with {@link PeerRefused} and the verifier's reasons whatever Node says, every
 * certificate that came is seen, and a session that was resumed all the same is refused.
 *
 * The verdict comes before `secureConnect`, which is not emitted when it is a deny, whoever listens.
 * Node's verification is asked and counts; it is kept from ending the connection by itself only so that
 * there is something to say. Node holds back what was written until then.
 *
 * @param use - Decides instead whether the connection is used, such as for monitoring, which goes on
 *   with systems that are not trusted. Default: it is used when the server is trusted. A throw refuses.
 */
export function connectTls(
  place: Place,
  client: TlsClient,
  use: DecideUse = (trusted) => trusted,
): TLSSocket {
  const { trust, name } = client
  const socket = connect({
    ...place,
    ...clientOptions(client),
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  })
  const emit = socket.emit.bind(socket)
  socket.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    if (event !== 'secureConnect') return emit(event, ...values)
    const decision = decideUse(decideServer(socket, trust, name), use)
    if (decision.outcome === 'allow') return emit(event, ...values)
    socket.destroy(new PeerRefused(decision))
    return false
  }
  return socket
}

function decideUse(trusted: Decision<TlsCode>, use: DecideUse): Decision<TlsCode> {
  try {
    return use(trusted)
  } catch {
    return deny<TlsCode>({ code: 'verdict-failed' })
  }
}
