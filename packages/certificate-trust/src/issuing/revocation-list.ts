import { hasKeyUsage } from '../certificate/extensions.ts'
import { OID } from '../der/oids.ts'
import { constructed, TAG } from '../der/reader.ts'
import { parseCertificateLists } from '../input/parse.ts'
import {
  REVOCATION_REASONS,
  type CertificateList,
  type RevocationReason,
} from '../revocation/certificate-list.ts'
import { encoded, integer, octets, sequence, time, type Asn1 } from './asn1.ts'
import { issuerOf, type Authority } from './authority.ts'
import { IssuingError } from './codes.ts'
import { authorityKeyIdentifier, extension } from './extension.ts'
import { requireSigned, secondsOf, sign } from './signing.ts'

/** One certificate that is taken back. */
export interface RevocationEntry {
  /** Serial number in hexadecimal, as `Certificate.serialNumber` has it. */
  readonly serialNumber: string
  /** Since when. */
  readonly since: Date
  /** Why. Default `unspecified`. */
  readonly reason?: Exclude<RevocationReason, 'removeFromCRL'>
}

/** What a revocation list is made of. */
export interface RevocationListOptions {
  /** Whose certificates are revoked. */
  readonly issuer: Authority
  /** All that are revoked and not expired yet; each list replaces the one before. */
  readonly entries: readonly RevocationEntry[]
  /** Higher than that of the list before. */
  readonly number: number | bigint
  /** When it is made. */
  readonly at: Date
  /** When the next comes at the latest: after this the list counts no more. */
  readonly nextUpdate: Date
}

/**
 * Makes a complete revocation list of an authority.
 *
 * @throws IssuingError when a certificate stands on it twice, a serial number is none, or the issuer
 *   may not sign lists.
 * @throws RangeError for times or a number that no list can have.
 * @see RFC 5280, 5
 */
export function createRevocationList(options: RevocationListOptions): CertificateList {
  const { entries, number, issuer: above } = options
  const issuer = issuerOf(above)
  if (!hasKeyUsage(above.certificate, 'cRLSign')) {
    const source = { certificate: above.certificate.sha256 }
    throw new IssuingError('issuer-may-not-sign-lists', { source })
  }
  const [from, next] = [secondsOf(options.at), secondsOf(options.nextUpdate)]
  if (next <= from) throw new RangeError('`nextUpdate` is not after `at`')
  if (number < 0 || (typeof number === 'number' && !Number.isSafeInteger(number))) {
    throw new RangeError('`number` is no number of a list')
  }
  const revoked = encodeEntries(entries)
  const der = sign(issuer.key, ({ algorithm }) =>
    sequence([
      integer(1),
      algorithm,
      encoded(issuer.name),
      time(from),
      time(next),
      ...(revoked.length === 0 ? [] : [sequence(revoked)]),
      sequence(
        [
          sequence([
            authorityKeyIdentifier(issuer.keyIdentifier),
            extension(OID.crlNumber, integer(number)),
          ]),
        ],
        constructed(0),
      ),
    ]),
  )
  const [list] = parseCertificateLists(der, { file: 'new list' }) as [CertificateList]
  requireSigned(list, issuer.publicKey)
  return list
}

function encodeEntries(entries: readonly RevocationEntry[]): readonly Asn1[] {
  const seen = new Set<string>()
  return entries.map(({ serialNumber, since, reason = 'unspecified' }) => {
    if (!/^(?:[0-9a-f]{2}){1,20}$/.test(serialNumber)) {
      throw new IssuingError('serial-number-malformed', { facts: { serial: serialNumber } })
    }
    if (seen.has(serialNumber)) {
      throw new IssuingError('entry-repeated', { facts: { serial: serialNumber } })
    }
    seen.add(serialNumber)
    return sequence([
      octets(new Uint8Array(Buffer.from(serialNumber, 'hex')), TAG.integer),
      time(secondsOf(since)),
      // Left out rather than written as unspecified (RFC 5280, 5.3.1).
      ...(reason === 'unspecified' ? [] : [sequence([reasonCode(reason)])]),
    ])
  })
}

function reasonCode(reason: RevocationReason): Asn1 {
  const found = Object.entries(REVOCATION_REASONS).find(([, name]) => name === reason)
  const number = Number(found?.[0])
  return extension(OID.reasonCode, octets(Uint8Array.of(number), TAG.enumerated))
}
