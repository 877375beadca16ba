import type { Certificate, Deviation } from '../certificate/certificate.ts'
import type { Code } from '../codes.ts'
import { hasKeyUsage } from '../certificate/extensions.ts'
import { OID } from '../der/oids.ts'

/** Where a certificate stands in a chain. */
export type Role = 'root' | 'intermediate' | 'leaf' | 'list-signer'

/** Which rules a chain is held to. */
export type Profile =
  /** RFC 5280 as written. */
  | 'rfc5280'
  /** RFC 5280 and what the CA/Browser Forum asks of certificates for servers on the Web. */
  | 'webpki'

/** A rule about one certificate, whatever stands around it. */
interface Rule {
  readonly code: Code
  /** Where it is written. */
  readonly clause: string
  readonly roles: readonly Role[]
  /** Default: both. */
  readonly profile?: Profile
  /** Whether it is only about how things are written: nobody gains anything by breaking it. Default `false`. */
  readonly isForm?: true
  /** Whether the certificate breaks it. */
  readonly breaks: (certificate: Certificate, role: Role) => boolean
}

const ALL = ['root', 'intermediate', 'leaf', 'list-signer'] as const
const ENDS = ['leaf', 'list-signer'] as const
const AUTHORITIES = ['root', 'intermediate'] as const

/** The rules, in the order in which they are tried. */
const RULES: readonly Rule[] = [
  {
    code: 'version-too-old',
    clause: 'RFC 5280, 4.1.2.1',
    roles: ['intermediate', 'leaf', 'list-signer'],
    isForm: true,
    breaks: ({ version }) => version !== 3,
  },
  {
    code: 'issuer-empty',
    clause: 'RFC 5280, 4.1.2.4',
    roles: ALL,
    breaks: ({ issuer }) => issuer.parts.length === 0,
  },
  {
    code: 'subject-empty',
    clause: 'RFC 5280, 4.1.2.6',
    roles: AUTHORITIES,
    breaks: ({ subject }) => subject.parts.length === 0,
  },
  {
    code: 'critical-extension-unknown',
    clause: 'RFC 5280, 4.2',
    roles: ALL,
    breaks: ({ unknownCritical }) => unknownCritical.length > 0,
  },
  {
    code: 'issuer-not-ca',
    clause: 'RFC 5280, 4.2.1.9',
    roles: AUTHORITIES,
    breaks: ({ extensions }) => extensions.basicConstraints?.value.isCa !== true,
  },
  {
    code: 'issuer-key-usage',
    clause: 'RFC 5280, 4.2.1.3',
    roles: AUTHORITIES,
    breaks: (certificate) => !hasKeyUsage(certificate, 'keyCertSign'),
  },
  {
    code: 'basic-constraints-not-critical',
    clause: 'RFC 5280, 4.2.1.9',
    roles: AUTHORITIES,
    isForm: true,
    breaks: ({ extensions }) => extensions.basicConstraints?.critical === false,
  },
  {
    code: 'path-length-without-ca',
    clause: 'RFC 5280, 4.2.1.9',
    roles: ALL,
    isForm: true,
    breaks: (certificate) => {
      const { basicConstraints: constraints } = certificate.extensions
      if (constraints === undefined || constraints.value.pathLength === null) return false
      return !constraints.value.isCa || !hasKeyUsage(certificate, 'keyCertSign')
    },
  },
  {
    code: 'key-usage-without-ca',
    clause: 'RFC 5280, 4.2.1.9',
    roles: ENDS,
    isForm: true,
    breaks: (certificate) => {
      const { keyUsage, basicConstraints } = certificate.extensions
      const isCa = basicConstraints?.value.isCa === true
      return keyUsage !== undefined && hasKeyUsage(certificate, 'keyCertSign') && !isCa
    },
  },
  {
    code: 'authority-key-identifier-critical',
    clause: 'RFC 5280, 4.2.1.1',
    roles: ALL,
    isForm: true,
    breaks: ({ extensions }) => extensions.authorityKeyIdentifier?.critical === true,
  },
  {
    code: 'authority-key-identifier-missing',
    clause: 'RFC 5280, 4.2.1.1',
    roles: ALL,
    isForm: true,
    breaks: ({ extensions, isSelfIssued }, role) =>
      !(role === 'root' && isSelfIssued) &&
      (extensions.authorityKeyIdentifier?.value.keyIdentifier ?? null) === null,
  },
  {
    code: 'subject-key-identifier-critical',
    clause: 'RFC 5280, 4.2.1.2',
    roles: ALL,
    isForm: true,
    breaks: ({ extensions }) => extensions.subjectKeyIdentifier?.critical === true,
  },
  {
    code: 'subject-key-identifier-missing',
    clause: 'RFC 5280, 4.2.1.2',
    roles: AUTHORITIES,
    isForm: true,
    breaks: ({ extensions }) => extensions.subjectKeyIdentifier === undefined,
  },
  {
    code: 'subject-alt-name-criticality',
    clause: 'RFC 5280, 4.2.1.6',
    roles: ALL,
    isForm: true,
    breaks: ({ subject, extensions }) =>
      subject.parts.length === 0 && extensions.subjectAltName?.critical === false,
  },
  {
    code: 'subject-alt-name-criticality',
    clause: 'CA/Browser Forum Baseline Requirements, 7.1.2.7.12',
    roles: ['leaf'],
    profile: 'webpki',
    isForm: true,
    breaks: ({ subject, extensions }) =>
      subject.parts.length > 0 && extensions.subjectAltName?.critical === true,
  },
  {
    code: 'name-constraints-without-ca',
    clause: 'RFC 5280, 4.2.1.10',
    roles: ENDS,
    isForm: true,
    breaks: ({ extensions }) =>
      extensions.nameConstraints !== undefined && extensions.basicConstraints?.value.isCa !== true,
  },
  {
    code: 'name-constraints-not-critical',
    clause: 'RFC 5280, 4.2.1.10',
    roles: AUTHORITIES,
    profile: 'rfc5280',
    isForm: true,
    breaks: ({ extensions }) => extensions.nameConstraints?.critical === false,
  },
  {
    code: 'policy-mapping-of-any',
    clause: 'RFC 5280, 6.1.4 (a)',
    roles: AUTHORITIES,
    breaks: ({ extensions }) =>
      extensions.policyMappings?.value.some(
        ({ issuerPolicy, subjectPolicy }) =>
          issuerPolicy === OID.anyPolicy || subjectPolicy === OID.anyPolicy,
      ) === true,
  },
  {
    code: 'policy-constraints-not-critical',
    clause: 'RFC 5280, 4.2.1.11',
    roles: ALL,
    isForm: true,
    breaks: ({ extensions }) => extensions.policyConstraints?.critical === false,
  },
  {
    code: 'access-critical',
    clause: 'RFC 5280, 4.2.2',
    roles: ALL,
    isForm: true,
    breaks: ({ extensions }) =>
      extensions.authorityInfoAccess?.critical === true ||
      extensions.subjectInfoAccess?.critical === true,
  },
  {
    code: 'authority-key-identifier-incomplete',
    clause: 'CA/Browser Forum Baseline Requirements, 7.1.2.11.1',
    roles: ALL,
    profile: 'webpki',
    isForm: true,
    breaks: ({ extensions }) => {
      const value = extensions.authorityKeyIdentifier?.value
      if (value === undefined) return false
      return value.keyIdentifier === null || value.hasIssuer || value.hasSerialNumber
    },
  },
  {
    code: 'authority-key-identifier-mismatch',
    clause: 'CA/Browser Forum Baseline Requirements, 7.1.2.1.3',
    roles: ['root'],
    profile: 'webpki',
    isForm: true,
    breaks: ({ extensions, isSelfIssued }) => {
      const named = extensions.authorityKeyIdentifier?.value.keyIdentifier ?? undefined
      const own = extensions.subjectKeyIdentifier?.value
      return (
        isSelfIssued && named !== undefined && own !== undefined && Buffer.compare(named, own) !== 0
      )
    },
  },
  {
    code: 'root-with-purposes',
    clause: 'CA/Browser Forum Baseline Requirements, 7.1.2.1.2',
    roles: ['root'],
    profile: 'webpki',
    isForm: true,
    breaks: ({ extensions }) => extensions.extKeyUsage !== undefined,
  },
  {
    code: 'authority-as-peer',
    clause: 'CA/Browser Forum Baseline Requirements, 7.1.2.7.8',
    roles: ['leaf'],
    profile: 'webpki',
    breaks: ({ extensions }) => extensions.basicConstraints?.value.isCa === true,
  },
  {
    code: 'key-size-odd',
    clause: 'CA/Browser Forum Baseline Requirements, 6.1.5',
    roles: ALL,
    profile: 'webpki',
    isForm: true,
    breaks: ({ publicKey }) => (publicKey.examined.rsaBits ?? 0) % 8 !== 0,
  },
]

/** A rule that a certificate breaks. */
export interface BrokenRule {
  readonly code: Code
  readonly facts: Readonly<Record<string, string>>
}

/** Rules by what decides which of them hold, so that they are chosen once. */
const CHOSEN = new Map<string, readonly Rule[]>()

function rulesFor(role: Role, profile: Profile, isTolerant: boolean): readonly Rule[] {
  const key = `${role} ${profile} ${isTolerant}`
  let chosen = CHOSEN.get(key)
  if (chosen === undefined) {
    chosen = RULES.filter(
      (rule) =>
        rule.roles.includes(role) &&
        (rule.profile ?? profile) === profile &&
        !(isTolerant && rule.isForm === true),
    )
    CHOSEN.set(key, chosen)
  }
  return chosen
}

/** Codes of what is only about how a certificate is written. */
export const FORM_CODES: readonly Code[] = [
  ...RULES.filter(({ isForm = false }) => isForm).map(({ code }) => code),
  ...([
    'serial-number-not-positive',
    'serial-number-too-long',
    'time-type-wrong',
  ] satisfies Deviation[]),
]

/**
 * The first rule that a certificate breaks in its place of a chain.
 *
 * @param isTolerant - Whether rules about form only do not count. A root of version 1, which cannot
 *   say that it is an authority, is then taken for one: whoever trusts it says so.
 */
export function brokenRule(
  certificate: Certificate,
  role: Role,
  profile: Profile,
  isTolerant: boolean,
): BrokenRule | undefined {
  const broken = rulesFor(role, profile, isTolerant).find((rule) => rule.breaks(certificate, role))
  if (broken === undefined) return undefined
  const { code, clause } = broken
  const isOldRoot = role === 'root' && certificate.version === 1
  if (code === 'issuer-not-ca' && isOldRoot && isTolerant) return undefined
  const [extension] = code === 'critical-extension-unknown' ? certificate.unknownCritical : []
  return { code, facts: extension === undefined ? { clause } : { clause, extension } }
}
