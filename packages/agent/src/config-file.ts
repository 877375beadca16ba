import { dirname, join, resolve } from 'node:path'
import { parseAddress } from '@gatehouse/address-set'
import { ConfigError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import { describeInvalid, MAX_NODE_CHARACTERS } from '@gatehouse/protocol'
import { z } from 'zod'
import type {
  AgentConfig,
  AuditConfig,
  PolicyPath,
  SecurityPolicyConfig,
  TcpWrappersConfig,
  TlsClientsConfig,
  TlsConfig,
} from './config.ts'

/** Largest config file in bytes: 1 MiB, thousands of allow-listed commands. */
const MAX_CONFIG_BYTES = 1024 * 1024

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

const TcpWrappersSchema = z.strictObject({
  allowFile: path,
  denyFile: path,
  profile: z.enum(['strict', 'libwrap']).default('strict'),
  // As a rule can spell it: the name of a process, 127 characters of which libwrap keeps.
  daemonName: z
    .string()
    .max(127)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
    .default('bgssd'),
})

/** Most files with revocation lists: 64, one for each authority of a large house. */
const MAX_REVOCATION_FILES = 64

const TlsClientsSchema = z
  .strictObject({
    trustFile: path,
    required: z.boolean(),
    name: z
      .string()
      .max(253)
      .regex(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/)
      .optional(),
    revocationFiles: z.array(path).min(1).max(MAX_REVOCATION_FILES).optional(),
    onUnknownRevocation: z.enum(['deny', 'allow']).optional(),
  })
  .refine(
    ({ revocationFiles, onUnknownRevocation }) =>
      revocationFiles !== undefined || onUnknownRevocation === undefined,
    { error: '`onUnknownRevocation` goes with `revocationFiles`' },
  )

const TlsSchema = z.strictObject({
  certificateFile: path,
  keyFile: path,
  keyGroup: z.int().min(0).optional(),
  clients: TlsClientsSchema.optional(),
  redirectPort: port.optional(),
})

/** Most security policies side by side: 16; Hawk itself has two. */
const MAX_POLICIES = 16

const SecurityPolicySchema = z.union([
  z.strictObject({ class: z.literal('trusted') }),
  z.strictObject({ class: z.literal('trusted-with-domain'), file: path }),
  z.strictObject({ module: path, options: z.unknown().optional() }),
])

/** Smallest file of an audit log in bytes: 4 KiB, a few records. */
const LEAST_LOG_BYTES = 4096

const AuditSchema = z
  .strictObject({
    file: path.optional(),
    onFull: z.enum(['refuse', 'continue']).default('refuse'),
    maxSizeBytes: z.int().min(LEAST_LOG_BYTES).optional(),
    maxFiles: z.int().min(1).max(1_000_000).optional(),
    signingKeyFile: path.optional(),
    headsFile: path.optional(),
  })
  .refine(
    ({ signingKeyFile, headsFile }) => (signingKeyFile === undefined) === (headsFile === undefined),
    {
      error: 'only one of `signingKeyFile` and `headsFile`',
    },
  )

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
  policies: z.array(SecurityPolicySchema).min(1).max(MAX_POLICIES).optional(),
  tcpWrappers: TcpWrappersSchema.optional(),
  tls: TlsSchema.optional(),
  audit: AuditSchema.default({ onFull: 'refuse' }),
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
  const { tcpWrappers, tls, policies, ...config } = result.data
  const folder = dirname(resolve(file))
  const dataDir = resolve(folder, config.dataDir)
  return {
    ...config,
    folder,
    authorizationFile: policyPath(folder, config.authorizationFile),
    trustedFile: policyPath(folder, config.trustedFile),
    ...(policies && { policies: policies.map((policy) => securityPolicyOf(folder, policy)) }),
    ...(tcpWrappers && { tcpWrappers: tcpWrappersOf(folder, tcpWrappers) }),
    ...(tls && { tls: tlsOf(folder, tls) }),
    audit: auditOf(folder, config.audit),
    dataDir,
    logFile: logPath(folder, dataDir, config.logFile),
    logfile: { roots: config.logfile.roots.map((root) => resolve(folder, root)) },
    fileStat: { roots: config.fileStat.roots.map((root) => resolve(folder, root)) },
  }
}

function securityPolicyOf(
  folder: string,
  policy: z.output<typeof SecurityPolicySchema>,
): SecurityPolicyConfig {
  return 'file' in policy ? { ...policy, file: policyPath(folder, policy.file) } : policy
}

function tcpWrappersOf(
  folder: string,
  given: z.output<typeof TcpWrappersSchema>,
): TcpWrappersConfig {
  const { allowFile, denyFile } = given
  return {
    ...given,
    allowFile: policyPath(folder, allowFile),
    denyFile: policyPath(folder, denyFile),
  }
}

function tlsOf(folder: string, given: z.output<typeof TlsSchema>): TlsConfig {
  const { certificateFile, keyFile, keyGroup, clients, redirectPort } = given
  return {
    certificateFile: policyPath(folder, certificateFile),
    keyFile: policyPath(folder, keyFile),
    ...(keyGroup !== undefined && { keyGroup }),
    ...(clients && { clients: tlsClientsOf(folder, clients) }),
    ...(redirectPort !== undefined && { redirectPort }),
  }
}

function tlsClientsOf(folder: string, given: z.output<typeof TlsClientsSchema>): TlsClientsConfig {
  const { trustFile, required, name, revocationFiles, onUnknownRevocation = 'deny' } = given
  return {
    trustFile: policyPath(folder, trustFile),
    required,
    ...(name !== undefined && { name }),
    ...(revocationFiles && {
      revocation: {
        files: revocationFiles.map((file) => policyPath(folder, file)),
        onUnknown: onUnknownRevocation,
      },
    }),
  }
}

function auditOf(folder: string, given: z.output<typeof AuditSchema>): AuditConfig {
  const { file, onFull, maxSizeBytes, maxFiles, signingKeyFile, headsFile } = given
  return {
    onFull,
    ...(file !== undefined && { file: resolve(folder, file) }),
    ...(maxSizeBytes !== undefined && { maxSizeBytes }),
    ...(maxFiles !== undefined && { maxFiles }),
    ...(signingKeyFile !== undefined &&
      headsFile !== undefined && {
        heads: {
          signingKeyFile: resolve(folder, signingKeyFile),
          headsFile: resolve(folder, headsFile),
        },
      }),
  }
}

function policyPath(folder: string, label: string): PolicyPath {
  return { path: resolve(folder, label), label }
}

function logPath(folder: string, dataDir: string, file: string | undefined): string {
  if (file === undefined) return join(dataDir, 'agent.log')
  return file === '-' ? '-' : resolve(folder, file)
}
