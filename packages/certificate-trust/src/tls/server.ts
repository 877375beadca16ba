import type { Server, TlsOptions, TLSSocket } from 'node:tls'
import type { Decision, Deny } from '@gatehouse/core'
import type { TlsCode } from './codes.ts'
import type { TlsClients, TlsIdentity } from './model.ts'
import { authorityOptions, identityOptions, PROTOCOL } from './secure-context.ts'
import { decideClient } from './verdict.ts'

/** What a server shows of itself, and whom it lets in. */
export interface TlsServer extends TlsIdentity {
  /** Asks clients for certificates. Default: nobody is asked, and everybody let in. */
  readonly clients?: TlsClients
}

/** Longest time for a handshake, in milliseconds. */
const HANDSHAKE_TIMEOUT_MS = 10_000

/**
 * Options for `tls.createServer` and `https.createServer`: TLS 1.2 and 1.3, no session tickets, no
 * renegotiation, `http/1.1` only, ten seconds for a handshake, the server's order of Node's suites.
 * They also are what `server.setSecureContext` takes when certificates or the list have changed.
 *
 * With `clients`, every server needs `guardServer` as well. Without it Node alone decides, by the
 * certificates of the list, and requires a certificate from every client.
 *
 * No session is resumed: there are no tickets, and Node keeps no sessions on a server unless it is
 * given listeners that do.
 */
export function serverOptions({ clients, ...identity }: TlsServer): TlsOptions {
  return {
    ...PROTOCOL,
    ...identityOptions(identity),
    honorCipherOrder: true,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    ALPNProtocols: ['http/1.1'],
    ...(clients && {
      ...authorityOptions(clients, 'console'),
      requestCert: true,
      rejectUnauthorized: true,
    }),
  }
}

/** What a guarded server tells. */
export interface GuardOptions {
  /** Hears of each client that is refused, before its connection is closed. What it throws is lost. */
  readonly onRefused?: (refusal: Deny<TlsCode>, socket: TLSSocket) => void
}

/**
 * Has the verifier decide about the certificate of each client before anything of the connection is
 * read: `secureConnection` is not emitted for one that is refused, so neither HTTP's parser nor any
 * other listener, whenever it was added, ever sees its socket, which gets no byte.
 *
 * Node's verification is asked and counts. The guard keeps it from closing connections by itself, so
 * that there is a reason to tell and clients may be let in without a certificate where none is required,
 * and passes it over in one case: it finds no issuer of a certificate that is trusted as itself.
 *
 * @param clients - As given to {@link serverOptions}, or a function when they may change.
 */
export function guardServer(
  server: Server,
  clients: TlsClients | (() => TlsClients),
  { onRefused }: GuardOptions = {},
): void {
  // Read for each connection; no option of `setSecureContext` sets it back.
  Object.assign(server, { rejectUnauthorized: false })
  const emit = server.emit.bind(server)
  server.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    if (event !== 'secureConnection') return emit(event, ...values)
    const socket = values[0] as TLSSocket
    const decision = decideNow(socket, clients)
    if (decision.outcome === 'allow') return emit(event, ...values)
    try {
      onRefused?.(decision, socket)
    } catch {
      // Whatever went wrong there, the client is refused.
    }
    socket.destroy()
    return false
  }
}

function decideNow(socket: TLSSocket, clients: TlsClients | (() => TlsClients)): Decision<TlsCode> {
  return decideClient(socket, typeof clients === 'function' ? clients() : clients)
}
