import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { clearLock, withLock } from '../../src/files/lock.ts'
import { temporaryFolder } from './temporary.ts'

/** Number of a process that has ended. */
function gone(): number {
  return spawnSync(process.execPath, ['-e', '']).pid
}

/** Number of a process that runs as long as the test does. */
function running(): number {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60_000)'])
  onTestFinished(() => void child.kill('SIGKILL'))
  return child.pid ?? 0
}

function owner(pid: number, host = hostname()): string {
  return JSON.stringify({ pid, host, id: randomUUID() })
}

describe('a lock', () => {
  test.each([
    ['of a process that is gone', () => owner(gone())],
    ['of an earlier process with the number of this one', () => owner(process.pid)],
  ])('%s is taken over', async (_, text) => {
    const lock = join(await temporaryFolder(), 'lock')
    await writeFile(lock, text())
    expect(await withLock(lock, () => Promise.resolve('done'))).toBe('done')
    expect(await readdir(dirname(lock))).toEqual([])
  })

  test.each([
    ['of another host', () => owner(gone(), 'elsewhere')],
    ['that says nothing', () => ''],
    ['with a number that is none', () => '{"pid":"1"}'],
    ['without an id', () => JSON.stringify({ pid: gone(), host: hostname(), id: '../x' })],
  ])('%s is left alone', async (_, text) => {
    const lock = join(await temporaryFolder(), 'lock')
    await writeFile(lock, text())
    const refused = withLock(lock, () => Promise.resolve())
    await expect(refused).rejects.toMatchObject({ code: 'ERR_CONFIG', source: { file: lock } })
    expect(await readdir(dirname(lock))).toEqual(['lock'])
  })

  test('of a process that runs is waited for, and not forever', async () => {
    const lock = join(await temporaryFolder(), 'lock')
    await writeFile(lock, owner(running()))
    let worked = false
    const work = (): Promise<void> => {
      worked = true
      return Promise.resolve()
    }
    await expect(withLock(lock, work, { attempts: 2 })).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      source: { file: lock },
    })
    expect([worked, await readdir(dirname(lock))]).toEqual([false, ['lock']])
  })

  test('that many find stale is taken by one after the other', async () => {
    const lock = join(await temporaryFolder(), 'lock')
    await writeFile(lock, owner(gone()))
    let [inside, most, done] = [0, 0, 0]
    const work = async (): Promise<void> => {
      inside += 1
      most = Math.max(most, inside)
      await readdir(dirname(lock))
      inside -= 1
      done += 1
    }
    await Promise.all(Array.from({ length: 20 }, () => withLock(lock, work)))
    expect([most, done, await readdir(dirname(lock))]).toEqual([1, 20, []])
  })

  test('that another has taken over meanwhile is not cleared', async () => {
    const lock = join(await temporaryFolder(), 'lock')
    const earlier = { pid: gone(), host: hostname(), id: randomUUID() }
    const text = owner(gone())
    await writeFile(lock, text)
    expect(await clearLock(lock, earlier)).toBe(true)
    expect(await readFile(lock, 'utf8')).toBe(text)
    await writeFile(lock, JSON.stringify(earlier))
    await writeFile(`${lock}.${earlier.id}.gone`, '')
    expect(await clearLock(lock, earlier)).toBe(false)
    expect(await readFile(lock, 'utf8')).toBe(JSON.stringify(earlier))
  })

  test('is given back when the work fails', async () => {
    const lock = join(await temporaryFolder(), 'lock')
    const failing = withLock(lock, () => Promise.reject(new RangeError('no')))
    await expect(failing).rejects.toThrow(RangeError)
    expect(await withLock(lock, () => Promise.resolve('again'))).toBe('again')
  })

  test('whose name is too long is an error', async () => {
    const lock = join(await temporaryFolder(), 'x'.repeat(250))
    await expect(withLock(lock, () => Promise.resolve())).rejects.toMatchObject({
      code: 'ERR_CONFIG',
    })
  })

  test('in a folder that is not there is an error', async () => {
    const lock = join(await temporaryFolder(), 'none', 'lock')
    await expect(withLock(lock, () => Promise.resolve())).rejects.toMatchObject({
      code: 'ERR_CONFIG',
    })
  })
})
