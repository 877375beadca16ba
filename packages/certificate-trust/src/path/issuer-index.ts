import type { Certificate } from '../certificate/certificate.ts'

/** Certificates by the name of their subject: the candidates for issuers of a certificate. */
export class IssuerIndex {
  readonly #bySubject = new Map<string, Certificate[]>()

  constructor(certificates: Iterable<Certificate>) {
    for (const certificate of certificates) {
      const { key } = certificate.subject
      const same = this.#bySubject.get(key)
      if (same === undefined) this.#bySubject.set(key, [certificate])
      else same.push(certificate)
    }
  }

  /** Certificates of a name. */
  named(key: string): readonly Certificate[] {
    return this.#bySubject.get(key) ?? []
  }

  /** Candidates for the issuer of a certificate; those with the key that it names come first (RFC 4158, 3.5.12). */
  issuersOf({ issuer, extensions }: Certificate): readonly Certificate[] {
    const issuers = this.named(issuer.key)
    const named = extensions.authorityKeyIdentifier?.value.keyIdentifier ?? null
    if (named === null || issuers.length < 2) return issuers
    const isNamed = (candidate: Certificate): boolean => {
      const own = candidate.extensions.subjectKeyIdentifier?.value
      return own !== undefined && Buffer.compare(own, named) === 0
    }
    return [...issuers.filter(isNamed), ...issuers.filter((candidate) => !isNamed(candidate))]
  }
}

/**
 * Only what an anchor's name leads down to can be in a chain: a mesh without an anchor costs nothing.
 * What is given twice is kept once.
 */
export function reachable(
  intermediates: readonly Certificate[],
  anchors: readonly Certificate[],
): Iterable<Certificate> {
  const byIssuer = new Map<string, Certificate[]>()
  for (const certificate of intermediates) {
    const same = byIssuer.get(certificate.issuer.key)
    if (same === undefined) byIssuer.set(certificate.issuer.key, [certificate])
    else same.push(certificate)
  }
  const found = new Set<Certificate>()
  const open = anchors.map(({ subject }) => subject.key)
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    for (const certificate of byIssuer.get(key) ?? []) {
      found.add(certificate)
      open.push(certificate.subject.key)
    }
    byIssuer.delete(key)
  }
  return found
}

/** The same name with the same key: going there again leads nowhere new (RFC 4158, 2.4.2). */
export function isSameAuthority(one: Certificate, other: Certificate): boolean {
  return (
    one === other ||
    (one.subject.key === other.subject.key &&
      Buffer.compare(one.publicKey.der, other.publicKey.der) === 0)
  )
}
