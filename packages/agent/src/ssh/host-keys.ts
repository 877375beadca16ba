import type { KeyObject } from 'node:crypto'
import { ConfigError } from '@gatehouse/core'
import {
  readPrivateKey,
  type KeyType,
  type PrivateKeyFaultCode,
  type PublicKey,
} from '@gatehouse/ssh-trust'
import type { PolicyPath } from '../config/model.ts'
import { readPrivateFile, type PrivateFile } from '../private-file.ts'

/** Largest file of a private key in bytes: 64 KiB, ten times that of RSA 16384. */
const MAX_KEY_BYTES = 64 * 1024

/** Shortest RSA key of a host in bits: what the `ssh` of today still takes is not what a new key should be. */
const MIN_RSA_BITS = 2048

/** A host key as an operator compares it. */
export interface HostKeyShown {
  /** Its type, such as `ssh-ed25519`. */
  readonly type: string
  /** `SHA256:…` as `ssh-keygen -l` prints it. */
  readonly fingerprint: string
}

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

function loadHostKey(file: PolicyPath): Promise<HostKey> {
  const { path } = file
  const ifMissing = `make it: ssh-keygen -t ed25519 -N '' -f ${path}`
  const refusal: PrivateFile['refusal'] = (what, cause) => failed(file, what, cause)
  return readPrivateFile({ path, maxBytes: MAX_KEY_BYTES, ifMissing, refusal }, (bytes) =>
    readHostKey(file, bytes),
  )
}

function readHostKey(file: PolicyPath, bytes: Buffer): HostKey {
  const read = readPrivateKey(bytes)
  if ('fault' in read) {
    if (!UNREADABLE.has(read.fault)) throw failed(file, `is of no use for SSH: ${read.fault}`)
    throw failed(file, 'holds no private key that can be read without a passphrase')
  }
  const { privateKey: key, publicKey } = read
  if (publicKey.type === 'ssh-rsa' && publicKey.bits < MIN_RSA_BITS) {
    throw failed(file, `has ${publicKey.bits} bits; at least ${MIN_RSA_BITS} are wanted of RSA`)
  }
  return { key, publicKey }
}

const UNREADABLE: ReadonlySet<PrivateKeyFaultCode> = new Set<PrivateKeyFaultCode>([
  'container-missing',
  'container-encrypted',
])

function failed({ path, label }: PolicyPath, what: string, cause?: unknown): ConfigError {
  return new ConfigError(`the host key \`${label}\` ${what}`, { source: { file: path }, cause })
}
