import { createHash } from 'node:crypto'
import type { Reason } from '@gatehouse/core'
import { Certificate } from '../certificate/certificate.ts'
import { DerFault } from '../der/fault.ts'
import { DerReader } from '../der/reader.ts'
import { MAX_CERTIFICATE_BYTES } from './parse.ts'

/** A chain as a peer sends it: its certificate as DER, then whatever came with it, in any order. */
export type EncodedChain = readonly [Uint8Array, ...Uint8Array[]]

/** Reads a certificate as a peer sends it; what cannot be read is a fault, and no error. */
export function readEncoded(bytes: Uint8Array): Certificate | DerFault {
  if (bytes.length > MAX_CERTIFICATE_BYTES) return new DerFault('too-large', MAX_CERTIFICATE_BYTES)
  try {
    const reader = new DerReader(bytes)
    const certificate = new Certificate(reader)
    reader.finish()
    return certificate
  } catch (error) {
    if (error instanceof DerFault) return error
    throw error
  }
}

/** Those certificates of several that can be read. */
export function readableOf(encoded: readonly Uint8Array[]): readonly Certificate[] {
  return encoded.map(readEncoded).filter((one) => one instanceof Certificate)
}

/** Why a certificate that cannot be read is refused. */
export function malformedReason(
  bytes: Uint8Array,
  { code, offset }: DerFault,
): Reason<'certificate-malformed'> {
  return {
    code: 'certificate-malformed',
    source: { certificate: createHash('sha256').update(bytes).digest('hex') },
    facts: { cause: code, byte: String(offset) },
  }
}
