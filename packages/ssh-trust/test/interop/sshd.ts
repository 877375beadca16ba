import { spawn } from 'node:child_process'
import type { KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { ACCOUNT, privateText } from '../ssh2/sshd.ts'
import { serveAgent, type Identity } from './agent.ts'

const SSHD = '/usr/sbin/sshd'

/** A login by the installed `ssh`. */
export interface RealLogin {
  /** How it gets at the key: words of its command. */
  readonly by: readonly string[]
  /** Address that it comes from, one of 127.0.0.0/8. Default 127.0.0.1. */
  readonly from?: string
}

/** Whether a port of 127.0.0.1 lets the installed `ssh` in, where every command ends with 0. */
export async function isLetIn(
  port: number,
  { by, from = '127.0.0.1' }: RealLogin,
): Promise<boolean> {
  const settings = [
    'UserKnownHostsFile=/dev/null',
    'GlobalKnownHostsFile=none',
    'StrictHostKeyChecking=no',
    'PreferredAuthentications=publickey',
    'KexAlgorithms=curve25519-sha256',
    'BatchMode=yes',
    `BindAddress=${from}`,
  ].flatMap((setting) => ['-o', setting])
  const words = ['-F', 'none', ...settings, ...by, '-p', `${port}`, `${ACCOUNT}@127.0.0.1`, 'no']
  const [status] = (await once(spawn('ssh', words, { stdio: 'ignore' }), 'close')) as [number]
  if (status !== 0 && status !== 255) throw new Error(`ssh ended with ${status}`)
  return status === 0
}

/** An account of this machine, at an sshd that is started for each login. */
export class RealAccount {
  readonly #folder = mkdtempSync(join(tmpdir(), 'account-'))
  readonly #hostKey = join(this.#folder, 'host_key')
  readonly #agents: (() => void)[] = []
  #count = 0

  constructor(hostKey: KeyObject) {
    writeFileSync(this.#hostKey, privateText(hostKey), { mode: 0o600 })
    // Only root's sshd wants it.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true })
  }

  /** Words of `ssh` that log in by a key. */
  keyed(key: KeyObject): string[] {
    const file = this.#newFile('key')
    writeFileSync(file, privateText(key), { mode: 0o600 })
    return ['-i', file, '-o', 'IdentitiesOnly=yes']
  }

  /** Words of `ssh` that log in by what an agent has, and by nothing else; the agent listens until the end. */
  async byAgent(identity: Identity): Promise<string[]> {
    const path = this.#newFile('agent')
    this.#agents.push(await serveAgent(path, identity))
    return ['-o', `IdentityAgent=${path}`, '-o', 'IdentityFile=none']
  }

  /** Whether sshd lets in. It runs no command of a line or of a certificate. */
  async letsIn({ file, ...login }: RealLogin & { readonly file: string }): Promise<boolean> {
    const keys = this.#newFile('authorized_keys')
    writeFileSync(keys, file)
    const server = this.#serve(keys)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    try {
      return await isLetIn(port, login)
    } finally {
      server.close()
    }
  }

  close(): void {
    for (const end of this.#agents) end()
    rmSync(this.#folder, { recursive: true })
  }

  #newFile(name: string): string {
    this.#count += 1
    return join(this.#folder, `${name}-${this.#count}`)
  }

  /** Gives each connection to an sshd of its own. */
  #serve(keys: string) {
    const settings = [
      `HostKey=${this.#hostKey}`,
      `AuthorizedKeysFile=${keys}`,
      // Comes before every command of a line or certificate.
      'ForceCommand=exit 0',
      'StrictModes=no',
      'UsePAM=no',
      'PasswordAuthentication=no',
      'PermitRootLogin=yes',
    ].flatMap((setting) => ['-o', setting])
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      const stdio = [socket, socket, 'ignore'] as const
      const env = { ...process.env, TZ: 'UTC' }
      spawn(SSHD, ['-i', '-f', '/dev/null', ...settings], { stdio: [...stdio], env })
      socket.destroy()
    })
    return server.listen(0, '127.0.0.1')
  }
}
