import { Budget, DEFAULT_LIMITS } from '../budget.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { MAX_INTERMEDIATES, type VerifyOptions } from '../options.ts'
import { revocationStatus, sortLists } from '../revocation/revocation.ts'
import type { CertificateList } from '../revocation/certificate-list.ts'
import { SignatureChecks } from '../signature/signature-checks.ts'
import { FaultNotes, type Fault } from './fault.ts'
import { isSameAuthority, IssuerIndex, reachable } from './issuer-index.ts'
import { OwnFaults } from './own-faults.ts'
import { checkPolicies, constraintFault, lengthFault, type Path } from './path-faults.ts'
import type { Role } from './rules.ts'
import { ListSigners } from './list-signers.ts'

/** A chain that was found, or why there is none. */
export type Found =
  | { readonly path: Path; readonly policies: readonly string[] }
  | { readonly faults: readonly Fault[] }

/** What all searches of one verification share. */
interface Verifying {
  readonly options: VerifyOptions
  readonly at: number
  readonly budget: Budget
  readonly intermediates: IssuerIndex
  readonly ownFaults: OwnFaults
  readonly signatures: SignatureChecks
  /** Revocation lists, the newest first; `null` when none are asked. */
  readonly lists: readonly CertificateList[] | null
  readonly listSigners: ListSigners
}

/**
 * Looks for a chain from a peer's certificate up to an anchor, depth first, and holds each that gets
 * there to RFC 5280, 6.1. What cannot be right in any chain is left out before.
 */
export class PathSearch {
  readonly #verifying: Verifying
  readonly #anchors: IssuerIndex
  readonly #notes = new FaultNotes()

  private constructor(verifying: Verifying, anchors: readonly Certificate[]) {
    this.#verifying = verifying
    this.#anchors = new IssuerIndex(anchors)
  }

  /** @param at - Instant of the check, in seconds since 1970. */
  static of(intermediates: Path, options: VerifyOptions, at: number): PathSearch {
    const { anchors, limits, weak = [], revocation, purpose: _, policies: __, ...rest } = options
    const budget = new Budget({ ...DEFAULT_LIMITS, ...limits })
    const signatures = new SignatureChecks(budget, weak)
    const index = new IssuerIndex(reachable(intermediates, anchors))
    const shared = { at, budget, signatures, intermediates: index }
    const ownFaults = new OwnFaults(at, options)
    if (revocation === undefined) {
      const listSigners = new ListSigners(signatures, index, () => false)
      return new PathSearch({ ...shared, options, ownFaults, lists: null, listSigners }, anchors)
    }
    // Who signs lists is not held to what is asked of the peer, but to everything else.
    const ofSigners = { ...rest, anchors, weak, revocation }
    const faultsOfSigners = new OwnFaults(at, ofSigners)
    const listSigners: ListSigners = new ListSigners(signatures, index, (signer, anchor) => {
      if (faultsOfSigners.of(signer, 'list-signer') !== undefined) return false
      const found = new PathSearch(
        { ...shared, options: ofSigners, ownFaults: faultsOfSigners, lists, listSigners },
        [anchor],
      ).run(signer)
      return 'path' in found
    })
    const lists = sortLists(revocation.lists)
    return new PathSearch({ ...shared, options, ownFaults, lists, listSigners }, anchors)
  }

  /** @throws BudgetExhausted when the limits end the search. */
  run(peer: Certificate): Found {
    const found = this.#extend([peer])
    if (found !== undefined) return found
    if (this.#notes.isEmpty) {
      this.#notes.add({
        code: peer.isSelfIssued ? 'self-signed' : 'issuer-unknown',
        certificate: peer,
      })
    }
    return { faults: this.faults }
  }

  /** What was found to be wrong before the limits ended the search. */
  get faults(): readonly Fault[] {
    return this.#notes.worst
  }

  /** What is wrong with a certificate by itself, in its place. */
  ownFault(certificate: Certificate, role: Role): Fault | undefined {
    return this.#verifying.ownFaults.of(certificate, role)
  }

  /**
   * Whether a certificate that is trusted as itself, and not for a chain, is revoked. A list counts
   * when its signer is an anchor or leads to one. Who issued a certificate to itself cannot take it
   * back: there, no list is asked for, but one that revokes it counts.
   */
  pinnedRevocationFault(certificate: Certificate): Fault | undefined {
    const { listSigners, options } = this.#verifying
    const anchors = options.anchors.filter((one) => this.ownFault(one, 'root') === undefined)
    return this.#statusFault(
      certificate,
      (list) => anchors.some((anchor) => listSigners.isGenuine(list, [certificate, anchor])),
      certificate.isSelfIssued ? 'allow' : options.revocation?.onUnknown,
    )
  }

  /** @param candidate - From the peer up; each signed by the next. */
  #extend(candidate: Path): Found | undefined {
    const last = candidate.at(-1) as Certificate
    for (const anchor of this.#anchors.issuersOf(last)) {
      const found = this.#tryAnchor(candidate, anchor)
      if (found !== undefined) return found
    }
    for (const issuer of this.#verifying.intermediates.issuersOf(last)) {
      if (candidate.some((one) => isSameAuthority(one, issuer))) continue
      if (!this.#links(candidate, issuer, 'intermediate')) continue
      const found = this.#extend([...candidate, issuer])
      if (found !== undefined) return found
    }
    return undefined
  }

  #tryAnchor(candidate: Path, anchor: Certificate): Found | undefined {
    if (!this.#links(candidate, anchor, 'root')) return undefined
    const path = [...candidate, anchor]
    const { options, budget } = this.#verifying
    const found = checkPolicies(path, options.policies ?? {})
    const fault =
      'fault' in found
        ? found.fault
        : (constraintFault(path, budget) ?? this.#revocationFault(path))
    if (fault !== undefined) this.#notes.add(fault)
    return 'fault' in found || fault !== undefined ? undefined : { path, policies: found.policies }
  }

  /** Whether a certificate may stand above a candidate; if not, why is noted. */
  #links(candidate: Path, issuer: Certificate, role: 'root' | 'intermediate'): boolean {
    const { budget, options } = this.#verifying
    budget.spend('pathSteps')
    const { maxIntermediates = MAX_INTERMEDIATES } = options
    const fault =
      this.ownFault(issuer, role) ??
      lengthFault(candidate, issuer, role === 'root', maxIntermediates) ??
      this.#signatureFault(candidate.at(-1) as Certificate, issuer)
    if (fault !== undefined) this.#notes.add(fault)
    return fault === undefined
  }

  #signatureFault(subject: Certificate, issuer: Certificate): Fault | undefined {
    const code = this.#verifying.signatures.issuerFault(subject, issuer.publicKey)
    if (code === undefined) return undefined
    const isOfKey = code === 'key-weak' || code === 'key-unsupported'
    return { code, certificate: isOfKey ? issuer : subject }
  }

  /** Whether a certificate of a path is revoked, or may be for all that is known. */
  #revocationFault(path: Path): Fault | undefined {
    const { options, listSigners } = this.#verifying
    const { onUnknown, depth = 'chain' } = options.revocation ?? {}
    const isGenuine = (list: CertificateList): boolean => listSigners.isGenuine(list, path)
    for (const certificate of path.slice(0, depth === 'peer' ? 1 : -1)) {
      const fault = this.#statusFault(certificate, isGenuine, onUnknown)
      if (fault !== undefined) return fault
    }
    return undefined
  }

  #statusFault(
    certificate: Certificate,
    isGenuine: (list: CertificateList) => boolean,
    onUnknown: 'deny' | 'allow' = 'deny',
  ): Fault | undefined {
    const { lists, at, options } = this.#verifying
    if (lists === null) return undefined
    const isTolerant = options.deviations === 'tolerate'
    const found = revocationStatus(certificate, { lists, at, isTolerant, isGenuine })
    if (found.status === 'revoked') return { code: 'revoked', certificate, facts: found.facts }
    if (found.status === 'good' || onUnknown === 'allow') return undefined
    return { code: 'revocation-unknown', certificate }
  }
}
