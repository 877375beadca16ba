import { deny, type Decision, type Deny } from '@gatehouse/core'
import type { Code } from './codes.ts'

/**
 * What the codes of a verdict on a certificate come to for a request. They are those of
 * `@gatehouse/certificate-trust`; any other is `certificate-not-trusted`.
 */
const MEANINGS: ReadonlyMap<string, Code> = new Map<string, Code>([
  ['expired', 'certificate-expired'],
  ['not-yet-valid', 'certificate-expired'],
  ['trust-ended', 'certificate-expired'],
  ['key-weak', 'certificate-weak'],
  ['key-unsupported', 'certificate-weak'],
  ['key-size-odd', 'certificate-weak'],
  ['signature-algorithm-weak', 'certificate-weak'],
  ['signature-algorithm-unsupported', 'certificate-weak'],
  ['certificate-missing', 'name-without-certificate'],
])

/** The refusal of a signer whose certificate was refused: one reason of ours, then those of the verdict. */
export function certificateRefusal(sha256: string, verdict: Decision): Deny<Code> {
  const code = MEANINGS.get(verdict.reasons[0].code) ?? 'certificate-not-trusted'
  // The reasons that follow have codes of the other model, which `describe` shows as they are.
  const theirs = verdict.reasons as Deny<Code>['reasons']
  return deny<Code>({ code, source: { certificate: sha256 } }, ...theirs)
}
