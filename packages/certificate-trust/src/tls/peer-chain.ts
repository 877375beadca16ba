import { createHash } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { EncodedChain } from '../input/encoded.ts'

/** What a peer offered: its certificates as they came; none when it offered none. */
interface Offered {
  readonly chain: EncodedChain | undefined
}

const offers = new WeakMap<TLSSocket, Offered>()

/**
 * Every certificate that a peer sent, in its order; `undefined` when it sent none, before the handshake
 * is over, and on the client's side of a resumed session, where Node keeps none.
 *
 * Node 20 hands them out once: `getPeerX509Certificate` takes all of them out of the session, and a
 * second call, as well as `getPeerCertificate` on a client, finds nothing more. So the first call here
 * takes and keeps them, and later calls of the socket's own functions give what they gave before.
 * (`getPeerCertificate(true)` by itself would leave the session whole, but it drops whatever does not
 * come right behind what it issued, and adds issuers from the `ca` list.)
 */
export function peerChain(socket: TLSSocket): EncodedChain | undefined {
  const known = offers.get(socket)
  if (known !== undefined) return known.chain
  const detailed = socket.getPeerCertificate(true)
  const peer = socket.getPeerX509Certificate()
  const ders: Uint8Array[] = []
  for (let next = peer; next !== undefined; next = next.issuerCertificate) ders.push(next.raw)
  const [first, ...rest] = ders
  const chain: EncodedChain | undefined = first === undefined ? undefined : [first, ...rest]
  if (chain === undefined) return undefined
  socket.getPeerX509Certificate = () => peer
  socket.getPeerCertificate = () => detailed
  offers.set(socket, { chain })
  return chain
}

/** SHA-256 of the certificate that a peer offered, lower-case hexadecimal. */
export function peerFingerprint(socket: TLSSocket): string | undefined {
  const first = peerChain(socket)?.[0]
  return first && fingerprint(first)
}

/** SHA-256 of a certificate as DER, lower-case hexadecimal. */
export function fingerprint(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex')
}
