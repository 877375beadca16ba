import type { Purpose } from './model.ts'
import type { Algorithm } from './algorithms.ts'
import { splitTarget } from './signature-base.ts'

/** Label of the one signature. */
export const LABEL = 'gatehouse'

/** The fields of a signed request in the order in which they are sent; no other is. */
export const FIELD_NAMES = [
  'host',
  'content-type',
  'content-length',
  'content-digest',
  'gatehouse-audience',
  'gatehouse-certificate',
  'signature-input',
  'signature',
] as const

/** Name of a field of a signed request. */
export type FieldName = (typeof FIELD_NAMES)[number]

/** The one content type. */
export const CONTENT_TYPE = 'application/json'

/** Components that are signed, in their order; the certificate where it is sent. */
const COMPONENTS = [
  '@method',
  '@scheme',
  '@authority',
  '@path',
  '@query',
  'content-type',
  'content-length',
  'content-digest',
  'gatehouse-audience',
] as const

/** What is signed, in its order. */
export function componentsOf(hasCertificate: boolean): readonly string[] {
  return hasCertificate ? [...COMPONENTS, 'gatehouse-certificate'] : COMPONENTS
}

const WITHOUT_CERTIFICATE = `("${componentsOf(false).join('" "')}")`
const WITH_CERTIFICATE = `("${componentsOf(true).join('" "')}")`

/** The canonical text of what is signed. */
export function coveredText(hasCertificate: boolean): string {
  return hasCertificate ? WITH_CERTIFICATE : WITHOUT_CERTIFICATE
}

/** Parameters of the signature, in their order. */
export const PARAMETERS = ['created', 'keyid', 'alg', 'nonce', 'tag'] as const

/** Values of {@link PARAMETERS}. */
export interface SignatureParameters {
  /** Seconds since 1970. */
  readonly created: number
  /** SHA-256 of the signer's certificate, lower-case hexadecimal. */
  readonly keyid: string
  readonly alg: Algorithm
  /** The single-use value. */
  readonly nonce: string
  readonly tag: string
}

/** The canonical text of what is signed and of the parameters. */
export function parametersText(
  { created, keyid, alg, nonce, tag }: SignatureParameters,
  hasCertificate: boolean,
): string {
  return `${coveredText(hasCertificate)};created=${created};keyid="${keyid}";alg="${alg}";nonce="${nonce}";tag="${tag}"`
}

const TAGS: Readonly<Record<Purpose, string>> = {
  task: 'gatehouse-task',
  login: 'gatehouse-login',
  call: 'gatehouse-call',
}

/** The tag of a purpose. */
export function tagOf(purpose: Purpose): string {
  return TAGS[purpose]
}

const PURPOSES: ReadonlyMap<string, Purpose> = new Map(
  Object.entries(TAGS).map(([purpose, tag]) => [tag, purpose as Purpose]),
)

/** The purpose of a tag, if there is one. */
export function purposeOf(tag: string): Purpose | undefined {
  return PURPOSES.get(tag)
}

/** What a signature of the profile is over. */
export interface SignedParts {
  readonly method: string
  readonly scheme: string
  readonly authority: string
  readonly target: string
  readonly contentLength: string
  readonly contentDigest: string
  readonly audience: string
  /** Value of the field with the certificates, where it is sent. */
  readonly certificate: string | undefined
  /** As {@link parametersText} gives it. */
  readonly parameters: string
}

/** The signature base of the profile: what `signatureBase` builds of these components. */
export function profileBase(parts: SignedParts): Buffer {
  const { path, query } = splitTarget(parts.target)
  const certificate =
    parts.certificate === undefined ? '' : `"gatehouse-certificate": ${parts.certificate}\n`
  return Buffer.from(
    `"@method": ${parts.method}
"@scheme": ${parts.scheme}
"@authority": ${parts.authority}
"@path": ${path}
"@query": ${query}
"content-type": ${CONTENT_TYPE}
"content-length": ${parts.contentLength}
"content-digest": ${parts.contentDigest}
"gatehouse-audience": ${parts.audience}
${certificate}"@signature-params": ${parts.parameters}`,
    'latin1',
  )
}
