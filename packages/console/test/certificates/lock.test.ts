import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatTrustList, parseTrustList, trustList } from '@gatehouse/certificate-trust'
import { describe, expect, test } from 'vitest'
import { fileWith, run, temporaryFolder } from '../support.ts'
import { BETWEEN, DB01, pem, ROOT, selfSigned, WEB01 } from './lab.ts'

const COMMAND = fileURLToPath(new URL('../../bin/gatehouse.js', import.meta.url))

async function trustedIn(file: string): Promise<string[]> {
  const { entries } = parseTrustList(await readFile(file), { file })
  return entries.map(({ certificate }) => certificate.sha256).toSorted()
}

/** Number of a process that has ended. */
function gone(): number {
  return spawnSync(process.execPath, ['-e', '']).pid
}

function owner(pid: number, host = hostname()): string {
  return JSON.stringify({ pid, host, id: randomUUID() })
}

describe('changes of one trust list at once', () => {
  const others = Array.from({ length: 6 }, (_, index) => selfSigned(`web1${index}.example.com`))
  const ids = others.map(({ certificate }) => certificate.sha256)

  test('of several processes are all there in the end', { timeout: 180_000 }, async () => {
    const folder = await temporaryFolder()
    const file = join(folder, 'trust.json')
    const ends = await Promise.all(
      others.map(async ({ certificate }, index) => {
        const input = join(folder, `${index}.pem`)
        await writeFile(input, pem(certificate))
        const words = ['cert', 'trust', 'add', input, '--role', 'system', '--file', file]
        const child = spawn(process.execPath, [COMMAND, ...words], { stdio: 'ignore' })
        return new Promise((resolve) => child.on('exit', resolve))
      }),
    )
    expect(ends).toEqual(others.map(() => 0))
    expect(await trustedIn(file)).toEqual(ids.toSorted())
    const left = (await readdir(folder)).filter((name) => name.includes('lock'))
    expect(left).toEqual([])
  })

  test('of one process, of every kind, are all there in the end', async () => {
    const before = [DB01, WEB01].map(
      ({ certificate }) => ({ certificate, role: 'system' }) as const,
    )
    const file = await fileWith(formatTrustList(trustList(before)), 'trust.json')
    const configuration = join(dirname(file), 'gatehouse-trust.json')
    await writeFile(join(dirname(file), 'root.pem'), pem(ROOT.certificate))
    const { sha256 } = ROOT.certificate
    const certificates = [{ file: 'root.pem', role: 'root', sha256 }]
    await writeFile(configuration, JSON.stringify({ mode: 'certificate', certificates }))
    const to = await fileWith(pem(BETWEEN.certificate))
    const adds = await Promise.all(others.map(({ certificate }) => fileWith(pem(certificate))))
    const rotation = ['--from', DB01.certificate.sha256, '--to', to, '--until', '2099-12-31']
    const ends = await Promise.all(
      [
        ...adds.map((input) => ['trust', 'add', input, '--role', 'system']),
        ['trust', 'remove', WEB01.certificate.sha256],
        ['rotate', ...rotation],
        ['trust', 'import', configuration],
      ].map((words) => run(['cert', ...words, '--file', file])),
    )
    expect(ends.map(({ exit, err }) => [exit, err])).toEqual(ends.map(() => [0, '']))
    const left = [DB01.certificate.sha256, BETWEEN.certificate.sha256, sha256, ...ids]
    expect(await trustedIn(file)).toEqual(left.toSorted())
  })
})

/** Adds a certificate to a new list whose lock is there. */
async function add(lock: string): Promise<{ exit: number; err: string; left: string[] }> {
  const folder = await temporaryFolder()
  const input = await fileWith(pem(DB01.certificate))
  const file = join(folder, 'trust.json')
  await writeFile(`${file}.lock`, lock)
  const options = ['--role', 'system', '--file', file]
  const { exit, err } = await run(['cert', 'trust', 'add', input, ...options])
  return { exit, err, left: await readdir(folder) }
}

describe('a lock', () => {
  test.each([
    ['of a process that is gone', owner(gone())],
    ['of an earlier process with the number of this one', owner(process.pid)],
  ])('%s is taken over', async (_, lock) => {
    expect(await add(lock)).toMatchObject({ exit: 0, left: ['trust.json'] })
  })

  test.each([
    ['of another host', owner(gone(), 'elsewhere')],
    ['that says nothing', ''],
    ['that says something else', '{"pid":"1"}'],
  ])('%s is left alone, and what to remove is said', async (_, lock) => {
    const { exit, err, left } = await add(lock)
    expect([exit, left]).toEqual([2, ['trust.json.lock']])
    expect(err).toContain('trust.json.lock')
  })
})
