import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { connect, type ConnectionOptions } from 'node:tls'
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
} from '@gatehouse/certificate-trust/issuing'
import { clientOptions, type TlsClient, type TlsIdentity } from '@gatehouse/certificate-trust/tls'
import { PATHS } from '@gatehouse/protocol'
import { onTestFinished } from 'vitest'
import { startAgent, type AgentOptions } from '../src/index.ts'
import { createWorld, type Started, type WorldOptions } from './world.ts'

/** An action that every address may ask for. */
export const QUERY: string = JSON.stringify({ user: 'pat', action: 'collect.query' })
/** The same as it goes over a connection. */
export const MESSAGE: string = [
  `POST ${PATHS.actions} HTTP/1.1`,
  'Host: web-1.example.com',
  'Content-Type: application/json',
  `Content-Length: ${QUERY.length}`,
  'Connection: close',
  '',
  QUERY,
].join('\r\n')

/** A minute ago: Node compares with the clock of this machine. */
const AT = new Date(Date.now() - 60_000)

function authority(commonName: string): Authority {
  const key = createKey()
  const names = { commonName }
  return { key, certificate: createAuthority({ key, names, at: AT, days: 30 }) }
}

const ROOT = authority('Root')
const STRANGER = authority('Stranger')
export const root: Certificate = ROOT.certificate

function identity(dns: string, purpose: 'server' | 'client', issuer: Authority): TlsIdentity {
  const key = createKey()
  const names = { dns: [dns], ...(purpose === 'server' && { addresses: ['127.0.0.1'] }) }
  const request = createRequest({ key, names: { commonName: dns, ...names } })
  const purposes = [purpose] as const
  const given = { request, issuer, at: AT, days: 20, purposes, allow: 'as-requested' as const }
  return { key, certificates: [issueFromRequest(given), issuer.certificate] }
}

/** Certificate of a system called `web-1.example.com` and `127.0.0.1`. */
export function systemIdentity(): TlsIdentity {
  return identity('web-1.example.com', 'server', ROOT)
}

/** Certificate of a console, by the authority that is trusted or another. */
export function consoleIdentity(by: 'root' | 'stranger' = 'root'): TlsIdentity {
  return identity('console.example.com', 'client', by === 'root' ? ROOT : STRANGER)
}

/** Certificate that a console vouches for itself with. */
export function selfSigned(): TlsIdentity {
  const key = createKey()
  const names = { dns: ['console.example.com'] }
  return { key, certificates: [issueSelfSigned({ key, names, at: AT })] }
}

/** An instant some days after {@link AT}, or before it. */
export function days(number: number): Date {
  return new Date(AT.getTime() + number * 86_400_000)
}

/** A revocation list of the root, in force for ten days unless others are given. */
export function revocationText(
  number: number,
  revoked: readonly Certificate[] = [],
  [from, until]: readonly [Date, Date] = [AT, days(10)],
): string {
  const entries = revoked.map(({ serialNumber }) => ({ serialNumber, since: AT }))
  const times = { at: from, nextUpdate: until }
  return formatCertificateList(createRevocationList({ issuer: ROOT, entries, number, ...times }))
}

export function trustText(...entries: readonly (readonly [Certificate, TrustedRole])[]): string {
  return formatTrustList(trustList(entries.map(([certificate, role]) => ({ certificate, role }))))
}

/** Files of an identity by name. */
export function identityFiles({ key, certificates }: TlsIdentity): Record<string, string> {
  const pem = certificates.map(formatCertificate).join('')
  return { 'server.pem': pem, 'server.key': formatKey(key) }
}

export interface TlsWorld extends WorldOptions {
  /** Settings of `tls` beside its two files. */
  readonly tls?: Readonly<Record<string, unknown>>
  readonly identity?: TlsIdentity
  /** Permissions of the key file. Default 0600. */
  readonly mode?: number
}

/** An agent whose daemon speaks HTTPS. */
export async function startTls(
  { tls = {}, identity: own = systemIdentity(), mode = 0o600, ...world }: TlsWorld = {},
  options: AgentOptions = {},
): Promise<Started> {
  const settings = { certificateFile: 'server.pem', keyFile: 'server.key', ...tls }
  const made = await createWorld({
    ...world,
    config: { ...world.config, tls: settings },
    files: { ...identityFiles(own), ...world.files },
  })
  await chmod(join(made.folder, 'server.key'), mode)
  const log: Record<string, unknown>[] = []
  const logStream = {
    write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>),
  }
  const agent = await startAgent(made.config, { logStream, ...options })
  onTestFinished(() => agent.close())
  return { ...made, agent, log }
}

/** How a console looks at the agent when it knows the authority. */
export function client(shown?: TlsIdentity): TlsClient {
  const list = trustList([{ certificate: root, role: 'root' }])
  const name = { dns: 'web-1.example.com' }
  return { trust: { list: () => list }, name, ...(shown && { identity: shown }) }
}

/** Sends a text at once over TLS, and gives every byte that comes back. */
export function speak(
  port: number,
  text: string,
  shown?: TlsIdentity,
  more: ConnectionOptions = {},
): Promise<string> {
  return new Promise((resolve) => {
    const options = { ...clientOptions(client(shown)), ...more }
    const socket = connect({ port, host: '127.0.0.1', ...options })
    onTestFinished(() => void socket.destroy())
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
    socket.on('error', () => undefined).on('close', () => resolve(answer))
    socket.write(text)
  })
}
