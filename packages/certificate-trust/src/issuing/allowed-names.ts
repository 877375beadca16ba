import { AddressSet, parsePattern, type AddressPattern } from '@gatehouse/address-set'
import { OID } from '../der/oids.ts'
import { formatAddressBytes } from '../name/address-bytes.ts'
import { formatGeneralName } from '../name/general-name.ts'
import type { CertificateRequest } from '../request/certificate-request.ts'
import { canonicalNames, type AlternativeNames, type CanonicalNames } from './alternative-names.ts'
import { IssuingError } from './codes.ts'
import { encodeSubject, MAX_COMMON_NAME } from './subject.ts'

/** Names that may be issued on request. */
export interface AllowedNames {
  /** Host names, or `.example.com` for all below, wildcards among them. */
  readonly dns?: readonly string[]
  /** Addresses and prefixes, such as `192.0.2.0/24`. */
  readonly addresses?: readonly string[]
  /** Mail addresses, or `@example.com` for all of a host. */
  readonly mail?: readonly string[]
  /**
   * Whether the subject is taken as it is asked for. Default: only its common name, and only where it
   * is one of the names issued; else the certificate has no subject.
   */
  readonly subject?: 'as-requested'
}

/** The alternative names that a request asks for. */
export function requestedNames({ extensions }: CertificateRequest): CanonicalNames {
  const names = {
    dns: new Array<string>(),
    addresses: new Array<string>(),
    mail: new Array<string>(),
  }
  for (const name of extensions.subjectAltName?.value ?? []) {
    if (name.kind === 'dns') names.dns.push(name.value)
    else if (name.kind === 'mail') names.mail.push(name.value)
    else if (name.kind === 'ip') names.addresses.push(formatAddressBytes(name.value) ?? '')
    else {
      const facts = { form: name.kind, name: formatGeneralName(name) }
      throw new IssuingError('name-form-unsupported', { source: SOURCE, facts })
    }
  }
  return canonicalNames(names)
}

const SOURCE = { request: 'subjectAltName' } as const

/** @throws IssuingError for the first name that is not allowed. */
export function requireAllowed(
  { dns, addresses, mail }: CanonicalNames,
  allowed: AllowedNames,
): void {
  const hosts = (allowed.dns ?? []).map((name) => name.toLowerCase())
  const ranges = AddressSet.of((allowed.addresses ?? []).map(patternOf))
  const boxes = allowed.mail ?? []
  const refused =
    dns.find((name) => !hosts.some((host) => coversHost(host, name))) ??
    addresses.find((address) => !ranges.has(address)) ??
    mail.find((name) => !boxes.some((box) => coversMail(box, name)))
  if (refused === undefined) return
  throw new IssuingError('name-not-allowed', { source: SOURCE, facts: { name: refused } })
}

function patternOf(text: string): AddressPattern {
  const result = parsePattern(text, { forms: ['address', 'cidr'] })
  if ('error' in result) throw new IssuingError('name-malformed', { facts: { name: text } })
  return result.pattern
}

function coversHost(allowed: string, name: string): boolean {
  return allowed.startsWith('.') ? name.endsWith(allowed) : name === allowed
}

function coversMail(allowed: string, name: string): boolean {
  const at = allowed.indexOf('@')
  const domain = allowed.slice(at).toLowerCase()
  return at === 0 ? name.endsWith(domain) : name === allowed.slice(0, at) + domain
}

/** The subject that is issued, as DER. */
export function issuedSubject(
  { subject }: CertificateRequest,
  allowed: AllowedNames | 'as-requested',
  names: CanonicalNames,
): Uint8Array {
  if (allowed === 'as-requested' || allowed.subject === 'as-requested') return subject.der
  const known: readonly string[] = [...names.dns, ...names.addresses, ...names.mail]
  const asked = subject.parts.flat().find(({ type }) => type === OID.commonName)?.value ?? ''
  const commonName = known.find((name) => name === asked.toLowerCase())
  const isIssued = commonName !== undefined && commonName.length <= MAX_COMMON_NAME
  return encodeSubject(isIssued ? { commonName } : {})
}

/** Names of two sources, each once. */
export function joinNames(one: CanonicalNames, other: AlternativeNames): CanonicalNames {
  const more = canonicalNames(other)
  return {
    dns: [...new Set([...one.dns, ...more.dns])],
    addresses: [...new Set([...one.addresses, ...more.addresses])],
    mail: [...new Set([...one.mail, ...more.mail])],
  }
}
