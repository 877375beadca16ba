import { execFile, execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  formatKeyLine,
  formatPrivateKey,
  fromKeyObject,
  isKeyFault,
  type PublicKey,
} from '@gatehouse/ssh-trust'
import { onTestFinished } from 'vitest'
import type { AgentOptions } from '../src/index.ts'
import { auditRecords } from './audit-records.ts'
import { start, type Started } from './world.ts'

/** Whether `ssh` is installed; in CI it has to be. */
export const hasSsh: boolean =
  spawnSync('ssh', ['-V']).status === 0 || process.env['CI'] !== undefined

/** A key of somebody who logs in, or of a host. */
export interface TestKey {
  readonly publicKey: PublicKey
  /** As it stands in a file, in OpenSSH's own container. */
  readonly file: string
  /** As it stands in `authorized_keys`. */
  readonly line: string
}

export function testKey(privateKey: KeyObject = newKey()): TestKey {
  const publicKey = fromKeyObject(privateKey)
  const file = formatPrivateKey(privateKey)
  if (isKeyFault(publicKey) || isKeyFault(file)) throw new Error('no key for SSH')
  return { publicKey, file: file.expose(), line: formatKeyLine(publicKey) }
}

export function newKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey
}

export function rsaKey(modulusLength: number): TestKey {
  return testKey(generateKeyPairSync('rsa', { modulusLength }).privateKey)
}

/** Whose key the accounts of a test have. */
export const ANN: TestKey = testKey()
export const STRANGER: TestKey = testKey()
const HOST = testKey()

/** How the agent of a test is set up. */
export interface SshWorldOptions {
  /** `authorized_keys` of `root`, who is an administrator. Default: the key of Ann. */
  readonly root?: string
  /** That of `ops`, a user. Default: the key of Ann. */
  readonly ops?: string
  readonly tools?: Readonly<Record<string, unknown>>
  /** Fields of `ssh` in the config. */
  readonly ssh?: Readonly<Record<string, unknown>>
  readonly config?: Readonly<Record<string, unknown>>
  readonly files?: Readonly<Record<string, string>>
}

/** What became of a client. */
interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Client {
  readonly account?: 'root' | 'ops' | 'nobody'
  readonly key?: TestKey
  /** Address that it comes from. */
  readonly from?: string
  /** Further words for `ssh`, before the host. */
  readonly words?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** An agent with SSH that runs in this process. */
export interface StartedSsh extends Started {
  readonly port: number
  /** Runs OpenSSH's own `ssh` to its end. */
  readonly ssh: (command: readonly string[], client?: Client) => Promise<Ended>
  /** Starts it. */
  readonly begin: (command: readonly string[], client?: Client) => Promise<ChildProcess>
  /** Records of the audit log but those of connections. */
  readonly records: () => ReturnType<typeof auditRecords>
  /** What a tool has written; waits for that unless told not to. */
  readonly written: (name: string, when?: 'now') => Promise<string>
  /** Has an authority sign Ann's key for an account; gives the file of the certificate. */
  readonly certify: (authority: TestKey, account: string) => Promise<string>
}

/** Starts an agent with SSH, which ends with the test. */
export async function startSsh(
  options: SshWorldOptions = {},
  agentOptions: AgentOptions = {},
): Promise<StartedSsh> {
  const { root = ANN.line, ops = ANN.line, tools, ssh, config, files = {} } = options
  const own = await mkdtemp(join(tmpdir(), 'gatehouse-ssh-'))
  onTestFinished(() => rm(own, { recursive: true, force: true }))
  const hostKeyFile = join(own, 'host_key')
  await writeFile(hostKeyFile, HOST.file, { mode: 0o600 })
  const waiting = `echo $$ > ${own}/pid; exec sleep 60`
  const started = await start(
    {
      config: {
        tools: {
          hello: { file: '/bin/echo', arguments: ['hello'], level: 'user' },
          'fail 3': { file: '/bin/sh', arguments: ['-c', 'echo no; exit 3'], level: 'user' },
          secret: { file: '/bin/echo', arguments: ['secret'] },
          wait: { file: '/bin/sh', arguments: ['-c', waiting], level: 'user', timeoutMs: 60_000 },
          much: { file: '/bin/sh', arguments: ['-c', 'yes'], maxOutputBytes: 8, timeoutMs: 200 },
          long: { file: '/bin/echo', arguments: ['0123456789'], maxOutputBytes: 4 },
          env: { file: '/usr/bin/env', arguments: [] },
          ...tools,
        },
        ssh: {
          port: 0,
          hostKeyFiles: [hostKeyFile],
          accounts: {
            root: { authorizedKeysFile: 'root.keys', level: 'administrator' },
            ops: { authorizedKeysFile: 'ops.keys', level: 'user' },
          },
          ...ssh,
        },
        ...config,
      },
      files: { 'root.keys': `${root}\n`, 'ops.keys': `${ops}\n`, ...files },
    },
    agentOptions,
  )
  const { agent } = started
  const port = agent.sshAddress?.port ?? 0
  const knownHosts = join(own, 'known_hosts')
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${HOST.line}\n`)
  const wordsOf = async (command: readonly string[], client: Client): Promise<string[]> => {
    const { account = 'ops', key = ANN, from, words = [] } = client
    const identity = join(own, `key-${key.publicKey.fingerprint.replaceAll(/\W/gu, '')}`)
    await writeFile(identity, key.file, { mode: 0o600 })
    await chmod(identity, 0o600)
    const settings = {
      BatchMode: 'yes',
      StrictHostKeyChecking: 'yes',
      UserKnownHostsFile: knownHosts,
      GlobalKnownHostsFile: '/dev/null',
      IdentitiesOnly: 'yes',
      IdentityAgent: 'none',
      IdentityFile: identity,
      LogLevel: 'ERROR',
    }
    const set = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
    const bind = from === undefined ? [] : ['-b', from]
    const place = ['-p', String(port), '-l', account, '127.0.0.1']
    return ['-F', 'none', ...words, ...set, ...bind, ...place, ...command]
  }
  return {
    ...started,
    port,
    ssh: async (command, client = {}) => {
      const words = await wordsOf(command, client)
      return await new Promise((resolve) => {
        const child = execFile(
          'ssh',
          words,
          { env: environmentOf(client) },
          (_, stdout, stderr) => {
            resolve({ code: child.exitCode, stdout, stderr })
          },
        )
        child.stdin?.end()
      })
    },
    begin: async (command, client = {}) => {
      const child = spawn('ssh', await wordsOf(command, client), {
        env: environmentOf(client),
        stdio: 'pipe',
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      return child
    },
    records: async () => {
      const records = await auditRecords(agent.audit.file)
      return records.filter(({ operation }) => operation !== 'connect')
    },
    certify: async (authority, account) => {
      const [signer, signed] = [join(own, 'authority'), join(own, 'ann.pub')]
      await writeFile(signer, authority.file, { mode: 0o600 })
      await writeFile(signed, `${ANN.line}\n`)
      execFileSync('ssh-keygen', ['-q', '-s', signer, '-I', 'ann', '-n', account, signed])
      return join(own, 'ann-cert.pub')
    },
    written: async (name, when) => {
      const read = () => readFile(join(own, name), 'utf8').catch(() => '')
      if (when !== 'now') await until(async () => (await read()).endsWith('\n'))
      return read()
    },
  }
}

function environmentOf({ environment }: Client): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], ...environment }
}

/** Asks until it is so. */
export async function until(ask: () => boolean | Promise<boolean>): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- asks again until it is so
  while (!(await ask())) {
    // oxlint-disable-next-line no-await-in-loop -- as above
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Whether a process is gone. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

/** What a server says before it hears anything, or nothing when it closes the connection. */
export function banner(port: number, from = '127.0.0.1'): Promise<string> {
  return new Promise((resolve) => {
    const socket = dial(port, from)
    socket.once('data', (chunk: string) => resolve(chunk)).on('close', () => resolve(''))
  })
}

/** Settles when a server has closed a connection on which nothing is said. */
export async function dropped(port: number): Promise<void> {
  await once(dial(port, '127.0.0.1').resume(), 'close')
}

function dial(port: number, localAddress: string): Socket {
  const socket = connect({ host: '127.0.0.1', port, localAddress })
  onTestFinished(() => void socket.destroy())
  return socket.setEncoding('latin1').on('error', () => undefined)
}
