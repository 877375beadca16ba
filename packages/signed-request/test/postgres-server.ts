import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Secret } from '@gatehouse/core'

const VERSIONS = '/usr/lib/postgresql'
const BIN = existsSync(VERSIONS)
  ? readdirSync(VERSIONS)
      .toSorted((a, b) => Number(b) - Number(a))
      .map((version) => join(VERSIONS, version, 'bin'))
      .find((folder) => existsSync(join(folder, 'initdb')))
  : undefined

/** Where the programs of the server are; `undefined` where it is not installed. */
export const postgresPrograms: string | undefined = BIN

/** The server refuses to run as root. */
const NOBODY = { uid: 65_534, gid: 65_534 }
const isRoot = process.getuid?.() === 0
const OWNER = isRoot ? NOBODY : {}

/** How long making, starting and stopping may take each, in milliseconds. */
const PATIENCE_MS = 30_000

/** A server of its own on 127.0.0.1, in a folder of its own. */
export class PostgresServer {
  readonly url: Secret
  readonly #folder: string
  readonly #port: number
  #process: ChildProcess | undefined

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.#port = port
    this.url = new Secret(`postgresql://gatehouse@127.0.0.1:${port}/postgres`)
  }

  static async make(): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-postgres-'))
    if (isRoot) chownSync(folder, NOBODY.uid, NOBODY.gid)
    const { status, stderr } = spawnSync(
      program('initdb'),
      ['--pgdata', join(folder, 'data'), '--username=gatehouse', '--auth=trust', '--no-sync'],
      { ...OWNER, cwd: folder, timeout: PATIENCE_MS, encoding: 'utf8' },
    )
    if (status !== 0) throw new Error(`initdb: ${stderr}`)
    const server = new PostgresServer(folder, await freePort())
    await server.start()
    return server
  }

  /** @param settings - Beside those of the tests, such as `fsync=off`. */
  async start(settings: readonly string[] = []): Promise<void> {
    const all = [
      `port=${this.#port}`,
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${this.#folder}`,
      'max_connections=40',
      'shared_buffers=16MB',
      ...settings,
    ]
    const flags = all.flatMap((setting) => ['-c', setting])
    this.#process = spawn(program('postgres'), ['-D', join(this.#folder, 'data'), ...flags], {
      ...OWNER,
      cwd: this.#folder,
      stdio: 'ignore',
    })
    const deadline = Date.now() + PATIENCE_MS
    while (!this.#isReady()) {
      if (this.#process.exitCode !== null || Date.now() > deadline) {
        // oxlint-disable-next-line no-await-in-loop -- ends the loop
        await this.stop()
        throw new Error('PostgreSQL does not start')
      }
      // oxlint-disable-next-line no-await-in-loop -- asks again until it is there
      await sleep(50)
    }
  }

  /** Ends the server; `SIGINT` ends its connections first, `SIGQUIT` is a crash. */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const server = this.#process
    this.#process = undefined
    if (server === undefined || server.exitCode !== null) return
    const ended = once(server, 'exit')
    server.kill(signal)
    const last = setTimeout(() => server.kill('SIGKILL'), PATIENCE_MS)
    await ended
    clearTimeout(last)
  }

  async remove(): Promise<void> {
    await this.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #isReady(): boolean {
    const flags = ['--host=127.0.0.1', `--port=${this.#port}`, '--quiet']
    return spawnSync(program('pg_isready'), flags, { timeout: 5_000 }).status === 0
  }
}

function program(name: string): string {
  if (BIN === undefined) throw new Error('PostgreSQL is not installed')
  return join(BIN, name)
}

/** A port that was free a moment ago: the server takes no 0. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
