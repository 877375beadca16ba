import type { Holder } from './certificate.ts'
import { around, integer, oid, sequence, set } from './der.ts'
import { dns, subjectAltName } from './extensions.ts'
import { signed } from './keys.ts'

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14'

export interface RequestParts {
  readonly version?: number
  readonly subject?: Uint8Array
  readonly extensions?: readonly Uint8Array[]
  /** In place of the one with the extensions. */
  readonly attributes?: readonly Uint8Array[]
  /** Who signs; default: who asks. */
  readonly signer?: Holder
}

/** One attribute of a request. */
export function requestAttribute(type: string, ...values: readonly Uint8Array[]): Uint8Array {
  return sequence(oid(type), set(...values))
}

export function extensionRequest(...extensions: readonly Uint8Array[]): Uint8Array {
  return requestAttribute(EXTENSION_REQUEST, sequence(...extensions))
}

/** A certificate request as DER; it asks for `web01.example.com`. */
export function encodeRequest(holder: Holder, parts: RequestParts = {}): Uint8Array {
  const { version = 0, subject = holder.name, signer = holder } = parts
  const { extensions = [subjectAltName(dns('web01.example.com'))] } = parts
  const { attributes = [extensionRequest(...extensions)] } = parts
  const body = sequence(integer(version), subject, holder.key.info, around(0, ...attributes))
  return signed(signer.key, body)
}
