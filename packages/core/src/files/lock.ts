import { randomUUID } from 'node:crypto'
import { link, open, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { ConfigError } from '../errors.ts'

/** How {@link withLock} waits for its turn. */
export interface LockOptions {
  /** How often it tries, 50 ms apart. Default 600: half a minute. */
  readonly attempts?: number
}

const DEFAULT_ATTEMPTS = 600
const PAUSE_MS = 50

/**
 * Does something while nobody else does anything under the same lock, in this process or another: the
 * others wait for their turn. A lock whose process is gone is taken over.
 *
 * @param file - The lock: a file that is there while it is held.
 * @throws ConfigError when it is held for too long, when it cannot be told whether its process runs,
 *   and when the file cannot be made.
 */
export async function withLock<Value>(
  file: string,
  work: () => Promise<Value>,
  { attempts = DEFAULT_ATTEMPTS }: LockOptions = {},
): Promise<Value> {
  const owner = { pid: process.pid, host: hostname(), id: randomUUID() }
  held.add(owner.id)
  try {
    await take(file, owner, attempts)
    try {
      return await work()
    } finally {
      await rm(file, { force: true })
    }
  } finally {
    held.delete(owner.id)
  }
}

/** Who holds a lock. */
export interface LockOwner {
  /** Its process. */
  readonly pid: number
  /** Where that runs. */
  readonly host: string
  /** Of this lock and no other. */
  readonly id: string
}

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function isOwner(value: unknown): value is LockOwner {
  const { pid, host, id } = (value ?? {}) as Partial<Record<keyof LockOwner, unknown>>
  const hasPid = Number.isSafeInteger(pid) && Number(pid) > 0
  return hasPid && typeof host === 'string' && typeof id === 'string' && ID.test(id)
}

/** Locks of this process: one that has its number and is not among them is of an earlier process. */
const held = new Set<string>()

async function take(file: string, owner: LockOwner, attempts: number): Promise<void> {
  // It gets its name only when it is whole: whoever sees it sees whose it is.
  const own = `${file}.${owner.id}`
  try {
    await writeFile(own, `${JSON.stringify(owner)}\n`, { flag: 'wx', mode: 0o600 })
    for (let attempt = 1; ; attempt += 1) {
      // oxlint-disable no-await-in-loop -- each attempt comes after the last
      if (await linked(own, file)) return
      const other = await ownerOf(file)
      if (attempt >= attempts) throw refusal(file, `process ${other?.pid ?? '?'} works with it`)
      const isGone = other !== undefined && !runs(other)
      if (!isGone || !(await clearLock(file, other))) await pause(PAUSE_MS)
      // oxlint-enable no-await-in-loop
    }
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    const { code = 'failed' } = cause as NodeJS.ErrnoException
    throw new ConfigError(`\`${file}\` cannot be made: ${code}`, { source: { file }, cause })
  } finally {
    // What could not be made for its name cannot be removed by it either, and what is left is no lock.
    await rm(own, { force: true }).catch(() => undefined)
  }
}

async function linked(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Whose a lock is; nobody's when it has gone meanwhile. @throws ConfigError when that cannot be told. */
async function ownerOf(file: string): Promise<LockOwner | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refusal(file, 'it does not say whose it is')
  }
  if (!isOwner(value)) throw refusal(file, 'it does not say whose it is')
  if (value.host === hostname()) return value
  throw refusal(file, `it is of the host \`${value.host}\``)
}

function runs({ pid, id }: LockOwner): boolean {
  if (pid === process.pid) return held.has(id)
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/**
 * Removes a lock whose process is gone. Only one may: whoever makes the file that is named after that
 * very lock. The lock is looked at again after that, as another may have cleared it and taken its own.
 *
 * @returns Whether it is gone; `false` while another removes it.
 */
export async function clearLock(file: string, gone: LockOwner): Promise<boolean> {
  const permit = `${file}.${gone.id}.gone`
  try {
    const handle = await open(permit, 'wx', 0o600)
    await handle.close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  try {
    const now = await ownerOf(file)
    if (now?.id === gone.id) await rm(file)
    return true
  } finally {
    await rm(permit, { force: true })
  }
}

function refusal(file: string, why: string): ConfigError {
  const what = `the lock \`${file}\` is held: ${why}; if nobody works with it, remove the file`
  return new ConfigError(what, { source: { file } })
}
