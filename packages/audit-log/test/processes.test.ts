import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import {
  logFiles,
  readRecords,
  verifyLog,
  type AuditLogOptions,
  type AuditRecord,
  type Opening,
} from '../src/index.ts'
import { temporaryFolder, temporaryLog } from './logs.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const writer = fileURLToPath(new URL('writer.mjs', import.meta.url))
const built = pathToFileURL(join(root, 'packages/audit-log/dist/index.js')).href

/** What the writer reports, see `writer.mjs`. */
interface Report {
  readonly opened?: Opening
  readonly refused?: string
  readonly number?: number
  readonly durable?: boolean
  readonly position?: { readonly sequence: number; readonly hash: string }
  readonly code?: string
  readonly cause?: string
}

interface Writer {
  readonly child: ChildProcess
  readonly reports: Report[]
  /** Resolves with the first report that fits. */
  readonly until: (fits: (report: Report) => boolean) => Promise<Report>
}

beforeAll(() => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-b', 'packages/audit-log'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})

function watch(child: ChildProcess): Writer {
  const reports: Report[] = []
  child.on('message', (report: Report) => reports.push(report))
  onTestFinished(() => void child.kill('SIGKILL'))
  const until = (fits: (report: Report) => boolean): Promise<Report> =>
    new Promise((resolve, reject) => {
      child.on('message', (report: Report) => fits(report) && resolve(report))
      child.once('exit', () => reject(new Error('the writer ended')))
    })
  return { child, reports, until }
}

function startWriter(path: string, options: Partial<AuditLogOptions> = {}): Writer {
  return watch(fork(writer, [built, path, JSON.stringify(options)], { execArgv: [] }))
}

async function recordsOf(path: string): Promise<Map<number, AuditRecord>> {
  const records = new Map<number, AuditRecord>()
  for await (const { record } of readRecords(await logFiles(path))) {
    if (record !== undefined) records.set(record.sequence, record)
  }
  return records
}

it('loses no acknowledged record and keeps no half one when it is killed, ten times over', async () => {
  const path = join(temporaryFolder(), 'audit.jsonl')
  const acknowledged: NonNullable<Report['position']>[] = []
  for (let round = 0; round < 10; round += 1) {
    const { child, reports, until } = startWriter(path, { maxBytes: 64 * 1024 })
    const enough = Math.floor(Math.random() * 400)
    // oxlint-disable-next-line no-await-in-loop -- one process after the other
    await until(({ number }) => number === enough)
    const gone = once(child, 'close')
    child.kill('SIGKILL')
    // oxlint-disable-next-line no-await-in-loop -- as above
    await gone
    acknowledged.push(...reports.flatMap(({ position }) => position ?? []))
  }
  const { log } = await temporaryLog({ path })
  expect(log.opening.staleLock).toBeDefined()
  await log.append({ event: 'after' })
  await log.close()
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true })
  const records = await recordsOf(path)
  const lost = acknowledged.filter(({ sequence, hash }) => records.get(sequence)?.hash !== hash)
  expect(acknowledged.length).toBeGreaterThan(500)
  expect(lost).toEqual([])
})

it('lets one process of two write, and the other one once the first was killed', async () => {
  const path = join(temporaryFolder(), 'audit.jsonl')
  const first = startWriter(path)
  await first.until(({ durable }) => durable === true)
  const second = startWriter(path)
  expect(await second.until(({ refused }) => refused !== undefined)).toEqual({
    refused: 'log-in-use',
  })
  await expect(temporaryLog({ path })).rejects.toMatchObject({ code: 'log-in-use' })
  const gone = once(first.child, 'close')
  first.child.kill('SIGKILL')
  await gone
  const third = startWriter(path)
  const { opened } = await third.until((report) => report.opened !== undefined)
  expect(opened?.staleLock?.pid).toBe(first.child.pid)
})

it('gives a lock that several processes find stale to one of them alone', async () => {
  const path = join(temporaryFolder(), 'audit.jsonl')
  const first = startWriter(path)
  await first.until(({ durable }) => durable === true)
  const gone = once(first.child, 'close')
  first.child.kill('SIGKILL')
  await gone
  const rivals = [1, 2, 3, 4].map(() => startWriter(path))
  const answers = await Promise.all(
    rivals.map(({ until }) => until(({ opened, refused }) => (opened ?? refused) !== undefined)),
  )
  expect(answers.filter(({ opened }) => opened !== undefined)).toHaveLength(1)
  expect(answers.filter(({ refused }) => refused === 'log-in-use')).toHaveLength(3)
})

it('refuses what does not fit under a limit of the file size, and keeps all that did', async () => {
  const path = join(temporaryFolder(), 'audit.jsonl')
  const command = `ulimit -f 64; exec "$0" "$@"`
  const args = ['-c', command, process.execPath, writer, built, path, '{}']
  const { child, reports, until } = watch(
    spawn('sh', args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  )
  const refusal = await until(({ code }) => code !== undefined)
  expect(refusal).toMatchObject({ code: 'log-unwritable', cause: 'EFBIG' })
  const gone = once(child, 'close')
  child.kill('SIGKILL')
  await gone
  const acknowledged = reports.flatMap(({ position }) => position ?? [])
  const records = await recordsOf(path)
  expect(acknowledged.length).toBeGreaterThan(20)
  expect(acknowledged.every(({ sequence, hash }) => records.get(sequence)?.hash === hash)).toBe(
    true,
  )
  const { log } = await temporaryLog({ path })
  await log.append({ event: 'after' })
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true })
})

function run([command = '', ...args]: readonly string[]): boolean {
  return spawnSync(command, args).status === 0
}

/** A disk of 128 KB of its own; only the superuser of a Linux system can have one. */
function smallDisk(): string | undefined {
  const folder = join(temporaryFolder(), 'disk')
  mkdirSync(folder)
  if (!run(['mount', '-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', folder])) return undefined
  onTestFinished(() => void run(['umount', '-l', folder]))
  return folder
}

it('refuses on a full disk and works again when there is room', async ({ skip }) => {
  const folder = smallDisk()
  if (folder === undefined) return skip('no disk of our own to fill')
  const { log, path } = await temporaryLog({ path: join(folder, 'audit.jsonl') })
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(64 * 1024))
  const results: PromiseSettledResult<unknown>[] = []
  while (results.at(-1)?.status !== 'rejected') {
    const group = Array.from({ length: 50 }, () => log.append({ event: 'x' }))
    // oxlint-disable-next-line no-await-in-loop -- until the disk is full
    results.push(...(await Promise.allSettled(group)))
  }
  expect(results.at(-1)).toMatchObject({
    reason: { code: 'log-unwritable', cause: { code: 'ENOSPC' } },
  })
  rmSync(join(folder, 'ballast'))
  await log.append({ event: 'after' })
  await log.close()
  const kept = results.filter(({ status }) => status === 'fulfilled').length + 1
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: kept })
})

it('goes on with a full disk when told to, and says how much was lost', async ({ skip }) => {
  const folder = smallDisk()
  if (folder === undefined) return skip('no disk of our own to fill')
  const { log, path } = await temporaryLog({
    path: join(folder, 'audit.jsonl'),
    onFull: 'continue',
  })
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(64 * 1024))
  let lost = 0
  while (lost < 100) {
    const group = Array.from({ length: 50 }, () => log.append({ event: 'x' }))
    // oxlint-disable-next-line no-await-in-loop -- until the disk is full
    lost += (await Promise.all(group)).filter(({ durable }) => !durable).length
  }
  rmSync(join(folder, 'ballast'))
  await log.append({ event: 'after' })
  await log.close()
  const gaps = [...(await recordsOf(path)).values()].filter(({ event }) => event === 'log.gap')
  expect(gaps.map(({ facts }) => facts)).toMatchObject([{ lost: String(lost), cause: 'ENOSPC' }])
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true })
})

it('does not open a log on a read-only disk, and reads and verifies it there', async ({ skip }) => {
  const folder = smallDisk()
  if (folder === undefined) return skip('no disk of our own to protect')
  const { log, path } = await temporaryLog({ path: join(folder, 'audit.jsonl') })
  await log.append({ event: 'x' })
  await log.close()
  expect(run(['mount', '-o', 'remount,ro', folder])).toBe(true)
  await expect(temporaryLog({ path })).rejects.toMatchObject({
    code: 'log-unopenable',
    cause: { code: 'EROFS' },
  })
  expect(await verifyLog(path)).toMatchObject({ intact: true, records: 1 })
})
