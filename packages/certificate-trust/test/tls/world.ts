import { once } from 'node:events'
import { createServer, type TlsOptions } from 'node:tls'
import type { AddressInfo, Server } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Certificate } from '../../src/index.ts'
import { serverOptions, type TlsIdentity, type TlsTrust } from '../../src/tls/index.ts'
import { trustList, type TrustedRole } from '../../src/trust/trust-list.ts'
import { authority, issue, name, root, type Changes, type Holder } from '../writing/certificate.ts'
import {
  CLIENT_AUTH,
  dns,
  extKeyUsage,
  ip,
  keyUsage,
  SERVER_AUTH,
  subjectAltName,
} from '../writing/extensions.ts'
import { ecKey } from '../writing/keys.ts'

export const ROOT: Holder = { name: name('Root'), key: ecKey() }
export const BETWEEN: Holder = { name: name('Between'), key: ecKey() }
const SYSTEM: Holder = { name: name('System'), key: ecKey() }
const CONSOLE: Holder = { name: name('Console'), key: ecKey() }

export const root0: Certificate = root(ROOT)
export const between: Certificate = authority(BETWEEN, ROOT)
const STRANGER: Holder = { name: name('Stranger'), key: ecKey() }
/** A root that nobody trusts. */
export const stranger: Certificate = root(STRANGER)

/** A holder's certificate of a name and purpose, and what issued it. */
function identity(
  holder: Holder,
  usual: Record<string, Uint8Array>,
  { issuer = BETWEEN, rest = [between], ...changes }: IdentityChanges = {},
): TlsIdentity {
  const extensions = { ...usual, usage: keyUsage(0), ...changes.extensions }
  const own = issue(holder, issuer, { ...changes, extensions })
  return { key: holder.key.privateKey, certificates: [own, ...rest] }
}

export type IdentityChanges = Omit<Changes, 'issuer'> & {
  readonly issuer?: Holder
  readonly rest?: readonly Certificate[]
}

/** A system called `web01.example.com` and `127.0.0.1`. */
export function systemIdentity(changes?: IdentityChanges): TlsIdentity {
  const names = subjectAltName(dns('web01.example.com'), ip(127, 0, 0, 1))
  return identity(SYSTEM, { names, purposes: extKeyUsage(SERVER_AUTH) }, changes)
}

/** A console called `console.example.com`. */
export function consoleIdentity(changes?: IdentityChanges): TlsIdentity {
  const names = subjectAltName(dns('console.example.com'))
  return identity(CONSOLE, { names, purposes: extKeyUsage(CLIENT_AUTH) }, changes)
}

/** One that vouches for itself. */
export function selfSigned(make: typeof systemIdentity): TlsIdentity {
  const holder = make === systemIdentity ? SYSTEM : CONSOLE
  return make({ issuer: holder, rest: [] })
}

/** One of the stranger's. */
export function strange(make: typeof systemIdentity): TlsIdentity {
  return make({ issuer: STRANGER, rest: [] })
}

/** Trust in some certificates. */
export function trusting(...entries: readonly (readonly [Certificate, TrustedRole])[]): TlsTrust {
  const list = trustList(entries.map(([certificate, role]) => ({ certificate, role })))
  return { list: () => list }
}

/** A server that keeps every byte of payload that it gets, and answers the first with a greeting. */
export interface Recorder {
  readonly port: number
  readonly server: Server
  /** Payload that arrived. */
  readonly bytes: () => number
  /** For each connection, whether its session was resumed. */
  readonly resumed: readonly boolean[]
}

export async function record(given: TlsIdentity, changes: TlsOptions = {}): Promise<Recorder> {
  let bytes = 0
  const resumed: boolean[] = []
  const server = createServer({ ...serverOptions(given), ...changes }, (socket) => {
    resumed.push(socket.isSessionReused())
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')
    })
  })
  server.on('tlsClientError', () => undefined)
  const port = await listen(server)
  return { port, server, bytes: () => bytes, resumed }
}

/** Starts a server on a free port of loopback, and stops it after the test. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const open = new Set<{ destroy: () => unknown }>()
  server.on('connection', (socket) => open.add(socket))
  onTestFinished(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

/** Ends when a server has closed every connection. */
export async function ended(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  await closed
}
