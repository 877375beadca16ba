import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { allow, deny, type Decision, type Guard } from '@gatehouse/core'
import type { TlsCode } from './codes.ts'
import type { TlsClients } from './model.ts'
import { decideClient } from './verdict.ts'

/** What the guard of a transport stands on. */
export interface CertificateGuardOptions<Request> {
  /** Whom the server lets in, as given to `guardServer`. Default: clients are not asked. */
  readonly clients?: TlsClients
  /** The connection that a request came over. */
  readonly socketOf: (request: Request) => Duplex
}

/**
 * The transport as a guard for `compose`: it gives integrity, privacy and freshness (what was recorded
 * cannot be played again; a sender may still say a thing twice), and says that the console is who it
 * says it is where client certificates are required. It says nothing about users.
 *
 * `guardServer` decides once for a connection. This decides for each request, by the list and the time
 * of that moment, so that a certificate which was removed or has expired ends with the next request.
 */
export function certificateGuard<Request>({
  clients,
  socketOf,
}: CertificateGuardOptions<Request>): Guard<Request, TlsCode> {
  return {
    ...transportGuarantees(clients?.required === true),
    check: (request) => {
      const socket = socketOf(request)
      if (!(socket instanceof TLSSocket)) return deny<TlsCode>({ code: 'not-over-tls' })
      return decideSocket(socket, clients)
    },
  }
}

function decideSocket(socket: TLSSocket, clients: TlsClients | undefined): Decision<TlsCode> {
  return clients === undefined
    ? allow<TlsCode>({ code: 'client-anonymous' })
    : decideClient(socket, clients)
}

/** What the guard says of itself. */
function transportGuarantees(
  areConsolesKnown: boolean,
): Pick<Guard<never>, 'name' | 'provides' | 'reliesOn'> {
  return {
    name: 'certificate-trust',
    provides: [
      ...(areConsolesKnown ? [{ guarantee: 'authentication', of: 'console' } as const] : []),
      'integrity',
      'privacy',
      'freshness',
    ],
    reliesOn: [],
  }
}
