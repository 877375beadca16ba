import {
  formatGeneralName,
  formatName,
  KEY_USAGES,
  type Certificate,
  type CertificateRequest,
  type Extensions,
  type Name,
  type PublicKeyInfo,
  type TrustedCertificate,
  type TrustedRole,
} from '@gatehouse/certificate-trust'
import type { Decision, Reason } from '@gatehouse/core'
import type { StatedDecision } from '../kinds/stated.ts'
import { formatSeconds } from './instants.ts'

/** What `--json` says of the names, key and use that a certificate or a request has. */
export interface StatedSubject {
  readonly subject: string
  /** Alternative names, by their form. */
  readonly names: readonly { readonly kind: string; readonly value: string }[]
  /** Such as `P-256` or `RSA-3072`. */
  readonly key: string
  /** Usages of the key; `null` where none are named, which stands for all. */
  readonly keyUsage: readonly string[] | null
  /** `server`, `client` or a dotted identifier; `null` where none are named. */
  readonly purposes: readonly string[] | null
  /** Whether it is that of an authority, and how many may follow; `null` for no. */
  readonly authority: { readonly pathLength: number | null } | null
  /** SHA-256 of the DER form, lower-case hexadecimal. */
  readonly sha256: string
}

/** What `--json` says of a certificate. */
export interface StatedCertificate extends StatedSubject {
  readonly issuer: string
  readonly serialNumber: string
  readonly notBefore: string
  readonly notAfter: string
  /** Whether subject and issuer are one name. */
  readonly selfIssued: boolean
}

/** A certificate in fields for programs. */
export function stateCertificate(certificate: Certificate): StatedCertificate {
  const { issuer, serialNumber, notBefore, notAfter, isSelfIssued } = certificate
  return {
    ...stateSubject(certificate),
    issuer: formatName(issuer),
    serialNumber,
    notBefore: formatSeconds(notBefore),
    notAfter: formatSeconds(notAfter),
    selfIssued: isSelfIssued,
  }
}

/** An entry of a trust list in fields for programs. */
export interface StatedEntry extends StatedCertificate {
  readonly role: TrustedRole
  readonly until?: string
  readonly note?: string
}

/** An entry of a trust list in fields for programs. */
export function stateEntry({ certificate, role, until, note }: TrustedCertificate): StatedEntry {
  return {
    ...stateCertificate(certificate),
    role,
    ...(until === undefined ? {} : { until: formatSeconds(until.getTime() / 1000) }),
    ...(note === undefined ? {} : { note }),
  }
}

/** A request in fields for programs. */
export function stateRequest(request: CertificateRequest): StatedSubject {
  return stateSubject(request)
}

/** What certificates and requests have in common. */
interface Subject {
  readonly subject: Name
  readonly publicKey: PublicKeyInfo
  readonly extensions: Extensions
  readonly sha256: string
}

function stateSubject({ subject, publicKey, extensions, sha256 }: Subject): StatedSubject {
  const { subjectAltName, keyUsage, extKeyUsage, basicConstraints } = extensions
  const bits = keyUsage?.value
  const authority = basicConstraints?.value
  return {
    subject: formatName(subject),
    names: (subjectAltName?.value ?? []).map((name) => ({
      kind: name.kind,
      value: formatGeneralName(name),
    })),
    key: describeKey(publicKey),
    keyUsage: bits === undefined ? null : KEY_USAGES.filter((_, bit) => (bits & (1 << bit)) !== 0),
    purposes: extKeyUsage?.value.map((purpose) => PURPOSES[purpose] ?? purpose) ?? null,
    authority: authority?.isCa === true ? { pathLength: authority.pathLength } : null,
    sha256,
  }
}

const PURPOSES: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'server',
  '1.3.6.1.5.5.7.3.2': 'client',
}

const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
}

function describeKey({ algorithm, examined }: PublicKeyInfo): string {
  if (examined.rsaBits !== undefined) return `RSA-${examined.rsaBits}`
  if ('fault' in examined) return `unsupported (${algorithm.algorithm})`
  if (examined.kind === 'dsa') return 'DSA'
  if (examined.kind !== 'ec') return examined.kind === 'ed25519' ? 'Ed25519' : 'Ed448'
  const curve = examined.key().asymmetricKeyDetails?.namedCurve ?? ''
  return CURVES[curve] ?? curve
}

/** A decision with its sentences: facts in them, sources beside them. */
export function stateDecision<Code extends string>(
  { outcome, reasons }: Decision<Code>,
  describe: (reason: Reason<Code>) => string,
): StatedDecision {
  return {
    outcome,
    reasons: reasons.map(({ source, ...reason }) => ({
      ...reason,
      ...(source === undefined ? {} : { source }),
      sentence: describe(reason as Reason<Code>),
    })),
  }
}
