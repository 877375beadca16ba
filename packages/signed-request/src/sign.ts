import { createHash, X509Certificate, type KeyObject } from 'node:crypto'
import { algorithmOf, signBase, type Algorithm } from './algorithms.ts'
import { contentDigest } from './content-digest.ts'
import { MAX_CHAIN, MAX_FIELD } from './limits.ts'
import type { Fields, Purpose, UnsignedRequest } from './model.ts'
import { CONTENT_TYPE, LABEL, parametersText, profileBase, tagOf } from './profile.ts'
import { writeBytes } from './structured-fields/write.ts'
import { isAudience, isAuthority, isMethod, isTarget, isValueText } from './syntax.ts'

/** Whose signature is made. */
export interface SignerIdentity {
  /** Private key of the certificate: Ed25519, ECDSA P-256, or RSA of 2048 to 8192 bits. */
  readonly key: KeyObject
  /** Certificates in DER form, the signer's own first. Its SHA-256 is the key identifier. */
  readonly chain: readonly [Uint8Array, ...Uint8Array[]]
  /** Whether the certificates are sent along, and signed. Default `true`: the receiver need not have them. */
  readonly sendChain?: boolean
}

/** What one signature is for. */
export interface SigningPurpose {
  /** The single-use value that the receiver issued for this certificate. */
  readonly value: string
  /** Identity of the receiver: `sha256:` and the digest of its TLS certificate, or a name. */
  readonly audience: string
  readonly purpose: Purpose
  /** Instant of the signature; whole seconds of it are signed. */
  readonly at: Date
}

/** Everything that {@link signRequest} needs. */
export interface SigningOptions extends SignerIdentity, SigningPurpose {}

/**
 * Signs requests with the key of one certificate, which is read once. Keep it as long as the certificate.
 */
export class RequestSigner {
  /** SHA-256 of the certificate, lower-case hexadecimal: what a value is asked for with. */
  readonly sha256: string
  /** Algorithm of the key. */
  readonly algorithm: Algorithm
  readonly #key: KeyObject
  readonly #certificates: string | undefined

  /** @throws TypeError when the key is not that of the certificate, is of no kind that can sign, or the chain is too long to be sent. */
  constructor({ key, chain, sendChain = true }: SignerIdentity) {
    const algorithm = algorithmOf(key)
    if (typeof algorithm !== 'string') throw new TypeError('the key is of no kind that can sign')
    if (!new X509Certificate(chain[0]).checkPrivateKey(key)) {
      throw new TypeError('the key is not that of the certificate')
    }
    this.algorithm = algorithm
    this.sha256 = createHash('sha256').update(chain[0]).digest('hex')
    this.#key = key
    this.#certificates = sendChain ? chain.map(writeBytes).join(', ') : undefined
    const isTooLong =
      chain.length > MAX_CHAIN ||
      (this.#certificates ?? '').length > MAX_FIELD['gatehouse-certificate']
    if (sendChain && isTooLong)
      throw new TypeError('the chain of certificates is too long to be sent')
  }

  /**
   * The fields of a signed request, all that are to be sent and in that order.
   *
   * @throws TypeError for a request, a value or an audience that has no form which a receiver takes.
   */
  sign(request: UnsignedRequest, { value, audience, purpose, at }: SigningPurpose): Fields {
    checkForm(request, value, audience)
    const { method, scheme, authority, target, body } = request
    const certificate = this.#certificates
    const contentLength = String(body.length)
    const digest = contentDigest(body)
    const created = Math.floor(at.getTime() / 1000)
    if (!Number.isSafeInteger(created) || created < 0)
      throw new TypeError('`at` is no date to sign')
    const parameters = parametersText(
      { created, keyid: this.sha256, alg: this.algorithm, nonce: value, tag: tagOf(purpose) },
      certificate !== undefined,
    )
    const base = profileBase({
      method,
      scheme,
      authority,
      target,
      audience,
      certificate,
      parameters,
      contentLength,
      contentDigest: digest,
    })
    const signature = signBase(this.algorithm, this.#key, base)
    return [
      ['host', authority],
      ['content-type', CONTENT_TYPE],
      ['content-length', contentLength],
      ['content-digest', digest],
      ['gatehouse-audience', audience],
      ...(certificate === undefined ? [] : [['gatehouse-certificate', certificate] as const]),
      ['signature-input', `${LABEL}=${parameters}`],
      ['signature', `${LABEL}=${writeBytes(signature)}`],
    ]
  }
}

/**
 * Signs one request. For many with the same certificate a {@link RequestSigner} reads it once.
 *
 * @returns All fields to send, in that order, names in lower case: `host` and `content-length` among them.
 * @throws TypeError as {@link RequestSigner} does.
 */
export function signRequest(request: UnsignedRequest, options: SigningOptions): Fields {
  return new RequestSigner(options).sign(request, options)
}

function checkForm(
  { method, authority, target }: UnsignedRequest,
  value: string,
  audience: string,
): void {
  if (!isMethod(method)) throw new TypeError('the method is not in upper case')
  if (!isAuthority(authority))
    throw new TypeError('the authority is not a lower-case host and port')
  if (!isTarget(target)) throw new TypeError('the target is not in origin form')
  if (!isValueText(value)) throw new TypeError('the value is not one that a receiver issues')
  if (!isAudience(audience))
    throw new TypeError('the audience is neither a digest nor a short name')
}
