import { allow, deny, describeWith, type Decision, type Reason } from '@gatehouse/core'

/** Why the files of an account may or may not be trusted. */
export const MODES_CODES = {
  /** Nothing to do. */
  'modes-good': 'only the account and root can change the file',
  /** Put a regular file there. */
  'file-not-regular': 'the file is not a regular file',
  /** Give it to the account or to root. */
  'file-owner': 'the file belongs to somebody else',
  /** `chmod go-w` the file. */
  'file-mode': 'others than the owner can write the file',
  /** Give it to the account or to root. */
  'directory-owner': 'a directory above the file belongs to somebody else',
  /** `chmod go-w` the directory. */
  'directory-mode': 'others than the owner can write a directory above the file',
  /** Describe every directory up to the home directory, or up to `/`. */
  'directory-missing': 'the directories do not reach the home directory or `/`',
} as const

/** A code of {@link MODES_CODES}. */
export type ModesCode = keyof typeof MODES_CODES

/** One line for people: the sentence of the code, and the path. */
export const describeModes: (reason: Reason<ModesCode>) => string = describeWith(MODES_CODES)

/** What stat(2) says about a path after every symbolic link was resolved. */
export interface PathFacts {
  /** Canonical path. */
  readonly path: string
  /** What stands there. */
  readonly kind: 'file' | 'directory' | 'other'
  /** Numeric id of its owner. */
  readonly owner: number
  /** Permission bits, such as `0o600`. */
  readonly mode: number
}

/** The file of an account and what stands above it. */
export interface AccountFiles {
  /** Numeric id of the account. */
  readonly account: number
  /** Canonical path of its home directory; null when it has none. */
  readonly home: string | null
  /** The authorized_keys file. */
  readonly file: PathFacts
  /** The directories above the file, the nearest first, at least up to the home directory or `/`. */
  readonly directories: readonly PathFacts[]
}

const ROOT = 0
const OTHERS_WRITE = 0o022

/**
 * Decides by the upstream rule of `StrictModes` whether a file may say who gets in: a regular file, and
 * it and each directory up to the home directory owned by the account or root, and writable by no group and no others.
 *
 * Debian's sshd also lets a private group of the account write; this does not. Access control lists and
 * what happens between this check and the reading are not looked at.
 *
 * @returns `allow` with `modes-good`, else `deny` with the first fault and its path.
 * @see sshd_config(5), StrictModes
 */
export function checkStrictModes({
  account,
  home,
  file,
  directories,
}: AccountFiles): Decision<ModesCode> {
  const isSafe = ({ owner }: PathFacts): boolean => owner === ROOT || owner === account
  const refuse = (code: ModesCode, { path }: PathFacts): Decision<ModesCode> =>
    deny({ code, source: { file: path } })
  if (file.kind !== 'file') return refuse('file-not-regular', file)
  if (!isSafe(file)) return refuse('file-owner', file)
  if ((file.mode & OTHERS_WRITE) !== 0) return refuse('file-mode', file)
  let below = file.path
  for (const directory of directories) {
    if (directory.path !== parentOf(below)) break
    if (!isSafe(directory) || directory.kind !== 'directory') {
      return refuse('directory-owner', directory)
    }
    if ((directory.mode & OTHERS_WRITE) !== 0) return refuse('directory-mode', directory)
    if (directory.path === home || directory.path === '/') {
      return allow({ code: 'modes-good', source: { file: file.path } })
    }
    below = directory.path
  }
  return refuse('directory-missing', file)
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}
