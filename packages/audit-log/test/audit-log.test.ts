import { deny } from '@gatehouse/core'
import { appendFileSync, mkdirSync, renameSync, statSync, symlinkSync } from 'node:fs'
import { expect, it } from 'vitest'
import {
  contentHash,
  decisionEvent,
  logFiles,
  openAuditLog,
  parseRecord,
  readRecords,
  verifyLog,
  type AuditEvent,
} from '../src/index.ts'
import { recordAt, clockAt, linesOf, temporaryLog, writtenLog } from './logs.ts'

const MOMENT = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

it('acknowledges a record with its place when the line is in the file', async () => {
  const { log, path } = await temporaryLog({ clock: () => MOMENT })
  const receipt = await log.append({ event: 'sign-in', claimedUser: 'ann' })
  const record = recordAt(path, 0)
  expect(record).toEqual({
    sequence: 1,
    time: '2026-01-02T03:04:05.678Z',
    event: 'sign-in',
    claimedUser: 'ann',
    previous: '0'.repeat(64),
    hash: record?.hash,
  })
  const { hash } = log.head
  expect(receipt).toEqual({ durable: true, position: { sequence: 1, hash, time: MOMENT } })
})

it('records a decision with its codes, the source of the first reason and the policy', async () => {
  const { log, path } = await temporaryLog()
  const decision = deny(
    { code: 'level-too-low', source: { file: 'Authorization.cfg', line: 7 } },
    { code: 'other' },
  )
  const policy = contentHash('the text')
  await log.append(decisionEvent(decision, { peer: '10.0.0.1', claimedUser: 'ann', policy }))
  expect(recordAt(path, 0)).toMatchObject({
    event: 'decision',
    outcome: 'deny',
    codes: ['level-too-low', 'other'],
    source: 'Authorization.cfg:7',
    peer: '10.0.0.1',
    claimedUser: 'ann',
    policy,
  })
})

it('goes on with the chain when it is opened again', async () => {
  const path = await writtenLog(3)
  const { log } = await temporaryLog({ path })
  await log.append({ event: 'second-run' })
  await log.close()
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: 4, last: 4 })
})

it('keeps the order of the appends, many of which go in one write', async () => {
  const path = await writtenLog(5000)
  const indexes = linesOf(path).map((line) => parseRecord(line)?.facts?.['index'])
  expect(indexes).toEqual(indexes.map((_, index) => String(index)))
})

it('creates the log for its owner alone', async () => {
  const path = await writtenLog(1)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('orders by sequence when the clock goes back, and says by how much', async () => {
  const clock = clockAt(MOMENT)
  const { log, path } = await temporaryLog({ clock: clock.read })
  await log.append({ event: 'before' })
  clock.now -= 1500
  await log.append({ event: 'back' })
  await log.append({ event: 'after' })
  const records = linesOf(path).map((line) => parseRecord(line))
  expect(records.map((record) => [record?.sequence, record?.clockBack])).toEqual([
    [1, undefined],
    [2, 1500],
    [3, undefined],
  ])
  expect(await verifyLog(path)).toMatchObject({ intact: true })
})

it('sees that the clock went back while the log was closed', async () => {
  const path = await writtenLog(1, { clock: () => MOMENT })
  const { log } = await temporaryLog({ path, clock: () => MOMENT - 1 })
  await log.append({ event: 'after' })
  expect(recordAt(path, 1)).toMatchObject({ clockBack: 1 })
})

it('rolls before a write that would exceed the limit, and the chain goes through all files', async () => {
  const path = await writtenLog(40, { maxBytes: 2000 })
  const files = await logFiles(path)
  expect(files.length).toBeGreaterThan(3)
  expect(files.every((file) => statSync(file).size <= 2000)).toBe(true)
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: 40, files })
})

it('drops the oldest file beyond maxFiles', async () => {
  const path = await writtenLog(40, { maxBytes: 2000, maxFiles: 2 })
  expect(await logFiles(path)).toHaveLength(3)
  const verification = await verifyLog(path)
  expect(verification).toMatchObject({ intact: true, startProven: false, last: 40 })
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ fault: { code: 'start-missing' } })
})

it('gives a record that is larger than a file a file of its own', async () => {
  const { log, path } = await temporaryLog({ maxBytes: 500 })
  await log.append({ event: 'small' })
  await log.append({ event: 'large', message: 'x'.repeat(800) })
  await log.append({ event: 'small' })
  expect((await logFiles(path)).map((file) => linesOf(file).length)).toEqual([1, 1, 1])
})

it('goes on behind the newest rolled file when a kill left no file in use', async () => {
  const { log, path } = await temporaryLog({ maxBytes: 500 })
  await Promise.all([1, 2, 3, 4].map(() => log.append({ event: 'decision' })))
  await log.close()
  const files = await logFiles(path)
  for (const [index, file] of files.entries()) {
    renameSync(file, path.replace('.jsonl', `${files.length - index}.jsonl`))
  }
  const { log: again } = await temporaryLog({ path })
  await again.append({ event: 'after' })
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: 5 })
})

it('reads records of all files, and names lines that are none', async () => {
  const path = await writtenLog(2)
  appendFileSync(path, 'no record\n')
  const read = []
  for await (const entry of readRecords(await logFiles(path))) read.push(entry)
  expect(read.map(({ line, record }) => [line, record?.sequence])).toEqual([
    [1, 1],
    [2, 2],
    [3, undefined],
  ])
})

it.each<[string, unknown]>([
  ['an unknown field', { event: 'x', other: 'y' }],
  ['an event that is no name', { event: 'No Name' }],
  ['no event', {}],
  ['an event of the log itself', { event: 'log.gap' }],
  ['an unknown outcome', { event: 'x', outcome: 'maybe' }],
  ['a text that is a number', { event: 'x', peer: 7 }],
  ['a code that is no text', { event: 'x', codes: [null] }],
  ['codes that are no list', { event: 'x', codes: 'a' }],
  ['a fact that is no text', { event: 'x', facts: { a: {} } }],
  ['facts that are no record', { event: 'x', facts: 'a' }],
])('refuses %s as a mistake of the program', async (_, event) => {
  const { log, path } = await temporaryLog()
  await expect(log.append(event as AuditEvent)).rejects.toThrow(TypeError)
  await log.append({ event: 'next' })
  expect(linesOf(path)).toHaveLength(1)
})

it('refuses a record over the limit, and one byte less is kept', async () => {
  const { log } = await temporaryLog({ maxRecordBytes: 100 })
  const fits = 100 - ',"event":"x","message":""'.length
  const receipt = await log.append({ event: 'x', message: 'a'.repeat(fits) })
  expect(receipt.durable).toBe(true)
  const refused = log.append({ event: 'x', message: 'a'.repeat(fits + 1) })
  await expect(refused).rejects.toMatchObject({ code: 'record-too-large' })
  const huge = log.append({ event: 'x', message: 'a'.repeat(3_000_000) })
  await expect(huge).rejects.toMatchObject({ code: 'record-too-large' })
})

it('refuses to append when it is closed, and closes with what waits on disk', async () => {
  const { log, path } = await temporaryLog()
  const receipts = [1, 2, 3].map(() => log.append({ event: 'x' }))
  expect(await log.close()).toEqual({ lost: 0, headsWaiting: 0 })
  expect(linesOf(path)).toHaveLength(3)
  await Promise.all(receipts)
  await expect(log.append({ event: 'x' })).rejects.toMatchObject({ code: 'log-closed' })
})

it.each<[string, object]>([
  ['no size', { maxBytes: 0 }],
  ['half a file', { maxFiles: 1.5 }],
  ['no record', { maxRecordBytes: 0 }],
  ['nothing that may wait', { maxWaiting: 0 }],
])('refuses options with %s', async (_, options) => {
  await expect(temporaryLog(options)).rejects.toThrow(TypeError)
})

it('refuses a clock that gives no time', async () => {
  const { log } = await temporaryLog({ clock: () => Number.NaN })
  await expect(log.append({ event: 'x' })).rejects.toThrow(TypeError)
})

it('says when the folder is missing, the path is a folder, or a link leads elsewhere', async () => {
  const path = await writtenLog(1)
  const folder = path.replace('audit.jsonl', 'folder')
  const link = path.replace('audit.jsonl', 'link')
  mkdirSync(folder)
  symlinkSync(path, link)
  for (const bad of [`${folder}/none/audit.jsonl`, folder, link]) {
    const opening = openAuditLog({ path: bad, onFull: 'refuse' })
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await expect(opening).rejects.toMatchObject({ code: 'log-unopenable' })
  }
})
