import { spawn, spawnSync } from 'node:child_process'
import type { KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

import { formatPrivateKey, isKeyFault } from '../../src/index.ts'

/** sshd wants to be started by its full path. */
const SSHD = '/usr/sbin/sshd'

/** Whether sshd and ssh are installed; in CI they have to be. */
export const hasSshd: boolean = isInstalled() || process.env['CI'] !== undefined

function isInstalled(): boolean {
  try {
    accessSync(SSHD, constants.X_OK)
  } catch {
    return false
  }
  return spawnSync('ssh', ['-V']).status === 0
}

/** The account that runs the tests: another one only root could log in to. */
export const ACCOUNT: string = userInfo().username

/** What an sshd is started with. */
export interface SshdOptions {
  /** Private keys of the host. */
  readonly hostKeys: readonly KeyObject[]
  /** The authorized_keys file of every account. */
  readonly authorizedKeys: string
  /** More lines of sshd_config. */
  readonly config?: readonly string[]
}

/** An OpenSSH server on 127.0.0.1 with a folder of its own. */
export interface Sshd {
  readonly port: number
  stop(): Promise<void>
}

/** Starts one. Its process gives each connection to a child; those end with their clients. */
export async function startSshd(options: SshdOptions): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'sshd-'))
  const port = await freePort()
  const keyFiles = options.hostKeys.map((key, index) => {
    const file = join(folder, `host-key-${index}`)
    writeFileSync(file, privateText(key), { mode: 0o600 })
    return file
  })
  const authorizedKeys = join(folder, 'authorized_keys')
  writeFileSync(authorizedKeys, options.authorizedKeys, { mode: 0o600 })
  const config = join(folder, 'sshd_config')
  const lines = [
    ...(options.config ?? []),
    ...keyFiles.map((file) => `HostKey ${file}`),
    `AuthorizedKeysFile ${authorizedKeys}`,
    `ListenAddress 127.0.0.1:${port}`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
  ]
  writeFileSync(config, lines.map((line) => `${line}\n`).join(''))
  const child = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  let log = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text
      if (log.includes('Server listening')) resolve()
    })
    void ended.then(() => reject(new Error(`sshd ended: ${log}`)))
  })
  return {
    port,
    stop: async () => {
      child.kill()
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

/** A private key as OpenSSH wants it in a file. */
export function privateText(key: KeyObject): string {
  const text = formatPrivateKey(key)
  if (isKeyFault(text)) throw new TypeError(text.fault)
  return text.expose()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
