import { spawn, spawnSync } from 'node:child_process'
import type { KeyObject } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { privateText } from '../ssh2/sshd.ts'

const SSHD = '/usr/sbin/sshd'

/** Since this version `ssh` and `sshd` decide on principals of certificates as they do now. */
const NEW_PRINCIPALS = [10, 3] as const

/** Whether the installed OpenSSH has the rules of 10.3 about principals. */
export const hasNewPrincipals: boolean = (() => {
  const { stderr } = spawnSync('ssh', ['-V'], { encoding: 'utf8' })
  const [major = 0, minor = 0] = (/OpenSSH_(\d+)\.(\d+)/u.exec(stderr ?? '') ?? [])
    .slice(1)
    .map(Number)
  return major > NEW_PRINCIPALS[0] || (major === NEW_PRINCIPALS[0] && minor >= NEW_PRINCIPALS[1])
})()

/** What a host shows. */
export interface Shown {
  readonly key: KeyObject
  /** As a line. */
  readonly certificate?: string
}

/** What is asked of `ssh`. */
export interface Asked {
  readonly host: string
  readonly port: number
  readonly hostKeyAlias?: string | undefined
  readonly strictHostKeyChecking?: string
  /** What stands in known_hosts. */
  readonly file: string
}

/** What `ssh` says of a host's key. */
export interface Answer {
  readonly status: 'ok' | 'changed' | 'new' | 'revoked' | undefined
  /** Line of the key, or of the authority. */
  readonly line: number | undefined
  readonly viaBareHost: boolean
  readonly viaCertificate: boolean
  /** Whether it went on to the login. */
  readonly connects: boolean
  /** What stands in known_hosts then. */
  readonly fileAfter: string
}

/** A host that `ssh` talks to without a network, under every name and port. */
export class InetdHost {
  readonly #folder: string
  readonly #command: string
  #count = 0

  constructor({ key, certificate }: Shown) {
    this.#folder = mkdtempSync(join(tmpdir(), 'inetd-'))
    const keyFile = join(this.#folder, 'host_key')
    writeFileSync(keyFile, privateText(key), { mode: 0o600 })
    const lines = [`HostKey ${keyFile}`, 'UsePAM no', 'PasswordAuthentication no', 'PidFile none']
    if (certificate !== undefined) {
      writeFileSync(`${keyFile}-cert.pub`, `${certificate}\n`)
      lines.push(`HostCertificate ${keyFile}-cert.pub`)
    }
    const config = join(this.#folder, 'config')
    writeFileSync(config, `${lines.join('\n')}\n`)
    // Only root's sshd wants it.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true })
    this.#command = `${SSHD} -i -f ${config}`
  }

  /** Asks `ssh` about the key that this host shows. */
  async ask({ host, port, hostKeyAlias, strictHostKeyChecking, file }: Asked): Promise<Answer> {
    this.#count += 1
    const known = join(this.#folder, `known_hosts-${this.#count}`)
    writeFileSync(known, file)
    const settings = [
      `ProxyCommand=${this.#command}`,
      `UserKnownHostsFile=${known}`,
      'GlobalKnownHostsFile=none',
      `StrictHostKeyChecking=${strictHostKeyChecking ?? 'yes'}`,
      'PreferredAuthentications=none',
      'KexAlgorithms=curve25519-sha256',
      'BatchMode=yes',
      ...(hostKeyAlias === undefined ? [] : [`HostKeyAlias=${hostKeyAlias}`]),
    ].flatMap((setting) => ['-o', setting])
    const words = ['-v', '-F', 'none', ...settings, '-p', `${port}`, '-l', 'nobody', host, 'true']
    return read(await saidBy('ssh', words), known)
  }

  close(): void {
    rmSync(this.#folder, { recursive: true })
  }
}

async function saidBy(program: string, words: readonly string[]): Promise<string> {
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] })
  const pieces: Buffer[] = []
  for await (const piece of child.stderr) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString()
}

/** What it says last counts: a certificate that is refused is followed by its plain key. */
function read(said: string, known: string): Answer {
  const place = said.split('\n').findLast((line) => / Found (?:CA )?key in /u.test(line))
  const status = statusIn(said)
  const isByCertificate = said.lastIndexOf(' host certificate.') > said.lastIndexOf(' host key.')
  return {
    status,
    line: place === undefined ? undefined : Number(place.split(`${known}:`)[1]),
    viaBareHost: said.includes('found matching key w/out port'),
    viaCertificate: status === 'ok' && isByCertificate,
    connects: said.includes('Permission denied'),
    fileAfter: readFileSync(known, 'utf8'),
  }
}

function statusIn(said: string): Answer['status'] {
  if (said.includes('REVOKED HOST KEY')) return 'revoked'
  if (said.includes('REMOTE HOST IDENTIFICATION HAS CHANGED')) return 'changed'
  if (/No \S+ host key is known for /u.test(said)) return 'new'
  if (/ is known and matches the /u.test(said)) return 'ok'
  return undefined
}
