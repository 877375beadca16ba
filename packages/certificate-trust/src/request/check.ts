import { allow, deny, type Decision, type Reason } from '@gatehouse/core'
import { formatAddressBytes } from '../name/address-bytes.ts'
import { parseDnsName } from '../name/dns-name.ts'
import { formatGeneralName, type GeneralName } from '../name/general-name.ts'
import { splitMail } from '../name/mail-name.ts'
import { formatName } from '../name/name.ts'
import type { WeakAlgorithm } from '../signature/keys.ts'
import { checkSignature } from '../signature/signature.ts'
import type { CertificateRequest } from './certificate-request.ts'
import type { RequestCode } from './codes.ts'

/** How a request is checked. */
export interface CheckRequestOptions {
  /** Weak algorithms that are accepted all the same. Default: none. */
  readonly weak?: readonly WeakAlgorithm[]
}

/**
 * Decides whether a request was made by whoever has the key, with a key and names that a certificate can have.
 *
 * It does not say that whoever asks may have these names: that is for whoever issues.
 *
 * @returns `allow` with `request-signed`, or `deny` with every reason found, eight malformed names at
 *   most; the source is the field.
 * @see RFC 2986, 3
 */
export function checkRequest(
  request: CertificateRequest,
  options: CheckRequestOptions = {},
): Decision<RequestCode> {
  const { weak = [] } = options
  const { subject, extensions } = request
  const names = extensions.subjectAltName?.value ?? []
  const who = formatName(subject)
  const facts = { sha256: request.sha256, ...(who === '' ? {} : { subject: who }) }
  const reasons: Reason<RequestCode>[] = []
  const fault = checkSignature(request, request.publicKey, weak)
  if (fault !== undefined) {
    const field = fault.startsWith('key-') ? 'publicKey' : 'signature'
    reasons.push({ code: fault, source: { request: field }, facts })
  }
  const source = { request: 'subjectAltName' }
  const malformed = names.filter((one) => !isWellFormed(one)).slice(0, MAX_REPORTED)
  for (const name of malformed) {
    reasons.push({
      code: 'name-malformed',
      source,
      facts: { ...facts, name: formatGeneralName(name) },
    })
  }
  if (names.length === 0 && subject.parts.length === 0) {
    reasons.push({ code: 'names-missing', source, facts })
  }
  const [first, ...rest] = reasons
  if (first === undefined) {
    return allow({ code: 'request-signed', source: { request: 'signature' }, facts })
  }
  return deny(first, ...rest)
}

/** Most malformed names that are said: whoever asks chooses how many there are. */
const MAX_REPORTED = 8

/** Whether a name is one of its form, as far as the form is one that is decided by. */
function isWellFormed(name: GeneralName): boolean {
  if (name.kind === 'dns') return parseDnsName(name.value, { wildcard: true }) !== undefined
  if (name.kind === 'ip') return formatAddressBytes(name.value) !== undefined
  if (name.kind !== 'mail') return true
  const parts = splitMail(name.value)
  return parts !== undefined && parseDnsName(parts.domain) !== undefined
}
