import { deny, type Deny } from '@gatehouse/core'
import { describeTls, type TlsCode } from './codes.ts'

/** The error that a connection ends with when its peer is not trusted. */
export class PeerRefused extends Error {
  readonly code = 'ERR_DENIED'
  /** Why, the most specific reason first. */
  readonly decision: Deny<TlsCode>

  constructor(decision: Deny<TlsCode>) {
    super(describeTls(decision.reasons[0]))
    this.name = 'PeerRefused'
    this.decision = decision
  }
}

/** How Node's verification calls what has a code here. */
const CODE_OF_NODE: Readonly<Record<string, TlsCode>> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  CERT_SIGNATURE_FAILURE: 'signature-invalid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'issuer-unknown',
  UNABLE_TO_GET_ISSUER_CERT: 'issuer-unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'issuer-unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'issuer-unknown',
  INVALID_PURPOSE: 'purpose-not-allowed',
  INVALID_CA: 'issuer-not-ca',
  PATH_LENGTH_EXCEEDED: 'path-too-long',
  CERT_CHAIN_TOO_LONG: 'chain-too-deep',
  CERT_UNTRUSTED: 'issuer-unknown',
  CERT_REJECTED: 'purpose-not-allowed',
}

/** The longest row of causes that is followed. */
const MAX_CAUSES = 5

/**
 * Why a peer was refused, of the error that a connection, a request or `fetch` ended with; `undefined`
 * when the error is about something else.
 *
 * With `connectTls` the reasons are always the verifier's. With `clientOptions` alone Node may refuse
 * first; then there is one reason, without the certificate, and Node's own code as the fact `cause`.
 */
export function refusalOf(error: unknown): Deny<TlsCode> | undefined {
  let next = error
  for (let depth = 0; depth < MAX_CAUSES && next instanceof Error; depth += 1) {
    const { code: cause = '', decision } = next as Error &
      Partial<Pick<PeerRefused, 'decision'>> & {
        readonly code?: string
      }
    if (cause === 'ERR_DENIED' && decision !== undefined) return decision
    const code = Object.hasOwn(CODE_OF_NODE, cause) ? CODE_OF_NODE[cause] : undefined
    if (code !== undefined) return deny<TlsCode>({ code, facts: { cause } })
    next = next.cause
  }
  return undefined
}
