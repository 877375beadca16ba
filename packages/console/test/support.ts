import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer, StatementAnswer } from '@gatehouse/protocol'
import { onTestFinished } from 'vitest'
import type { Account } from '../src/exec/account.ts'
import { runCommand } from '../src/program.ts'
import type { System } from '../src/systems.ts'

const GUARANTEED = {
  provided: [{ guarantee: 'authorization', by: ['hawk-trusted'] }],
  unmet: [
    {
      guard: 'hawk-trusted',
      guarantee: 'authentication',
      of: 'user name',
      undermines: ['authorization'],
    },
  ],
  lacking: ['privacy'],
  openings: [{ guard: 'hawk-trusted', opening: 'insecureExample' }],
} as const

export const STATEMENT: StatementAnswer = {
  system: { name: 'web01', dns: 'none', domain: 'default' },
  actions: GUARANTEED,
  invocations: GUARANTEED,
}

export const ALLOWED: Answer = {
  system: STATEMENT.system,
  outcome: 'allow',
  reasons: [
    {
      code: 'granted',
      guard: 'hawk-trusted',
      source: { file: 'Trusted.txt', line: 3 },
      sentence: 'a line grants it (Trusted.txt:3)',
    },
  ],
  statement: GUARANTEED,
  result: { host: 'web01' },
}

export const DENIED: Answer = {
  system: STATEMENT.system,
  outcome: 'deny',
  reasons: [{ code: 'restricted' }],
  statement: GUARANTEED,
}

/** What a request looked like to the system that got it. */
export interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly body: string
  readonly peer: string | undefined
}

/** Listens as a system would, answers every request by `answer`, and keeps what it saw. */
export async function listenAs(
  name: string,
  answer: (seen: Seen, response: ServerResponse) => void,
): Promise<{ system: System; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { method, url, socket } = request
      seen.push({ method, url, body, peer: socket.remoteAddress })
      answer(seen.at(-1) as Seen, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { system: { name, address: '127.0.0.1', port }, seen }
}

/** Answers with a status and JSON. */
export function json(
  status: number,
  body: unknown,
): (seen: Seen, response: ServerResponse) => void {
  return (_seen, response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/** A folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-console-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Writes a file into a folder that is removed after the test, and returns its path. */
export async function fileWith(content: string | Uint8Array, name = 'policy'): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await writeFile(path, content)
  return path
}

/** Writes a systems file. */
export function systemsFileWith(...systems: readonly System[]): Promise<string> {
  return fileWith(JSON.stringify({ systems }), 'systems.json')
}

/** Runs the command, with a person who answers when there is an `answer`, and keeps what it wrote. */
export async function run(
  words: readonly string[],
  env: Record<string, string> = {},
  {
    interactive = false,
    answer,
    input,
    account = { name: 'root', isRoot: true },
    untilStopped = () => Promise.resolve(),
  }: {
    interactive?: boolean
    answer?: string
    input?: string
    account?: Account
    untilStopped?: (written: { out: string; err: string }) => Promise<void>
  } = {},
): Promise<{ exit: number; out: string; err: string }> {
  const written = { out: '', err: '' }
  const exit = await runCommand(words, {
    terminal: {
      out: (text) => {
        written.out += text
      },
      err: (text) => {
        written.err += text
      },
      colour: false,
      interactive,
      ...(answer === undefined ? {} : { ask: () => Promise.resolve(answer) }),
      ...(input === undefined ? {} : { input: readOnce(input) }),
      env,
    },
    untilStopped: () => untilStopped(written),
    account,
  })
  return { exit, ...written }
}

/** Standard input: who reads it a second time finds nothing. */
function readOnce(text: string): () => Promise<Uint8Array> {
  let left = text
  return () => {
    const read = Buffer.from(left)
    left = ''
    return Promise.resolve(read)
  }
}
