import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { connect } from 'node:tls'
import { loadTrustList } from '@gatehouse/certificate-trust/files'
import { clientOptions, loadIdentity, type TlsIdentity } from '@gatehouse/certificate-trust/tls'
import { PATHS, type ValueAnswer } from '@gatehouse/protocol'
import { RequestSigner, type Fields, type Purpose } from '@gatehouse/signed-request'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from './run-script.ts'

const DOCUMENT = join(root, 'docs/reviewing.md')
const PROGRAMS = { gatehouse: 'console', 'gatehouse-agent': 'agent' }
const SYSTEMS = ['web01', 'web02'] as const

/** Ports of the document, which another process may have. */
const PORTS = ['10128', '10129', '6767', '6768', '2381', '2382', '2301', '2302']

/** Longest that one command takes on a slow machine. */
const COMMAND_MS = 60_000

/** Longest that all commands of one part take. */
const PART_MS = 300_000

const folder = mkdtempSync(join(tmpdir(), 'secure-task-'))
const env = { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}` }
const resident: ChildProcess[] = []
const free = new Map<string, string>()
let agentLines: string[] = []
let steps: Step[] = []

/** One line of the document, and how that says that it ends. */
interface Step {
  readonly line: string
  readonly exit: number
  /** Code, or words, that have to be in what it prints. */
  readonly because: string
}

function stepOf(line: string): Step {
  const [, exit = '0', because = ''] = /# exit code (\d): (.+)$/.exec(line) ?? []
  return { line, exit: Number(exit), because }
}

/** The `sh` blocks of the section, with ports that are free, after the one that builds. */
function blocksOfSection(): string[] {
  const [, section = ''] =
    /^## \d+\. Try Secure Task Execution\n(.*?)^## /ms.exec(readFileSync(DOCUMENT, 'utf8')) ?? []
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
  const ports = new RegExp(String.raw`\b(?:${PORTS.join('|')})\b`, 'g')
  return blocks.slice(1).map((block) => block.replaceAll(ports, (port) => free.get(port) ?? port))
}

async function findPorts(): Promise<void> {
  const servers = PORTS.map(() => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  for (const [index, server] of servers.entries()) {
    free.set(PORTS[index] ?? '', String((server.address() as AddressInfo).port))
  }
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
}

function shell(script: string): { status: number | null; told: string } {
  const options = { cwd: folder, env, encoding: 'utf8', timeout: COMMAND_MS } as const
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', script], options)
  return { status, told: `${stdout}${stderr}` }
}

function carryOut({ line, exit, because }: Step): void {
  const { status, told } = shell(line)
  expect({ line, exit: status, told }).toMatchObject({ line, exit })
  expect(told).toContain(because)
}

/** Starts what goes on until it is ended, and waits for words that it prints. */
async function start(line: string, words: RegExp): Promise<RegExpExecArray> {
  const child = spawn('sh', ['-c', `exec ${line}`], { cwd: folder, env })
  resident.push(child)
  let stdout = ''
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  for await (const chunk of child.stdout) {
    stdout += String(chunk)
    const found = words.exec(stdout)
    if (found !== null) return found
  }
  throw new Error(`\`${line}\` ended before it had started: ${stdout}${stderr}`)
}

interface Recorded {
  readonly outcome: string
  readonly codes: readonly string[]
  readonly operation: string
  readonly target?: string
}

function recorded(system: string): Recorded[] {
  try {
    const text = readFileSync(join(folder, system, 'data/audit.jsonl'), 'utf8')
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Recorded]))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function codesOf(system: string): string[] {
  return recorded(system).map(({ outcome, codes: [code], target }) =>
    [outcome, code, target].filter((word) => word !== undefined).join(' '),
  )
}

function own(name: string): Promise<TlsIdentity> {
  const [certificateFile, keyFile] = ['certificate.pem', 'key.pem'].map((file) =>
    join(folder, name, file),
  )
  return loadIdentity({ certificateFile: certificateFile ?? '', keyFile: keyFile ?? '' })
}

/** What a system answered: a decision, or a value. */
interface Told {
  readonly status: number
  readonly body: ValueAnswer & { readonly reasons: readonly { readonly code: string }[] }
}

/** Sends bytes over a TLS connection of their own, and reads one answer. */
async function sendBytes(port: string, bytes: string): Promise<Told> {
  const list = await loadTrustList(join(folder, 'trust.json'))
  const client = { trust: { list: () => list }, name: { ip: '127.0.0.1' } }
  const socket = connect({ host: '127.0.0.1', port: Number(port), ...clientOptions(client) })
  try {
    socket.setEncoding('latin1').write(bytes)
    let text = ''
    for await (const chunk of socket) {
      text += String(chunk)
      const [head = '', body = ''] = text.split('\r\n\r\n')
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1])
      if (body.length === length) {
        return { status: Number(head.slice(9, 12)), body: JSON.parse(body) as Told['body'] }
      }
    }
    throw new Error(`no answer, but \`${text}\``)
  } finally {
    socket.destroy()
  }
}

function textOf(path: string, fields: Fields, body: string): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

interface Signing {
  readonly port: string
  readonly path: string
  readonly purpose: Purpose
  readonly message: object
}

/** The bytes of a request that the console signs over a value of the system. */
async function signedBytes({ port, path, purpose, message }: Signing): Promise<string> {
  const { key, certificates } = await own('cms')
  const [{ der, sha256 }] = certificates
  const asking = JSON.stringify({ certificate: sha256 })
  const authority = `127.0.0.1:${port}`
  const plain: Fields = [
    ['host', authority],
    ['content-type', 'application/json'],
    ['content-length', String(asking.length)],
  ]
  const { body } = await sendBytes(port, textOf(PATHS.values, plain, asking))
  const { value, audience } = body
  const text = JSON.stringify(message)
  const request = { method: 'POST', scheme: 'https', authority, target: path } as const
  const fields = new RequestSigner({ key, chain: [der] }).sign(
    { ...request, body: Buffer.from(text) },
    { value, audience, purpose, at: new Date() },
  )
  return textOf(path, fields, text)
}

beforeAll(async () => {
  await findPorts()
  const [setUp = '', agents = '', commands = ''] = blocksOfSection()
  mkdirSync(join(folder, 'bin'))
  for (const [name, of] of Object.entries(PROGRAMS)) {
    symlinkSync(join(root, 'packages', of, 'bin', `${name}.js`), join(folder, 'bin', name))
  }
  const options = { cwd: folder, env, encoding: 'utf8', timeout: PART_MS } as const
  const { status, stderr } = spawnSync('sh', ['-e', '-c', setUp], options)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  agentLines = agents.trim().split('\n')
  await Promise.all(agentLines.map((line) => start(line, /^tasks:$/m)))
  steps = commands.trim().split('\n').map(stepOf)
}, PART_MS)

afterAll(() => {
  for (const child of resident) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

describe('a console and two agents, as built programs', () => {
  test('a tool that is denied on one system is sent to none', () => {
    const [denied] = steps
    expect(denied).toMatchObject({ exit: 1, because: 'not on web02' })
    if (denied !== undefined) carryOut(denied)
    expect(SYSTEMS.flatMap(recorded)).toEqual([])
  })

  test(
    'every other command of the document ends as that says, and each system records what it decided',
    () => {
      expect(agentLines).toHaveLength(2)
      expect(steps.filter(({ exit }) => exit !== 0).length).toBeGreaterThan(3)
      for (const step of steps.slice(1)) carryOut(step)
      const task = 'allow request-verified'
      expect(codesOf('web01')).toEqual([
        `${task} date`,
        `${task} failing`,
        `${task} Replicate Agent Settings`,
        'allow granted',
        'deny user-not-of-certificate',
        'deny policy-missing',
      ])
      expect(codesOf('web02')).toEqual([
        `${task} date`,
        `${task} Replicate Agent Settings`,
        'allow granted',
        'deny user-not-of-certificate',
      ])
    },
    PART_MS,
  )

  test.each([
    {
      to: 'web agent',
      port: '2381',
      path: PATHS.tasks,
      purpose: 'task' as const,
      message: { user: 'ann', level: 'operator', tool: 'date', target: 'web01' },
      answered: [200, 'request-verified'],
    },
    {
      to: 'service daemon',
      port: '10128',
      path: PATHS.actions,
      purpose: 'call' as const,
      message: { user: 'ann', action: 'chart' },
      answered: [403, 'user-not-of-certificate'],
    },
  ])('the same bytes a second time are refused by the $to', async (of) => {
    const { answered, port: named, ...signing } = of
    const port = free.get(named) ?? ''
    const before = recorded('web01').length
    const bytes = await signedBytes({ port, ...signing })
    const told = [await sendBytes(port, bytes), await sendBytes(port, bytes)]
    expect(told.map(({ status, body }) => [status, body.reasons[0]?.code])).toEqual([
      answered,
      [403, 'value-used'],
    ])
    const codes = recorded('web01').map(({ codes: [code] }) => code)
    expect(codes.slice(before)).toEqual([answered[1], 'value-used'])
  })

  test(
    'a running console sends tools and calls on for whoever has its key',
    async () => {
      const serve = 'gatehouse serve --port 0 --toolbox sim --cms cms'
      const [url] = await start(serve, /http:\/\/127\.0\.0\.1:\d+\//)
      const before = recorded('web02').length
      const get = `call web02 invoke SysInfo getHostName --user "$(id -un)"`
      carryOut(stepOf(`gatehouse exec date --on all --console ${url} # exit code 0: 2 done`))
      carryOut(stepOf(`gatehouse ${get} --console ${url} # exit code 0: granted`))
      carryOut(stepOf(`gatehouse ${get} --console ${url} --inner-key no.pem # exit code 2: no.pem`))
      expect(codesOf('web02').slice(before)).toEqual([
        'allow request-verified date',
        'allow granted',
      ])
    },
    PART_MS,
  )

  test('the records of both agents are whole', () => {
    for (const system of SYSTEMS) {
      const count = `${recorded(system).length} records`
      carryOut(
        stepOf(`gatehouse log verify ${system}/data/audit.jsonl --from 1 # exit code 0: ${count}`),
      )
    }
  })
})
