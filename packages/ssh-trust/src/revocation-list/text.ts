import { DiagnosticList, readLines, type TextCode, type TextOptions } from '@gatehouse/core'

import { isCertificateType, parseCertificateFields } from '../certificate/parse.ts'
import {
  describeCertificateFault,
  type CertificateFault,
  type CertificateFaultCode,
} from '../certificate/codes.ts'
import type { KeyFault } from '../key/codes.ts'
import type { PublicKey } from '../key/model.ts'
import { parseKeyFields } from '../key/parse.ts'
import { base64, RevocationList } from './model.ts'

/** Codes of the diagnostics of {@link parseRevokedKeys}. */
export type RevokedKeysCode = TextCode | CertificateFaultCode

/**
 * Reads a list of revoked keys as text: one public key a line, `#` before a comment. It is the other form that
 * `RevokedKeys` of sshd and `RevokedHostKeys` of ssh take; a certificate in it stands for its key.
 *
 * @returns A list that covers each of the keys, their certificates, and as authorities all that they signed.
 * @throws ParseError (`ERR_PARSE`) for every line that cannot be read: what it should revoke is not known.
 */
export function parseRevokedKeys(text: string | Uint8Array, options: TextOptions): RevocationList {
  const diagnostics = new DiagnosticList<RevokedKeysCode>(options.file)
  const lines = readLines(text, options, diagnostics)
  const keys: PublicKey[] = []
  for (const [index, line] of lines.entries()) {
    const start = line.search(/[^ \t]/u)
    if (start < 0 || line[start] === '#') continue
    const key = readKey(line.slice(start))
    if (!('fault' in key)) keys.push(key)
    else {
      const place = { line: index + 1, column: start + 1 }
      diagnostics.add(key.fault, describeCertificateFault(key), place, line)
    }
  }
  diagnostics.throwIfAny()
  return revokeKeys(keys)
}

/** A list that covers the given keys, as {@link parseRevokedKeys} reads them. */
export function revokeKeys(keys: Iterable<PublicKey>): RevocationList {
  const blobs = new Set(Array.from(keys, ({ blob }) => base64(blob)))
  const header = { version: 0n, generatedAt: 0n, comment: '' }
  const nothing = { sha1: new Set<string>(), sha256: new Set<string>(), certificates: new Map() }
  return new RevocationList({ ...header, ...nothing, keys: blobs })
}

function readKey(line: string): PublicKey | KeyFault | CertificateFault {
  const [type = '', key] = line.split(/[ \t]+/u, 2)
  if (key === undefined) return { fault: 'line-malformed' }
  if (!isCertificateType(type)) return parseKeyFields(type, key)
  const certificate = parseCertificateFields(type, key)
  return 'fault' in certificate ? certificate : certificate.key
}
