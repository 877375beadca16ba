import type { Limits } from './budget.ts'
import type { CertificateList } from './revocation/certificate-list.ts'
import type { Certificate } from './certificate/certificate.ts'
import type { KeyUsage } from './certificate/extensions.ts'
import type { PeerName } from './name/peer-name.ts'
import type { PolicyInputs } from './path/policy-graph.ts'
import type { Profile } from './path/rules.ts'
import type { WeakAlgorithm } from './signature/keys.ts'

/** What a peer wants to use its certificate for: TLS server, TLS client, or a dotted identifier. */
export type Purpose = 'server' | 'client' | `${number}.${string}`

/** How revocations are looked up. */
export interface RevocationOptions {
  /** Lists, of any issuer and kind; those that cannot be used are passed over. */
  readonly lists: readonly CertificateList[]
  /** What holds when no list says anything. Default `deny`. */
  readonly onUnknown?: 'deny' | 'allow'
  /** Whether only the peer's certificate is looked up, or all but the anchor. Default `chain`. */
  readonly depth?: 'peer' | 'chain'
}

/** What a chain is to be held to. */
export interface VerifyOptions {
  /** Instant of the check; whole seconds count. An invalid date is a `RangeError`. */
  readonly at: Date
  /** Certificates that are trusted to issue. They are held to the rules as well, their own signature aside. */
  readonly anchors: readonly Certificate[]
  /** Name that the peer was looked for by, or several, all of which it must have. Default: not asked. */
  readonly name?: PeerName | readonly PeerName[]
  /** What the certificate is used for. Default: not asked. */
  readonly purpose?: Purpose
  /** Usages that the key must have. Default: not asked. */
  readonly keyUsage?: readonly KeyUsage[]
  /** Which rules. Default `webpki`. */
  readonly profile?: Profile
  /** Policies. Default: decide only where a certificate requires one. */
  readonly policies?: Partial<PolicyInputs>
  /** Revocation lists. Default: none are asked, and nothing is said about revocation. */
  readonly revocation?: RevocationOptions
  /** Weak algorithms that are accepted all the same. Default: none. */
  readonly weak?: readonly WeakAlgorithm[]
  /**
   * What is written against RFC 5280, and can be understood: rules about form, times, serial numbers,
   * roots of version 1, lists without a number. No check of security hangs on it. Default `refuse`.
   */
  readonly deviations?: 'refuse' | 'tolerate'
  /** Most certificates between peer and anchor, self-issued ones not counted. Default 10. */
  readonly maxIntermediates?: number
  /** Most work. Default: `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>
}

/** Longest chain by default: the longest in the public suites has six between, ten leave room. */
export const MAX_INTERMEDIATES = 10
