import type { KeyObject } from 'node:crypto'
import type { Certificate } from '../certificate/certificate.ts'
import type { Extensions } from '../certificate/extensions.ts'
import { parseCertificateFile } from '../input/certificate-file.ts'
import { formatGeneralName } from '../name/general-name.ts'
import type { CertificateRequest } from '../request/certificate-request.ts'
import type { WeakAlgorithm } from '../signature/keys.ts'
import { checkSignature } from '../signature/signature.ts'
import { IssuingError } from './codes.ts'
import { publicKeyOf } from './key.ts'

/** What an authority sent back. */
export interface Reply {
  /** The certificate for the key. */
  readonly certificate: Certificate
  /** The authorities above it, as far as the reply has them, from its issuer up. Nothing says that they are trusted. */
  readonly chain: readonly Certificate[]
  /** Names that were asked for, and that the certificate does not have; none when no request is given. */
  readonly missingNames: readonly string[]
}

/** What a reply is for. */
export interface ReplyOptions {
  /** Label of the bytes; it stands in every error. */
  readonly file: string
  /** Private key that the request was made with. */
  readonly key: KeyObject
  /** The request, to compare names. Default: they are not compared. */
  readonly request?: CertificateRequest
}

/**
 * Takes what an authority sent back: X.509 as PEM or DER, or PKCS#7 (RFC 2315) with certificates only.
 *
 * What was sent to the authority is a PKCS#10 request. Whether the certificate is to be trusted is for
 * `verify`.
 *
 * @throws ParseError with line and byte of the first error; with `request-instead-of-certificate` for
 *   the request itself.
 * @throws IssuingError when no certificate in it is for the key, or the request is not.
 */
export function acceptReply(bytes: Uint8Array, { file, key, request }: ReplyOptions): Reply {
  const own = publicKeyOf(key).der
  const source = { file }
  if (request !== undefined && Buffer.compare(request.publicKey.der, own) !== 0) {
    throw new IssuingError('request-for-other-key', { source })
  }
  const certificates = parseCertificateFile(bytes, { file })
  const [certificate] = certificates
    .filter(({ publicKey }) => Buffer.compare(publicKey.der, own) === 0)
    .toSorted((one, other) => other.notBefore - one.notBefore)
  if (certificate === undefined) throw new IssuingError('certificate-for-other-key', { source })
  return {
    certificate,
    chain: chainAbove(certificate, certificates),
    missingNames: request === undefined ? [] : missingNames(request, certificate),
  }
}

/** Most signatures that are looked at to put the authorities in order: chains have ten at most. */
const MAX_SIGNATURES = 100

/** Order is no trust: an old root is put in its place as well. */
export const ANY_STRENGTH: readonly WeakAlgorithm[] = ['sha1', 'dsa', 'rsa-short']

function chainAbove(
  certificate: Certificate,
  certificates: readonly Certificate[],
): readonly Certificate[] {
  const chain: Certificate[] = []
  const left = new Set(certificates)
  let signatures = 0
  let last: Certificate | undefined = certificate
  while (last !== undefined) {
    const below: Certificate = last
    left.delete(below)
    if (below.isSelfIssued) break
    last = [...left].find((candidate) => {
      if (candidate.subject.key !== below.issuer.key || signatures >= MAX_SIGNATURES) return false
      signatures += 1
      return checkSignature(below, candidate.publicKey, ANY_STRENGTH) === undefined
    })
    if (last !== undefined) chain.push(last)
  }
  return chain
}

function missingNames(request: CertificateRequest, certificate: Certificate): readonly string[] {
  const given = new Set(namesOf(certificate).map((name) => name.toLowerCase()))
  return namesOf(request).filter((name) => !given.has(name.toLowerCase()))
}

function namesOf({ extensions }: { readonly extensions: Extensions }): readonly string[] {
  return (extensions.subjectAltName?.value ?? []).map(formatGeneralName)
}
