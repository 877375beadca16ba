import { allow, deny, type Allow, type Decision, type Deny, type Reason } from '@gatehouse/core'

import { toByteText } from '../text/bytes.ts'
import { matchesPattern } from '../text/pattern.ts'
import type { RevocationList } from '../revocation-list/model.ts'
import type { CertificateCode } from './codes.ts'
import type { SshCertificate } from './model.ts'
import { findOutOfOrder, readUserOptions, type UserOptions } from './options.ts'
import { hasSwitch, type CertificateProfile } from './profile.ts'
import { findSourceAddress } from './source-address.ts'

/** What both kinds of certificate are checked against. */
export interface CertificateRequest {
  /**
   * Whether a line here trusts the authority {@link SshCertificate.signatureKey} for this login or host, from the
   * model that reads the lines. The source of its first reason becomes the source of the answer.
   */
  readonly authority: Decision
  /** Instant of the check, in seconds since 1970, UTC. */
  readonly now: bigint
  /** Revoked keys and certificates, if there is a list. */
  readonly revoked?: RevocationList
  /** Default `strict`; what differs stands in `CERTIFICATE_SWITCHES`. */
  readonly profile?: CertificateProfile
}

/** A login with a certificate. */
export interface UserCertificateRequest extends CertificateRequest {
  /** Names of which the certificate must have one, literally: `principals=` of the line, else the account. */
  readonly principals: readonly string[]
  /** Address that the user connects from. A text that is no address is none of those listed. */
  readonly address: string
  /** `command=` of the line. */
  readonly forcedCommand?: string
}

/** A host that shows a certificate. */
export interface HostCertificateRequest extends CertificateRequest {
  /** Host name in lower case without port, or the `HostKeyAlias`. */
  readonly name: string
}

/** A login that the certificate allows, and what comes with it. */
export interface UserCertificateAllow extends Allow<CertificateCode> {
  /** What the certificate grants and demands; the line can only take away. */
  readonly effects: UserOptions
}

/** Answer of {@link checkUserCertificate}. */
export type UserCertificateDecision = UserCertificateAllow | Deny<CertificateCode>

/** Whether a time lies in the certificate's: from `validAfter`, up to but without `validBefore`. */
export function isValidAt(certificate: SshCertificate, now: bigint): boolean {
  return validityFault(certificate, now) === undefined
}

/**
 * Decides whether a certificate lets a user in, by the rules of OpenSSH 10.3 and later.
 *
 * Does NOT verify that the user holds the key of the certificate: that is the signature of the login. It does not ask
 * for a security key's touch either: see `effects`.
 *
 * @param certificate - From `parseCertificateBlob`, so that the authority's signature is verified.
 * @returns `allow` with `certificate-valid` and the effects; else `deny`, with `certificate-revoked` before
 *   all, then `authority-untrusted`, then what is wrong with the certificate itself. Never throws.
 * @see sshd(8), AUTHORIZED_KEYS FILE FORMAT; OpenSSH's PROTOCOL.certkeys
 */
export function checkUserCertificate(
  certificate: SshCertificate,
  request: UserCertificateRequest,
): UserCertificateDecision {
  const early = commonRefusal(certificate, request, 'user')
  if (early !== undefined) return refuse(certificate, request, early)
  const options = readUserOptions(certificate)
  const late = 'refused' in options ? options.refused : userRefusal(certificate, options, request)
  if (late !== undefined) return refuse(certificate, request, late)
  return Object.freeze({ ...accept(request), effects: options as UserOptions })
}

/**
 * Decides whether a certificate vouches for a host, by the rules of OpenSSH 10.3 and later.
 *
 * Does NOT say what to do about a host that is refused: OpenSSH then looks at the plain key, unless it is
 * revoked. It does not verify that the host holds the key: that is the key exchange.
 *
 * @param certificate - From `parseCertificateBlob`, so that the authority's signature is verified.
 * @returns As {@link checkUserCertificate}, without effects. Never throws.
 * @see ssh(1), VERIFYING HOST KEYS; OpenSSH's PROTOCOL.certkeys
 */
export function checkHostCertificate(
  certificate: SshCertificate,
  request: HostCertificateRequest,
): Decision<CertificateCode> {
  const refusal = commonRefusal(certificate, request, 'host') ?? hostRefusal(certificate, request)
  return refusal === undefined ? accept(request) : refuse(certificate, request, refusal)
}

type Refusal = Reason<CertificateCode>

function commonRefusal(
  certificate: SshCertificate,
  request: CertificateRequest,
  kind: SshCertificate['kind'],
): Refusal | undefined {
  if (request.revoked?.covers(certificate) === true) return { code: 'certificate-revoked' }
  if (request.authority.outcome !== 'allow') return { code: 'authority-untrusted' }
  if (certificate.kind !== kind) return { code: `certificate-not-${kind}` }
  if (certificate.signatureType === 'ssh-rsa') return { code: 'signature-type-refused' }
  const misplaced = findOutOfOrder(certificate)
  if (misplaced !== undefined && hasSwitch(request.profile, 'option-order')) {
    return { code: 'options-out-of-order', facts: { option: misplaced } }
  }
  return undefined
}

function userRefusal(
  certificate: SshCertificate,
  options: UserOptions,
  request: UserCertificateRequest,
): Refusal | undefined {
  const { sourceAddress, forcedCommand } = options
  if (sourceAddress !== undefined) {
    const answer = findSourceAddress(sourceAddress, request.address, request.profile)
    if (answer !== 'listed') return { code: `source-address-${answer}` }
  }
  const both = forcedCommand !== undefined && request.forcedCommand !== undefined
  if (both && forcedCommand !== request.forcedCommand) return { code: 'forced-command-mismatch' }
  const isListed = request.principals.some((name) => certificate.principals.includes(name))
  return validityFault(certificate, request.now) ?? principalFault(certificate, isListed)
}

function hostRefusal(
  certificate: SshCertificate,
  { name, now }: HostCertificateRequest,
): Refusal | undefined {
  const shown = toByteText(name)
  const isListed = certificate.principals.some((item) => matchesPattern(toByteText(item), shown))
  const fault = validityFault(certificate, now) ?? principalFault(certificate, isListed)
  if (fault !== undefined) return fault
  const [option] = certificate.criticalOptions
  if (option === undefined) return undefined
  return { code: 'critical-option-on-host', facts: { option: option.name } }
}

function validityFault(
  { validAfter, validBefore }: SshCertificate,
  now: bigint,
): Refusal | undefined {
  if (now < validAfter) return { code: 'certificate-not-yet-valid' }
  return now >= validBefore ? { code: 'certificate-expired' } : undefined
}

function principalFault({ principals }: SshCertificate, isListed: boolean): Refusal | undefined {
  if (principals.length === 0) return { code: 'principals-missing' }
  return isListed ? undefined : { code: 'principal-not-listed' }
}

function accept({ authority }: CertificateRequest): Allow<CertificateCode> {
  const { source } = authority.reasons[0]
  return allow({ code: 'certificate-valid', ...(source === undefined ? {} : { source }) })
}

function refuse(
  certificate: SshCertificate,
  { authority }: CertificateRequest,
  refusal: Refusal,
): Deny<CertificateCode> {
  const isAboutAuthority =
    refusal.code === 'authority-untrusted' || refusal.code === 'signature-type-refused'
  const key = isAboutAuthority ? certificate.signatureKey : certificate.key
  const source = authority.reasons[0].source ?? { key: key.fingerprint }
  return deny({ ...refusal, source })
}
