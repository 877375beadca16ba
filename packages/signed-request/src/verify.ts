import { allow, deny, type Decision, type Deny } from '@gatehouse/core'
import { algorithmOf, verifyBase } from './algorithms.ts'
import { certificateRefusal } from './certificate-faults.ts'
import { refuse, type Code } from './codes.ts'
import { contentDigest } from './content-digest.ts'
import type { Purpose, Signer } from './model.ts'
import type { CandidateRequest } from './read.ts'
import type { SingleUseValues } from './values/single-use-values.ts'

/** What a request is verified against. */
export interface VerifyOptions {
  /** The certificate that `keyid` names and what is thought of it. `undefined`: none is known. */
  readonly signer: Signer | undefined
  /** The values that this receiver issued. */
  readonly values: SingleUseValues
  /** Identities of this receiver that count now: two while its certificate is being replaced. */
  readonly audiences: readonly string[]
  /** What requests are taken for here. */
  readonly purpose: Purpose
  /** Instant of the check. */
  readonly at: Date
  /** Most that the signer's clock may differ, in milliseconds. Default 300,000. */
  readonly maxClockDifferenceMs?: number
}

/** Most that the clock of a signer may differ unless it is said otherwise: five minutes. */
const MAX_CLOCK_DIFFERENCE_MS = 300_000

/**
 * Decides whether a request is whole, new, and signed by whom it says.
 *
 * Checked in this order: purpose, audience, certificate and key, clock, value, body, signature. Only when
 * all hold is the value used up: a refusal before that leaves it as it was.
 *
 * Does not decide what the signer may ask for, nor vouch for anything that the body says.
 *
 * @returns `allow` with `request-verified` and the certificate as source, or `deny`. When the certificate
 *   is refused, the reasons of that verdict follow ours.
 * @throws RangeError when `at` is no date.
 */
export async function verifySignedRequest(
  request: CandidateRequest,
  options: VerifyOptions,
): Promise<Decision<Code>> {
  const { signer, values, at } = options
  if (Number.isNaN(at.getTime())) throw new RangeError('`at` is no date')
  const fault = addressFault(request, options) ?? signerFault(request, signer)
  if (fault !== undefined) return fault
  // Without a signer there was a fault.
  const { publicKey } = signer as Signer
  const clock = clockFault(request, options)
  if (clock !== undefined) return clock
  const { keyid, audience, base, signature, algorithm } = request
  const found = values.find(request.value, { certificate: keyid, audience }, at)
  if (found.outcome !== 'found') return found
  if (contentDigest(request.body) !== request.contentDigest) return refuse('body-changed', 'body')
  if (!verifyBase(algorithm, publicKey, base, signature)) {
    return deny<Code>({ code: 'signature-wrong', source: { certificate: keyid } })
  }
  const used = await values.useUp(found.value, at)
  if (used.outcome !== 'allow') return used
  return allow<Code>({ code: 'request-verified', source: { certificate: keyid } })
}

function addressFault(
  { purpose, audience }: CandidateRequest,
  options: VerifyOptions,
): Deny<Code> | undefined {
  if (purpose !== options.purpose) return refuse('purpose-mismatch', 'tag', { signed: purpose })
  if (options.audiences.includes(audience)) return undefined
  return refuse('audience-mismatch', 'gatehouse-audience')
}

function signerFault(
  { keyid, algorithm }: CandidateRequest,
  signer: Signer | undefined,
): Deny<Code> | undefined {
  if (signer === undefined) {
    return deny<Code>({ code: 'certificate-unknown', source: { certificate: keyid } })
  }
  if (signer.sha256 !== keyid) return refuse('certificate-mismatch', 'keyid')
  if (signer.decision.outcome !== 'allow') return certificateRefusal(keyid, signer.decision)
  const known = algorithmOf(signer.publicKey)
  if (typeof known !== 'string') return known
  return known === algorithm ? undefined : refuse('algorithm-mismatch', 'alg', { key: known })
}

function clockFault(
  { created }: CandidateRequest,
  { at, maxClockDifferenceMs = MAX_CLOCK_DIFFERENCE_MS }: VerifyOptions,
): Deny<Code> | undefined {
  const difference = created.getTime() - at.getTime()
  if (Math.abs(difference) <= maxClockDifferenceMs) return undefined
  return refuse('clock-difference', 'created', { seconds: String(Math.round(difference / 1000)) })
}
