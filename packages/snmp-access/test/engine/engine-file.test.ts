import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { EngineFile } from '../../src/engine/index.ts'

const FOLDER = mkdtempSync(join(tmpdir(), 'engine-'))
afterAll(() => rmSync(FOLDER, { recursive: true }))

describe('an engine file', () => {
  it('is made for its owner alone, and counts each start before it is told', async () => {
    const path = join(FOLDER, 'new')
    const first = await EngineFile.open(path)
    expect(first.boots).toBe(1)
    expect(first.id).toHaveLength(21)
    expect(Buffer.from(first.id).toString('hex')).toMatch(/^8000000005/)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const second = await EngineFile.open(path)
    expect(second.boots).toBe(2)
    expect(second.id).toEqual(first.id)
    expect(readFileSync(path, 'utf8')).toContain('\nboots 2\n')
  })

  it('counts starts at the same time one by one', async () => {
    const path = join(FOLDER, 'many')
    const files = await Promise.all(
      Array.from({ length: 4 }, async () => await EngineFile.open(path)),
    )
    expect(files.map(({ boots }) => boots).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4])
  })

  it('has a clock of whole seconds that begins at 0', async () => {
    let now = 5000
    const file = await EngineFile.open(join(FOLDER, 'clock'), { now: () => now })
    expect(file.clock()).toEqual({ id: file.id, boots: 1, time: 0 })
    now += 2999
    expect(file.clock().time).toBe(2)
    now += 2 ** 42
    expect(file.clock().time).toBe(2 ** 31 - 1)
  })

  it('takes an id that is given, and then no other', async () => {
    const path = join(FOLDER, 'given')
    const id = Buffer.from('800000000501020304', 'hex')
    expect((await EngineFile.open(path, { id })).id).toEqual(id)
    expect((await EngineFile.open(path, { id })).boots).toBe(2)
    const other = Buffer.from('800000000501020305', 'hex')
    await expect(EngineFile.open(path, { id: other })).rejects.toMatchObject({ code: 'ERR_CONFIG' })
    expect((await EngineFile.open(path)).boots).toBe(3)
  })

  it.each([4, 33])('refuses an id of %d octets', async (length) => {
    const id = new Uint8Array(length).fill(1)
    await expect(EngineFile.open(join(FOLDER, 'no'), { id })).rejects.toThrow(TypeError)
  })

  it.each([0, 255])('refuses an id of nothing but %d', async (octet) => {
    const id = new Uint8Array(8).fill(octet)
    await expect(EngineFile.open(join(FOLDER, 'no'), { id })).rejects.toThrow(TypeError)
  })

  it.each([
    ['empty', ''],
    ['cut off', 'gatehouse-snmp-engine 1\nid 800000000501020304\nboots 7'],
    ['of another form', 'gatehouse-snmp-engine 2\nid 800000000501020304\nboots 7\n'],
    ['without a possible id', 'gatehouse-snmp-engine 1\nid 0000000000\nboots 7\n'],
    ['too large', `gatehouse-snmp-engine 1\n${' '.repeat(5000)}`],
    ['at the last start', 'gatehouse-snmp-engine 1\nid 800000000501020304\nboots 2147483646\n'],
    ['beyond it', 'gatehouse-snmp-engine 1\nid 800000000501020304\nboots 9999999999\n'],
  ])('that is %s refuses, and stays as it is', async (name, content) => {
    const path = join(FOLDER, name)
    writeFileSync(path, content)
    await expect(EngineFile.open(path)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
    expect(readFileSync(path, 'utf8')).toBe(content)
  })

  it('refuses where nothing can be written', async () => {
    const path = join(FOLDER, 'missing', 'engine')
    await expect(EngineFile.open(path)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })
})
