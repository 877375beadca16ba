import type { Budget } from '../budget.ts'
import type { WeakAlgorithm } from './keys.ts'
import type { PublicKeyInfo } from './public-key.ts'
import type { Signed } from './signed.ts'
import { checkSignature, type SignatureFault } from './signature.ts'

/** The signature checks of one verification: each is paid for from the budget, and made once. */
export class SignatureChecks {
  readonly #budget: Budget
  readonly #weak: readonly WeakAlgorithm[]
  readonly #known = new Map<Signed, Map<PublicKeyInfo, SignatureFault | undefined>>()

  constructor(budget: Budget, weak: readonly WeakAlgorithm[]) {
    this.#budget = budget
    this.#weak = weak
  }

  /** What is wrong with a signature, as one made by a key. */
  faultOf(signed: Signed, signer: PublicKeyInfo): SignatureFault | undefined {
    return this.#known.get(signed)?.has(signer) === true
      ? this.#known.get(signed)?.get(signer)
      : this.#check(signed, signer)
  }

  /** The same for a certificate and somebody who may have issued it: who did not is paid for as well. */
  issuerFault(signed: Signed, issuer: PublicKeyInfo): SignatureFault | undefined {
    const isKnown = this.#known.get(signed)?.has(issuer) === true
    const fault = this.faultOf(signed, issuer)
    if (!isKnown && fault === 'signature-invalid') {
      this.#budget.spend('misses', issuer.examined.cost)
    }
    return fault
  }

  #check(signed: Signed, signer: PublicKeyInfo): SignatureFault | undefined {
    this.#budget.spend('signatures')
    const fault = checkSignature(signed, signer, this.#weak)
    const known = this.#known.get(signed) ?? new Map<PublicKeyInfo, SignatureFault | undefined>()
    this.#known.set(signed, known.set(signer, fault))
    return fault
  }
}
