import { fork, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import type { UseOutcome } from '../src/index.ts'
import { openFileReplayStore } from '../src/stores/index.ts'
import { valueOf } from './stores-cases.ts'

/** How often the process is killed. */
const KILLS = 20

const root = fileURLToPath(new URL('../../..', import.meta.url))
const program = fileURLToPath(new URL('stores-user.mjs', import.meta.url))
const built = pathToFileURL(join(root, 'packages/signed-request/dist/stores/index.js')).href

/** What the process reports, see `stores-user.mjs`. */
interface Report {
  readonly opened?: true
  readonly refused?: string
  readonly number?: number
  readonly outcome?: UseOutcome
}

beforeAll(() => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-b', 'packages/signed-request'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})

interface User {
  readonly child: ChildProcess
  readonly reports: Report[]
}

async function startUser(path: string, ...numbers: readonly number[]): Promise<User> {
  const child = fork(program, [built, path, ...numbers.map(String)], { execArgv: [] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const reports: Report[] = []
  child.on('message', (report: Report) => reports.push(report))
  await once(child, 'message')
  return { child, reports }
}

/** Ends the process at a random moment after it has answered something. */
async function kill({ child, reports }: User): Promise<void> {
  const enough = 2 + Math.floor(Math.random() * 100)
  while (reports.length < enough) {
    // oxlint-disable-next-line no-await-in-loop -- until there are enough
    await once(child, 'message')
  }
  const gone = once(child, 'close')
  child.kill('SIGKILL')
  await gone
}

function filePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-values-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'used-values.db')
}

it(`accepts no value twice and forgets none that it accepted when it is killed, ${KILLS} times over`, async () => {
  const path = filePath()
  const accepted: number[] = []
  for (let round = 0; round < KILLS; round += 1) {
    // Values of several rounds are on offer at once; every fourth round the clock is set back.
    const start = (round % 4 === 3 ? round - 3 : round) * 100_000
    // oxlint-disable-next-line no-await-in-loop -- one process after the other
    const user = await startUser(path, start, start / 1_000, start / 1_000 + 300)
    expect(user.reports).toContainEqual({ opened: true })
    // oxlint-disable-next-line no-await-in-loop -- as above
    await kill(user)
    for (const { number = -1, outcome } of user.reports) {
      if (outcome === 'first') accepted.push(number)
    }
  }
  expect(accepted.length).toBeGreaterThan(KILLS)
  expect(new Set(accepted).size).toBe(accepted.length)

  const store = await openFileReplayStore(path)
  const again = accepted.map((number) => store.use(valueOf(number, number * 1_000), new Date(0)))
  for (const outcome of await Promise.all(again)) expect(outcome).toMatch(/^(?:used|expired)$/)
  await store.close()
}, 180_000)

it('refuses a second process, and lets one in when the first was killed', async () => {
  const path = filePath()
  const first = await startUser(path, 0, 1, 1_000)
  const second = await startUser(path, 0, 1, 1_000)
  expect(second.reports).toEqual([{ refused: 'ERR_CONFIG' }])
  await expect(openFileReplayStore(path)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  await kill(first)
  await (await openFileReplayStore(path)).close()
})
