import type { Certificate } from '../certificate/certificate.ts'
import { hasKeyUsage } from '../certificate/extensions.ts'
import type { CertificateList } from '../revocation/certificate-list.ts'
import type { SignatureChecks } from '../signature/signature-checks.ts'
import type { IssuerIndex } from './issuer-index.ts'

/** Whether a chain leads from the signer of a list to an anchor. */
type LeadsTo = (signer: Certificate, anchor: Certificate) => boolean

/**
 * Decides whether lists are signed by a certificate of their issuer that may sign lists, is not
 * revoked and leads to the anchor of the chain that is asked about (RFC 5280, 6.3.3 (f) and (g)).
 *
 * While the signer of a list is looked up, the list itself counts as genuine: it may speak about its
 * own signer. What was found by way of that is not kept for later.
 */
export class ListSigners {
  readonly #signatures: SignatureChecks
  readonly #intermediates: IssuerIndex
  readonly #leadsTo: LeadsTo
  readonly #known = new Map<CertificateList, Map<Certificate, boolean>>()
  /** Lists whose signers are being looked up, the first to be asked about first. */
  readonly #open: CertificateList[] = []
  /** How many of those an answer may rest on: from there on they were taken for genuine. */
  #restsOn = Infinity

  constructor(signatures: SignatureChecks, intermediates: IssuerIndex, leadsTo: LeadsTo) {
    this.#signatures = signatures
    this.#intermediates = intermediates
    this.#leadsTo = leadsTo
  }

  /** @param path - From the peer to the anchor; its authorities are held to everything already. */
  isGenuine(list: CertificateList, path: readonly Certificate[]): boolean {
    const ofPath = path.slice(1).some((signer) => this.#isSignedBy(list, signer))
    if (ofPath) return true
    const anchor = path.at(-1) as Certificate
    const known = this.#known.get(list)?.get(anchor)
    if (known !== undefined) return known
    const position = this.#open.indexOf(list)
    if (position !== -1) {
      this.#restsOn = Math.min(this.#restsOn, position)
      return true
    }
    return this.#lookUp(list, anchor)
  }

  #lookUp(list: CertificateList, anchor: Certificate): boolean {
    const restedOn = this.#restsOn
    this.#restsOn = Infinity
    const position = this.#open.push(list) - 1
    try {
      const isGenuine = this.#intermediates
        .named(list.issuer.key)
        .some((signer) => this.#isSignedBy(list, signer) && this.#leadsTo(signer, anchor))
      if (this.#restsOn >= position) this.#keep(list, anchor, isGenuine)
      return isGenuine
    } finally {
      this.#open.pop()
      const outer = this.#restsOn < position ? this.#restsOn : Infinity
      this.#restsOn = Math.min(restedOn, outer)
    }
  }

  #isSignedBy(list: CertificateList, signer: Certificate): boolean {
    return (
      signer.subject.key === list.issuer.key &&
      hasKeyUsage(signer, 'cRLSign') &&
      this.#signatures.faultOf(list, signer.publicKey) === undefined
    )
  }

  #keep(list: CertificateList, anchor: Certificate, isGenuine: boolean): void {
    const known = this.#known.get(list) ?? new Map<Certificate, boolean>()
    known.set(anchor, isGenuine)
    this.#known.set(list, known)
  }
}
