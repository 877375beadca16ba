import { createHash, X509Certificate } from 'node:crypto'
import { createServer } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { openAuditLog, type AuditLog } from '@gatehouse/audit-log'
import { allow, escapeControls } from '@gatehouse/core'
import {
  NEXT_VALUE_HEADER,
  PATHS,
  readMessage,
  TaskRequestSchema,
  ValueRequestSchema,
} from '@gatehouse/protocol'
import {
  memoryReplayStore,
  readSignedRequest,
  SingleUseValues,
  verifySignedRequest,
  type Fields,
  type ReplayStore,
  type Signer,
} from '@gatehouse/signed-request'
import { openFileReplayStore } from '@gatehouse/signed-request/stores'
import { Hono } from 'hono'
import {
  PLAIN_PATH,
  UNUSED_VALUE,
  type ServerQuestion,
  type ServerSaying,
  type ServerTask,
} from './protocol.ts'

interface Bindings {
  readonly Bindings: HttpBindings
}

/** The server of one measurement: each request is read, checked and answered alike, one kind is signed as well. */
async function serve(task: ServerTask): Promise<void> {
  const store = await openStore(task)
  const values = new SingleUseValues({ store })
  const log =
    task.handler === 'records'
      ? await openAuditLog({ path: join(task.folder, 'audit.jsonl'), onFull: 'refuse' })
      : undefined
  const app = createApp(values, signerOf(task), audienceOf(task), log)
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const server = createServer({ key: task.key, cert: task.certificate }, listener)
  process.on('message', (question: ServerQuestion) => {
    if (question === 'cpu') say({ cpu: process.cpuUsage() })
    else process.exit()
  })
  server.listen({ host: '127.0.0.1', port: 0 }, () => {
    say({ port: (server.address() as AddressInfo).port })
  })
}

function openStore({ store, folder }: ServerTask): Promise<ReplayStore> {
  return store === 'file'
    ? openFileReplayStore(join(folder, 'used-values.db'))
    : Promise.resolve(memoryReplayStore({ limit: 10_000_000 }))
}

function signerOf({ console }: ServerTask): Signer {
  const der = Buffer.from(console, 'base64')
  const sha256 = createHash('sha256').update(der).digest('hex')
  const { publicKey } = new X509Certificate(der)
  return { sha256, publicKey, decision: allow({ code: 'certificate-pinned' }) }
}

function audienceOf({ certificate }: ServerTask): string {
  const { raw } = new X509Certificate(certificate)
  return `sha256:${createHash('sha256').update(raw).digest('hex')}`
}

function createApp(
  values: SingleUseValues,
  signer: Signer,
  audience: string,
  log: AuditLog | undefined,
): Hono<Bindings> {
  const app = new Hono<Bindings>()
  app.post(PATHS.values, async (context) => {
    const read = readMessage(ValueRequestSchema, (await bodyOf(context.env.incoming)).toString())
    if ('error' in read) return answer(400, read)
    const { value } = values.issue({ ...read.message, audience }, new Date())
    return answer(200, { value, endsInMs: 60_000, audience })
  })
  app.post(PLAIN_PATH, async (context) => {
    const body = await bodyOf(context.env.incoming)
    return carryOut(body, UNUSED_VALUE, log)
  })
  app.post(PATHS.tasks, async (context) => {
    const { incoming } = context.env
    const body = await bodyOf(incoming)
    const { method = '', url: target = '' } = incoming
    const fields = fieldsOf(incoming)
    const read = readSignedRequest({ method, scheme: 'https', target, fields, body })
    if (read.outcome === 'deny') return answer(403, read)
    const options = { signer, values, audiences: [audience], purpose: 'task' } as const
    const decision = await verifySignedRequest(read.request, { ...options, at: new Date() })
    if (decision.outcome === 'deny') return answer(403, decision)
    const { keyid: certificate } = read.request
    return carryOut(body, values.issue({ certificate, audience }, new Date()).value, log)
  })
  return app
}

/** What both kinds have in common. */
async function carryOut(
  body: Buffer,
  nextValue: string,
  log: AuditLog | undefined,
): Promise<Response> {
  const read = readMessage(TaskRequestSchema, body.toString())
  if ('error' in read) return answer(400, read)
  const { user, tool, target } = read.message
  await log?.append({
    event: 'decision',
    outcome: 'allow',
    codes: ['request-verified', 'level-sufficient'],
    source: 'web-agent.json',
    peer: '127.0.0.1',
    claimedUser: user,
    operation: tool,
    target,
  })
  return answer(200, ANSWER, nextValue)
}

const ANSWER = {
  system: { name: 'web-1', dns: 'none', domain: 'default' },
  outcome: 'allow',
  reasons: [{ code: 'request-verified' }, { code: 'level-sufficient' }],
  result: { exitCode: 0, output: 'restarted\n', truncated: false },
}

function answer(status: number, body: object, nextValue = UNUSED_VALUE): Response {
  const headers = { 'content-type': 'application/json', [NEXT_VALUE_HEADER]: nextValue }
  return new Response(JSON.stringify(body), { status, headers })
}

function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => resolve(Buffer.concat(chunks)))
    incoming.on('error', reject)
  })
}

function fieldsOf({ rawHeaders }: IncomingMessage): Fields {
  const fields: [string, string][] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    fields.push([rawHeaders[at] as string, rawHeaders[at + 1] as string])
  }
  return fields
}

function say(saying: ServerSaying): void {
  process.send?.(saying)
}

process.once('disconnect', () => process.exit())
process.once('message', (task: ServerTask) => {
  serve(task).catch((error: unknown) => {
    process.stderr.write(`${escapeControls(String(error))}\n`)
    process.exit(1)
  })
})
