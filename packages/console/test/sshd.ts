import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { formatKeyLine, formatPrivateKey, generateKey, isKeyFault } from '@gatehouse/ssh-trust'
import type { GeneratedKey } from '@gatehouse/ssh-trust'

/** It wants to be started by its full path. */
const SSHD = '/usr/sbin/sshd'

/** Whether OpenSSH's server is installed; in CI it has to be. */
export const hasSshd: boolean = isInstalled() || process.env['CI'] !== undefined

function isInstalled(): boolean {
  try {
    accessSync(SSHD, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The account that runs the tests: another one only root could log in to. */
export const ACCOUNT: string = userInfo().username

/** OpenSSH's server on 127.0.0.1, with a folder of its own. */
export interface Sshd {
  readonly port: number
  readonly hostKey: GeneratedKey
  /** As a known_hosts file has it. */
  readonly knownHost: string
  stop(): Promise<void>
}

/**
 * Starts one that lets the account in by a key.
 *
 * @param first - Lines of sshd_config that win over those here.
 */
export async function startSshd(user: GeneratedKey, first: readonly string[] = []): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-sshd-'))
  const hostKey = await generateKey('ssh-ed25519')
  const port = await freePort()
  const text = formatPrivateKey(hostKey.privateKey)
  if (isKeyFault(text)) throw new TypeError(text.fault)
  const place = (name: string): string => join(folder, name)
  await writeFile(place('host_key'), text.expose(), { mode: 0o600 })
  await writeFile(place('authorized_keys'), `${formatKeyLine(user.publicKey)}\n`, { mode: 0o600 })
  const lines = [
    ...first,
    `HostKey ${place('host_key')}`,
    `AuthorizedKeysFile ${place('authorized_keys')}`,
    `ListenAddress 127.0.0.1:${port}`,
    // Of a folder under one that everybody may write to, as that of the tests is.
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'PidFile none',
  ]
  await writeFile(place('config'), `${lines.join('\n')}\n`)
  const child = spawn(SSHD, ['-D', '-e', '-f', place('config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  let log = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      log = (log + piece).slice(-4096)
      if (log.includes('Server listening')) resolve()
    })
    void ended.then(() => reject(new Error(`sshd ended: ${log}`)))
  })
  return {
    port,
    hostKey,
    knownHost: `[127.0.0.1]:${port} ${formatKeyLine(hostKey.publicKey)}`,
    stop: async () => {
      child.kill()
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
