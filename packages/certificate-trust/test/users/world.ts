import { allow, type Decision } from '@gatehouse/core'
import type { Certificate, ShownCertificate } from '../../src/index.ts'
import { LEAF, ROOT } from '../world.ts'
import { issue } from '../writing/certificate.ts'
import { dns, mail, subjectAltName } from '../writing/extensions.ts'

/** A certificate of some host names and mail addresses. */
export function called(...names: readonly string[]): Certificate {
  const written = names.map((name) => (name.includes('@') ? mail(name) : dns(name)))
  return issue(LEAF, ROOT, { extensions: { names: subjectAltName(...written) } })
}

const CHAIN: Decision = allow({ code: 'chain-trusted' })

/** A certificate that its owner has shown; a root vouches for it unless told otherwise. */
export function shown(certificate: Certificate, trusted: Decision = CHAIN): ShownCertificate {
  return { certificate, trusted }
}
