import { realpathSync } from 'node:fs'
import { ALL_SYSTEMS, systemsFile, type SystemDirectory } from '../systems.ts'
import { hasSsh, namedSystems, reachable } from '../tasks/plan.ts'
import type { WithSsh } from '../tasks/ssh-settings.ts'
import type { System } from '../systems.ts'
import type { KeyFolder } from '../ssh-keys/key-folder.ts'
import { KeysError } from '../ssh-keys/keys-error.ts'
import type { Terminal } from '../terminal.ts'
import { systemsPath } from './remote.ts'

/** Options of every command about the console's keys. */
export interface KeysOptions {
  /** Folder of the keys. */
  readonly keys?: string
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** Options of commands that log in to systems. */
export interface KeysOnSystems extends KeysOptions {
  /** The systems file. */
  readonly systems?: string
}

/** The folder that a command works with: `--keys`, else GATEHOUSE_SSH_KEYS, else `./ssh-keys`. */
export function keysPath({ keys }: KeysOptions, { env }: Terminal): string {
  return keys ?? env['GATEHOUSE_SSH_KEYS'] ?? 'ssh-keys'
}

/** Where systems are looked up. */
export function directoryOf({ systems }: KeysOnSystems, terminal: Terminal): SystemDirectory {
  return systemsFile(systemsPath(systems, terminal))
}

/** The systems that a command line means. @throws ConfigError for unknown ones, and those without `ssh`. */
export async function systemsOn(
  directory: SystemDirectory,
  names: string,
): Promise<readonly WithSsh<System>[]> {
  return reachable(await namedSystems(directory, { systems: names }))
}

/** Every system that is reached by SSH now. */
export async function allWithSsh(directory: SystemDirectory): Promise<readonly WithSsh<System>[]> {
  return (await directory.list()).filter(hasSsh)
}

/** Whether a name is meant by what a command line names. */
export function isNamed(names: string): (name: string) => boolean {
  const wanted = new Set(names.split(',').map((name) => name.trim()))
  return (name) => names === ALL_SYSTEMS || wanted.has(name)
}

/** @throws KeysError `key-file-differs` when tasks would go on with another key than the folder's. */
export function requireSameKey(folder: KeyFolder, systems: readonly WithSsh<System>[]): void {
  const own = realpath(folder.fileOf('current'))
  const other = systems.find(({ ssh }) => realpath(ssh.settings.keyFile) !== own)
  if (other === undefined) return
  const file = other.ssh.settings.keyFile
  throw new KeysError('key-file-differs', { detail: `\`${file}\`, not \`${own}\``, file })
}

function realpath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
