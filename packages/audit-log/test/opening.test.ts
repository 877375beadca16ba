import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { expect, it } from 'vitest'
import { LOG_EVENTS, openAuditLog, verifyLog } from '../src/index.ts'
import { recordAt, linesOf, temporaryFolder, temporaryLog, writeLines, writtenLog } from './logs.ts'

it('cuts off a half-written last record, and says so in its result and in the log', async () => {
  const path = await writtenLog(3)
  const half = linesOf(path).at(2)?.slice(0, 50) ?? ''
  appendFileSync(path, half)
  const { log } = await temporaryLog({ path })
  expect(log.opening).toEqual({ repairedBytes: 50 })
  await log.close()
  expect(recordAt(path, 3)).toMatchObject({
    sequence: 4,
    event: LOG_EVENTS.repaired,
    facts: { bytes: '50' },
  })
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: 4 })
})

it('cuts off a last record that lacks its newline alone', async () => {
  const path = await writtenLog(3)
  truncateSync(path, readFileSync(path).length - 1)
  const { log } = await temporaryLog({ path })
  expect(log.opening.repairedBytes).toBeGreaterThan(200)
  expect(await verifyLog(path)).toMatchObject({ intact: true, records: 3 })
})

it.each([
  ['in the line', '\0\0\0\0'],
  ['before a newline', '\0\0\0\0\n'],
  ['among other text', '{"sequence":4,\0\0\0"}\nrest of a record\0\n\0'],
])('cuts off zero bytes that a file system left %s', async (_, zeros) => {
  const path = await writtenLog(3)
  appendFileSync(path, zeros)
  const { log } = await temporaryLog({ path })
  expect(log.opening.repairedBytes).toBe(zeros.length)
  expect(await verifyLog(path)).toMatchObject({ intact: true, records: 4 })
})

it('opens an empty file, and one of which only a part of the first record is there', async () => {
  const path = `${temporaryFolder()}/audit.jsonl`
  for (const text of ['', '{"sequence":1,"ti']) {
    writeFileSync(path, text)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { log } = await temporaryLog({ path })
    expect(log.opening.repairedBytes).toBe(text.length)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await log.close()
  }
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: 1 })
})

it.each<[string, (lines: string[]) => string[]]>([
  [
    'a changed record',
    (lines) =>
      lines.map((line, index) => (index === 1 ? line.replace('decision', 'decisiom') : line)),
  ],
  ['a missing record', (lines) => lines.toSpliced(1, 1)],
  ['a line that is no record', (lines) => [...lines, 'no record']],
  ['records behind zero bytes', (lines) => lines.with(1, '\0\0\0')],
  ['a line without end', (lines) => [...lines, 'x'.repeat(2 * 1024 * 1024)]],
])('leaves a log with %s as it is and does not open it', async (_, damage) => {
  const path = await writtenLog(4)
  writeLines(path, damage(linesOf(path)))
  const before = readFileSync(path)
  const opening = openAuditLog({ path, onFull: 'refuse' })
  await expect(opening).rejects.toMatchObject({ code: 'log-damaged', file: path })
  expect(readFileSync(path).equals(before)).toBe(true)
  expect(existsSync(`${path}.lock`)).toBe(false)
})

it('refuses a log that is open, and takes it when it is closed', async () => {
  const { log, path } = await temporaryLog()
  await expect(temporaryLog({ path })).rejects.toMatchObject({ code: 'log-in-use' })
  await log.append({ event: 'x' })
  await log.close()
  expect(existsSync(`${path}.lock`)).toBe(false)
  const { log: again } = await temporaryLog({ path })
  expect(again.opening).toEqual({ repairedBytes: 0 })
})

function ownerOf(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`${path}.lock`, 'utf8')) as Record<string, unknown>
}

it.each<[string, object]>([
  ['its pid is free', { pid: 2 ** 22 + 1 }],
  ['its pid belongs to a process that began later', { started: '1' }],
  ['the system was started anew', { boot: 'another' }],
])('takes over a lock whose owner is gone: %s', async (_, change) => {
  const { log, path } = await temporaryLog()
  const owner = { ...ownerOf(path), ...change }
  await log.close()
  writeFileSync(`${path}.lock`, JSON.stringify(owner))
  const { log: next } = await temporaryLog({ path })
  expect(next.opening.staleLock).toEqual(owner)
  expect(ownerOf(path)['pid']).toBe(process.pid)
  await expect(temporaryLog({ path })).rejects.toMatchObject({ code: 'log-in-use' })
})

it.each<[string, string | object]>([
  ['of another host', { host: `${hostname()}-other`, pid: 2 ** 22 + 1 }],
  ['of another container', { space: 'pid:[1]', pid: 2 ** 22 + 1 }],
  ['that is empty', ''],
  ['that is no lock', '{"pid":"1"}'],
])('leaves alone a lock file %s', async (_, content) => {
  const { log, path } = await temporaryLog()
  const owner = ownerOf(path)
  await log.close()
  const text = typeof content === 'string' ? content : JSON.stringify({ ...owner, ...content })
  writeFileSync(`${path}.lock`, text)
  await expect(temporaryLog({ path })).rejects.toMatchObject({ code: 'lock-unclear' })
  expect(readFileSync(`${path}.lock`, 'utf8')).toBe(text)
})
