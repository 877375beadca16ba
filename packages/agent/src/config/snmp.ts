import { z } from 'zod'
import { listenAddress, LOOPBACK, path, policyPath, port, type Folders } from './fields.ts'
import type { AgentConfig, SnmpConfig } from './model.ts'

/** Ports of RFC 3417: of agents, and of receivers of notifications. */
const PORTS = { agent: 161, receiver: 162 }

/** Most addresses to listen on: those of a host with many. */
const MAX_ADDRESSES = 16

/** Most receivers in a config: each is sent everything. */
const MAX_SINKS = 16

/** Largest text of the system group in characters (RFC 3418: a DisplayString). */
const MAX_DISPLAY_STRING = 255

const text = z
  .string()
  .max(MAX_DISPLAY_STRING)
  .regex(/^[\x20-\x7e]*$/)

const userName = z
  .string()
  .min(1)
  .max(32)
  .regex(/^[\x21-\x7e]+$/)

const address = z.strictObject({ address: listenAddress, port: port.default(PORTS.agent) })

/** Schema of `snmp`. Version 3 alone, unless it says otherwise. */
export function snmpSchema(folders: Folders): z.ZodType<SnmpConfig> {
  return z
    .strictObject({
      listen: z
        .array(address)
        .min(1)
        .max(MAX_ADDRESSES)
        .default([{ address: LOOPBACK, port: PORTS.agent }]),
      versions: z
        .array(z.enum(['1', '2c', '3']))
        .min(1)
        .default(['3']),
      policyFile: path,
      usersFile: path.optional(),
      // As a rule can spell it; that of every SNMP daemon.
      daemonName: z
        .string()
        .max(127)
        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
        .default('snmpd'),
      contact: text.default(''),
      systemName: text.optional(),
      location: text.default(''),
      sinks: z
        .array(
          z.strictObject({
            host: z
              .string()
              .max(253)
              .regex(/^[A-Za-z0-9_.:-]+$/),
            port: z.int().min(1).max(65_535).default(PORTS.receiver),
            kind: z.enum(['trap', 'inform']).default('inform'),
            user: userName,
          }),
        )
        .max(MAX_SINKS)
        .default([]),
    })
    .transform(({ policyFile, usersFile, systemName, versions, ...rest }) => ({
      ...rest,
      versions: [...new Set(versions)],
      policyFile: policyPath(folders, policyFile),
      ...(usersFile !== undefined && { usersFile: policyPath(folders, usersFile) }),
      ...(systemName !== undefined && { systemName }),
    }))
}

/** What `snmp` asks for and the rest of the config does not give; nothing when all is there. */
export function snmpFault({
  snmp,
  insecure,
}: Pick<AgentConfig, 'snmp' | 'insecure'>): string | undefined {
  if (snmp === undefined) return undefined
  const { versions, sinks, usersFile } = snmp
  if (versions.some((version) => version !== '3') && !insecure.includes(CLEAR)) {
    return `\`snmp.versions\`: \`1\` and \`2c\` need \`${CLEAR}\` in \`insecure\``
  }
  if (sinks.length === 0) return undefined
  if (!versions.includes('3')) return '`snmp.sinks` need version `3` in `snmp.versions`'
  return usersFile === undefined ? '`snmp.sinks` need `snmp.usersFile`' : undefined
}

const CLEAR = 'snmp-communities-in-clear'
