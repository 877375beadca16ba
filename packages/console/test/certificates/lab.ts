import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import type { KeyObject } from 'node:crypto'
import type { Certificate } from '@gatehouse/certificate-trust'
import {
  createAuthority,
  createKey,
  createRequest,
  formatCertificate,
  formatKey,
  issueFromRequest,
  issueSelfSigned,
  type Authority,
} from '@gatehouse/certificate-trust/issuing'
import { onTestFinished } from 'vitest'

/** Instant that everything in the lab is valid at; commands that take one get it by `--at`. */
export const AT = '2026-11-22T12:00:00Z'
const at = new Date('2026-11-01T00:00:00Z')

const rootKey = createKey()
const names = { commonName: 'Lab Root' }

/** The root of the lab, valid for twenty years. */
export const ROOT: Authority = {
  key: rootKey,
  certificate: createAuthority({ key: rootKey, names, at, days: 7300 }),
}

const betweenKey = createKey()

/** The authority that issues. */
export const BETWEEN: Authority = {
  key: betweenKey,
  certificate: createAuthority({
    key: betweenKey,
    names: { commonName: 'Lab Issuing' },
    at,
    days: 3650,
    issuer: ROOT,
  }),
}

/** Somebody with a certificate. */
export interface Holder {
  readonly key: KeyObject
  readonly certificate: Certificate
}

/** A system with a certificate of the lab. */
export function issued(host: string, days = 365): Holder {
  const key = createKey()
  const request = createRequest({ key, names: { dns: [host] } })
  const certificate = issueFromRequest({
    request,
    issuer: BETWEEN,
    at,
    days,
    purposes: ['server', 'client'],
    allow: { dns: [host] },
  })
  return { key, certificate }
}

/** A system that vouches for itself. */
export function selfSigned(host: string, days = 365): Holder {
  const key = createKey()
  return { key, certificate: issueSelfSigned({ key, names: { dns: [host] }, at, days }) }
}

export const WEB01: Holder = issued('web01.example.com')
export const DB01: Holder = selfSigned('db01.example.com')

/** Certificates as a PEM text. */
export function pem(...certificates: readonly Certificate[]): string {
  return certificates.map(formatCertificate).join('')
}

/** A TLS server on loopback that shows a chain; its place as `HOST:PORT`. */
export async function serve({ key }: Holder, ...chain: readonly Certificate[]): Promise<string> {
  const server = createServer({ key: formatKey(key), cert: pem(...chain) })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}
