import { createPrivateKey, type KeyObject } from 'node:crypto'
import { checkKeyFiles, describeFileFinding } from '@gatehouse/certificate-trust/files'
import { ConfigError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import { fromKeyObject, isKeyFault, type KeyType, type PublicKey } from '@gatehouse/ssh-trust'
import type { PolicyPath } from '../config/model.ts'

/** Largest file of a private key in bytes: 64 KiB, ten times that of RSA 16384. */
const MAX_KEY_BYTES = 64 * 1024

/** Shortest RSA key of a host in bits: what the `ssh` of today still takes is not what a new key should be. */
const MIN_RSA_BITS = 2048

/** A private key that the agent shows that it has. */
export interface HostKey {
  readonly key: KeyObject
  readonly publicKey: PublicKey
}

/**
 * Reads the keys of the host, if nobody else can read or replace them.
 *
 * @throws {@link ConfigError} naming the file, and how it is made when there is none.
 */
export async function loadHostKeys(files: readonly PolicyPath[]): Promise<readonly HostKey[]> {
  const keys = await Promise.all(files.map(loadHostKey))
  const seen = new Map<KeyType, PolicyPath>()
  for (const [index, { publicKey }] of keys.entries()) {
    const file = files[index] as PolicyPath
    const other = seen.get(publicKey.type)
    if (other !== undefined) {
      throw failed(file, `is of the type ${publicKey.type}, as \`${other.label}\` is`)
    }
    seen.set(publicKey.type, file)
  }
  return keys
}

async function loadHostKey(file: PolicyPath): Promise<HostKey> {
  const read = await readBounded(file.path, MAX_KEY_BYTES)
  if ('failure' in read) {
    if (read.failure !== 'missing') throw failed(file, `is ${read.failure}`, read.cause)
    const make = `ssh-keygen -t ed25519 -N '' -f ${file.path}`
    throw failed(file, `is missing; make it: ${make}`, read.cause)
  }
  const bytes = Buffer.from(read.bytes)
  try {
    const found = await checkKeyFiles([file.path])
    const findings = found.filter(({ code }) => code !== 'permissions-unknown')
    if (findings.length > 0) {
      throw failed(file, `is not safe: ${findings.map(describeFileFinding).join('; ')}`)
    }
    return await readHostKey(file, bytes)
  } finally {
    bytes.fill(0)
  }
}

async function readHostKey(file: PolicyPath, bytes: Buffer): Promise<HostKey> {
  const read = bytes.includes('-----BEGIN OPENSSH PRIVATE KEY-----')
    ? await readContainer(bytes)
    : readPem(bytes)
  if (read === undefined) {
    throw failed(file, 'holds no private key that can be read without a passphrase')
  }
  const publicKey = fromKeyObject(read.key)
  if (isKeyFault(publicKey)) throw failed(file, `is of no use for SSH: ${publicKey.fault}`)
  if (read.container !== undefined && !isContainerOf(read.container, publicKey)) {
    throw failed(file, 'holds a public key that is not that of its private key')
  }
  if (publicKey.type === 'ssh-rsa' && publicKey.bits < MIN_RSA_BITS) {
    throw failed(file, `has ${publicKey.bits} bits; at least ${MIN_RSA_BITS} are wanted of RSA`)
  }
  return { key: read.key, publicKey }
}

interface ReadKey {
  readonly key: KeyObject
  /** What it was read from, in OpenSSH's own form. */
  readonly container?: Buffer
}

function readPem(bytes: Buffer): ReadKey | undefined {
  try {
    return { key: createPrivateKey(bytes) }
  } catch {
    return undefined
  }
}

/** What ssh2 makes of the container is not believed: the public key in it is compared. */
async function readContainer(bytes: Buffer): Promise<ReadKey | undefined> {
  const { default: ssh2 } = await import('ssh2')
  const parsed: unknown = ssh2.utils.parseKey(bytes)
  const one: unknown = Array.isArray(parsed) ? parsed[0] : parsed
  if (!isParsedKey(one)) return undefined
  const [, base64 = ''] = /KEY-----([^-]*)-----END/.exec(bytes.toString('latin1')) ?? []
  const read = readPem(Buffer.from(one.getPrivatePEM()))
  return read && { ...read, container: Buffer.from(base64, 'base64') }
}

interface ParsedKey {
  getPrivatePEM(): string
}

function isParsedKey(value: unknown): value is ParsedKey {
  return typeof value === 'object' && value !== null && 'getPrivatePEM' in value
}

/**
 * Whether a container begins as that of this one key without a passphrase does. Its public key is what
 * `ssh-keygen -l` shows of the file.
 *
 * @see PROTOCOL.key of OpenSSH
 */
function isContainerOf(container: Buffer, { blob }: PublicKey): boolean {
  const one = Buffer.from([0, 0, 0, 1])
  const names = ['none', 'none', ''].map((name) => lengthAnd(Buffer.from(name)))
  const head = Buffer.concat([Buffer.from('openssh-key-v1\0'), ...names, one, lengthAnd(blob)])
  return container.subarray(0, head.length).equals(head)
}

function lengthAnd(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function failed({ path, label }: PolicyPath, what: string, cause?: unknown): ConfigError {
  return new ConfigError(`the host key \`${label}\` ${what}`, { source: { file: path }, cause })
}
