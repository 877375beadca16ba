import {
  isKeyFault,
  parseCertificateFields,
  parseKeyFields,
  type PublicKey,
  type SshCertificate,
} from '../../src/index.ts'

/** The certificate of a line, or a failed test. */
export function certificateOf(line: string): SshCertificate {
  const [type = '', base64 = ''] = line.trim().split(' ')
  const certificate = parseCertificateFields(type, base64)
  if ('fault' in certificate) throw new Error(certificate.fault)
  return certificate
}

/** The key of a line, or a failed test. */
export function keyOf(line: string): PublicKey {
  const [type = '', base64 = ''] = line.trim().split(' ')
  const key = parseKeyFields(type, base64)
  if (isKeyFault(key)) throw new Error(key.fault)
  return key
}
