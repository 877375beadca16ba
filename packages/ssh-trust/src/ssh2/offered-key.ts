import { verify } from 'node:crypto'

import type { CertificateFault } from '../certificate/codes.ts'
import type { SshCertificate } from '../certificate/model.ts'
import { isCertificateType, parseCertificateBlob } from '../certificate/parse.ts'
import { verifySignature, type VerifiedSignature } from '../certificate/signature.ts'
import { BlobWriter } from '../key/blob-writer.ts'
import { isKeyFault, type PublicKey } from '../key/model.ts'
import { parseKeyBlob } from '../key/parse.ts'

/** What a client offers to log in with, as ssh2 hands it on. */
export interface Offer {
  /** Its type; ssh2 says `ssh-rsa` for the SHA-2 names too. */
  readonly key: { readonly algo: string; readonly data: Uint8Array }
  /** `sha256` or `sha512` for the SHA-2 names of RSA, else undefined. */
  readonly hashAlgo?: string | undefined
  /** Missing in a probe. */
  readonly signature?: Uint8Array | undefined
  /** What was signed. */
  readonly blob?: Uint8Array | undefined
}

/** A key or certificate that was read strictly. */
export interface OfferedKey {
  /** The key, or the one inside the certificate. */
  readonly key: PublicKey
  /** The certificate. */
  readonly certificate?: SshCertificate
  /** How the login is, or will be, signed. */
  readonly signatureAlgorithm: string
}

const CERTIFICATE_SUFFIX = '-cert-v01@openssh.com'

/** Bytes behind the signature of a security key: flags and counter. */
const DEVICE_BYTES = 5

const ECDSA_HASHES: Readonly<Record<string, string>> = {
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
}

/** @returns Nothing if it cannot be read, or is of another type than it is said to be. */
export function readOffer({ key: { algo, data }, hashAlgo }: Offer): OfferedKey | undefined {
  if (isCertificateType(algo)) return readCertificate(algo, data)
  const key = parseKeyBlob(data)
  if (isKeyFault(key) || key.type !== algo) return undefined
  const isSha2 = algo === 'ssh-rsa' && (hashAlgo === 'sha256' || hashAlgo === 'sha512')
  return { key, signatureAlgorithm: isSha2 ? `rsa-sha2-${hashAlgo.slice(3)}` : algo }
}

function readCertificate(algo: string, data: Uint8Array): OfferedKey | undefined {
  const certificate = parseCertificateBlob(data)
  if ('fault' in certificate) return undefined
  const base = algo.slice(0, -CERTIFICATE_SUFFIX.length)
  const { key, type } = certificate
  const isLabel = key.type === 'ssh-rsa' && base.startsWith('rsa-sha2-')
  if (type !== algo && !isLabel) return undefined
  return { key, certificate, signatureAlgorithm: isLabel ? base : key.type }
}

/**
 * Verifies the signature of a login; ssh2 verifies none.
 *
 * @returns How it was made, or a fault. Never throws for what is in it.
 */
export function verifyOffer(
  { key, certificate, signatureAlgorithm }: OfferedKey,
  { signature, blob }: Offer,
): VerifiedSignature | CertificateFault {
  if (signature === undefined || blob === undefined) return { fault: 'signature-malformed' }
  const hash = ECDSA_HASHES[key.type]
  if (certificate === undefined && hash !== undefined) {
    const holds = verifiesDer(hash, key, blob, signature)
    return holds
      ? { type: signatureAlgorithm as 'ecdsa-sha2-nistp256' }
      : { fault: 'signature-invalid' }
  }
  const wire = certificate === undefined ? onWire(key, signatureAlgorithm, signature) : signature
  const verified = verifySignature(key, blob, wire)
  if ('fault' in verified || verified.type === signatureAlgorithm) return verified
  return { fault: 'signature-type-mismatch' }
}

/** ssh2 turns signatures of plain ECDSA keys into DER. */
function verifiesDer(hash: string, key: PublicKey, data: Uint8Array, der: Uint8Array): boolean {
  try {
    return verify(hash, data, { key: key.keyObject, dsaEncoding: 'der' }, der)
  } catch {
    return false
  }
}

/** ssh2 takes the name and the length off the signature of a plain key; those of certificates it leaves whole. */
function onWire(key: PublicKey, name: string, signature: Uint8Array): Uint8Array {
  const writer = new BlobWriter().string(name)
  if (!key.type.startsWith('sk-')) return writer.string(signature).finish()
  const end = Math.max(0, signature.length - DEVICE_BYTES)
  return writer.string(signature.subarray(0, end)).bytes(signature.subarray(end)).finish()
}
