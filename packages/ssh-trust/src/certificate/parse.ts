import { decodeBase64 } from '../key/base64.ts'
import { BlobReader, MalformedBlob } from '../key/blob-reader.ts'
import { isKeyFault, KEY_TYPES, type KeyType, type PublicKey } from '../key/model.ts'
import { parseKeyBlob, readKeyFields } from '../key/parse.ts'
import type { CertificateFault, CertificateFaultCode } from './codes.ts'
import { MAX_PRINCIPALS, type CertificateOption, type SshCertificate } from './model.ts'
import { verifySignature } from './signature.ts'

/** Most bytes of a certificate: an SSH packet of OpenSSH holds no more. */
export const MAX_CERTIFICATE_BYTES: number = 256 * 1024

/** Twice what the base64 of the longest certificate needs: the rest is room for white space. */
const MAX_BASE64_CHARACTERS = (MAX_CERTIFICATE_BYTES / 3) * 8

const SUFFIX = '-cert-v01@openssh.com'

/** Certificate type inside the blob, and the type of the key that it certifies. */
const CERTIFICATE_TYPES: ReadonlyMap<string, KeyType> = new Map(
  KEY_TYPES.filter((type) => type !== 'ssh-dss').map((type) => [
    type.replace(/@openssh\.com$/, '') + SUFFIX,
    type,
  ]),
)

/** Names that say how an RSA certificate will be used; the type inside stays `ssh-rsa-cert…`. */
const RSA_LABELS = [`rsa-sha2-256${SUFFIX}`, `rsa-sha2-512${SUFFIX}`]

/** What stands as kind in a certificate. */
const KINDS = new Map<number, 'user' | 'host'>([
  [1, 'user'],
  [2, 'host'],
])

class MalformedCertificate extends Error {
  readonly fault: CertificateFaultCode

  constructor(fault: CertificateFaultCode) {
    super(fault)
    this.fault = fault
  }
}

/**
 * Reads an OpenSSH certificate, and verifies that the key named in it as the authority signed it.
 *
 * Does NOT decide whether that authority is trusted, whether the time and the names fit, and whether its critical
 * options are understood; a SHA-1 signature passes here. Stricter than OpenSSH 10.6 in both profiles: a NUL at the
 * end of a name or a name that is not UTF-8 is a fault, and so is a WebAuthn signature.
 *
 * @param blob - The certificate, as it is in base64 on a line or on the wire.
 * @returns The certificate, or the first fault. Never throws for what is in the blob.
 * @see OpenSSH's PROTOCOL.certkeys
 */
export function parseCertificateBlob(blob: Uint8Array): SshCertificate | CertificateFault {
  if (blob.length > MAX_CERTIFICATE_BYTES) return { fault: 'certificate-too-long' }
  try {
    return readCertificate(new Uint8Array(blob))
  } catch (error) {
    if (error instanceof MalformedCertificate || error instanceof MalformedBlob) {
      return { fault: error.fault }
    }
    throw error
  }
}

/**
 * Reads the two fields of a line that hold a certificate, as in a `-cert.pub` file.
 *
 * @param type - The type before the blob; for RSA also `rsa-sha2-256-cert-v01@openssh.com` and its 512.
 * @param base64 - The blob in base64, padded; white space in it is skipped.
 * @returns The certificate, or the first fault. Never throws for what is in the fields.
 */
export function parseCertificateFields(
  type: string,
  base64: string,
): SshCertificate | CertificateFault {
  if (!isCertificateType(type)) {
    const isPlain = (KEY_TYPES as readonly string[]).includes(type)
    return { fault: isPlain ? 'certificate-plain-key' : 'certificate-type-unknown' }
  }
  if (base64.length > MAX_BASE64_CHARACTERS) return { fault: 'certificate-too-long' }
  const blob = decodeBase64(base64)
  if (blob === undefined) return { fault: 'base64-malformed' }
  const certificate = parseCertificateBlob(blob)
  if ('fault' in certificate) return certificate
  const inside = RSA_LABELS.includes(type) ? `ssh-rsa${SUFFIX}` : type
  return certificate.type === inside ? certificate : { fault: 'type-mismatch' }
}

/** Whether a type before a blob is that of a certificate. */
export function isCertificateType(type: string): boolean {
  return CERTIFICATE_TYPES.has(type) || RSA_LABELS.includes(type)
}

function readCertificate(blob: Uint8Array): SshCertificate {
  const reader = new BlobReader(blob)
  const type = reader.text()
  const keyType = CERTIFICATE_TYPES.get(type)
  if (keyType === undefined) {
    const isPlain = (KEY_TYPES as readonly string[]).includes(type)
    throw new MalformedCertificate(isPlain ? 'certificate-plain-key' : 'certificate-type-unknown')
  }
  reader.string() // nonce
  const key = readKeyFields(keyType, reader)
  const serial = reader.uint64()
  const kind = KINDS.get(reader.uint32())
  if (kind === undefined) throw new MalformedCertificate('certificate-kind-unknown')
  const keyId = reader.text()
  const principals = readPrincipals(reader.string())
  const validAfter = reader.uint64()
  const validBefore = reader.uint64()
  const criticalOptions = readOptions(reader.string())
  const extensions = readOptions(reader.string())
  reader.string() // reserved
  const signatureKey = readAuthority(reader.string())
  const signed = blob.subarray(0, reader.offset)
  const signature = reader.string()
  reader.end()
  const verified = verifySignature(signatureKey, signed, signature)
  if ('fault' in verified) throw new MalformedCertificate(verified.fault)
  const names = { keyId, principals, validAfter, validBefore }
  const authority = { signatureKey, signatureType: verified.type }
  return { type, key, serial, kind, ...names, criticalOptions, extensions, ...authority, blob }
}

function readPrincipals(bytes: Uint8Array): readonly string[] {
  const reader = new BlobReader(bytes)
  const principals: string[] = []
  while (reader.remaining > 0) {
    if (principals.length === MAX_PRINCIPALS) throw new MalformedCertificate('principals-too-many')
    principals.push(reader.text())
  }
  return principals
}

function readOptions(bytes: Uint8Array): readonly CertificateOption[] {
  const reader = new BlobReader(bytes)
  const options: CertificateOption[] = []
  while (reader.remaining > 0) options.push({ name: reader.text(), data: reader.string() })
  return options
}

function readAuthority(blob: Uint8Array): PublicKey {
  const key = parseKeyBlob(blob)
  if (!isKeyFault(key)) {
    if (key.type === 'ssh-dss') throw new MalformedCertificate('authority-not-plain-key')
    return key
  }
  const isCertificate = key.fault === 'type-certificate'
  throw new MalformedCertificate(isCertificate ? 'authority-not-plain-key' : key.fault)
}
