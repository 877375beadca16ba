import type { Budget } from '../budget.ts'
import type { WeakAlgorithm } from './keys.ts'
import type { PublicKeyInfo, Signed } from './public-key.ts'
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
    const known = this.#known.get(signed) ?? new Map<PublicKeyInfo, SignatureFault | undefined>()
    if (known.has(signer)) return known.get(signer)
    this.#known.set(signed, known)
    this.#budget.spend('signatures')
    const fault = checkSignature(signed, signer, this.#weak)
    known.set(signer, fault)
    return fault
  }
}
