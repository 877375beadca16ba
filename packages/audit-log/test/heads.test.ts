import { generateKeyPairSync } from 'node:crypto'
import { rmSync } from 'node:fs'
import { expect, it } from 'vitest'
import {
  formatHead,
  isGenuineHead,
  logFiles,
  parseHead,
  verifyLog,
  type HeadOptions,
  type SignedHead,
} from '../src/index.ts'
import { linesOf, temporaryFolder, temporaryLog, writeLines, writtenLog } from './logs.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const keys = [publicKey]

function keeping(options: Partial<HeadOptions> = {}): { kept: SignedHead[]; heads: HeadOptions } {
  const kept: SignedHead[] = []
  return { kept, heads: { key: privateKey, sink: (head) => void kept.push(head), ...options } }
}

/** A log of ten records in one file, with a head for each. */
async function signedLog(): Promise<{ path: string; kept: SignedHead[]; lines: string[] }> {
  const { kept, heads } = keeping({ everyRecords: 1 })
  const { log, path } = await temporaryLog({ heads })
  for (let index = 0; index < 10; index += 1) {
    // oxlint-disable-next-line no-await-in-loop -- a head for each
    await log.append({ event: 'decision' })
  }
  await log.close()
  return { path, kept, lines: linesOf(path) }
}

it('signs after so many records and at the end, and the heads are met again', async () => {
  const { kept, heads } = keeping({ everyRecords: 4 })
  const { log, path } = await temporaryLog({ heads })
  for (let index = 0; index < 10; index += 1) {
    // oxlint-disable-next-line no-await-in-loop -- so that each is a write of its own
    await log.append({ event: 'decision' })
  }
  await log.close()
  expect(kept.map(({ count }) => count)).toEqual([4, 8, 10])
  expect(kept.every((head) => isGenuineHead(head, keys))).toBe(true)
  expect(await verifyLog(path, { heads: kept, keys })).toMatchObject({
    intact: true,
    startProven: true,
    headsMet: 3,
  })
})

it('signs some time after a record though no other follows', async () => {
  const taken = new Promise<SignedHead>((resolve) => {
    const heads = { key: privateKey, sink: resolve, everyMs: 1 }
    void temporaryLog({ heads }).then(({ log }) => log.append({ event: 'x' }))
  })
  expect(await taken).toMatchObject({ log: 'audit.jsonl', count: 1 })
})

it('signs where each file ends, so that the start is proven after old files were dropped', async () => {
  const { kept, heads } = keeping()
  const path = await writtenLog(40, { heads, maxBytes: 2000, maxFiles: 2, name: 'agent 7' })
  expect(kept.length).toBeGreaterThan(3)
  const options = { heads: kept, keys, name: 'agent 7' }
  expect(await verifyLog(path, options)).toMatchObject({ intact: true, startProven: true })
  const [oldest = ''] = await logFiles(path)
  writeLines(oldest, linesOf(oldest).slice(1))
  expect(await verifyLog(path, options)).toMatchObject({ intact: true, startProven: false })
})

it('notices that the end was cut off', async () => {
  const { path, kept, lines } = await signedLog()
  writeLines(path, lines.slice(0, 7))
  expect(await verifyLog(path)).toMatchObject({ intact: true })
  expect(await verifyLog(path, { heads: kept, keys })).toMatchObject({
    fault: { code: 'tail-cut', expected: 10, found: 7 },
    records: 7,
  })
})

it('notices that the log was made anew, and where', async () => {
  const { path, kept, lines } = await signedLog()
  writeLines(path, lines.slice(0, 5))
  const { log } = await temporaryLog({ path })
  for (let index = 0; index < 9; index += 1) void log.append({ event: 'forged' })
  await log.close()
  expect(await verifyLog(path)).toMatchObject({ intact: true, records: 14 })
  expect(await verifyLog(path, { heads: kept, keys })).toMatchObject({
    fault: { code: 'chain-rebuilt', line: 6, expected: 6 },
    records: 5,
  })
})

it('notices that the log is gone', async () => {
  const { path, kept } = await signedLog()
  rmSync(path)
  const options = { heads: kept, keys }
  expect(await verifyLog(path, options)).toMatchObject({ fault: { code: 'log-missing' } })
  writeLines(path, [])
  expect(await verifyLog(path, options)).toMatchObject({ fault: { code: 'log-missing' } })
})

it('notices another start than the one a head was signed for', async () => {
  const { path, kept, lines } = await signedLog()
  const { path: other } = await signedLog()
  writeLines(path, linesOf(other).slice(4))
  expect(await verifyLog(path)).toMatchObject({ intact: true, first: 5 })
  expect(await verifyLog(path, { heads: kept, keys })).toMatchObject({
    fault: { code: 'chain-broken', line: 1, expected: 5 },
  })
  writeLines(path, lines.slice(4))
  expect(await verifyLog(path, { heads: kept, keys })).toMatchObject({ startProven: true })
})

it('refuses heads that are changed, of another log, or signed by another key', async () => {
  const { path, kept } = await signedLog()
  const [head] = kept as [SignedHead]
  const forged: SignedHead[] = [
    { ...head, count: head.count + 1 },
    { ...head, hash: 'f'.repeat(64) },
    { ...head, time: '2020-01-01T00:00:00.000Z' },
    { ...head, log: 'other' },
    { ...head, signature: '' },
  ]
  for (const one of forged) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const verification = await verifyLog(path, { heads: [one], keys })
    expect(verification).toMatchObject({ fault: { code: 'head-forged' } })
  }
  const stranger = [generateKeyPairSync('ed25519').publicKey]
  const foreign = [
    { heads: kept, keys: stranger },
    { heads: kept, keys, name: 'other' },
  ]
  for (const options of foreign) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await verifyLog(path, options)).toMatchObject({ fault: { code: 'head-forged' } })
  }
  await expect(verifyLog(path, { heads: kept })).rejects.toThrow(TypeError)
})

it('offers a head again when its sink failed, and says what it could not hand over', async () => {
  const kept: number[] = []
  let fails = true
  const sink = ({ count }: SignedHead): Promise<void> => {
    if (fails) return Promise.reject(new Error('no way out'))
    kept.push(count)
    return Promise.resolve()
  }
  const { log } = await temporaryLog({ heads: { key: privateKey, sink, everyRecords: 1 } })
  await log.append({ event: 'x' })
  await log.append({ event: 'x' })
  expect(log.status.headsWaiting).toBeGreaterThan(0)
  fails = false
  await log.append({ event: 'x' })
  expect(await log.close()).toEqual({ lost: 0, headsWaiting: 0 })
  expect(kept).toEqual([1, 2, 3])
  fails = true
  const { log: other } = await temporaryLog({ heads: { key: privateKey, sink } })
  await other.append({ event: 'x' })
  expect(await other.close()).toEqual({ lost: 0, headsWaiting: 1 })
})

it('refuses a key that cannot sign heads, and leaves no lock behind', async () => {
  const path = `${temporaryFolder()}/audit.jsonl`
  const { heads } = keeping()
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  for (const key of [publicKey, rsa]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await expect(temporaryLog({ path, heads: { ...heads, key } })).rejects.toThrow(TypeError)
  }
  const { log } = await temporaryLog({ path })
  await log.append({ event: 'x' })
})

it('reads a head back from its line, and nothing else', async () => {
  const { kept } = await signedLog()
  const [head] = kept as [SignedHead]
  expect(parseHead(formatHead(head))).toEqual(head)
  const { signature: _, ...unsigned } = head
  for (const other of ['', 'null', '[]', '{}', JSON.stringify(unsigned), 'no head']) {
    expect(parseHead(other)).toBeUndefined()
  }
  expect(parseHead(JSON.stringify({ ...head, count: 0 }))).toBeUndefined()
  expect(parseHead(JSON.stringify({ ...head, count: '1' }))).toBeUndefined()
})
