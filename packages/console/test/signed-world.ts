import { createPublicKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { allow, type Decision } from '@gatehouse/core'
import { serverOptions, type TlsIdentity } from '@gatehouse/certificate-trust/tls'
import {
  LoginRequestSchema,
  NEXT_VALUE_HEADER,
  PATHS,
  TaskRequestSchema,
  type LoginRequest,
  type TaskRequest,
} from '@gatehouse/protocol'
import {
  memoryReplayStore,
  readSignedRequest,
  SingleUseValues,
  verifySignedRequest,
  type Code,
  type Fields,
  type Purpose,
} from '@gatehouse/signed-request'
import { onTestFinished } from 'vitest'
import { clientTrusting } from './tls-world.ts'
import { signerOf } from '../src/signed-client/signer.ts'
import type { SignedSystem, System } from '../src/systems.ts'

/** What reached a receiver. */
interface Reached {
  readonly path: string
  /** Names of the fields as they were spelled. */
  readonly fields: readonly string[]
  /** `signed` values aside, what a signature was decided to be; undefined for a question for a value. */
  readonly decision?: Decision<Code>
  readonly body: string
}

/** How a receiver differs from an honest one. */
export interface Manners {
  /** Names somebody else as the audience of its values. */
  readonly audience?: string
  /** The values that it gives, instead of its own. */
  readonly value?: (certificate: string) => Promise<string> | string
  /** Answers what was signed; default: as an agent does. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse, body: string) => void
  /** Gives a value with each answer. Default: true. */
  readonly givesNext?: boolean
}

/** A stand-in for a system. */
export interface Receiver {
  readonly system: SignedSystem
  /** The same, asked as a service daemon that takes signed calls alone. */
  readonly daemon: System
  /** What it shows of itself. */
  readonly own: TlsIdentity
  readonly audience: string
  readonly reached: Reached[]
  readonly values: SingleUseValues
  /** How many connections were opened, and how many bytes of payload came over them. */
  readonly traffic: { connections: number; bytes: number }
  /** Ends every connection. */
  readonly drop: () => void
}

export const NODE = { name: 'web01', dns: 'none', domain: 'default' }

/** Listens as web agent and service daemon of a system, takes what a certificate signed, and keeps what reached it. */
export async function receiver(
  name: string,
  { own, console }: { readonly own: TlsIdentity; readonly console: TlsIdentity },
  manners: Manners = {},
): Promise<Receiver> {
  const values = new SingleUseValues({ store: memoryReplayStore() })
  const audience = `sha256:${own.certificates[0].sha256}`
  const reached: Reached[] = []
  const traffic = { connections: 0, bytes: 0 }

  const issue = (certificate: string): string =>
    values.issue({ certificate, audience }, new Date()).value

  const server = createServer(serverOptions(own), (request, response) => {
    void handle(request, response)
  })
  server.prependListener('secureConnection', (socket) => {
    traffic.connections += 1
    socket.on('data', (chunk) => (traffic.bytes += chunk.length))
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const client = { ...clientTrusting(own), identity: console }
  return {
    system: {
      name,
      address: '127.0.0.1',
      port: 1,
      webAgent: { port, client, linkHost: '127.0.0.1' },
    },
    daemon: {
      name,
      address: '127.0.0.1',
      port,
      tls: { client, requireTrustedCertificates: false, signer: signerOf(console) },
    },
    own,
    audience,
    reached,
    values,
    traffic,
    drop: () => server.closeAllConnections(),
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await bodyOf(request)
    const { method = '', url: path = '', rawHeaders } = request
    if (method === 'GET') {
      reached.push({ path, fields: [], body: '' })
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>signed in</title>')
      return
    }
    const pairs: Fields = rawHeaders.flatMap((field, index) =>
      index % 2 === 0 ? [[field, rawHeaders[index + 1] ?? ''] as const] : [],
    )
    const fields = pairs.map(([field]) => field)
    const body = bytes.toString()
    if (path === PATHS.values) {
      reached.push({ path, fields, body })
      const { certificate } = JSON.parse(body) as { certificate: string }
      const value = await (manners.value ?? issue)(certificate)
      answer(response, 200, { value, endsInMs: 60_000, audience: manners.audience ?? audience })
      return
    }
    const decision = await decide(method, path, pairs, bytes)
    reached.push({ path, fields, decision, body })
    if (manners.answer !== undefined) {
      manners.answer(request, response, body)
      return
    }
    if (manners.givesNext !== false) {
      response.setHeader(NEXT_VALUE_HEADER, issue(console.certificates[0].sha256))
    }
    const { outcome } = decision
    answer(response, outcome === 'deny' ? 403 : 200, answerTo(path, decision, body))
  }

  async function decide(
    method: string,
    target: string,
    fields: Fields,
    body: Buffer,
  ): Promise<Decision<Code>> {
    const read = readSignedRequest({ method, scheme: 'https', target, fields, body })
    if (read.outcome === 'deny') return read
    const [certificate] = console.certificates
    const { publicKey } = new X509Certificate(certificate.der)
    return verifySignedRequest(read.request, {
      signer: {
        sha256: certificate.sha256,
        publicKey: createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
        decision: allow({ code: 'certificate-pinned' }),
      },
      values,
      audiences: [audience],
      purpose: PURPOSES.get(target) ?? 'call',
      at: new Date(),
    })
  }
}

const PURPOSES: ReadonlyMap<string, Purpose> = new Map([
  [PATHS.tasks, 'task'],
  [PATHS.logins, 'login'],
])

function answerTo(path: string, { outcome, reasons }: Decision<Code>, body: string): object {
  const decided = { system: NODE, outcome, reasons }
  if (PURPOSES.has(path)) return { ...decided, ...(outcome === 'allow' && resultOf(path, body)) }
  const statement = { provided: [], unmet: [], lacking: [], openings: [] }
  const answered = { ...decided, statement }
  return path === PATHS.operations ? { answers: [answered] } : answered
}

/** What each asks for is answered by, when it is allowed. */
function resultOf(path: string, body: string): object {
  if (path === PATHS.logins) {
    LoginRequestSchema.parse(JSON.parse(body))
    return { path: `/sign-in?ticket=${'t'.repeat(43)}`, endsInMs: 30_000 }
  }
  const { tool } = TaskRequestSchema.parse(JSON.parse(body))
  return { result: { exitCode: 0, output: `ran ${tool}\n`, truncated: false } }
}

export function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** The tasks and logins that reached a receiver, in order. */
export function asked(of: Receiver | undefined): (TaskRequest & LoginRequest)[] {
  return (of?.reached ?? [])
    .filter(({ path }) => path === PATHS.tasks || path === PATHS.logins)
    .map(({ body }) => JSON.parse(body) as TaskRequest & LoginRequest)
}
