import type { Decision } from '@gatehouse/core'
import type { KeyObject } from 'node:crypto'
import type { Socket } from 'node:net'

import type { LoginDecision } from '../authorized-keys/authorize.ts'
import type { LoginEffects } from '../authorized-keys/request.ts'
import type { SshCertificate } from '../certificate/model.ts'
import type { PublicKey } from '../key/model.ts'

/** A login that a client asks for. */
export interface LoginAsked {
  /** Name of the account, as the client says. */
  readonly user: string
  /** Address of the client. */
  readonly address: string
  /** The key that is offered; of a certificate the key inside it. */
  readonly key: PublicKey
  /** The certificate, where one is offered: its authority's signature holds, whether it is trusted is open. */
  readonly certificate?: SshCertificate
  /** Name inside the signature, such as `rsa-sha2-256`. */
  readonly signatureAlgorithm: string
}

/** A login that was allowed, and all that its session has to keep. */
export interface LoggedIn extends LoginAsked {
  /** Of a decision without effects: nothing is permitted, nothing forced. */
  readonly effects: LoginEffects
}

/** What a client wants to have run. */
export interface SessionRequest {
  /** The forced command, else what the client asks for; null: a shell. */
  readonly command: string | null
  /**
   * What the client sends and `acceptEnvironment` lets in, then the entries of the key's line, and with a forced
   * command `SSH_ORIGINAL_COMMAND`.
   */
  readonly environment: Readonly<Record<string, string>>
  /** Aborted when the client closes the channel or goes away, and when the server is closed. */
  readonly signal: AbortSignal
  /**
   * Sends output before the answer is there; resolves when more may be sent.
   *
   * @throws Error when the client is gone or `maxOutputBytes` are sent.
   */
  readonly write: (chunk: string | Uint8Array, stream: 'stdout' | 'stderr') => Promise<void>
}

/** What the client is told: how it ended, or why nothing was run (on stderr, with exit status 126). */
export type SessionAnswer =
  | {
      /** Exit status, 0 to 255. */
      readonly exitCode: number
      /** Sent before the end. */
      readonly stdout?: string | Uint8Array
      /** Sent before the end. */
      readonly stderr?: string | Uint8Array
    }
  | {
      /** One line for people; control characters are escaped. */
      readonly refused: string
    }

/** Something that a line of authorized_keys can demand of a session. */
export type Capability = 'forced-command' | 'environment' | 'tunnel' | 'touch' | 'verify'

/** Bounds of an SSH server. */
export interface SshServerLimits {
  /** Connections at once; more are closed unread. Default 32. */
  readonly maxConnections: number
  /** Refused logins on one connection, after which it is closed. Default 6, as `MaxAuthTries` of OpenSSH. */
  readonly maxLoginAttempts: number
  /** Longest time from the connection to the login. Default 30,000 ms. */
  readonly loginTimeMs: number
  /** Channels of one connection at once. Default 4. */
  readonly maxChannels: number
  /** Longest output of one command, in bytes; it is cut off there. Default 16 MiB. */
  readonly maxOutputBytes: number
}

/** What an SSH server is made of. */
export interface SshServerOptions {
  /** Private keys, at most one a type; RSA from 2048 bits on. */
  readonly hostKeys: readonly KeyObject[]
  /** What the server calls itself, without a version. Default `Gatehouse`. */
  readonly identification?: string
  /**
   * Decides a login: for a probe and again for the signed attempt, which alone is a login. Possession of the key was
   * verified by then. A throw refuses.
   */
  readonly authorize: (asked: LoginAsked) => Promise<LoginDecision | Decision>
  /**
   * Told of each signed attempt, allowed or refused, and of each key whose probe was refused, once a connection.
   * Awaited: a throw refuses the login. Not told of keys that cannot be read.
   */
  readonly onLogin?: (asked: LoginAsked, decision: Decision) => void | Promise<void>
  /** Runs what is asked for. A throw is answered with exit status 126 and no more. */
  readonly session: (login: LoggedIn, request: SessionRequest) => Promise<SessionAnswer>
  /** Whether an environment variable that the client sends is let in. Default: none is. */
  readonly acceptEnvironment?: (name: string) => boolean
  /** Whether `environment=` of a line is heeded, as `PermitUserEnvironment`. Default false: then such a line lets nobody in. */
  readonly permitUserEnvironment?: boolean
  /** Fewest bits of an RSA key that logs in. Default 2048. */
  readonly minRsaBits?: number
  /** Bounds; each has a default. */
  readonly limits?: Partial<SshServerLimits>
}

/** A server that runs commands for those who log in by key; nothing else is offered. */
export interface SshServer {
  /**
   * Opens it.
   *
   * @param port - 0 for a free one.
   * @throws the error of the system.
   */
  listen(
    port: number,
    address: string,
  ): Promise<{ readonly address: string; readonly port: number }>
  /**
   * Serves a connection of another listener, which has sent nothing yet and read nothing. `maxConnections` is then
   * for that listener to keep; all else holds.
   */
  take(socket: Socket): void
  /** Ends every connection and aborts every session; resolves when none is left. */
  close(): Promise<void>
}
