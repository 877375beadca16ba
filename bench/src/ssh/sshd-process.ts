import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import {
  formatKeyLine,
  formatPrivateKey,
  generateKey,
  isKeyFault,
  type GeneratedKey,
} from '@gatehouse/ssh-trust'

/** The account that runs the bench: another one only root could log in to. */
export const ACCOUNT: string = userInfo().username

/** OpenSSH's server on 127.0.0.1, and what a client needs to get in. */
export interface SshdProcess {
  readonly port: number
  readonly user: GeneratedKey
  /** Files of the client: the private key, and a known_hosts with the server under `*`. */
  readonly keyFile: string
  readonly knownHostsFile: string
  close(): Promise<void>
}

/** Starts a server that lets the account in by one key, with as many logins at once as come. */
export async function startSshd(): Promise<SshdProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-sshd-'))
  const [host, user] = [await generateKey('ssh-ed25519'), await generateKey('ssh-ed25519')]
  const port = await freePort()
  const write = (name: string, text: string): string => {
    const file = join(folder, name)
    writeFileSync(file, text, { mode: 0o600 })
    return file
  }
  const keyFile = write('id_ed25519', privateText(user))
  const knownHostsFile = write('known_hosts', `* ${formatKeyLine(host.publicKey)}\n`)
  const config = [
    `HostKey ${write('host_key', privateText(host))}`,
    `AuthorizedKeysFile ${write('authorized_keys', `${formatKeyLine(user.publicKey)}\n`)}`,
    `ListenAddress 127.0.0.1:${port}`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'MaxStartups 1000',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
  ]
  const file = write('sshd_config', config.map((line) => `${line}\n`).join(''))
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  let log = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4096)
      if (log.includes('Server listening')) resolve()
    })
    void ended.then(() => reject(new Error(`sshd ended: ${log}`)))
  })
  const close = async (): Promise<void> => {
    child.kill()
    await ended
    rmSync(folder, { recursive: true })
  }
  return { port, user, keyFile, knownHostsFile, close }
}

function privateText({ privateKey }: GeneratedKey): string {
  const text = formatPrivateKey(privateKey)
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
