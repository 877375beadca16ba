import type { KeyObject } from 'node:crypto'
import type { Certificate } from '../certificate/certificate.ts'
import type { RevocationOptions, VerifyOptions } from '../options.ts'
import type { TrustList } from '../trust/trust-list.ts'

/** What the certificates of peers are held to. */
export interface TlsTrust extends Pick<VerifyOptions, 'weak' | 'profile'> {
  /** The list in force; asked anew for each verdict. One that throws refuses. */
  readonly list: () => TrustList
  /**
   * How revocations are looked up, or a function that is asked anew for each verdict; one that throws
   * refuses. Default: they are not asked.
   */
  readonly revocation?: RevocationOptions | (() => RevocationOptions)
  /** Instant of a verdict. Default: the clock. Node's own verification always goes by the clock. */
  readonly at?: () => Date
}

/** Whom a server lets in. */
export interface TlsClients extends TlsTrust {
  /**
   * Whether a client has to have a certificate. Where it need not, one that it offers all the same has
   * to be trusted.
   */
  readonly required: boolean
  /** Name that certificates have to have. Needed where a root vouches for consoles. Default: not asked. */
  readonly name?: VerifyOptions['name']
}

/** What a side of a connection shows of itself. */
export interface TlsIdentity {
  /** Private key of the first certificate. */
  readonly key: KeyObject
  /** Its own certificate first, then each with the one that issued the one before. */
  readonly certificates: readonly [Certificate, ...Certificate[]]
}
