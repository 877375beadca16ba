import type { KeyObject } from 'node:crypto'
import { checkKeyFiles, describeFileFinding } from '@gatehouse/certificate-trust/files'
import { ConfigError, escapeControls, GatehouseError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import { readPrivateKey } from '@gatehouse/ssh-trust'
import { KnownHostsFiles, loadRevokedKeys } from '@gatehouse/ssh-trust/files'
import {
  connect,
  SSH_ERROR_CODES,
  type HostTrust,
  type SshConnection,
  type SshError,
  type SshErrorCode,
} from '@gatehouse/ssh-trust/ssh2'
import { RUN_CODES, type RunEnd, type RunFailure, type Runner, type RunOrder } from './runner.ts'
import type { SshSettings } from './ssh-settings.ts'

/** Largest key file. */
const MAX_KEY_BYTES = 64 * 1024

/** Bounds of a runner. */
export interface SshRunnerOptions {
  /** Longest time from dialling to the end of the login in milliseconds. Default 20 s. */
  readonly timeoutMs?: number
}

/**
 * Runs commands by SSH, each on a connection of its own that ends with it.
 *
 * The key of the system is decided before anything is sent; a key that changed stops the run.
 */
export function sshRunner({ timeoutMs }: SshRunnerOptions = {}): Runner {
  const stores = new Map<string, KnownHostsFiles>()
  const storeOf = (file: string): KnownHostsFiles => {
    const store = stores.get(file) ?? new KnownHostsFiles({ files: [file] })
    stores.set(file, store)
    return store
  }
  return async ({ system, account, command, environment }, { signal, onHost, onOutput }) => {
    const { ssh } = system
    let connection: SshConnection
    try {
      connection = await connect({
        host: system.address,
        port: ssh.port,
        user: account,
        trust: await trustFor(ssh.settings, storeOf, ssh.hostKeyAlias),
        login: { key: await loadSshKey(ssh.settings.keyFile) },
        signal,
        ...(timeoutMs !== undefined && { timeoutMs }),
      })
    } catch (error) {
      const { decision } = error as Partial<SshError>
      if (decision !== undefined) onHost(decision)
      return { failure: failureOf(error) }
    }
    onHost(connection.host)
    try {
      return await connection.exec(command, { environment, onOutput, signal })
    } catch (error) {
      return lostRun(error)
    } finally {
      connection.close()
    }
  }
}

/** By what the key of a system is decided, for one connection. */
export async function trustFor(
  { knownHostsFile, firstUse, revokedFile }: SshSettings,
  storeOf: (file: string) => KnownHostsFiles,
  alias?: RunOrder['system']['ssh']['hostKeyAlias'],
): Promise<HostTrust> {
  return {
    hosts: storeOf(knownHostsFile),
    firstUse,
    ...(alias !== undefined && { alias }),
    ...(revokedFile !== undefined && { revoked: await loadRevokedKeys({ path: revokedFile }) }),
  }
}

/**
 * The private key that the console logs in with.
 *
 * @throws ConfigError when others can read or replace the file, or it holds no key that can be read.
 */
export async function loadSshKey(file: string): Promise<KeyObject> {
  const source = { file }
  const found = await checkKeyFiles([file])
  const findings = found.filter(({ code }) => code !== 'permissions-unknown')
  if (findings.length > 0) {
    throw new ConfigError(findings.map(describeFileFinding).join('; '), { source })
  }
  const read = await readBounded(file, MAX_KEY_BYTES)
  if ('failure' in read) throw new ConfigError(`\`${file}\` is ${read.failure}`, { source })
  const bytes = Buffer.from(read.bytes)
  try {
    const key = readPrivateKey(bytes)
    if (!('fault' in key)) return key.privateKey
    const what = 'holds no private key for SSH that can be read without a passphrase'
    throw new ConfigError(`\`${file}\` ${what}: ${key.fault}`, { source })
  } finally {
    bytes.fill(0)
    read.bytes.fill(0)
  }
}

function failureOf(error: unknown): RunFailure {
  const { code, message, warning } = error as Partial<SshError>
  const told = escapeControls(message ?? '')
  if (isSshCode(code)) {
    return { code, message: told, ...(warning && { warning: warning.map(escapeControls) }) }
  }
  if (error instanceof GatehouseError) return { code: 'settings-unusable', message: told }
  return { code: 'internal-error', message: RUN_CODES['internal-error'] }
}

function isSshCode(code: string | undefined): code is SshErrorCode {
  return code !== undefined && Object.hasOwn(SSH_ERROR_CODES, code)
}

/** After the command was sent, only a refusal says that it did not run. */
function lostRun(error: unknown): RunEnd {
  const failure = failureOf(error)
  if (failure.code === 'request-refused' || failure.code === 'internal-error') return { failure }
  return { failure: { ...failure, code: 'outcome-unknown' } }
}
