import { dirname, join, resolve } from 'node:path'
import { ConfigError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import { describeInvalid, MAX_NODE_CHARACTERS } from '@gatehouse/protocol'
import { z } from 'zod'
import { auditSchema } from './audit.ts'
import { callerFields, callersFault } from './callers.ts'
import { listenAddress, LOOPBACK, path, policyPath, port, type Folders } from './fields.ts'
import type { AgentConfig, InsecureName } from './model.ts'
import { policiesSchema } from './security-policies.ts'
import { snmpFault, snmpSchema } from './snmp.ts'
import { sshSchema } from './ssh.ts'
import { tcpWrappersSchema } from './tcp-wrappers.ts'
import { tlsSchema } from './tls.ts'
import { ToolsSchema } from './tools.ts'
import { webAgentSchema } from './web-agent.ts'

/** Largest config file in bytes: 1 MiB, thousands of tools. */
const MAX_CONFIG_BYTES = 1024 * 1024

const part = z
  .string()
  .min(1)
  .max(MAX_NODE_CHARACTERS)
  .regex(/^[A-Za-z0-9._-]+$/)
const INSECURE_NAMES = [
  'vendor-default-authorization',
  'trust-all-consoles',
  'snmp-communities-in-clear',
] as const satisfies readonly InsecureName[]
const VENDOR_PORTS = { daemonPort: 10_128, agentPort: 6_767 }

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
  const folder = dirname(resolve(file))
  const folders = { folder, dataDir: dataDirOf(folder, value) }
  const result = configSchema(folders).safeParse(value)
  if (!result.success) {
    const { message } = describeInvalid(result.error)
    throw new ConfigError(`${file}: ${message}`, { source: { file } })
  }
  const fault = callersFault(result.data) ?? snmpFault(result.data)
  if (fault !== undefined) throw new ConfigError(`${file}: ${fault}`, { source: { file } })
  return result.data
}

/** Where data goes; whether the config says so in the right form, its schema decides. */
function dataDirOf(folder: string, value: unknown): string {
  const { dataDir } = z.object({ dataDir: path }).catch({ dataDir: '.' }).parse(value)
  return resolve(folder, dataDir)
}

function configSchema(folders: Folders): z.ZodType<AgentConfig> {
  const { folder, dataDir } = folders
  const policyFile = path.transform((label) => policyPath(folders, label))
  const roots = z
    .strictObject({
      roots: z
        .array(path.transform((root) => resolve(folder, root)))
        .max(64)
        .default([]),
    })
    .default({ roots: [] })
  return z
    .strictObject({
      name: part.regex(/^[^.]+$/),
      dns: part.default('none'),
      domain: part.default('default'),
      securityMode: z.enum(['basic', 'advanced']),
      listen: z
        .strictObject({
          address: listenAddress,
          daemonPort: port.default(VENDOR_PORTS.daemonPort),
          agentPort: port.default(VENDOR_PORTS.agentPort),
        })
        .default({ address: LOOPBACK, ...VENDOR_PORTS }),
      authorizationFile: policyFile,
      trustedFile: policyFile,
      policies: policiesSchema(folders).optional(),
      tcpWrappers: tcpWrappersSchema(folders).optional(),
      tls: tlsSchema(folders).optional(),
      audit: auditSchema(folders).default({ onFull: 'refuse' }),
      dataDir: path,
      logFile: path.optional(),
      sampleIntervalMs: z.int().min(100).max(86_400_000).default(10_000),
      tools: ToolsSchema.default({}),
      webAgent: webAgentSchema(folders).optional(),
      ssh: sshSchema(folders).optional(),
      snmp: snmpSchema(folders).optional(),
      ...callerFields,
      logfile: roots,
      fileStat: roots,
      insecure: z.array(z.enum(INSECURE_NAMES)).default([]),
      answers: z.enum(['full', 'code']).default('code'),
    })
    .transform(({ policies, tcpWrappers, tls, webAgent, ssh, snmp, usersFile, ...config }) => ({
      ...config,
      folder,
      dataDir,
      logFile: logPath(folders, config.logFile),
      ...(policies && { policies }),
      ...(tcpWrappers && { tcpWrappers }),
      ...(tls && { tls }),
      ...(webAgent && { webAgent }),
      ...(ssh && { ssh }),
      ...(snmp && { snmp }),
      ...(usersFile !== undefined && { usersFile: policyPath(folders, usersFile) }),
    }))
}

function logPath({ folder, dataDir }: Folders, file: string | undefined): string {
  if (file === undefined) return join(dataDir, 'agent.log')
  return file === '-' ? '-' : resolve(folder, file)
}
