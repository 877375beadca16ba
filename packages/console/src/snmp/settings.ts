import { dirname, resolve } from 'node:path'
import { isIP } from 'node:net'
import { ConfigError, Secret } from '@gatehouse/core'
import { MAX_COMMUNITY_OCTETS, MAX_TRIES, type Level } from '@gatehouse/snmp-access'
import type { UsmUser } from '@gatehouse/snmp-access/message'
import { z } from 'zod'
import { readPrivateJson } from './private-json.ts'
import {
  levelOf,
  MAX_USERS,
  requireUnique,
  userSchema,
  usmUser,
  type WrittenUser,
} from './users.ts'

/** How one system is asked by SNMP. */
export interface SystemSnmp {
  /** UDP port, at the address of the system. */
  readonly port: number
  /** Read community. Default: none of its own. */
  readonly read?: Secret
  /** Write community. The console writes nothing; it is not sent for reading. Default: none. */
  readonly write?: Secret
  /** Version 3 user, of the users of the file. Default: none of its own. */
  readonly user?: string
  /** Whether what is global is tried when its own fails. Default: no. */
  readonly tryOthers: boolean
  /** Version of messages with a community. */
  readonly version: '1' | '2c'
}

/** A user with the protection that it is used with. */
export interface KnownUser {
  readonly user: UsmUser
  readonly level: Level
  /** Engines whose traps of this user are taken. */
  readonly engineIds: readonly Uint8Array[]
}

/** How often and how patiently systems are asked. */
export interface PollSettings {
  /** Between two polls of a system, in seconds. */
  readonly intervalSeconds: number
  /** For one answer, in milliseconds. */
  readonly timeoutMs: number
  /** How often a request is sent again, for UDP may lose it. */
  readonly retries: number
  /** Most systems at once. */
  readonly atOnce: number
  /** Most credentials tried in one poll. */
  readonly maxTries: number
  /** After how many refusals of users in a row a system is asked with users no more, so that no account is locked out. */
  readonly stopAfter: number
}

/** How traps are received. */
export interface TrapSettings {
  /** UDP port. */
  readonly port: number
  /** Local addresses. */
  readonly addresses: readonly string[]
  /** The snmptrapd.conf that says whose traps are taken. */
  readonly configurationFile: string
  /** Where identity and boots of the console's SNMP engine are kept. */
  readonly engineFile: string
  /** Size of the receive buffer that is asked for, in bytes; the system may give less. */
  readonly receiveBufferBytes: number
  /** Versions that are taken. */
  readonly versions: readonly ('1' | '2c' | '3')[]
}

/** What the console knows of SNMP. */
export interface SnmpSettings {
  /** Path of the file. */
  readonly file: string
  /** Global read communities, in the order of their tries. */
  readonly globalRead: readonly Secret[]
  /** Names of users that are tried on systems, in this order. */
  readonly globalUsers: readonly string[]
  /** Every user, by name. */
  readonly users: ReadonlyMap<string, KnownUser>
  /** Systems that are asked, by name. */
  readonly systems: ReadonlyMap<string, SystemSnmp>
  readonly poll: PollSettings
  /** Undefined: no trap is received. */
  readonly traps: TrapSettings | undefined
}

/** Port where HP SIM's setting does not name one: also when its line is deleted. */
export const TRAP_PORT = 162

/** Port of agents. */
export const AGENT_PORT = 161

/** Receive buffer that is asked for: some 3,000 traps. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024

const community = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= MAX_COMMUNITY_OCTETS, 'more than 255 octets')
  .transform((text) => new Secret(text))

const file = z.string().min(1).max(4096)
const version = z.enum(['1', '2c'])
const port = z.int().min(0).max(65535)

const systemSchema = z
  .strictObject({
    port: port.min(1).default(AGENT_PORT),
    read: z.exactOptional(community),
    write: z.exactOptional(community),
    user: z.exactOptional(z.string().min(1).max(32)),
    tryOthers: z.boolean().default(false),
    version: z.exactOptional(version),
  })
  .refine(({ read, user }) => read === undefined || user === undefined, {
    error: 'both `read` and `user`: a system has one of them, and `tryOthers` for the rest',
  })

const settingsSchema = z.strictObject({
  version: version.default('2c'),
  globalRead: z.array(community).max(100).default([]),
  globalUsers: z.array(z.string().min(1).max(32)).max(100).default([]),
  users: z.array(userSchema).max(MAX_USERS).default([]),
  systems: z.record(z.string().min(1).max(63), systemSchema).default({}),
  intervalSeconds: z.int().min(1).max(86_400).default(60),
  timeoutMs: z.int().min(10).max(60_000).default(1000),
  retries: z.int().min(0).max(10).default(1),
  atOnce: z.int().min(1).max(100).default(10),
  maxTries: z.int().min(1).max(MAX_TRIES).default(MAX_TRIES),
  stopAfter: z.int().min(1).max(100).default(3),
  SnmpTrapPortAddress: port.default(TRAP_PORT),
  traps: z.exactOptional(
    z.strictObject({
      addresses: z
        .array(z.string().refine((text) => isIP(text) !== 0, 'no IP address'))
        .min(1)
        .max(64)
        .default(['127.0.0.1']),
      configurationFile: file.default('snmptrapd.conf'),
      engineFile: file.default('snmp-engine'),
      receiveBufferBytes: z
        .int()
        .min(1024)
        .max(256 * 1024 * 1024)
        .default(RECEIVE_BUFFER_BYTES),
      versions: z
        .array(z.enum(['1', '2c', '3']))
        .min(1)
        .default(['3']),
    }),
  ),
})

type Written = z.output<typeof settingsSchema>

/**
 * Reads the settings for SNMP, a JSON file for its owner alone: `globalRead`, `globalUsers`, `users`,
 * `systems` by name, how to poll, `SnmpTrapPortAddress` and `traps`.
 *
 * Files are named from its folder.
 *
 * @throws ConfigError that names the field at fault, never what stands in it.
 */
export async function readSnmpSettings(path: string): Promise<SnmpSettings> {
  const written = await readPrivateJson(path, 'SNMP settings', settingsSchema)
  requireUnique(written.users, path)
  requireUsers(path, written)
  const { intervalSeconds, timeoutMs, retries, atOnce, maxTries, stopAfter, globalRead } = written
  const systems = Object.entries(written.systems).map(
    ([name, { version: own = written.version, ...rest }]) =>
      [name, { ...rest, version: own }] as const,
  )
  return {
    file: path,
    globalRead,
    globalUsers: written.globalUsers,
    users: new Map(written.users.map((user) => [user.name, known(user)])),
    systems: new Map(systems),
    poll: { intervalSeconds, timeoutMs, retries, atOnce, maxTries, stopAfter },
    traps: trapsOf(path, written),
  }
}

function known(written: WrittenUser): KnownUser {
  const user = usmUser(written)
  const engineIds = (written.engineIds ?? []).map((hex) =>
    Buffer.from(hex.replace(/^0x/, ''), 'hex'),
  )
  return { user, level: levelOf(user), engineIds }
}

function requireUsers(path: string, { users, globalUsers, systems }: Written): void {
  const names = new Set(users.map(({ name }) => name))
  const named = [
    ...globalUsers.map((user, index) => [user, `globalUsers.${index}`] as const),
    ...Object.entries(systems).map(([name, { user }]) => [user, `systems.${name}.user`] as const),
  ]
  for (const [user, field] of named) {
    if (user === undefined || names.has(user)) continue
    const what = `SNMP settings \`${path}\`: field \`${field}\` names a user that is not in \`users\``
    throw new ConfigError(what, { source: { file: path } })
  }
}

function trapsOf(path: string, { traps, SnmpTrapPortAddress }: Written): TrapSettings | undefined {
  if (traps === undefined) return undefined
  const inFolder = (name: string): string => resolve(dirname(path), name)
  return {
    ...traps,
    port: SnmpTrapPortAddress,
    configurationFile: inFolder(traps.configurationFile),
    engineFile: inFolder(traps.engineFile),
  }
}
