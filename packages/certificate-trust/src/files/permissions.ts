import { lstat, readlink, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Stats } from 'node:fs'
import { escapeControls } from '@gatehouse/core'

/** What can be wrong with a file that trust rests on; the sentence is for people. */
export const FILE_CODES = {
  'file-missing': 'there is no such file, or it cannot be looked at',
  'file-not-regular': 'this is no regular file',
  'file-symlink': 'this is a link: whoever can change what it leads to changes the file',
  'file-owner': 'the file belongs to somebody else',
  'file-readable-by-group': 'the group can read the file',
  'file-readable-by-others': 'everybody can read the file',
  'file-writable-by-group': 'the group can change the file',
  'file-writable-by-others': 'everybody can change the file',
  'file-group': 'the file is shared with another group than the one that is named',
  'folder-owner':
    'a folder that the file is in belongs to somebody else, who can put another in its place',
  'folder-writable-by-group': 'the group can put another file in its place',
  'folder-writable-by-others': 'everybody can put another file in its place',
  'permissions-unknown': 'this system does not say who may read a file',
} as const

/** A code of {@link FILE_CODES}. */
export type FileCode = keyof typeof FILE_CODES

/** One thing that is wrong with a file, or with a folder on the way to it. */
export interface FileFinding {
  readonly code: FileCode
  /** What is to be mended: the file itself or a folder. */
  readonly path: string
  /** Mode, owner and group as they are, in numbers. */
  readonly facts: Readonly<Record<string, string>>
  /** Command for a shell that mends it; `null` where somebody has to decide first. */
  readonly fix: string | null
}

/** One line for people: what is wrong, and the command that mends it. */
export function describeFileFinding({ code, path, facts, fix }: FileFinding): string {
  const values = Object.entries(facts).map(([name, value]) => `${name} ${value}`)
  const told = values.length === 0 ? '' : ` (${values.join(', ')})`
  const mend = fix === null ? '' : `; mend it: ${fix}`
  return escapeControls(`${path}: ${FILE_CODES[code]}${told}${mend}`)
}

/** Options of {@link checkKeyFiles}. */
export interface KeyFileOptions {
  /** Number of the one group that may read the keys. Default: none may. */
  readonly group?: number
  /** Number of the user that files and folders belong to, if not to root. Default: who runs this program. */
  readonly owner?: number
}

/**
 * Who else can read or change files with private keys: mode and owner of the files, and of every
 * folder on the way to them.
 *
 * Access lists beyond the mode are not seen. Folders that everybody may write to are in order when
 * their entries belong to those who made them (sticky).
 */
export async function checkKeyFiles(
  paths: readonly string[],
  options: KeyFileOptions = {},
): Promise<readonly FileFinding[]> {
  return await checkFiles(paths, { ...options, isSecret: true })
}

/** Who else can change files that trust rests on: lists, configurations, certificates. Everybody may read them. */
export async function checkTrustFiles(
  paths: readonly string[],
  options: Pick<KeyFileOptions, 'owner'> = {},
): Promise<readonly FileFinding[]> {
  return await checkFiles(paths, { ...options, isSecret: false })
}

interface Wanted extends KeyFileOptions {
  readonly isSecret: boolean
}

async function checkFiles(paths: readonly string[], wanted: Wanted): Promise<FileFinding[]> {
  const owner = wanted.owner ?? process.geteuid?.()
  if (owner === undefined) {
    return paths.map((path) => ({ code: 'permissions-unknown', path, facts: {}, fix: null }))
  }
  const ofFiles = await Promise.all(paths.map((path) => checkFile(path, { ...wanted, owner })))
  const folders = new Set(paths.flatMap((path) => foldersOf(path)))
  const ofFolders = await Promise.all([...folders].map((path) => checkFolder(path, owner)))
  return [...ofFiles, ...ofFolders].flat()
}

function foldersOf(path: string): readonly string[] {
  const folders: string[] = []
  for (let at = dirname(resolve(path)); ; at = dirname(at)) {
    folders.push(at)
    if (at === dirname(at)) return folders
  }
}

async function checkFile(
  path: string,
  { isSecret, group, owner }: Wanted & { readonly owner: number },
): Promise<FileFinding[]> {
  const status = await look(path)
  if (status === undefined) return [{ code: 'file-missing', path, facts: {}, fix: null }]
  const name = quote(path)
  const findings: FileFinding[] = []
  const { mode, uid, gid } = status.target
  const facts = { mode: octal(mode), owner: String(uid), group: String(gid) }
  const find = (code: FileCode, fix: string | null): void => {
    findings.push({ code, path, facts, fix })
  }
  if (status.link !== undefined) {
    find('file-symlink', `cp --remove-destination -- ${quote(status.link)} ${name}`)
  }
  if (!status.target.isFile()) find('file-not-regular', null)
  if (uid !== owner && uid !== 0) find('file-owner', `chown ${owner} -- ${name}`)
  const has = (bits: number): boolean => (mode & bits) !== 0
  if (has(0o020)) find('file-writable-by-group', `chmod g-w -- ${name}`)
  if (has(0o002)) find('file-writable-by-others', `chmod o-w -- ${name}`)
  if (!isSecret) return findings
  if (has(0o004)) find('file-readable-by-others', `chmod o-r -- ${name}`)
  if (has(0o040) && group === undefined) find('file-readable-by-group', `chmod g-r -- ${name}`)
  if (has(0o040) && group !== undefined && gid !== group) {
    find('file-group', `chgrp ${group} -- ${name}`)
  }
  return findings
}

async function checkFolder(path: string, owner: number): Promise<FileFinding[]> {
  const status = await look(path)
  if (status === undefined) return []
  const { mode, uid, gid } = status.target
  const facts = { mode: octal(mode), owner: String(uid), group: String(gid) }
  const name = quote(path)
  const findings: FileFinding[] = []
  if (uid !== owner && uid !== 0) {
    findings.push({ code: 'folder-owner', path, facts, fix: `chown ${owner} -- ${name}` })
  }
  if ((mode & 0o1000) !== 0) return findings
  if ((mode & 0o020) !== 0) {
    findings.push({ code: 'folder-writable-by-group', path, facts, fix: `chmod g-w -- ${name}` })
  }
  if ((mode & 0o002) !== 0) {
    findings.push({ code: 'folder-writable-by-others', path, facts, fix: `chmod o-w -- ${name}` })
  }
  return findings
}

/** What is at a path, and where it leads if it is a link; `undefined` when nothing can be seen there. */
async function look(
  path: string,
): Promise<{ readonly target: Stats; readonly link?: string } | undefined> {
  try {
    const target = await stat(path)
    const isLink = (await lstat(path)).isSymbolicLink()
    return isLink ? { target, link: resolve(dirname(path), await readlink(path)) } : { target }
  } catch {
    return undefined
  }
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0')
}

function quote(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
}
