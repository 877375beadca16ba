import { dirname, join, resolve } from 'node:path'
import { parseAddress } from '@gatehouse/address-set'
import { ConfigError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import { describeInvalid, MAX_NODE_CHARACTERS } from '@gatehouse/protocol'
import { z } from 'zod'

/** Largest config file in bytes: 1 MiB, thousands of allow-listed commands. */
const MAX_CONFIG_BYTES = 1024 * 1024

/** Names that may stand in `insecure`. Each switches one protection off. */
export type InsecureName =
  /** A missing Authorization.cfg counts as the shipped one, which grants everything to everybody. */
  'vendor-default-authorization'

/** A program that the Custom microagent and `RuleBaseEngine:execute` may run. */
export interface AllowedCommand {
  /** Absolute path of the program. Run without a shell. */
  readonly file: string
  /** Its arguments, fixed: a request can add none. */
  readonly arguments: readonly string[]
  /** Longest run in milliseconds. */
  readonly timeoutMs: number
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

/** What one agent is configured to be. Made by {@link loadConfig} or {@link parseConfig}. */
export interface AgentConfig {
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
  /** Trusted.txt or TrustedWithDomain.txt. */
  readonly trustedFile: PolicyPath
  /** Absolute path of the folder for collected data and small stores. */
  readonly dataDir: string
  /** Absolute path of the log, or `-` for standard error. */
  readonly logFile: string
  /** Milliseconds between two samples of a collection. */
  readonly sampleIntervalMs: number
  /** What the Custom microagent and `RuleBaseEngine:execute` may run. */
  readonly custom: {
    /** Programs by the name that requests use. */
    readonly commands: Readonly<Record<string, AllowedCommand>>
  }
  /** What the Logfile microagent may read. */
  readonly logfile: AllowedFolders
  /** What the FileStat microagent may look into. */
  readonly fileStat: AllowedFolders
  /** Protections that are off. */
  readonly insecure: readonly InsecureName[]
  /** What a peer is told: outcome and codes, or file, line and sentence as well. */
  readonly answers: 'full' | 'code'
}

const part = z
  .string()
  .min(1)
  .max(MAX_NODE_CHARACTERS)
  .regex(/^[A-Za-z0-9._-]+$/)
const port = z.int().min(0).max(65_535)
const path = z.string().min(1).max(4096)
const absolutePath = path.regex(/^(?:\/|[A-Za-z]:[\\/])/)
const roots = z.strictObject({ roots: z.array(path).max(64).default([]) })
const LOOPBACK = '127.0.0.1'
const VENDOR_PORTS = { daemonPort: 10_128, agentPort: 6_767 }

const ConfigSchema = z.strictObject({
  name: part.regex(/^[^.]+$/),
  dns: part.default('none'),
  domain: part.default('default'),
  securityMode: z.enum(['basic', 'advanced']),
  listen: z
    .strictObject({
      address: z
        .string()
        .refine((text) => parseAddress(text) !== undefined, { error: 'no IP address' })
        .default(LOOPBACK),
      daemonPort: port.default(VENDOR_PORTS.daemonPort),
      agentPort: port.default(VENDOR_PORTS.agentPort),
    })
    .default({ address: LOOPBACK, ...VENDOR_PORTS }),
  authorizationFile: path,
  trustedFile: path,
  dataDir: path,
  logFile: path.optional(),
  sampleIntervalMs: z.int().min(100).max(86_400_000).default(10_000),
  custom: z
    .strictObject({
      commands: z.record(
        z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/),
        z.strictObject({
          file: absolutePath,
          arguments: z.array(z.string().max(4096)).max(64).default([]),
          timeoutMs: z.int().min(1).max(30_000).default(10_000),
        }),
      ),
    })
    .default({ commands: {} }),
  logfile: roots.default({ roots: [] }),
  fileStat: roots.default({ roots: [] }),
  insecure: z.array(z.enum(['vendor-default-authorization'])).default([]),
  answers: z.enum(['full', 'code']).default('code'),
})

/**
 * Reads one agent's config file.
 *
 * @throws {@link ConfigError} naming the file and the field at fault.
 */
export async function loadConfig(file: string): Promise<AgentConfig> {
  const read = await readBounded(file, MAX_CONFIG_BYTES)
  if ('failure' in read) {
    const message = `the config file \`${file}\` is ${read.failure}`
    throw new ConfigError(message, { source: { file }, cause: read.cause })
  }
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(read.bytes))
  } catch (cause) {
    throw new ConfigError(`the config file \`${file}\` is not JSON`, { source: { file }, cause })
  }
  return parseConfig(value, { file })
}

/**
 * Checks a config and resolves its paths.
 *
 * @param value - What the config file holds, parsed.
 * @param options.file - The config file; relative paths start in its folder.
 * @throws {@link ConfigError} naming the file and the field at fault.
 */
export function parseConfig(value: unknown, { file }: { file: string }): AgentConfig {
  const result = ConfigSchema.safeParse(value)
  if (!result.success) {
    const { message } = describeInvalid(result.error)
    throw new ConfigError(`${file}: ${message}`, { source: { file } })
  }
  const config = result.data
  const folder = dirname(resolve(file))
  const dataDir = resolve(folder, config.dataDir)
  return {
    ...config,
    authorizationFile: policyPath(folder, config.authorizationFile),
    trustedFile: policyPath(folder, config.trustedFile),
    dataDir,
    logFile: logPath(folder, dataDir, config.logFile),
    logfile: { roots: config.logfile.roots.map((root) => resolve(folder, root)) },
    fileStat: { roots: config.fileStat.roots.map((root) => resolve(folder, root)) },
  }
}

function policyPath(folder: string, label: string): PolicyPath {
  return { path: resolve(folder, label), label }
}

function logPath(folder: string, dataDir: string, file: string | undefined): string {
  if (file === undefined) return join(dataDir, 'agent.log')
  return file === '-' ? '-' : resolve(folder, file)
}
