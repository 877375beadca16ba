import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openAuditLog, parseHead, parseRecord, verifyLog } from '../src/index.ts'
import { recordAt, temporaryFolder, temporaryLog } from './logs.ts'

const HASH = 'a'.repeat(64)
const SOUND = {
  sequence: 1,
  time: '2026-01-02T03:04:05.678Z',
  event: 'decision',
  previous: HASH,
  hash: HASH,
}

it('reads the record that the others are made from', () => {
  expect(parseRecord(JSON.stringify(SOUND))).toEqual(SOUND)
})

it.each([
  ['ten thousand arrays in each other', '['.repeat(10_000) + ']'.repeat(10_000)],
  ['a hundred thousand objects in each other', '{"a":'.repeat(100_000)],
  ['an array', JSON.stringify([SOUND])],
  ['null', 'null'],
  ['a text', '"record"'],
  ['nothing', ''],
  ['two records', `${JSON.stringify(SOUND)}${JSON.stringify(SOUND)}`],
  ['facts in facts', JSON.stringify({ ...SOUND, facts: { a: { b: 'c' } } })],
  [
    'a field of another prototype',
    JSON.stringify(SOUND).replace('{', '{"__proto__":{"event":"x"},'),
  ],
  ['an inherited field', JSON.stringify({ ...SOUND, event: undefined, constructor: 'x' })],
  ['a sequence that is a text', JSON.stringify({ ...SOUND, sequence: '1' })],
  ['a sequence that is no whole number', JSON.stringify({ ...SOUND, sequence: 1.5 })],
  ['a sequence too large to count with', JSON.stringify({ ...SOUND, sequence: 2 ** 53 })],
])('takes %s for no record', (_, line) => {
  expect(parseRecord(line)).toBeUndefined()
})

it('takes no text for a head that is nested, or whose fields are others', () => {
  const head = { log: 'a', count: 1, hash: HASH, time: 't', signature: 's' }
  expect(parseHead(JSON.stringify(head))).toEqual(head)
  const others: object[] = [{ count: '1' }, { count: 0 }, { log: ['a'] }, { signature: null }]
  for (const fields of others) {
    expect(parseHead(JSON.stringify({ ...head, ...fields }))).toBeUndefined()
  }
  for (const line of ['null', '[]', '', '['.repeat(100_000)])
    expect(parseHead(line)).toBeUndefined()
})

it('keeps a name that looks like the end of a record in its field', async () => {
  const { log, path } = await temporaryLog()
  const claimedUser = `ann","hash":"${HASH}"}\n{"sequence":9,"time":"\r\n\u2028@!@,x`
  await log.append({ event: 'decision', claimedUser })
  await log.append({ event: 'decision' })
  await log.close()
  expect(recordAt(path, 0)?.claimedUser).toBe(claimedUser)
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: 2 })
})

it('opens and verifies nothing at a loop of links, a folder or no path', async () => {
  const folder = temporaryFolder()
  const loop = join(folder, 'loop')
  symlinkSync(loop, loop)
  mkdirSync(join(folder, 'folder'))
  for (const path of [loop, join(folder, 'folder'), '']) {
    // oxlint-disable-next-line no-await-in-loop -- one path after the other
    await expect(openAuditLog({ path, onFull: 'refuse' })).rejects.toMatchObject({
      code: 'log-unopenable',
    })
  }
  expect(await verifyLog(loop)).toMatchObject({ intact: false, fault: { code: 'log-missing' } })
})
