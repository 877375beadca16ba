import { open, type FileHandle } from 'node:fs/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import { logFiles, readRecords, verifyLog } from '../src/index.ts'
import { linesOf, temporaryFolder, temporaryLog } from './logs.ts'

/** Makes one write fail, counted from 1, after half of it got into the file. */
async function failWrite(which: number): Promise<void> {
  const handle = await open(temporaryFolder(), 'r')
  const prototype = Object.getPrototypeOf(handle) as FileHandle
  await handle.close()
  const { write } = prototype as unknown as {
    readonly write: (this: FileHandle, bytes: Buffer, ...more: unknown[]) => Promise<unknown>
  }
  let count = 0
  const spy = vi.spyOn(prototype, 'write').mockImplementation(async function failing(
    this: FileHandle,
    ...[bytes, ...more]: unknown[]
  ) {
    count += 1
    if (count !== which) return (await write.call(this, bytes as Buffer, ...more)) as never
    const half = (bytes as Buffer).subarray(0, (bytes as Buffer).length / 2)
    await write.call(this, half)
    throw Object.assign(new Error('made to fail'), { code: 'EIO' })
  })
  onTestFinished(() => spy.mockRestore())
}

async function messagesOf(path: string): Promise<(string | undefined)[]> {
  const messages = []
  for await (const { record } of readRecords(await logFiles(path))) messages.push(record?.message)
  return messages
}

it('keeps what was written of a group before a failure, and goes on with the chain behind it', async () => {
  const { log, path } = await temporaryLog({ maxBytes: 1200 })
  await failWrite(3)
  const group = Array.from({ length: 20 }, (_, index) => String(index))
  const results = await Promise.allSettled(
    group.map((message) => log.append({ event: 'x', message })),
  )
  const kept = group.filter((_, index) => results[index]?.status === 'fulfilled')
  expect(kept.length).toBeGreaterThan(0)
  expect(kept.length).toBeLessThan(group.length)
  expect(kept).toEqual(group.slice(0, kept.length))
  await Promise.all(['after', 'last'].map((message) => log.append({ event: 'x', message })))
  expect(await messagesOf(path)).toEqual([...kept, 'after', 'last'])
  const records = kept.length + 2
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records, last: records })
})

it('writes what was appended while another write failed', async () => {
  const { log, path } = await temporaryLog()
  await failWrite(1)
  const first = log.append({ event: 'x', message: 'refused' })
  await Promise.resolve()
  await Promise.resolve()
  const next = log.append({ event: 'x', message: 'kept' })
  await expect(first).rejects.toMatchObject({ code: 'log-unwritable' })
  const { position } = (await next) as { position: { sequence: number } }
  expect(position.sequence).toBe(1)
  expect(await messagesOf(path)).toEqual(['kept'])
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: 1 })
})

it('keeps the records of two logs apart that are written in turns', async () => {
  const logs = await Promise.all([temporaryLog(), temporaryLog({ maxBytes: 5000 })])
  const texts = Array.from({ length: 300 }, (_, index) => `${'ü'.repeat(index % 40)}${index}`)
  await Promise.all(
    texts.flatMap((message) =>
      logs.map(({ log }, which) => log.append({ event: 'x', message: `${which} ${message}` })),
    ),
  )
  for (const [which, { log, path }] of logs.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- one log after the other
    await log.close()
    // oxlint-disable-next-line no-await-in-loop -- as above
    expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: 300 })
    // oxlint-disable-next-line no-await-in-loop -- as above
    expect(await messagesOf(path)).toEqual(texts.map((text) => `${which} ${text}`))
  }
})

it('writes records that are as large as a write, and small ones between them', async () => {
  const maxRecordBytes = 1024 * 1024 - 1024
  const { log, path } = await temporaryLog({ maxRecordBytes })
  const largest = maxRecordBytes - ',"event":"x","message":""'.length
  const sizes = [1, largest, 2, largest / 2, largest, largest, 3].map(Math.floor)
  await Promise.all(sizes.map((size) => log.append({ event: 'x', message: 'x'.repeat(size) })))
  await log.close()
  expect((await messagesOf(path)).map((message) => message?.length)).toEqual(sizes)
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: sizes.length })
  expect(Math.max(...linesOf(path).map((line) => line.length))).toBeLessThanOrEqual(1024 * 1024)
})
