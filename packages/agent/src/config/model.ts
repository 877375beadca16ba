import type { Level } from '@gatehouse/signed-request'
import type { Version } from '@gatehouse/snmp-access'
import type { SignInAddresses } from '@gatehouse/toolbox-authorization'

/** Names that may stand in `insecure`. Each switches one protection off. */
export type InsecureName =
  /** A missing Authorization.cfg counts as the shipped one, which grants everything to everybody. */
  | 'vendor-default-authorization'
  /** The web agent may be set to trust every console (mode `all`). */
  | 'trust-all-consoles'
  /** SNMP may take and send communities (versions 1 and 2c), which whoever is on the way reads. */
  | 'snmp-communities-in-clear'

/** A program that the agent may run. */
export interface ToolConfig {
  /** Absolute path of the program. Run without a shell. */
  readonly file: string
  /** Its arguments, fixed: a request can add none. */
  readonly arguments: readonly string[]
  /** Longest run in milliseconds. */
  readonly timeoutMs: number
  /** Most bytes of its output that are kept. */
  readonly maxOutputBytes: number
  /** The least level that a console must pass for whom it runs the tool. Microagents do not ask it. */
  readonly level: Level
  /** User and group that it runs as, by their numbers. Default: those of the agent. */
  readonly runAs?: { readonly uid: number; readonly gid: number }
}

/** What a person at a level may do with the web agent: see its home page, run tools, change its trust. */
export type Privilege = 'status' | 'tools' | 'trust'

/** Where the web agent remembers the single-use values that were used. */
export type UsedValuesConfig =
  /** Nothing survives a restart; neither does any value that was issued before. */
  | { readonly in: 'memory' }
  /** Absolute path of a file of this agent alone. */
  | { readonly in: 'file'; readonly file: string }
  /** Name of the variable of the environment that has the URL of a PostgreSQL database. */
  | { readonly in: 'postgres'; readonly urlVariable: string }

/** The web agent: HTTPS for consoles that sign requests, and for people whom they send. */
export interface WebAgentConfig {
  /** Address that it listens on. */
  readonly address: string
  /** Port of HTTPS. */
  readonly port: number
  /** Port where plain HTTP is sent to HTTPS. */
  readonly redirectPort: number
  /** Its certificate and what issued it, in that order: PEM, DER or PKCS#7. */
  readonly certificateFile: PolicyPath
  /** The private key, PEM. It must be for its owner alone. */
  readonly keyFile: PolicyPath
  /** Number of the group that may read the key too. Default: none may. */
  readonly keyGroup?: number
  /** Trust mode, names and trusted certificates. Default: `web-agent.json` in `dataDir`. */
  readonly settingsFile: PolicyPath
  /** Where used values are remembered. Default: `used-values.db` in `dataDir`. */
  readonly usedValues: UsedValuesConfig
  /** How long a single-use value counts, in seconds. */
  readonly valueLifeSeconds: number
  /** How long a session may be idle, in minutes, where the settings do not say. */
  readonly sessionMinutes: number
  /** What each level that a console passes may do here. */
  readonly levels: Readonly<Record<Level, readonly Privilege[]>>
  /** Addresses that people may sign in from. */
  readonly signIn: SignInAddresses
}

/** An account that keys get in as over SSH. It is none of the operating system. */
export interface SshAccountConfig {
  /** The keys that get in, in the form of OpenSSH's `authorized_keys`. */
  readonly authorizedKeysFile: PolicyPath
  /** What is compared with the level of a tool. */
  readonly level: Level
}

/** SSH: whoever has a key of an account may run tools, and nothing else. */
export interface SshConfig {
  /** Address that it listens on. */
  readonly address: string
  /** Port; 0 is any free one. */
  readonly port: number
  /** Private keys of the host, one of each type, not encrypted. They must be for their owner alone. */
  readonly hostKeyFiles: readonly PolicyPath[]
  /** Who may log in, by the name of the account. */
  readonly accounts: Readonly<Record<string, SshAccountConfig>>
  /**
   * Keys and certificates that get in nowhere, as `RevokedKeys` of sshd: an OpenSSH revocation list, or keys line by
   * line. While it cannot be read nobody gets in. Default: none.
   */
  readonly revokedKeysFile?: PolicyPath
}

/** A receiver of the agent's own notifications, which are of version 3. */
export interface SnmpSinkConfig {
  /** Host name or IP address. */
  readonly host: string
  /** Port of UDP. */
  readonly port: number
  /** An inform is repeated until it is acknowledged; a trap is sent once. */
  readonly kind: 'trap' | 'inform'
  /** Name of the user of `usersFile` that it is sent as, as protected as that user can. */
  readonly user: string
}

/** SNMP: whoever the policy lets may read how the system is doing. */
export interface SnmpConfig {
  /** Where it listens, UDP; port 0 is any free one. */
  readonly listen: readonly { readonly address: string; readonly port: number }[]
  /** Versions that are answered, and that notifications are sent in. */
  readonly versions: readonly Version[]
  /** Who may see what: an `snmpd.conf`. */
  readonly policyFile: PolicyPath
  /** The users of version 3 with their passphrases. It must be for its owner alone. Default: there are none. */
  readonly usersFile?: PolicyPath
  /** Name of the daemon in the rules of TCP Wrappers. */
  readonly daemonName: string
  /** What sysContact says. */
  readonly contact: string
  /** What sysName says. Default: the host name. */
  readonly systemName?: string
  /** What sysLocation says. */
  readonly location: string
  /** Receivers of notifications, beside those that `policyFile` names. */
  readonly sinks: readonly SnmpSinkConfig[]
}

/** Folders that a microagent may look into. */
export interface AllowedFolders {
  /** Absolute paths; everything below them is open to the microagent. */
  readonly roots: readonly string[]
}

/** A policy file. */
export interface PolicyPath {
  /** Absolute path. */
  readonly path: string
  /** The path as the config wrote it; the label in reasons and messages. */
  readonly label: string
}

/** The two files of TCP Wrappers that guard the service daemon. */
export interface TcpWrappersConfig {
  /** `hosts.allow`. */
  readonly allowFile: PolicyPath
  /** `hosts.deny`. */
  readonly denyFile: PolicyPath
  /** How they are read: exactly and closed, or as libwrap does. */
  readonly profile: 'strict' | 'libwrap'
  /** Name of the daemon in their rules. */
  readonly daemonName: string
}

/** Which consoles the service daemon lets in by their certificates. */
export interface TlsClientsConfig {
  /** Trust list with the certificates of consoles, and roots. */
  readonly trustFile: PolicyPath
  /** Whether everybody needs a certificate. */
  readonly required: boolean
  /** Host name that certificates of clients must have. Without it, roots vouch for no console. */
  readonly name?: string
  /** How revocations are looked up. Default: they are not. */
  readonly revocation?: {
    /** Files with revocation lists, PEM or DER. */
    readonly files: readonly PolicyPath[]
    /** What holds when no list in force says anything about a certificate. */
    readonly onUnknown: 'deny' | 'allow'
  }
}

/** How the service daemon speaks HTTPS. */
export interface TlsConfig {
  /** Its certificate and what issued it, in that order: PEM, DER or PKCS#7. */
  readonly certificateFile: PolicyPath
  /** The private key, PEM. It must be for its owner alone. */
  readonly keyFile: PolicyPath
  /** Number of the group that may read the key too, for components that share it. Default: none may. */
  readonly keyGroup?: number
  /** Which consoles are let in. Default: clients are not asked for certificates. */
  readonly clients?: TlsClientsConfig
  /** Port for plain HTTP, where every request is sent to HTTPS. Default: none. */
  readonly redirectPort?: number
}

/** A security policy that decides packed operations. */
export type SecurityPolicyConfig =
  /** Hawk's Trusted, by `trustedFile`. With it, plain invocations are taken too. */
  | { readonly class: 'trusted' }
  /** Hawk's TrustedWithDomain, by a file of its own. */
  | { readonly class: 'trusted-with-domain'; readonly file: PolicyPath }
  | {
      /** Path of a module that exports `createAgentPolicy`, as the config wrote it. */
      readonly module: string
      /** What the module is given, unchecked. */
      readonly options?: unknown
    }

/** Where decisions are recorded, and what happens while they cannot be. */
export interface AuditConfig {
  /** Absolute path. Default: `audit.jsonl` in `dataDir`. */
  readonly file?: string
  /**
   * `refuse`: what cannot be recorded is answered with an error and not carried out. `continue`: it
   * is carried out, and the loss is counted and said.
   */
  readonly onFull: 'refuse' | 'continue'
  /** Largest file in bytes. Default: that of `@gatehouse/audit-log`, 64 MiB. */
  readonly maxSizeBytes?: number
  /** How many rolled files are kept. Default: all. */
  readonly maxFiles?: number
  /** How the state of the log is signed. Default: not at all. */
  readonly heads?: {
    /** Absolute path of a private Ed25519 key in PEM. */
    readonly signingKeyFile: string
    /** Absolute path of the file that signed heads are appended to. */
    readonly headsFile: string
  }
}

/** What one agent is configured to be. Made by `loadConfig` or `parseConfig`. */
export interface AgentConfig {
  /** Absolute path of the folder that relative paths start in. */
  readonly folder: string
  /** Agent name, the first part of its identity. */
  readonly name: string
  /** DNS part of its identity. */
  readonly dns: string
  /** Hawk domain. */
  readonly domain: string
  /** `basic` listens on the network; `advanced` has no listener at all. */
  readonly securityMode: 'basic' | 'advanced'
  /** Where a basic agent listens; port 0 is any free one. */
  readonly listen: {
    /** Address of the service daemon. */
    readonly address: string
    /** Port of the service daemon. */
    readonly daemonPort: number
    /** Port of the agent behind it, which is always on 127.0.0.1. */
    readonly agentPort: number
  }
  /** Authorization.cfg. */
  readonly authorizationFile: PolicyPath
  /** Trusted.txt, or TrustedWithDomain.txt where plain invocations come with a domain. */
  readonly trustedFile: PolicyPath
  /**
   * The security policies that decide packed operations, side by side. Default: packed operations are
   * not taken, and `trustedFile` decides plain invocations.
   */
  readonly policies?: readonly SecurityPolicyConfig[]
  /** Decides who may connect to the service daemon. Default: nothing does. */
  readonly tcpWrappers?: TcpWrappersConfig
  /** The service daemon speaks HTTPS. Default: plain HTTP. */
  readonly tls?: TlsConfig
  /** The record of every decision. */
  readonly audit: AuditConfig
  /** Absolute path of the folder for collected data and small stores. */
  readonly dataDir: string
  /** Absolute path of the log, or `-` for standard error. */
  readonly logFile: string
  /** Milliseconds between two samples of a collection. */
  readonly sampleIntervalMs: number
  /** Every program that the agent may run, by the name that requests use. */
  readonly tools: Readonly<Record<string, ToolConfig>>
  /** The web agent. Default: there is none. */
  readonly webAgent?: WebAgentConfig
  /** SSH. Default: there is none. */
  readonly ssh?: SshConfig
  /** SNMP. Default: there is none. */
  readonly snmp?: SnmpConfig
  /**
   * How the service daemon knows who asks: by what the caller claims, by the certificate of the
   * connection, or by a signature.
   */
  readonly callers: 'claimed' | 'certificate' | 'signed'
  /** Which users certificates stand for; there with `certificate` and `signed`. */
  readonly usersFile?: PolicyPath
  /** What the Logfile microagent may read. */
  readonly logfile: AllowedFolders
  /** What the FileStat microagent may look into. */
  readonly fileStat: AllowedFolders
  /** Protections that are off. */
  readonly insecure: readonly InsecureName[]
  /** What a peer is told: outcome and codes, or file, line and sentence as well. */
  readonly answers: 'full' | 'code'
}
