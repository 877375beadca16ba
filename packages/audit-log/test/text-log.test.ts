import {
  appendFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import {
  formatMxRecord,
  HAWK_LOG_LIMITS,
  MX_SHAPE,
  mxGap,
  openTextLog,
  parseMxLog,
  sizeInBytes,
  type TextLog,
  type TextLogOptions,
} from '../src/index.ts'
import { linesOf, temporaryFolder } from './logs.ts'

async function trustedLog(
  options: Partial<TextLogOptions> = {},
): Promise<{ log: TextLog; path: string }> {
  const path = options.path ?? join(temporaryFolder(), 'Trusted.log')
  const log = await openTextLog({ onFull: 'refuse', ...options, path })
  onTestFinished(async () => void (await log.close()))
  return { log, path }
}

function namesBeside(path: string): string[] {
  const names: string[] = readdirSync(dirname(path))
  return names.filter((name) => !name.endsWith('.lock')).toSorted()
}

it('writes one line an append, as the caller formats it', async () => {
  const { log, path } = await trustedLog()
  const line = 'Tue Dec 31 11:14:13 UTC 2002: Trusted operation: userID=DOMAIN\\user, node=a:b:c'
  expect(await log.append(line)).toEqual({ durable: true, position: null })
  expect(linesOf(path)).toEqual([line])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('lets no text end a line or hide, whatever a peer put in it', async () => {
  const { log, path } = await trustedLog()
  await log.append('user=a\r\nforged: line\u2028and\u202e more\0')
  expect(linesOf(path)).toEqual([
    'user=a<U+000D><U+000A>forged: line<U+2028>and<U+202E> more<U+0000>',
  ])
})

it('writes long lines of any script whole, many in one write', async () => {
  const { log, path } = await trustedLog()
  const lines = Array.from({ length: 20 }, (_, index) => `${index}: ${'試'.repeat(5000)}`)
  await Promise.all(lines.map((line) => log.append(line)))
  expect(readFileSync(path, 'utf8')).toBe(lines.map((line) => `${line}\n`).join(''))
})

it('shifts the numbers when a line would exceed the size, and drops the highest', async () => {
  const { log, path } = await trustedLog({ maxBytes: 20, maxFiles: 3 })
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']) {
    // oxlint-disable-next-line no-await-in-loop -- one write each
    await log.append(name.repeat(9))
  }
  expect(namesBeside(path)).toEqual(['Trusted.log', 'Trusted1.log', 'Trusted2.log', 'Trusted3.log'])
  const texts = ['.log', '1.log', '2.log', '3.log'].map((end) => {
    return linesOf(path.replace('.log', end)).map((line) => line[0])
  })
  expect(texts).toEqual([
    ['i', 'j'],
    ['g', 'h'],
    ['e', 'f'],
    ['c', 'd'],
  ])
})

it('rolls in the middle of one group of appends as well', async () => {
  const { log, path } = await trustedLog({ maxBytes: 20, maxFiles: 5 })
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => log.append(name.repeat(9))))
  expect(namesBeside(path)).toEqual(['Trusted.log', 'Trusted1.log', 'Trusted2.log'])
  expect(linesOf(path)).toEqual(['eeeeeeeee'])
})

it('fills a hole that a kill left in the numbers, and drops nothing for it', async () => {
  const { log, path } = await trustedLog({ maxBytes: 10, maxFiles: 3 })
  for (const name of ['a', 'b', 'c', 'd']) {
    // oxlint-disable-next-line no-await-in-loop -- one write each
    await log.append(name.repeat(9))
  }
  rmSync(path.replace('.log', '2.log'))
  await log.append('e'.repeat(9))
  const first = (end: string): string | undefined => linesOf(path.replace('.log', end))[0]?.[0]
  expect(['.log', '1.log', '2.log', '3.log'].map(first)).toEqual(['e', 'd', 'c', 'a'])
})

it('drops all that is beyond a limit that was lowered, and keeps none with limit 0', async () => {
  const path = join(temporaryFolder(), 'Trusted.log')
  const limits = [5, 2, 0]
  const left = []
  for (const maxFiles of limits) {
    // oxlint-disable-next-line no-await-in-loop -- one log after the other
    const { log } = await trustedLog({ path, maxBytes: 10, maxFiles })
    for (const name of 'abcdefg') {
      // oxlint-disable-next-line no-await-in-loop -- one write each
      await log.append(name.repeat(9))
    }
    // oxlint-disable-next-line no-await-in-loop -- one log after the other
    await log.close()
    left.push(namesBeside(path).length - 1)
  }
  expect(left).toEqual(limits)
})

it('leaves files alone whose names only look like those of the log', async () => {
  const { log, path } = await trustedLog({ maxBytes: 10, maxFiles: 1 })
  const others = [
    'Trusted01.log',
    'Trusted1.log.old',
    'Trusted7.log',
    'TrustedX.log',
    'Trusted1.txt',
  ]
  for (const name of others) writeFileSync(join(dirname(path), name), 'kept')
  for (const name of ['a', 'b', 'c']) {
    // oxlint-disable-next-line no-await-in-loop -- one write each
    await log.append(name.repeat(9))
  }
  expect(namesBeside(path)).toEqual([...others, 'Trusted.log', 'Trusted1.log'].toSorted())
})

it('has the limits of the general Hawk logs by default', () => {
  expect(HAWK_LOG_LIMITS).toEqual({ maxBytes: 1024 * 1024, maxFiles: 5 })
  expect(sizeInBytes({ amount: 3, unit: 'KB' })).toBe(3072)
  expect(sizeInBytes({ amount: 3, unit: 'MB' })).toBe(3 * 1024 * 1024)
})

it('cuts off a line without its end or with zero bytes at the end, and no other', async () => {
  const { log, path } = await trustedLog()
  await log.append('first')
  await log.close()
  for (const half of ['half a li', '\0\0\0\n', '\0\0']) {
    appendFileSync(path, half)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { log: again } = await trustedLog({ path })
    expect(again.opening.repairedBytes).toBe(half.length)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await again.close()
  }
  expect(linesOf(path)).toEqual(['first'])
  appendFileSync(path, 'with \0 inside\nlast\n')
  const { log: other } = await trustedLog({ path })
  expect(other.opening.repairedBytes).toBe(0)
})

it('leaves a file alone that holds what is no line of text', async () => {
  const path = join(temporaryFolder(), 'Trusted.log')
  writeFileSync(path, 'x'.repeat(2 * 1024 * 1024))
  await expect(trustedLog({ path })).rejects.toMatchObject({ code: 'log-damaged' })
  expect(statSync(path).size).toBe(2 * 1024 * 1024)
})

it('refuses a text over the limit', async () => {
  const { log } = await trustedLog({ maxRecordBytes: 10 })
  await log.append('ü'.repeat(4))
  await expect(log.append('ü'.repeat(5))).rejects.toMatchObject({ code: 'record-too-large' })
})

it('writes a line about lost ones, the caller having the word', async () => {
  const { log, path } = await trustedLog({
    onFull: 'continue',
    formatGap: ({ lost, cause }) => `lost ${lost}: ${cause}`,
  })
  const handle = await open(dirname(path), 'r')
  const prototype = Object.getPrototypeOf(handle) as FileHandle
  await handle.close()
  const spy = vi.spyOn(prototype, 'write').mockRejectedValue({ code: 'ENOSPC' })
  expect(await log.append('first')).toMatchObject({ durable: false })
  spy.mockRestore()
  await log.append('second')
  expect(linesOf(path)).toEqual(['lost 1: ENOSPC', 'second'])
})

const WORDS = { category: 'JOB', result: 'SUCCESS', action: 'DONE', objectType: 'JOB' } as const
const RECORD = { ...WORDS, level: 'SUMMARY', time: 't', user: 'ann', message: 'one\ntwo' } as const

it('keeps mx.log records whole: a last one without its message is cut off', async () => {
  const path = join(temporaryFolder(), 'mx.log')
  const options: Partial<TextLogOptions> = {
    path,
    record: MX_SHAPE,
    formatGap: (gap) => mxGap(gap, 'system'),
  }
  const { log } = await trustedLog(options)
  await log.append(formatMxRecord(RECORD))
  await log.close()
  const whole = statSync(path).size
  const [fields, message] = formatMxRecord(RECORD)
  for (const half of [fields.slice(0, 9), fields, `${fields}\n`, `${fields}\n${message}`]) {
    appendFileSync(path, half)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { log: again } = await trustedLog(options)
    expect(again.opening.repairedBytes).toBe(half.length)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await again.close()
    expect(statSync(path).size).toBe(whole)
  }
  expect(parseMxLog(linesOf(path).join('\n'))).toMatchObject([{ record: RECORD, unknown: [] }])
})

it('refuses records that do not have the lines of the log, and records of several lines without a gap', async () => {
  const { log } = await trustedLog()
  await expect(log.append(['one', 'two'])).rejects.toThrow(TypeError)
  await expect(trustedLog({ record: MX_SHAPE })).rejects.toThrow(TypeError)
  await expect(trustedLog({ maxRecordBytes: 2 ** 20 })).rejects.toThrow(TypeError)
})

it('refuses to write on when another program rolls the log', async () => {
  const { log, path } = await trustedLog()
  await log.append('first')
  renameSync(path, `${path}.1`)
  await expect(log.append('second')).rejects.toMatchObject({ code: 'log-replaced' })
})
