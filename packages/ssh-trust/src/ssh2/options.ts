import type { NoPolicy, Secret } from '@gatehouse/core'
import type { KeyObject } from 'node:crypto'

import type { FileEdit } from '../files/file-edit.ts'
import type { KnownHostsFiles } from '../files/known-hosts-files.ts'
import type { PublicKey } from '../key/model.ts'
import type { HostDecision } from '../known-hosts/decide.ts'
import type { FirstUsePolicy } from '../known-hosts/first-use.ts'
import type { RevocationList } from '../revocation-list/model.ts'

/**
 * What of `KnownHostsFiles` is needed here. A `load` that fails refuses the host, a `write` that fails ends the
 * connection.
 */
export type HostKeyStore = Pick<KnownHostsFiles, 'load' | 'rotate' | 'write'>

/** By what a host's key is decided. */
export interface HostTrust {
  /** The known_hosts files. */
  readonly hosts: HostKeyStore
  /** What is done with a host that no line has. Default `first-time`. */
  readonly firstUse?: FirstUsePolicy
  /** Stands in the place of host and port in the files, as `HostKeyAlias` does. */
  readonly alias?: string
  /** Revoked keys; a list that cannot be had refuses every key. Default: no list. */
  readonly revoked?: RevocationList | NoPolicy
  /** Fewest bits of an RSA key. Default 1024, as `RequiredRSASize` of OpenSSH. */
  readonly minRsaBits?: number
  /** Whether names are written hashed. Default false. */
  readonly hashNames?: boolean
  /**
   * Whether the keys that a known host announces are taken over, as `UpdateHostKeys` does. Default true. As in
   * OpenSSH not on the connection on which the host was new, nor where only the bare name is known.
   */
  readonly updateHostKeys?: boolean
}

/** How the caller proves who they are: a private key, or a password. */
export type SshLogin = { readonly key: KeyObject } | { readonly password: Secret }

/** A connection that is asked for. */
export interface ConnectOptions {
  /** Name or address; what its key is looked up by. */
  readonly host: string
  /** Port; default 22. */
  readonly port?: number
  /** Name of the account there. */
  readonly user: string
  /** By what the host's key is decided. */
  readonly trust: HostTrust
  /** A password is sent only after the host's key was accepted, proved and, if new, written down. */
  readonly login: SshLogin
  /** Longest time from dialling to the end of the login, and then for each command to begin. Default 20,000 ms. */
  readonly timeoutMs?: number
  /** The host must answer within three times this long; 0: never asked. Default 15,000 ms. */
  readonly keepAliveMs?: number
  /** Ends the connection, also when it stands. */
  readonly signal?: AbortSignal
}

/** How a command is run. */
export interface ExecOptions {
  /** Sent as `env` requests; the host takes those that it accepts (`AcceptEnv`) and does not say which. */
  readonly environment?: Readonly<Record<string, string>>
  /** Gets the output; the host has to wait while the promise is pending. Default: the output is dropped. */
  readonly onOutput?: (chunk: Buffer, stream: 'stdout' | 'stderr') => void | Promise<void>
  /** Standard input; it is closed after that. Default: empty. */
  readonly input?: Uint8Array
  /** Kills the command (`KILL`, where the host takes signals) and closes its channel. */
  readonly signal?: AbortSignal
}

/** How a command ended; both null if the host did not say. */
export interface ExecResult {
  /** Its exit status. */
  readonly exitCode: number | null
  /** The signal that ended it, such as `SIGTERM`. */
  readonly signal: string | null
}

/** A connection whose host is known and whose login was accepted. */
export interface SshConnection {
  /** Why the host's key was accepted. */
  readonly host: HostDecision
  /** The host's key; every key exchange of this connection shows it. */
  readonly hostKey: PublicKey
  /** What the host calls its software; escaped. */
  readonly serverVersion: string
  /** What was written to known_hosts, in order. */
  readonly written: readonly FileEdit[]
  /**
   * Runs a command, with a closed standard input unless `input` is given, and without a terminal.
   *
   * @throws SshError `request-refused`, `timed-out`, `aborted`, `connection-failed` or `host-key-refused`; and what
   *   `onOutput` throws, which closes the channel.
   */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>
  /**
   * What came of the keys that the host announced; undefined while it has announced none. OpenSSH does so right
   * after the login, so that it is known when the first command has begun. Rejects with `store-unwritable`.
   */
  rotation(): Promise<FileEdit | undefined>
  /** Resolves when the connection has ended, for whatever reason. */
  readonly closed: Promise<void>
  /** Ends the connection. */
  close(): void
}
