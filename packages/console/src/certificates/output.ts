import { ConfigError } from '@gatehouse/core'
import { replaceFile } from '@gatehouse/core/files'
import { lstat, mkdir, open } from 'node:fs/promises'
import { jsonLine } from '../render.ts'
import type { Terminal } from '../terminal.ts'

/** Writes an answer: one JSON object, or lines for people that are escaped already. */
export function answer(
  { json = false }: { readonly json?: boolean },
  { object, lines }: { readonly object: object; readonly lines: readonly string[] },
  terminal: Terminal,
): void {
  terminal.out(json ? jsonLine(object) : lines.map((line) => `${line}\n`).join(''))
}

/** How {@link writeResult} writes. */
export interface WriteOptions {
  /** Whether a file that is there is replaced, in one step. Default: it is an error. */
  readonly replace?: boolean
  /** Permissions of a new file. Default 0644, less what the process masks out. */
  readonly mode?: number
}

/** Writes a new file, flushed to disk. @throws ConfigError when it is there, or cannot be written. */
export async function writeResult(
  path: string,
  contents: string | Uint8Array,
  { replace = false, mode = 0o644 }: WriteOptions = {},
): Promise<void> {
  const source = { file: path }
  try {
    const handle = await open(path, 'wx', mode)
    try {
      await handle.writeFile(contents)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST' && replace) return replaceFile(path, contents)
    const why = code === 'EEXIST' ? 'is there already' : `cannot be written: ${code ?? 'failed'}`
    throw new ConfigError(`file \`${path}\` ${why}`, { source, cause })
  }
}

/** @throws ConfigError when something is there already: asked before a key is made that belongs to it. */
export async function requireAbsent(path: string): Promise<void> {
  try {
    await lstat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
  }
  throw new ConfigError(`file \`${path}\` is there already`, { source: { file: path } })
}

/** Makes a folder that only its owner can look into; one that is there stays as it is. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'failed'
    throw new ConfigError(`folder \`${path}\` cannot be made: ${code}`, { cause })
  }
}
