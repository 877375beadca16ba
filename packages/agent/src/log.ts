import { ConfigError, escapeControls, formatSource, type Decision } from '@gatehouse/core'
import type { Level, Peer } from '@gatehouse/bmc-authorization'
import { pino } from 'pino'

/** Where log lines go; any Node stream will do. */
export interface LogStream {
  /** Takes one line of JSON, its newline included. */
  write(line: string): void
}

/**
 * What was asked for: an action, a method, packed bytes that nobody could read, or a connection to the
 * daemon of that name.
 */
type AskedFor =
  | {
      readonly action: string
      readonly target?: string
      /** The level that a console passed, where it did. */
      readonly passedLevel?: string
      /** The system as a console calls it that signed. */
      readonly system?: string
      /** What a console says of a task over SSH: its number, for whom it runs, and by which tool of its own. */
      readonly claimedTask?: string
      readonly claimedTaskUser?: string
      readonly claimedTaskTool?: string
      /** Version of an SNMP message. */
      readonly version?: string
      /** Keyed digest of a community, which tells equal from different while the agent runs. */
      readonly communityDigest?: string
      /** What a SET came to. */
      readonly errorStatus?: string
      /** How many messages like this one were not recorded before it, because there were too many. */
      readonly leftOut?: string
    }
  | {
      readonly microagent: string
      readonly method: string
      readonly scope: string
      /** Class of the security policy that packed it; a plain invocation has none. */
      readonly policyClass?: string
    }
  | { readonly policyClass: string }
  | { readonly daemon: string }

/** A log of the vendor's: that of its policy Trusted, or that of TrustedWithDomain beside it. */
export type VendorLogName = 'Trusted' | 'TrustedWithDomain'

/** One decision, as it is recorded. */
export interface DecisionRecord {
  /** Which part decided. */
  readonly by: 'daemon' | 'agent' | 'web-agent' | 'ssh' | 'snmp' | 'local'
  /** From the socket. */
  readonly peer: Peer
  /**
   * SHA-256 of the certificate that the client showed, or that its request names as that of its signer,
   * and that was trusted, or refused. Of a person with a session: that of the console.
   */
  readonly clientCertificate?: string | undefined
  /** Fingerprint of the key that a login over SSH shows, as `ssh-keygen -l` prints it. */
  readonly clientKey?: string | undefined
  /** What the caller calls itself; a connection comes before that. */
  readonly claimedUser?: string
  /** The same, where a guard before the models confirmed it. */
  readonly verifiedUser?: string
  readonly request: AskedFor
  readonly decision: Decision
  /** Hash of the policy that decided, where there was one. */
  readonly policy?: string | undefined
  /** The vendor's log that gets a line about it. Default: none. */
  readonly vendorLog?: VendorLogName | undefined
  /** The levels that the BMC model compared, where it decided. */
  readonly levels?: { readonly granted: Level | null; readonly needed: Level | null }
}

/** The log of one agent. */
export interface Log {
  /**
   * Says what was decided; whatever a peer sent is escaped.
   *
   * @param sequence - Of the record in the audit log; nothing when that was lost.
   */
  decision(record: DecisionRecord, sequence: number | undefined): void
  /** Something that an operator should know. */
  info(message: string, fields?: object): void
  /** Something that an operator will have to mend before long. */
  warn(message: string, fields?: object): void
  /** Something that an operator should mend. */
  error(message: string, fields?: object): void
  /** Opens the file anew, after another program has moved it away. */
  reopen(): void
}

/** Field names that must never reach the log with their values, at the top and one level down. */
const SECRET_FIELDS = ['token', 'authorization', 'password', 'arguments', 'x-gatehouse-token']

/**
 * Opens a log.
 *
 * @param file - Absolute path of a file that is appended to, or `-` for standard error.
 * @param stream - Takes the lines instead of the file.
 * @throws {@link ConfigError} when the file cannot be opened.
 */
export function openLog(name: string, file: string, stream?: LogStream): Log {
  const destination = stream === undefined ? openDestination(file) : undefined
  const paths = SECRET_FIELDS.flatMap((field) => [`["${field}"]`, `*["${field}"]`])
  const options = { name, base: { name }, redact: { paths, censor: '[secret]' } }
  const logger = pino(options, destination ?? (stream as LogStream))
  return {
    decision: (record, sequence) => logger.info(decisionFields(record, sequence), 'decision'),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
    reopen: () => {
      if (file === '-') return
      try {
        destination?.reopen()
      } catch (error) {
        complain(error as Error)
      }
    },
  }
}

function openDestination(file: string): ReturnType<typeof pino.destination> {
  try {
    const dest = file === '-' ? 2 : file
    const destination = pino.destination({ dest, sync: true, mkdir: true, mode: 0o600 })
    return destination.on('error', complain)
  } catch (cause) {
    throw new ConfigError(`cannot write the log \`${file}\``, { source: { file }, cause })
  }
}

/** The agent goes on without its log, and says so on standard error. */
function complain(error: Error): void {
  process.stderr.write(`gatehouse-agent: cannot write the log: ${escapeControls(error.message)}\n`)
}

function decisionFields(record: DecisionRecord, sequence: number | undefined): object {
  const { by, peer, clientCertificate, clientKey, claimedUser, verifiedUser } = record
  const { request, decision, levels } = record
  const [first] = decision.reasons
  const asked = Object.entries<string>(request).map(([key, value]) => [key, escapeControls(value)])
  return {
    event: 'decision',
    by,
    peer: peer.address,
    verifiedName: peer.verifiedName,
    ...(clientCertificate !== undefined && { clientCertificate }),
    ...(clientKey !== undefined && { clientKey }),
    ...(claimedUser !== undefined && { claimedUser: escapeControls(claimedUser) }),
    ...(verifiedUser !== undefined && { verifiedUser: escapeControls(verifiedUser) }),
    ...Object.fromEntries(asked),
    outcome: decision.outcome,
    codes: decision.reasons.map((reason) => reason.code),
    source: first.source === undefined ? null : formatSource(first.source),
    ...levels,
    audit: sequence ?? null,
  }
}
