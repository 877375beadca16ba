import { mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import { logFiles, LOG_EVENTS, parseRecord, verifyLog } from '../src/index.ts'
import { recordAt, linesOf, temporaryFolder, temporaryLog } from './logs.ts'

/** Makes one operation of every open file fail until it is told to work again. */
async function failing(
  operation: 'write' | 'datasync' | 'truncate' | 'sync',
  code: string,
): Promise<() => void> {
  const handle = await open(temporaryFolder(), 'r')
  const prototype = Object.getPrototypeOf(handle) as FileHandle
  await handle.close()
  const spy = vi.spyOn(prototype, operation).mockImplementation(() => {
    throw Object.assign(new Error('made to fail'), { code })
  })
  onTestFinished(() => spy.mockRestore())
  return () => spy.mockRestore()
}

it.each(['ENOSPC', 'EROFS', 'EIO'])(
  'refuses appends with %s, and works again afterwards',
  async (code) => {
    const { log, path } = await temporaryLog()
    await log.append({ event: 'before' })
    const mend = await failing('write', code)
    for (const event of ['lost-1', 'lost-2']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(log.append({ event: 'x', message: event })).rejects.toMatchObject({
        code: 'log-unwritable',
        cause: { code },
      })
    }
    expect(log.status).toMatchObject({ lost: 0, waiting: 0, failing: { code: 'log-unwritable' } })
    mend()
    await log.append({ event: 'after' })
    expect(log.status.failing).toBeUndefined()
    const records = linesOf(path).map((line) => parseRecord(line))
    expect(records.map((record) => record?.event)).toEqual(['before', 'after'])
    expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: 2 })
  },
)

it('acknowledges nothing that was written and not synced, and does not keep it', async () => {
  const { log, path } = await temporaryLog()
  await log.append({ event: 'before' })
  const mend = await failing('datasync', 'EIO')
  await expect(log.append({ event: 'refused' })).rejects.toMatchObject({ code: 'log-unwritable' })
  expect(linesOf(path)).toHaveLength(1)
  mend()
  await log.append({ event: 'after' })
  expect(await verifyLog(path)).toMatchObject({ intact: true, records: 2 })
})

it('writes nothing behind a refused record that it could not cut off', async () => {
  const { log, path } = await temporaryLog()
  await log.append({ event: 'before' })
  const mendSync = await failing('datasync', 'EIO')
  const mendCut = await failing('truncate', 'EIO')
  await expect(log.append({ event: 'refused' })).rejects.toMatchObject({ code: 'log-unwritable' })
  mendSync()
  await expect(log.append({ event: 'refused' })).rejects.toMatchObject({ code: 'log-unwritable' })
  expect(linesOf(path)).toHaveLength(2)
  mendCut()
  await log.append({ event: 'after' })
  const records = linesOf(path).map((line) => parseRecord(line))
  expect(records.map((record) => record?.event)).toEqual(['before', 'after'])
})

it('acknowledges nothing in a new file whose name is not on disk yet', async () => {
  const { log, path } = await temporaryLog({ maxBytes: 300 })
  for (const event of ['first', 'second']) {
    // oxlint-disable-next-line no-await-in-loop -- each goes into a new file
    const mend = await failing('sync', 'EIO')
    // oxlint-disable-next-line no-await-in-loop -- as above
    await expect(log.append({ event })).rejects.toMatchObject({ code: 'log-unwritable' })
    mend()
    // oxlint-disable-next-line no-await-in-loop -- as above
    await log.append({ event })
  }
  expect(await logFiles(path)).toHaveLength(2)
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: 2 })
})

it('goes on when told to, and writes down what was lost as soon as it can', async () => {
  const { log, path } = await temporaryLog({ onFull: 'continue' })
  await log.append({ event: 'before' })
  const mend = await failing('write', 'ENOSPC')
  const lost = await Promise.all([1, 2, 3].map(() => log.append({ event: 'x' })))
  expect(lost).toEqual(
    lost.map(() => ({
      durable: false,
      error: expect.objectContaining({ code: 'log-unwritable' }),
    })),
  )
  await log.append({ event: 'x' })
  expect(log.status.lost).toBe(4)
  mend()
  await vi.waitFor(() => expect(log.status.lost).toBe(0), { timeout: 10_000 })
  expect(recordAt(path, 1)).toMatchObject({
    event: LOG_EVENTS.gap,
    facts: { lost: '4', cause: 'ENOSPC', from: expect.any(String), to: expect.any(String) },
  })
  await log.append({ event: 'after' })
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: 3 })
})

it('puts the gap before the next record, and at the latest at the end', async () => {
  const { log, path } = await temporaryLog({ onFull: 'continue' })
  let mend = await failing('write', 'ENOSPC')
  await log.append({ event: 'x' })
  mend()
  await log.append({ event: 'after' })
  mend = await failing('write', 'EIO')
  await log.append({ event: 'x' })
  mend()
  expect(await log.close()).toMatchObject({ lost: 0 })
  const records = linesOf(path).map((line) => parseRecord(line))
  expect(records.map((record) => [record?.event, record?.facts?.['cause']])).toEqual([
    [LOG_EVENTS.gap, 'ENOSPC'],
    ['after', undefined],
    [LOG_EVENTS.gap, 'EIO'],
  ])
})

it('says at the end how many records no gap tells of', async () => {
  const { log } = await temporaryLog({ onFull: 'continue' })
  await failing('write', 'ENOSPC')
  await Promise.all([1, 2].map(() => log.append({ event: 'x' })))
  expect(await log.close()).toMatchObject({ lost: 2 })
})

it('bounds what waits for the disk, and tells those that do not fit', async () => {
  const { log, path } = await temporaryLog({ maxWaiting: 3 })
  const results = await Promise.allSettled([1, 2, 3, 4, 5].map(() => log.append({ event: 'x' })))
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
  ])
  expect(results[4]).toMatchObject({ reason: { code: 'queue-full' } })
  const { log: going, path: other } = await temporaryLog({ maxWaiting: 3, onFull: 'continue' })
  const receipts = await Promise.all([1, 2, 3, 4, 5].map(() => going.append({ event: 'x' })))
  expect(receipts.map(({ durable }) => durable)).toEqual([true, true, true, false, false])
  await going.close()
  await log.close()
  expect(linesOf(path)).toHaveLength(3)
  const gap = linesOf(other).map((line) => parseRecord(line)?.facts?.['lost'])
  expect(gap.filter((count) => count !== undefined)).toEqual(['2'])
})

it.each<[string, (path: string) => void]>([
  ['moved away', (path) => renameSync(path, `${path}.moved`)],
  ['deleted', (path) => rmSync(path)],
  ['replaced', (path) => (renameSync(path, `${path}.moved`), writeFileSync(path, ''))],
  ['unlocked', (path) => rmSync(`${path}.lock`)],
  ['locked by another', (path) => (rmSync(`${path}.lock`), writeFileSync(`${path}.lock`, ''))],
])('refuses to write on when the log is %s under it', async (_, disturb) => {
  const { log, path } = await temporaryLog()
  await log.append({ event: 'before' })
  disturb(path)
  for (let round = 0; round < 2; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- it stays so
    await expect(log.append({ event: 'x' })).rejects.toMatchObject({ code: 'log-replaced' })
  }
})

it('refuses appends while it cannot roll, and rolls when it can', async () => {
  const { log, path } = await temporaryLog({ maxBytes: 300, maxFiles: 1 })
  await log.append({ event: 'first' })
  const obstacle = path.replace('.jsonl', '1.jsonl')
  mkdirSync(obstacle)
  await expect(log.append({ event: 'refused' })).rejects.toMatchObject({ code: 'log-unwritable' })
  rmdirSync(obstacle)
  await log.append({ event: 'second' })
  expect(await logFiles(path)).toEqual([obstacle, path])
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: 2 })
})
