import { openAuditLog, formatHead, type SignedHead } from '@gatehouse/audit-log'
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run, temporaryFolder } from './support.ts'

interface Written {
  readonly path: string
  readonly heads: string
  readonly key: string
}

/** A log of some records in several files, its heads and their key. */
async function writeLog(records = 40): Promise<Written> {
  const folder = await temporaryFolder()
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const kept: SignedHead[] = []
  const path = join(folder, 'audit.jsonl')
  const sink = (head: SignedHead): void => void kept.push(head)
  const log = await openAuditLog({
    path,
    onFull: 'refuse',
    maxBytes: 4096,
    heads: { key: privateKey, sink, everyRecords: 5 },
  })
  for (let index = 0; index < records; index += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that the log rolls
    await log.append({ event: 'decision', outcome: 'deny', claimedUser: `=ann\u001B${index}` })
  }
  await log.close()
  const [heads, key] = [join(folder, 'heads.jsonl'), join(folder, 'key.pem')]
  await writeFile(heads, kept.map((head) => `${formatHead(head)}\n`).join(''))
  await writeFile(key, publicKey.export({ type: 'spki', format: 'pem' }))
  return { path, heads, key }
}

async function change(file: string, edit: (lines: string[]) => string[]): Promise<void> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  await writeFile(
    file,
    edit(lines)
      .map((line) => `${line}\n`)
      .join(''),
  )
}

describe('log verify', () => {
  test('a log that is intact through all its files ends with 0', async () => {
    const { path, heads, key } = await writeLog()
    const words = ['log', 'verify', path, '--heads', heads, '--key', key, '--from', '1']
    const { exit, out } = await run([...words, '--json'])
    expect(exit).toBe(0)
    const verification = JSON.parse(out) as { files: string[] }
    expect(verification).toMatchObject({ command: 'log verify', intact: true, records: 40 })
    expect(verification.files.length).toBeGreaterThan(1)
    expect((await run(words)).out).not.toContain('not proven')
  })

  test('what is not proven without heads is said', async () => {
    const { path } = await writeLog()
    const { exit, out } = await run(['log', 'verify', path])
    expect(exit).toBe(0)
    expect(out).toContain('not proven')
    expect(out).toContain('--heads')
  })

  test('a record that was changed is named with file, line, sequence and code', async () => {
    const { path } = await writeLog(5)
    await change(path, (lines) => lines.with(2, (lines[2] ?? '').replace('ann', 'bob')))
    const { exit, out } = await run(['log', 'verify', path])
    expect(exit).toBe(1)
    expect(out).toContain('record-changed')
    expect(out).toContain(`${path}:3`)
    expect(out).toContain('3 is expected')
    const json = await run(['log', 'verify', path, '--json'])
    expect(JSON.parse(json.out)).toMatchObject({
      intact: false,
      records: 2,
      fault: {
        code: 'record-changed',
        file: path,
        line: 3,
        expected: 3,
        sentence: expect.any(String),
      },
    })
  })

  test('a cut tail shows against the heads alone', async () => {
    const { path, heads, key } = await writeLog(5)
    await change(path, (lines) => lines.slice(0, -1))
    expect((await run(['log', 'verify', path])).exit).toBe(0)
    const { exit, out } = await run(['log', 'verify', path, '--heads', heads, '--key', key])
    expect(exit).toBe(1)
    expect(out).toContain('tail-cut')
  })

  test('records that came after the last head are told of', async () => {
    const { path, heads, key } = await writeLog(7)
    await change(heads, (lines) => lines.slice(0, 1))
    const { exit, out } = await run(['log', 'verify', path, '--heads', heads, '--key', key])
    expect(exit).toBe(0)
    expect(out).toContain('nothing was signed for the last 2 records')
  })

  test('the key of somebody else, and another name, make heads forged', async () => {
    const { path, heads, key } = await writeLog(5)
    const other = await writeLog(1)
    const forged = ['log', 'verify', path, '--heads', heads, '--key', other.key]
    expect((await run(forged)).out).toContain('head-forged')
    const named = ['log', 'verify', path, '--heads', heads, '--key', key, '--name', 'other']
    expect(await run(named)).toMatchObject({ exit: 1 })
  })

  test('no log at all is a fault, and a folder cannot be read', async () => {
    const folder = await temporaryFolder()
    const missing = await run(['log', 'verify', join(folder, 'none')])
    expect(missing.exit).toBe(1)
    expect(missing.out).toContain('log-missing')
    await mkdir(join(folder, 'log'))
    expect(await run(['log', 'verify', join(folder, 'log')])).toMatchObject({ exit: 2 })
  })

  test.each([
    {
      because: 'heads without a key',
      words: ({ heads }: Written) => ['--heads', heads],
      named: '--key',
    },
    {
      because: 'a key without heads',
      words: ({ key }: Written) => ['--key', key],
      named: '--heads',
    },
    {
      because: 'a head that is none',
      words: ({ key }: Written) => ['--heads', key, '--key', key],
      named: ':1',
    },
    {
      because: 'a key that is none',
      words: ({ heads }: Written) => ['--heads', heads, '--key', heads],
      named: 'PEM',
    },
    { because: 'a start that is none', words: () => ['--from', '0'], named: '--from' },
  ])('$because ends with 2, and the error names it', async ({ words, named }) => {
    const written = await writeLog(5)
    const { exit, err } = await run(['log', 'verify', written.path, ...words(written)])
    expect(exit).toBe(2)
    expect(err).toContain(named)
  })
})

describe('log export', () => {
  test('CSV has a header and a line for each record, and no spreadsheet runs it', async () => {
    const { path } = await writeLog()
    const { exit, out } = await run(['log', 'export', path, '--format', 'csv'])
    expect(exit).toBe(0)
    expect(out.trimEnd().split('\r\n')).toHaveLength(41)
    expect(out).toContain(",'=ann<U+001B>0,")
  })

  test('OCSF has one event a line', async () => {
    const { path } = await writeLog(5)
    const { exit, out } = await run(['log', 'export', path, '--format', 'ocsf'])
    expect(exit).toBe(0)
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(events).toHaveLength(5)
    expect(events[0]).toMatchObject({ class_uid: 6003, status_id: 2 })
  })

  test('a line that is no record is left out, told of, and ends with 1', async () => {
    const { path } = await writeLog(5)
    await change(path, (lines) => lines.with(1, 'nonsense'))
    const { exit, out, err } = await run(['log', 'export', path, '--format', 'csv'])
    expect(exit).toBe(1)
    expect(out.trimEnd().split('\r\n')).toHaveLength(5)
    expect(err).toContain(`${path}:2`)
  })

  test('no log, and no format, end with 2', async () => {
    const { path } = await writeLog(1)
    expect(await run(['log', 'export', `${path}x`, '--format', 'csv'])).toMatchObject({ exit: 2 })
    expect(await run(['log', 'export', path])).toMatchObject({ exit: 2 })
  })
})
