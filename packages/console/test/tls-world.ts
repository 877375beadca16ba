import { chmod, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import {
  formatTrustList,
  trustList,
  type Certificate,
  type TrustedRole,
} from '@gatehouse/certificate-trust'
import {
  createAuthority,
  createKey,
  createRequest,
  createRevocationList,
  formatCertificate,
  formatCertificateList,
  formatKey,
  issueFromRequest,
  issueSelfSigned,
  type Authority,
  type KeyType,
} from '@gatehouse/certificate-trust/issuing'
import {
  guardServer,
  serverOptions,
  type TlsClient,
  type TlsClients,
  type TlsIdentity,
} from '@gatehouse/certificate-trust/tls'
import { onTestFinished } from 'vitest'

/** A minute ago: Node compares with the clock of this machine. */
const AT = new Date(Date.now() - 60_000)

/** What vouches for itself, under names that both sides of these tests can be asked for. */
export function identity(dns = 'web01.example.com', type: KeyType = 'P-256'): TlsIdentity {
  const key = createKey(type)
  const names = { dns: [dns], addresses: ['127.0.0.1'] }
  return { key, certificates: [issueSelfSigned({ key, names, at: AT })] }
}

const rootKey = createKey()
const rootNames = { commonName: 'Lab Root' }

/** An authority of its own. */
export const ROOT: Authority = {
  key: rootKey,
  certificate: createAuthority({ key: rootKey, names: rootNames, at: AT, days: 30 }),
}

/** What the authority issued, for 127.0.0.1. */
export function issued(): TlsIdentity {
  const key = createKey()
  const names = { addresses: ['127.0.0.1'] }
  const request = createRequest({ key, names })
  const given = { request, issuer: ROOT, at: AT, days: 20, allow: names }
  const certificate = issueFromRequest({ ...given, purposes: ['server'] })
  return { key, certificates: [certificate, ROOT.certificate] }
}

/** Writes a revocation list of the authority into a folder; of the day before yesterday, if it is old. */
export async function writeRevocations(
  folder: string,
  number: number,
  revoked: readonly Certificate[] = [],
  { isOld = false } = {},
): Promise<void> {
  const entries = revoked.map(({ serialNumber }) => ({ serialNumber, since: AT }))
  const from = isOld ? new Date(AT.getTime() - 2 * DAY_MS) : AT
  const times = { at: from, nextUpdate: new Date(from.getTime() + DAY_MS) }
  const list = createRevocationList({ issuer: ROOT, entries, number, ...times })
  await writeFile(join(folder, 'crl.pem'), formatCertificateList(list))
}

const DAY_MS = 86_400_000

type Entry = readonly [Certificate, TrustedRole]

export function listOf(...entries: readonly Entry[]): ReturnType<typeof trustList> {
  return trustList(entries.map(([certificate, role]) => ({ certificate, role })))
}

/** A client that trusts one certificate as that of a system, at 127.0.0.1. */
export function clientTrusting({ certificates: [certificate] }: TlsIdentity): TlsClient {
  const list = listOf([certificate, 'system'])
  return { trust: { list: () => list }, name: { ip: '127.0.0.1' } }
}

/** Writes a trust list into a folder. */
export async function writeTrust(folder: string, ...entries: readonly Entry[]): Promise<string> {
  const path = join(folder, 'trust.json')
  await writeFile(path, formatTrustList(listOf(...entries)))
  return path
}

/** Writes a certificate and its key into a folder. */
export async function writeIdentity(
  folder: string,
  { key, certificates }: TlsIdentity,
): Promise<{ certificateFile: string; keyFile: string }> {
  const certificateFile = join(folder, 'own.pem')
  const keyFile = join(folder, 'own.key')
  await writeFile(certificateFile, certificates.map(formatCertificate).join(''))
  await writeFile(keyFile, formatKey(key))
  await chmod(keyFile, 0o600)
  return { certificateFile, keyFile }
}

/** What reached a system. */
export interface SecureSystem {
  readonly port: number
  /** Method and path of each request. */
  readonly requests: string[]
  /** Bytes of payload, before any parser. */
  readonly bytes: () => number
}

/** A system that answers each request with the same JSON, over TLS. */
export async function secureSystem(
  own: TlsIdentity,
  answer: unknown,
  clients?: TlsClients,
): Promise<SecureSystem> {
  const requests: string[] = []
  let bytes = 0
  const options = serverOptions({ ...own, ...(clients && { clients }) })
  const server: Server = createServer(options, ({ method, url }, response) => {
    requests.push(`${method} ${url}`)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  server.prependListener('secureConnection', (socket) => {
    socket.on('data', (chunk) => (bytes += chunk.length))
  })
  if (clients !== undefined) guardServer(server, clients)
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { port: (server.address() as AddressInfo).port, requests, bytes: () => bytes }
}
