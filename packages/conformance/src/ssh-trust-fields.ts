import type * as ours from '@gatehouse/ssh-trust'
import { FormError } from './form.ts'

/** A text and what is asked of it, in the form of the vectors. */
export interface Asked {
  readonly file: string
  readonly query: Readonly<Record<string, unknown>>
}

/** The key of a line. @throws FormError when it is none. */
export function keyOf({ parseKeyFields }: typeof ours, line: unknown): ours.PublicKey {
  const [type = '', base64 = ''] = String(line).trim().split(' ')
  const key = parseKeyFields(type, base64)
  if ('fault' in key) throw new FormError(`not a key: ${key.fault}`)
  return key
}

/** The certificate of a line. @throws FormError when it is none. */
export function certificateOf(
  { parseCertificateFields }: typeof ours,
  line: unknown,
): ours.SshCertificate {
  const [type = '', base64 = ''] = String(line).trim().split(' ')
  const certificate = parseCertificateFields(type, base64)
  if ('fault' in certificate) throw new FormError(`not a certificate: ${certificate.fault}`)
  return certificate
}

/** The host of a query. */
export function nameOf(query: Asked['query']): ours.HostName {
  const { host, port = 22 } = query
  const alias = query['hostKeyAlias'] as string | undefined
  const name = { host: String(host), port: Number(port) }
  return alias === undefined ? name : { ...name, alias }
}

/** Seconds since 1970 of a time. */
export function secondsOf(time: unknown): bigint {
  return BigInt(Date.parse(String(time))) / 1000n
}
