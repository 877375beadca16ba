import type { TLSSocket } from 'node:tls'
import { allow, deny, type Decision } from '@gatehouse/core'
import type { EncodedChain } from '../input/encoded.ts'
import type { PeerName } from '../name/peer-name.ts'
import { verifyTrusted } from '../trust/verify-trusted.ts'
import type { TlsCode } from './codes.ts'
import type { TlsClients, TlsTrust } from './model.ts'
import { fingerprint, peerChain } from './peer-chain.ts'

/** What a verdict stands on besides the chain. */
interface Asked {
  readonly trust: TlsTrust
  readonly role: 'system' | 'console'
  readonly name?: PeerName | readonly PeerName[] | undefined
}

/** Decides a chain by a list. Whatever throws, refuses. */
export function decideChain(
  chain: EncodedChain | undefined,
  { trust, role, name }: Asked,
): Decision<TlsCode> {
  if (chain === undefined) return deny<TlsCode>({ code: 'certificate-missing' })
  const { list, at = () => new Date(), revocation, weak, profile } = trust
  try {
    return verifyTrusted(list(), chain, {
      at: at(),
      role,
      purpose: role === 'system' ? 'server' : 'client',
      ...(name && { name }),
      ...(revocation && {
        revocation: typeof revocation === 'function' ? revocation() : revocation,
      }),
      ...(weak && { weak }),
      ...(profile && { profile }),
    }).decision
  } catch {
    return deny<TlsCode>({
      code: 'verdict-failed',
      source: { certificate: fingerprint(chain[0]) },
    })
  }
}

/** Decides about the server at the other end of a connection, Node's own verification included. */
export function decideServer(
  socket: TLSSocket,
  trust: TlsTrust,
  name: PeerName | readonly PeerName[],
): Decision<TlsCode> {
  const decision = decideChain(peerChain(socket), { trust, role: 'system', name })
  return decision.outcome === 'allow' ? heedNode(socket, decision) : decision
}

/** Decides about the client at the other end of a connection, Node's own verification included. */
export function decideClient(socket: TLSSocket, clients: TlsClients): Decision<TlsCode> {
  const chain = peerChain(socket)
  if (chain === undefined && !clients.required) return allow<TlsCode>({ code: 'client-anonymous' })
  const { name } = clients
  const decision = decideChain(chain, { trust: clients, role: 'console', name })
  return decision.outcome === 'allow' ? heedNode(socket, decision) : decision
}

/**
 * What Node says when it finds no issuer. A server of Node 20 does not take `allowPartialTrustChain`,
 * so it says this of each client certificate that is trusted as itself and that an authority issued.
 */
const ISSUER_NOT_FOUND: ReadonlySet<string> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
])

function heedNode(socket: TLSSocket, decision: Decision<TlsCode>): Decision<TlsCode> {
  const cause = causeOf(socket)
  const [{ code, source }] = decision.reasons
  const isPinned = code === 'certificate-pinned'
  if (cause === undefined || (isPinned && ISSUER_NOT_FOUND.has(cause))) return decision
  const at = source === undefined ? {} : { source }
  return deny<TlsCode>({ code: 'refused-by-node', ...at, facts: { cause } })
}

/** Node's code, which the types have as an error. */
function causeOf({ authorized, authorizationError }: TLSSocket): string | undefined {
  if (authorized) return undefined
  const code: unknown = authorizationError
  return typeof code === 'string' ? code : 'unknown'
}
