import { spawn, spawnSync, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** A server of its own, on a socket in its own folder. */
export interface PostgresServer {
  /** Where it is, as a connection string. */
  readonly url: string
  /** First line of `postgres --version`. */
  readonly version: string
  close(): Promise<void>
}

/** Where Debian puts each version. */
const DEBIAN = '/usr/lib/postgresql'
const START_MS = 30_000
const POLL_MS = 100
/** Who runs it when this is root, which PostgreSQL refuses to be. */
const NOBODY = 65_534

/** Starts a server in a temporary folder; `undefined` where none is installed. Ended by `close`. */
export async function startPostgres(): Promise<PostgresServer | undefined> {
  const programs = findPrograms()
  if (programs === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-postgres-'))
  const user: SpawnOptions = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  if (user.uid !== undefined) chownSync(folder, NOBODY, NOBODY)
  const data = join(folder, 'data')
  const made = spawnSync(join(programs, 'initdb'), ['-D', data, '-U', 'bench', '--auth=trust'], {
    ...user,
    cwd: folder,
    encoding: 'utf8',
    timeout: START_MS,
  })
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
  const words = ['-D', data, '-k', folder, '-c', 'listen_addresses=']
  const options: SpawnOptions = { ...user, cwd: folder, stdio: 'ignore' }
  const server = spawn(join(programs, 'postgres'), words, options)
  const gone = once(server, 'exit')
  const close = async (): Promise<void> => {
    // A fast shutdown: it does not wait for clients.
    server.kill('SIGINT')
    await gone
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await isReady(programs, folder)
  } catch (error) {
    await close()
    throw error
  }
  const version = spawnSync(join(programs, 'postgres'), ['--version'], { encoding: 'utf8' })
  const url = `postgresql://bench@localhost/postgres?host=${encodeURIComponent(folder)}`
  return { url, version: version.stdout.trim(), close }
}

function findPrograms(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined
  return readdirSync(DEBIAN)
    .map((version) => join(DEBIAN, version, 'bin'))
    .findLast((folder) => existsSync(join(folder, 'postgres')))
}

async function isReady(programs: string, folder: string): Promise<void> {
  const end = performance.now() + START_MS
  while (performance.now() < end) {
    const asked = spawnSync(join(programs, 'pg_isready'), ['-q', '-h', folder])
    if (asked.status === 0) return
    // oxlint-disable-next-line no-await-in-loop -- asks again until it is there
    await setTimeout(POLL_MS)
  }
  throw new Error(`no server within ${START_MS} ms`)
}
