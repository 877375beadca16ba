import { hash } from 'node:crypto'
import type { Deny } from '@gatehouse/core'
import { isAlgorithm, type Algorithm } from './algorithms.ts'
import { refuse, type Code } from './codes.ts'
import { isContentDigest } from './content-digest.ts'
import { readFields, type FieldValues } from './fields.ts'
import { MAX_BODY_BYTES, MAX_CHAIN } from './limits.ts'
import type { Purpose, RequestMessage } from './model.ts'
import { readParameters } from './parameters.ts'
import { CONTENT_TYPE, LABEL, profileBase } from './profile.ts'
import { readBase64, readByteSequences } from './structured-fields/read.ts'
import { isAudience, isAuthority, isMethod, isTarget } from './syntax.ts'

/** How a request is read. */
export interface ReadOptions {
  /** Largest body, in bytes. Default 256 KiB. */
  readonly maxBodyBytes?: number
  /**
   * What becomes of a request with fields that the signature does not cover. Default `deny`. With
   * `allow` whoever carries the request can add fields; nothing here looks at them.
   */
  readonly otherFields?: 'deny' | 'allow'
}

/** A signed request that has the right form. Nothing in it is believed until {@link verifySignedRequest} allows it. */
export interface CandidateRequest {
  /** SHA-256 of the certificate that the signer says it has, lower-case hexadecimal. */
  readonly keyid: string
  /** Certificates as sent, in DER form, unchecked but for the first being that of `keyid`; none when none came. */
  readonly chain: readonly Uint8Array[]
  /** The single-use value. */
  readonly value: string
  /** Whom the request is for. */
  readonly audience: string
  readonly purpose: Purpose
  /** When the request was signed, as the signer says. */
  readonly created: Date
  readonly method: string
  readonly target: string
  readonly body: Uint8Array
  /** What the signer says that it signed with. */
  readonly algorithm: Algorithm
  /** Digest of the body that was signed, as the field has it. */
  readonly contentDigest: string
  /** Bytes over which the signature has to be (RFC 9421, 2.5). */
  readonly base: Uint8Array
  readonly signature: Uint8Array
}

/** A request of the right form. */
export interface ReadRequest {
  readonly outcome: 'read'
  readonly request: CandidateRequest
}

/**
 * Reads a request that is to be signed as the profile says, and takes its signature apart.
 *
 * Every value has one spelling, each field its place and its longest length, and whatever is not part of
 * the form is refused. Verifies nothing: no signature, no digest, no value, no time.
 *
 * @returns A refusal that names the field at fault in its source. Never throws for what a peer sends.
 */
export function readSignedRequest(
  message: RequestMessage,
  { maxBodyBytes = MAX_BODY_BYTES, otherFields = 'deny' }: ReadOptions = {},
): ReadRequest | Deny<Code> {
  const { method, scheme, target, body } = message
  if (body.length > maxBodyBytes) {
    return refuse('body-too-large', 'body', { allowed: String(maxBodyBytes) })
  }
  if (!isMethod(method)) return refuse('field-malformed', '@method')
  if (!isTarget(target)) return refuse('target-malformed', 'target')
  const fields = readFields(message.fields, otherFields)
  if ('outcome' in fields) return fields
  const fault = valueFault(fields, body)
  if (fault !== undefined) return fault
  const certificate = fields['gatehouse-certificate']
  const parameters = readParameters(fields['signature-input'], certificate !== undefined)
  if ('outcome' in parameters) return parameters
  if (!isAlgorithm(parameters.alg)) return refuse('algorithm-unknown', 'alg')
  const signature = readSignature(fields.signature)
  if (signature === undefined) return refuse('signature-malformed', 'signature')
  const chain = certificate === undefined ? [] : readChain(certificate, parameters.keyid)
  if ('outcome' in chain) return chain
  const base = profileBase({
    method,
    scheme,
    target,
    certificate,
    authority: fields.host,
    contentLength: fields['content-length'],
    contentDigest: fields['content-digest'],
    audience: fields['gatehouse-audience'],
    parameters: fields['signature-input'].slice(LABEL.length + 1),
  })
  const request: CandidateRequest = {
    method,
    target,
    body,
    chain,
    base,
    signature,
    keyid: parameters.keyid,
    value: parameters.nonce,
    audience: fields['gatehouse-audience'],
    purpose: parameters.purpose,
    created: new Date(parameters.created * 1000),
    algorithm: parameters.alg,
    contentDigest: fields['content-digest'],
  }
  return { outcome: 'read', request }
}

function valueFault(fields: FieldValues, body: Uint8Array): Deny<Code> | undefined {
  if (!isAuthority(fields.host)) return refuse('field-malformed', 'host')
  if (fields['content-type'] !== CONTENT_TYPE) return refuse('field-malformed', 'content-type')
  const length = fields['content-length']
  if (!/^(?:0|[1-9][0-9]*)$/.test(length)) return refuse('field-malformed', 'content-length')
  if (Number(length) !== body.length) return refuse('body-length-wrong', 'content-length')
  if (!isContentDigest(fields['content-digest'])) return refuse('field-malformed', 'content-digest')
  if (!isAudience(fields['gatehouse-audience'])) {
    return refuse('field-malformed', 'gatehouse-audience')
  }
  return undefined
}

function readSignature(text: string): Uint8Array | undefined {
  const start = LABEL.length + 2
  if (!text.startsWith(`${LABEL}=:`) || !text.endsWith(':') || text.length <= start)
    return undefined
  const bytes = readBase64(text.slice(start, -1))
  return bytes !== undefined && bytes.length > 0 ? bytes : undefined
}

function readChain(text: string, keyid: string): readonly Uint8Array[] | Deny<Code> {
  const chain = readByteSequences(text)
  const [own] = chain ?? []
  if (chain === undefined || own === undefined) {
    return refuse('field-malformed', 'gatehouse-certificate')
  }
  if (chain.length > MAX_CHAIN) return refuse('field-too-long', 'gatehouse-certificate')
  if (hash('sha256', own, 'hex') !== keyid) return refuse('certificate-mismatch', 'keyid')
  return chain
}
