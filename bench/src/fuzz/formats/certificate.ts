import {
  formatName,
  MALFORMED_CODES,
  parseCertificate,
  parseCertificates,
  verifyEncoded,
} from '@gatehouse/certificate-trust'
import type { Random } from '../../random.ts'
import { damaged, ensureVerification, optionsOf } from '../certificates/asking.ts'
import { composeCertificate, WORDS } from '../certificates/compose.ts'
import { derOf } from '../certificates/outline.ts'
import { ensureTrustworthy } from '../certificates/second-opinion.ts'
import { ABOVE } from '../certificates/world.ts'
import { pick, several, type FuzzFormat, type Input } from '../format.ts'
import { ensure, ensureEqual, readOrRefused } from '../oracle.ts'

/** A certificate, made up in outline and signed by an authority that is trusted. */
export const CERTIFICATE: FuzzFormat = {
  name: 'certificate',
  takesBytes: false,
  words: WORDS,
  compose: composeCertificate,
  examine: (input, random) => {
    const der = damaged(derOf(input as string), random)
    const certificate = readOrRefused(() => parseCertificate(der, { file: 'T' }), MALFORMED_CODES)
    const options = optionsOf(random)
    const found = verifyEncoded([der, ABOVE.between], options)
    ensureVerification(found)
    if (certificate === undefined) {
      ensureEqual(
        found.decision.reasons[0].code,
        'certificate-malformed',
        'what is refused is verified',
      )
      return false
    }
    ensure(Buffer.compare(certificate.der, der) === 0, 'a certificate that is not what was read')
    formatName(certificate.subject)
    if (found.decision.outcome === 'allow') ensureTrustworthy(der, options)
    return true
  },
}

/** PEM with certificates, as files have them. */
export const CERTIFICATE_PEM: FuzzFormat = {
  name: 'certificate-pem',
  takesBytes: true,
  words: [
    '-----BEGIN CERTIFICATE-----',
    '-----END CERTIFICATE-----',
    '-----BEGIN X509 CRL-----',
    '-----BEGIN ',
    '-----END ',
    '-----',
    '=',
    '==',
    'MIIB',
    '\n',
    '\r\n',
  ],
  compose: (random) =>
    several(random, 3, () => pem(random)).join(pick(random, ['', '\n', 'text\n'])),
  examine: (input: Input) => {
    const bytes = typeof input === 'string' ? Buffer.from(input) : input
    const found = readOrRefused(() => parseCertificates(bytes, { file: 'T' }), MALFORMED_CODES)
    if (found === undefined) return false
    for (const { der, sha256 } of found) {
      ensureEqual(
        parseCertificate(der, { file: 'T' }).sha256,
        sha256,
        'what is read reads otherwise',
      )
    }
    return true
  },
}

const PEM_BODY = Buffer.from(ABOVE.between).toString('base64')

function pem(random: Random): string {
  const label = pick(random, [
    'CERTIFICATE',
    'CERTIFICATE',
    'CERTIFICATE',
    'X509 CERTIFICATE',
    'X509 CRL',
    'PRIVATE KEY',
  ])
  const width = pick(random, [64, 64, 64, 76, 1, 10_000])
  const lines = PEM_BODY.match(new RegExp(`.{1,${width}}`, 'g')) ?? []
  const eol = pick(random, ['\n', '\r\n', '\r', ' \n'])
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join(eol)
}
