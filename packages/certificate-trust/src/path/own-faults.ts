import type { Certificate } from '../certificate/certificate.ts'
import { OID } from '../der/oids.ts'
import type { Purpose, VerifyOptions } from '../options.ts'
import type { Fault } from './fault.ts'
import { brokenRule, type Profile, type Role } from './rules.ts'

/** Finds what is wrong with a certificate by itself, in its place of a chain; each is looked at once. */
export class OwnFaults {
  readonly #at: number
  readonly #profile: Profile
  readonly #isTolerant: boolean
  readonly #purpose: Purpose | undefined
  readonly #known: Readonly<Record<Role, Map<Certificate, Fault | undefined>>> = {
    root: new Map(),
    intermediate: new Map(),
    leaf: new Map(),
    'list-signer': new Map(),
  }

  /** @param at - Instant of the check, in seconds since 1970. */
  constructor(at: number, { profile = 'webpki', deviations = 'refuse', purpose }: VerifyOptions) {
    this.#at = at
    this.#profile = profile
    this.#isTolerant = deviations === 'tolerate'
    this.#purpose = purpose
  }

  /** The first fault of a certificate. */
  of(certificate: Certificate, role: Role): Fault | undefined {
    const known = this.#known[role]
    if (known.has(certificate)) return known.get(certificate)
    const fault = this.#examine(certificate, role)
    known.set(certificate, fault)
    return fault
  }

  #examine(certificate: Certificate, role: Role): Fault | undefined {
    const untimely = validityFault(certificate, this.#at)
    if (untimely !== undefined) return untimely
    const broken = brokenRule(certificate, role, this.#profile, this.#isTolerant)
    if (broken !== undefined) return { ...broken, certificate }
    const [deviation] = certificate.deviations
    // Roots that everybody trusts have serial numbers of their own making; nothing is looked up by them.
    const isRefused = !this.#isTolerant && role !== 'root'
    if (deviation !== undefined && isRefused) return { code: deviation, certificate }
    return role === 'list-signer' ? undefined : this.#purposeFault(certificate, role)
  }

  #purposeFault(certificate: Certificate, role: Role): Fault | undefined {
    const purpose = this.#purpose
    if (purpose === undefined) return undefined
    const purposes = certificate.extensions.extKeyUsage?.value
    if (purposes === undefined) {
      const mustName = role === 'leaf' && this.#profile === 'webpki'
      return mustName ? { code: 'purpose-missing', certificate } : undefined
    }
    const allowsAny = role !== 'leaf' || this.#profile === 'rfc5280'
    const isAllowed =
      purposes.includes(purposeId(purpose)) ||
      (allowsAny && purposes.includes(OID.anyExtendedKeyUsage))
    return isAllowed ? undefined : { code: 'purpose-not-allowed', certificate, facts: { purpose } }
  }
}

/** Whether a certificate is not valid at an instant, in seconds since 1970 (RFC 5280, 6.1.3 (a)(2)). */
export function validityFault(certificate: Certificate, at: number): Fault | undefined {
  const { notBefore, notAfter } = certificate
  if (at < notBefore) return timeFault('not-yet-valid', certificate, notBefore)
  return at > notAfter ? timeFault('expired', certificate, notAfter) : undefined
}

function timeFault(
  code: 'not-yet-valid' | 'expired',
  certificate: Certificate,
  seconds: number,
): Fault {
  const limit = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
  return { code, certificate, facts: code === 'expired' ? { until: limit } : { from: limit } }
}

/** Dotted identifier of a purpose. */
export function purposeId(purpose: Purpose): string {
  if (purpose === 'server') return OID.serverAuth
  return purpose === 'client' ? OID.clientAuth : purpose
}
