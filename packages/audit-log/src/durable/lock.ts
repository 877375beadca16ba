import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync, statSync, type BigIntStats } from 'node:fs'
import { link, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises'
import { hostname } from 'node:os'
import { AuditLogError } from '../codes.ts'

/** Who holds a lock, told so that a later process can see whether it still runs. */
export interface LockOwner {
  /** Its process id. */
  readonly pid: number
  /** The host that it runs on. */
  readonly host: string
  /** Identity of the system's run since it was started; empty where it is unknown. */
  readonly boot: string
  /** The space in which the pid counts: containers have their own. Empty where it is unknown. */
  readonly space: string
  /**
   * When the process began, in ticks of the system: a pid is used again. Empty where it is unknown.
   */
  readonly started: string
}

const ATTEMPTS = 5

/**
 * A lock file with the owner's pid, which a process that was killed leaves behind and the next
 * takes over.
 */
export class FileLock {
  readonly #path: string
  /** Kept open, so that the identity of the file is not given to another. */
  readonly #handle: FileHandle
  readonly #identity: BigIntStats
  /** The owner that left the lock behind, if there was one. */
  readonly stale: LockOwner | undefined

  private constructor(
    path: string,
    handle: FileHandle,
    identity: BigIntStats,
    stale: LockOwner | undefined,
  ) {
    this.#path = path
    this.#handle = handle
    this.#identity = identity
    this.stale = stale
  }

  /**
   * Takes a lock.
   *
   * @throws AuditLogError `log-in-use` when its owner runs, `lock-unclear` when that cannot be
   * told.
   */
  static async take(path: string): Promise<FileLock> {
    const own = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`
    const handle = await open(own, 'wx', 0o600)
    try {
      await handle.writeFile(`${JSON.stringify(ownerOf(process.pid))}\n`)
      await handle.sync()
      const identity = await handle.stat({ bigint: true })
      const stale = await settle(own, path)
      return new FileLock(path, handle, identity, stale)
    } catch (error) {
      await handle.close()
      throw error
    } finally {
      await rm(own, { force: true })
    }
  }

  /** Whether the lock file is still the one that was taken. */
  isHeld(): boolean {
    return isSameFile(this.#path, this.#identity)
  }

  /** Gives the lock back. */
  async release(): Promise<void> {
    if (this.isHeld()) await rm(this.#path, { force: true })
    await this.#handle.close()
  }
}

/** Whether a path leads to a certain file and not to another that took its place. */
export function isSameFile(path: string, { dev, ino }: BigIntStats): boolean {
  const now = statSync(path, { bigint: true, throwIfNoEntry: false })
  return now?.ino === ino && now.dev === dev
}

/**
 * Gives a lock file its name, which it gets only when it is whole.
 *
 * @returns The owner of the lock that was cleared away for it, if there was one.
 */
async function settle(own: string, path: string): Promise<LockOwner | undefined> {
  let stale: LockOwner | undefined
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each attempt depends on what the last one found
    if (await linked(own, path)) return stale
    // oxlint-disable-next-line no-await-in-loop -- as above
    stale = (await clearStale(path, `${own}.stale`)) ?? stale
  }
  throw new AuditLogError('log-in-use', path)
}

async function linked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/**
 * Moves a lock aside whose owner is gone. When another process was faster, its lock is put back.
 */
async function clearStale(path: string, aside: string): Promise<LockOwner | undefined> {
  const text = await readIfThere(path)
  if (text === undefined) return undefined
  const owner = readOwner(text)
  const state = owner === undefined ? 'unclear' : stateOf(owner)
  if (owner === undefined || state === 'unclear') throw new AuditLogError('lock-unclear', path)
  if (state === 'runs') throw new AuditLogError('log-in-use', path, { detail: `pid ${owner.pid}` })
  try {
    await rename(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const moved = await readIfThere(aside)
  if (moved !== text) await linked(aside, path)
  await rm(aside, { force: true })
  return moved === text ? owner : undefined
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function readOwner(text: string): LockOwner | undefined {
  try {
    const owner = JSON.parse(text) as LockOwner
    const { pid, host, boot, space, started } = owner
    const texts = [host, boot, space, started]
    const isOwner = Number.isSafeInteger(pid) && texts.every((value) => typeof value === 'string')
    return isOwner ? owner : undefined
  } catch {
    return undefined
  }
}

function stateOf(owner: LockOwner): 'runs' | 'gone' | 'unclear' {
  const here = ownerOf(owner.pid)
  if (owner.host !== here.host) return 'unclear'
  if (owner.boot !== here.boot) return 'gone'
  if (owner.space !== here.space) return 'unclear'
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone'
  }
  return here.started === '' || here.started === owner.started ? 'runs' : 'gone'
}

function ownerOf(pid: number): LockOwner {
  return {
    pid,
    host: hostname(),
    boot: readOr(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    space: readOr(() => readlinkSync('/proc/self/ns/pid')),
    started: readOr(() => startOf(readFileSync(`/proc/${pid}/stat`, 'latin1'))),
  }
}

const STATE = 0
const STARTED = 19

/** The fields of `stat` count after the name of the program, which may hold anything. */
function startOf(stat: string): string {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[STATE] === 'Z' ? 'ended' : (fields[STARTED] ?? '')
}

function readOr(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
