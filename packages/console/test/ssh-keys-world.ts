import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import {
  formatKeyLine,
  formatPrivateKey,
  generateKey,
  isKeyFault,
  parseAuthorizedKeys,
  parseKeyBlob,
  type GeneratedKey,
} from '@gatehouse/ssh-trust'
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2'
import { onTestFinished } from 'vitest'
import { run, temporaryFolder } from './support.ts'

/** Account of every system of a test. */
export const ACCOUNT = 'ops'

/** How a system of a test behaves. */
export interface Behaviour {
  /** Does something before a command is run, by the number of the command from 1. */
  beforeCommand?: (number: number) => void | Promise<void>
  /** Whether a key that stands in the file is let in all the same. Default: each is. */
  letsIn?: (fingerprint: string) => boolean
  /** Whether connections are closed unread. */
  isDown?: boolean
  /** Keys that are let in beside those of the file. */
  elsewhere?: string
  /** Run instead of every command. */
  forced?: string
  /** Number of the user that runs commands. Default: as here. */
  uid?: number
  /** Where its programs are. Default: as here. */
  path?: string
  /** Home of the account, as commands are told. Default: the real one. */
  toldHome?: string
}

/** A system with an account whose home is a folder of the test, and an SSH server that answers as OpenSSH. */
export interface FakeSystem {
  readonly name: string
  readonly port: number
  readonly home: string
  /** It may be changed at any time. */
  readonly behaviour: Behaviour
  /** Ways of the logins that were let in, in order: the method of a password, or the fingerprint of a key. */
  readonly logins: string[]
  /** What stands in its authorized_keys; undefined without the file. */
  keys(): Promise<string | undefined>
  write(text: string): Promise<void>
}

/** Starts a system; what its server calls itself can be chosen. */
export async function startSystem(
  name: string,
  {
    ident = 'OpenSSH_9.2p1',
    password,
    takesPasswordBy = 'password',
    behaviour = {},
  }: {
    readonly ident?: string
    readonly password?: string
    readonly takesPasswordBy?: 'password' | 'keyboard-interactive'
    readonly behaviour?: Behaviour
  } = {},
): Promise<FakeSystem> {
  const home = await temporaryFolder()
  const file = join(home, '.ssh', 'authorized_keys')
  const logins: string[] = []
  const hostKey = textOf(await generateKey('ssh-ed25519'))
  let commands = 0

  const isLetIn = async (context: AuthContext): Promise<string | undefined> => {
    if (context.method === takesPasswordBy) {
      return (await passwordIn(context)) === password ? takesPasswordBy : undefined
    }
    if (context.method !== 'publickey' || !existsSync(file)) return undefined
    const key = parseKeyBlob(context.key.data)
    if (isKeyFault(key)) return undefined
    const own = await readFile(file, 'utf8').catch(() => '')
    const text = `${own}\n${behaviour.elsewhere ?? ''}`
    const { linesByKey } = parseAuthorizedKeys(text, { file })
    const isThere = linesByKey.get(key.fingerprint)?.some(({ kind }) => kind === 'key') ?? false
    return isThere && (behaviour.letsIn?.(key.fingerprint) ?? true) ? key.fingerprint : undefined
  }
  const runCommand = async (command: string, channel: ServerChannel): Promise<void> => {
    commands += 1
    await behaviour.beforeCommand?.(commands)
    const child = spawn('/bin/sh', ['-c', behaviour.forced ?? command], {
      env: {
        HOME: behaviour.toldHome ?? home,
        PATH: behaviour.path ?? process.env['PATH'],
      },
      cwd: home,
      ...(behaviour.uid !== undefined && { uid: behaviour.uid }),
    })
    child.stdin.on('error', () => undefined)
    channel.on('error', () => undefined)
    channel.pipe(child.stdin)
    child.stdout.pipe(channel, { end: false })
    child.once('close', (code) => {
      channel.exit(code ?? 255)
      channel.end()
    })
  }
  const server = new ssh2.Server({ hostKeys: [hostKey], ident }, (connection: Connection) => {
    if (behaviour.isDown === true) {
      connection.end()
      return
    }
    connection.on('error', () => undefined)
    connection.on('authentication', (context) => {
      void isLetIn(context).then((by) => {
        if (by === undefined) return context.reject(['publickey', takesPasswordBy])
        const isSigned = context.method !== 'publickey' || context.signature !== undefined
        if (isSigned) logins.push(by)
        context.accept()
        return undefined
      })
    })
    connection.on('session', (accept) => {
      const session = accept()
      session.on('exec', (acceptExec, _reject, { command }) => {
        void runCommand(command, acceptExec())
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return {
    name,
    port: (server.address() as AddressInfo).port,
    home,
    behaviour,
    logins,
    keys: async () => (existsSync(file) ? await readFile(file, 'utf8') : undefined),
    write: async (text) => {
      await mkdir(join(home, '.ssh'), { recursive: true, mode: 0o700 })
      await writeFile(file, text, { mode: 0o600 })
    },
  }
}

async function passwordIn(context: AuthContext): Promise<string | undefined> {
  if (context.method === 'password') return context.password
  if (context.method !== 'keyboard-interactive') return undefined
  const [given] = await new Promise<string[]>((resolve) => {
    context.prompt([{ prompt: 'Password: ', echo: false }], resolve)
  })
  return given
}

/** A folder of programs to be found before others, each a shell script. */
export async function programs(scripts: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder()
  for (const [name, script] of Object.entries(scripts)) {
    // oxlint-disable-next-line no-await-in-loop -- a few small files
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }
  return `${folder}:${process.env['PATH'] ?? ''}`
}

function textOf({ privateKey }: GeneratedKey): string {
  const text = formatPrivateKey(privateKey)
  if (isKeyFault(text)) throw new TypeError(text.fault)
  return text.expose()
}

/** What a system looks like to the systems file. */
export interface Addressed {
  readonly name: string
  readonly port: number
  /** Default: a shell. */
  readonly runs?: 'tools'
}

/** A console with a key of its own, and another that the accounts let in already. */
export interface KeysWorld {
  readonly folder: string
  readonly systemsFile: string
  readonly env: Record<string, string>
  /** Line of the console's key as it is now. */
  line(): Promise<string>
  /** Of the key that the accounts let in already. */
  readonly ownLine: string
  readonly ownKeyFile: string
  /** Runs a command of the console; `words` of its own are added, `--json` too. */
  ask(...words: readonly string[]): Promise<{ exit: number; answer: Answer; err: string }>
  /** `agentconfig` on all systems by the key that they let in already. */
  configure(...words: readonly string[]): Promise<{ exit: number; answer: Answer; err: string }>
}

/** What commands answer. */
export interface Answer {
  readonly results?: readonly {
    readonly system: string
    readonly outcome: string
    readonly failure?: { readonly code: string; readonly account: string; readonly message: string }
  }[]
  readonly rotation?: {
    readonly from: string
    readonly to: string
    readonly state: string
    readonly inUse: string
    readonly results: readonly {
      readonly system: string
      readonly holds: string
      readonly failure?: { readonly code: string; readonly account: string }
    }[]
  } | null
  readonly error?: { readonly code: string; readonly reason?: string }
  readonly key?: { readonly line: string; readonly fingerprint: string }
  readonly holders?: readonly { readonly system: string; readonly account: string }[]
}

/** Makes one. */
export async function createKeysWorld(...systems: readonly Addressed[]): Promise<KeysWorld> {
  const folder = await temporaryFolder()
  const own = await generateKey('ssh-ed25519')
  const ownKeyFile = join(folder, 'own')
  await writeFile(ownKeyFile, textOf(own), { mode: 0o600 })
  const systemsFile = join(folder, 'systems.json')
  const entries = systems.map(({ name, port, runs }) => ({
    name,
    address: '127.0.0.1',
    ssh: { port, ...(runs !== undefined && { runs }) },
  }))
  const ssh = { knownHostsFile: 'known_hosts', keyFile: 'keys/id_ed25519' }
  await writeFile(systemsFile, JSON.stringify({ systems: entries, ssh }))
  const env = { GATEHOUSE_SYSTEMS: systemsFile, GATEHOUSE_SSH_KEYS: join(folder, 'keys') }
  const ask: KeysWorld['ask'] = async (...words) => {
    const { exit, out, err } = await run([...words, '--json'], env)
    return { exit, answer: (out === '' ? {} : JSON.parse(out)) as Answer, err }
  }
  await ask('keys', 'create', '--comment', 'console')
  return {
    folder,
    systemsFile,
    env,
    line: async () => (await ask('keys', 'show')).answer.key?.line ?? '',
    ownLine: formatKeyLine(own.publicKey, 'own'),
    ownKeyFile,
    ask,
    configure: (...words) =>
      ask('agentconfig', '--on', 'all', '--account', ACCOUNT, '--key', ownKeyFile, ...words),
  }
}
