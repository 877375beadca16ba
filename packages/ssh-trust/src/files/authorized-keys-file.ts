import {
  deny,
  MAX_POLICY_BYTES,
  noPolicy,
  type NoPolicy,
  type NoPolicyCode,
  type Reason,
} from '@gatehouse/core'
import { constants, type Stats } from 'node:fs'
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { AuthorizedKeys } from '../authorized-keys/model.ts'
import { parseAuthorizedKeys } from '../authorized-keys/parse.ts'
import {
  checkStrictModes,
  type ModesCode,
  type PathFacts,
} from '../authorized-keys/strict-modes.ts'
import type { Edited } from '../known-hosts/edit.ts'
import { editFile, type EditFileOptions } from './edit-file.ts'
import type { FileEdit } from './file-edit.ts'

/** Which authorized_keys file is read, and whose it is. */
export interface AuthorizedKeysPlace {
  /** Where the file is; symbolic links are followed, and what they lead to is judged. */
  readonly path: string
  /** Home directory of the account: directories above it are not looked at. Null when it has none. */
  readonly home: string | null
  /** Numeric id of the account. */
  readonly uid: number
  /** Largest file, in bytes. Default 16 MiB. */
  readonly maxBytes?: number
  /**
   * Makes the lines of the bytes. Default {@link parseAuthorizedKeys}; another may give those again that it made
   * of the same bytes before.
   */
  readonly parse?: typeof parseAuthorizedKeys
}

/**
 * Reads the authorized_keys file of an account, if `StrictModes` of upstream's sshd lets it count: see
 * `checkStrictModes`. What was checked is what is read: one open file.
 *
 * Does NOT switch to the account: the process must be able to read the file and every directory above it.
 *
 * @returns The lines, or a `NoPolicy`; with `policy-unreadable` the fact `modes` is the code of
 *   `MODES_CODES`, and `at` the path at fault, where the modes are why. Never throws for what is there.
 */
export async function loadAuthorizedKeys(
  place: AuthorizedKeysPlace,
): Promise<AuthorizedKeys | NoPolicy> {
  const { path } = place
  let handle: FileHandle
  try {
    handle = await open(path, READ)
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return noPolicy(isMissing ? 'policy-missing' : 'policy-unreadable', path)
  }
  try {
    const status = await handle.stat()
    const refusal = await refusalOf(place, status)
    return refusal ?? (await read(handle, status, place))
  } catch {
    return noPolicy('policy-unreadable', path)
  } finally {
    await handle.close()
  }
}

/** Without waiting: a pipe that nobody writes to would hold up whoever opens it. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK

async function refusalOf(
  { path, home, uid }: AuthorizedKeysPlace,
  status: Stats,
): Promise<NoPolicy | undefined> {
  const canonical = await realpath(path)
  const named = await lstat(canonical)
  if (named.dev !== status.dev || named.ino !== status.ino) {
    return noPolicy('policy-unreadable', path)
  }
  const decision = checkStrictModes({
    account: uid,
    home: home === null ? null : await realpathOr(home),
    file: factsOf(canonical, status),
    directories: await directoriesAbove(canonical),
  })
  return decision.outcome === 'allow' ? undefined : unsafe(path, decision.reasons[0])
}

function unsafe(path: string, { code, source }: Reason<ModesCode>): NoPolicy {
  const at = source !== undefined && 'file' in source ? source.file : path
  const reason = { source: { file: path }, facts: { modes: code, at } }
  const decision = deny<NoPolicyCode>({ code: 'policy-unreadable', ...reason })
  return Object.freeze({ noPolicy: 'policy-unreadable', decision })
}

/** As sshd has it, a home directory that is not there bounds nothing. */
async function realpathOr(path: string): Promise<string | null> {
  try {
    return await realpath(path)
  } catch {
    return null
  }
}

async function directoriesAbove(file: string): Promise<PathFacts[]> {
  const paths: string[] = []
  for (let path = dirname(file); ; path = dirname(path)) {
    paths.push(path)
    if (path === dirname(path)) break
  }
  return await Promise.all(paths.map(async (path) => factsOf(path, await lstat(path))))
}

function factsOf(path: string, status: Stats): PathFacts {
  const kind = status.isFile() ? 'file' : status.isDirectory() ? 'directory' : 'other'
  return { path, kind, owner: status.uid, mode: status.mode & 0o7777 }
}

async function read(
  handle: FileHandle,
  { size, mtimeMs }: Stats,
  { path, maxBytes = MAX_POLICY_BYTES, parse = parseAuthorizedKeys }: AuthorizedKeysPlace,
): Promise<AuthorizedKeys | NoPolicy> {
  if (size > maxBytes) return noPolicy('policy-too-large', path)
  const buffer = Buffer.alloc(size + 1)
  let length = 0
  while (length < buffer.length) {
    // oxlint-disable-next-line no-await-in-loop -- each read starts where the last one ended
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  const after = await handle.stat()
  // It was written to meanwhile: this may be half of one text and half of another.
  if (length !== size || after.size !== size || after.mtimeMs !== mtimeMs) {
    return noPolicy('policy-unreadable', path)
  }
  return parse(buffer.subarray(0, length), { file: path, maxBytes })
}

/**
 * Edits an authorized_keys file as `KnownHostsFiles` does its own: locked, read anew, replaced whole. A new
 * file gets 0600 and belongs to whoever runs this; one that is there keeps owner and permissions, less
 * writing by group and others.
 *
 * @param edit - For instance `addAuthorizedKey` with its arguments.
 * @throws ConfigError when the file cannot be read or written; then it is as it was.
 */
export function editAuthorizedKeys<Refusal extends string>(
  path: string,
  edit: (text: Uint8Array) => Edited<Uint8Array, Refusal>,
  { maxBytes }: Pick<EditFileOptions, 'maxBytes'> = {},
): Promise<FileEdit<Refusal>> {
  return editFile(path, edit, maxBytes === undefined ? {} : { maxBytes })
}
