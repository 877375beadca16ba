import { generateKeyPair } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished } from 'vitest'

import { KnownHostsFiles } from '../../src/files/index.ts'
import {
  formatKeyLine,
  fromKeyObject,
  generateKey,
  isKeyFault,
  type GeneratedKey,
  type GeneratedType,
  type PublicKey,
} from '../../src/index.ts'
import {
  connect,
  SshError,
  type ConnectOptions,
  type HostTrust,
  type SshConnection,
} from '../../src/ssh2/index.ts'

/** Every type that ssh2 carries. */
export const TYPES = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
] as const

/** The name under which every host of the tests is known, whatever its port. */
const ALIAS = 'web01.example.com'

const made = new Map<string, Promise<GeneratedKey>>()

/** A key, made once for each label: none is needed twice. */
export function keyOf(type: GeneratedType, label = ''): Promise<GeneratedKey> {
  const id = `${type} ${label}`
  const known = made.get(id)
  if (known !== undefined) return known
  const key = type === 'ssh-rsa' ? shortRsa() : generateKey(type)
  made.set(id, key)
  return key
}

/** The shortest that a host and a login may have: longer ones take a second to make. */
async function shortRsa(): Promise<GeneratedKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const publicKey = fromKeyObject(privateKey)
  if (isKeyFault(publicKey)) throw new TypeError(publicKey.fault)
  return { publicKey, privateKey }
}

/** A known_hosts file of one test. */
export interface Place {
  readonly file: string
  readonly hosts: KnownHostsFiles
  readonly trust: HostTrust
  text(): string
}

/** @param keys - Keys that {@link ALIAS} is known by; none: there is no file. */
export function place(...keys: readonly PublicKey[]): Place {
  const folder = mkdtempSync(join(tmpdir(), 'ssh2-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'known_hosts')
  if (keys.length > 0) writeFileSync(file, keys.map((key) => lineOf(key)).join(''))
  const hosts = new KnownHostsFiles({ files: [file] })
  return {
    file,
    hosts,
    trust: { hosts, alias: ALIAS },
    text: () => {
      try {
        return readFileSync(file, 'utf8')
      } catch {
        return ''
      }
    },
  }
}

/** The line of a key of {@link ALIAS}. */
export function lineOf(key: PublicKey): string {
  return `${ALIAS} ${formatKeyLine(key)}\n`
}

/** What to connect with, to a port of this machine. */
export async function optionsFor(
  port: number,
  { trust }: Place,
  changes: Partial<ConnectOptions> = {},
): Promise<ConnectOptions> {
  const { privateKey } = await keyOf('ssh-ed25519', 'user')
  return { host: '127.0.0.1', port, user: 'ann', trust, login: { key: privateKey }, ...changes }
}

/** Connects for one test. */
export async function connected(options: ConnectOptions): Promise<SshConnection> {
  const connection = await connect(options)
  onTestFinished(async () => {
    connection.close()
    await connection.closed
  })
  return connection
}

/** The error that ends it. */
export async function failure(work: Promise<unknown>): Promise<SshError> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(SshError)
  return error as SshError
}
