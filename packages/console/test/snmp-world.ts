import { spawn, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './support.ts'

const SNMPD = '/usr/sbin/snmpd'

/** Whether net-snmp's daemon and tools are installed; in CI they have to be. */
export const hasSnmp: boolean = isInstalled() || process.env['CI'] !== undefined

function isInstalled(): boolean {
  try {
    for (const program of [SNMPD, '/usr/bin/snmptrap', '/usr/bin/snmpinform']) {
      accessSync(program, constants.X_OK)
    }
    return true
  } catch {
    return false
  }
}

/** A file for its owner alone, in a folder that is removed after the test. */
export async function privateFile(content: unknown, name = 'snmp.json'): Promise<string> {
  const path = join(await temporaryFolder(), name)
  const text = typeof content === 'string' ? content : JSON.stringify(content, undefined, 2)
  await writeFile(path, text, { mode: 0o600 })
  await chmod(path, 0o600)
  return path
}

/** A UDP port of 127.0.0.1 that nobody uses. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

/** A user of every snmpd of the tests. */
export const USER = {
  name: 'ops',
  authProtocol: 'SHA-256',
  authPassphrase: 'authentic-passphrase',
  privProtocol: 'AES',
  privPassphrase: 'private-passphrase',
} as const

/** A running snmpd. */
export interface Snmpd {
  readonly port: number
  /** Default: at once, without a word. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts net-snmp's daemon on 127.0.0.1, and waits until it answers; it ends with the test. */
export async function startSnmpd(
  lines: readonly string[],
  { port }: { readonly port?: number } = {},
): Promise<Snmpd> {
  const folder = await temporaryFolder()
  const at = port ?? (await freePort())
  const config = join(folder, 'snmpd.conf')
  const { name, authProtocol, authPassphrase, privProtocol, privPassphrase } = USER
  const text = [
    `agentaddress udp:127.0.0.1:${at}`,
    'rocommunity probe-only 127.0.0.1 .1.3.6.1.2.1.11',
    `createUser ${name} ${authProtocol} ${authPassphrase} ${privProtocol} ${privPassphrase}`,
    'override .1.3.6.1.2.1.1.3.0 timeticks 123456',
    'override .1.3.6.1.2.1.1.5.0 octet_str "web01.example"',
    'override .1.3.6.1.2.1.2.1.0 integer 2',
    'override .1.3.6.1.4.1.8072.9999.9999.1.1.2.1 integer 3',
    'override .1.3.6.1.4.1.8072.9999.9999.1.1.2.2 integer 9',
    'override .1.3.6.1.4.1.8072.9999.9999.1.1.3.1 octet_str "Trusted.txt"',
    'override .1.3.6.1.4.1.8072.9999.9999.1.1.3.2 octet_str "of another program"',
    'override .1.3.6.1.4.1.8072.9999.9999.1.1.4.1 integer 3',
    'override .1.3.6.1.4.1.8072.9999.9999.1.1.4.2 integer 1',
    'override .1.3.6.1.4.1.8072.9999.9999.1.1.5.1 counter 7',
    'override .1.3.6.1.4.1.8072.9999.9999.1.1.6.1 counter 2',
    ...lines,
  ]
  await writeFile(config, `${text.join('\n')}\n`)
  const words = ['-f', '-Lf', join(folder, 'log'), '-C', '-c', config, '-m', '']
  const modules = ['-p', join(folder, 'pid'), '-I', 'vacm_conf,override,snmp_mib,usmConf']
  const env = { ...process.env, SNMP_PERSISTENT_DIR: folder, MIBS: '' }
  const child = spawn(SNMPD, [...words, ...modules], { stdio: 'ignore', env })
  const ended = once(child, 'exit')
  const stop = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    if (isOver(child)) return
    child.kill(signal)
    await ended
  }
  onTestFinished(() => stop())
  // oxlint-disable-next-line no-await-in-loop -- asked until it answers
  for (let attempt = 0; !(await answers(at)); attempt += 1) {
    if (attempt === 50 || isOver(child)) throw new Error('snmpd does not answer')
  }
  return { port: at, stop }
}

function isOver({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

async function answers(port: number): Promise<boolean> {
  const words = ['-v2c', '-c', 'probe-only', '-t', '0.2', '-r', '0', '-On', `127.0.0.1:${port}`]
  return (await net('snmpget', [...words, '.1.3.6.1.2.1.11.1.0'])) === 0
}

/** Runs one of net-snmp's tools: not in step with the test, which may have to answer it. */
export function net(program: string, words: readonly string[]): Promise<number | null> {
  const env = { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: '/nonexistent' }
  const child = spawn(program, words, { env, stdio: 'ignore', timeout: 20_000 })
  return once(child, 'exit').then(([status]) => status as number | null)
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- asked until it holds; the test has a limit
    if (await holds()) return
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => {
      setTimeout(resolve, 10)
    })
  }
}
