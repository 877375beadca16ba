import { dirname, resolve } from 'node:path'
import { ConfigError } from '@gatehouse/core'
import { readFirstUsePolicy } from '@gatehouse/ssh-trust'
import { z } from 'zod'

/** How a system is reached by SSH. */
export interface SystemSsh {
  /** TCP port, at the address of the system. */
  readonly port: number
  /** Account there, for tools that name none. Default: that of the user who asks. */
  readonly account?: string
  /** Stands for address and port in the files of host keys. */
  readonly hostKeyAlias?: string
  /** What is there: a shell, which gets a command line, or a Gatehouse agent, which gets the name of a tool. */
  readonly runs: 'shell' | 'tools'
  /** What all systems of the file have in common. */
  readonly settings: SshSettings
}

/** A system that is reached by SSH. */
export type WithSsh<System> = System & { readonly ssh: SystemSsh }

/** What the console needs for SSH. */
export interface SshSettings {
  /** Keys of hosts; new ones are added. */
  readonly knownHostsFile: string
  /** Private key of the console, in OpenSSH's own container or PEM, for its owner alone. */
  readonly keyFile: string
  /** What is done with a host that the file does not have. */
  readonly firstUse: 'first-time' | 'never'
  /** Keys that count for nothing: an OpenSSH revocation list, or keys line by line. */
  readonly revokedFile?: string
}

/** Ports where a system does not name one: of a shell that of SSH, of an agent its own. */
const PORTS: Readonly<Record<SystemSsh['runs'], number>> = { shell: 22, tools: 22_222 }

/** `ssh` of one system, as it is written. */
export interface WrittenSystemSsh extends Omit<SystemSsh, 'port' | 'settings'> {
  /** TCP port. */
  readonly port?: number
}

/** Schema of {@link WrittenSystemSsh}. */
export const systemSshSchema: z.ZodType<WrittenSystemSsh> = z.strictObject({
  port: z.exactOptional(z.int().min(1).max(65535)),
  account: z.exactOptional(z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}$/)),
  hostKeyAlias: z.exactOptional(z.string().regex(/^[A-Za-z0-9._:-]{1,253}$/)),
  runs: z.enum(['shell', 'tools']).default('shell'),
})

const file = z.string().min(1).max(4096)

/** `ssh` of a systems file, as it is written. */
export interface WrittenSsh {
  /** Path. */
  readonly knownHostsFile: string
  /** Path. */
  readonly keyFile: string
  /** `FIRST TIME`, `NEVER` or `false`. */
  readonly addUnknownHosts: string | false
  /** Path. */
  readonly revokedFile?: string
}

/** Schema of {@link WrittenSsh}. */
export const sshSchema: z.ZodType<WrittenSsh> = z.strictObject({
  knownHostsFile: file,
  keyFile: file,
  addUnknownHosts: z.union([z.string().max(64), z.literal(false)]).default('FIRST TIME'),
  revokedFile: z.exactOptional(file),
})

/** How one system is reached. */
export function systemSsh(written: WrittenSystemSsh, settings: SshSettings): SystemSsh {
  return { ...written, port: written.port ?? PORTS[written.runs], settings }
}

/**
 * Reads `ssh` of a systems file; files are named from its folder.
 *
 * @throws ConfigError for a first-use policy that is none.
 */
export function sshSettings(
  path: string,
  { knownHostsFile, keyFile, addUnknownHosts, revokedFile }: WrittenSsh,
): SshSettings {
  const inFolder = (name: string): string => resolve(dirname(path), name)
  return {
    knownHostsFile: inFolder(knownHostsFile),
    keyFile: inFolder(keyFile),
    firstUse: firstUse(path, String(addUnknownHosts)),
    ...(revokedFile !== undefined && { revokedFile: inFolder(revokedFile) }),
  }
}

function firstUse(path: string, value: string): SshSettings['firstUse'] {
  try {
    return readFirstUsePolicy(value)
  } catch (cause) {
    const why = (cause as Error).message
    const source = { file: path }
    throw new ConfigError(`systems file \`${path}\`: \`addUnknownHosts\`: ${why}`, {
      source,
      cause,
    })
  }
}
