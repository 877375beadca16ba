import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folderWith, SAMPLES } from './policies.ts'
import { fileWith, run } from './support.ts'

interface Result {
  readonly kind: string
  readonly outcome?: string
  readonly reasons?: readonly { readonly source: object }[]
  readonly [field: string]: unknown
}

function resultsOf(out: string): Result[] {
  return (JSON.parse(out) as { results: Result[] }).results
}

describe.each(SAMPLES)('$kind', (sample) => {
  const { files, wider, settings } = sample

  test('check: a folder is read as the kind, a request is decided', async () => {
    const folder = await folderWith(files)
    const read = await run(['check', folder, ...settings, '--json'])
    expect(read.exit).toBe(0)
    expect(resultsOf(read.out)).toMatchObject([{ file: folder, kind: sample.kind }])
    const allowed = await run(['check', folder, ...settings, ...sample.allowed])
    expect(allowed.exit).toBe(0)
    expect(allowed.out).toContain(join(folder, sample.decidedBy))
    expect((await run(['check', folder, ...settings, ...sample.denied])).exit).toBe(1)
  })

  test('check: files named one by one are read as the folder is', async () => {
    const folder = await folderWith(files)
    const paths = Object.keys(files).map((name) => join(folder, name))
    const { exit, out } = await run(['check', ...paths, ...settings, ...sample.denied, '--json'])
    expect(exit).toBe(1)
    expect(resultsOf(out)).toMatchObject([{ kind: sample.kind, outcome: 'deny' }])
  })

  test('check: one bad file refuses the policy and names the place', async () => {
    const folder = await folderWith(files)
    const [name, text] = sample.bad
    await writeFile(join(folder, name), text)
    const { exit, out, err } = await run(['check', folder, ...settings, ...sample.allowed])
    expect({ exit, out }).toEqual({ exit: 2, out: '' })
    expect(err).toContain(join(folder, name))
    expect(err).toContain('^')
  })

  test('explain: the decisive line and the edit that would change the answer', async () => {
    const folder = await folderWith(files)
    const allowed = await run(['explain', folder, ...settings, ...sample.allowed])
    expect(allowed.exit).toBe(0)
    expect(allowed.out).toMatch(/decides|counts/)
    const denied = await run(['explain', folder, ...settings, ...sample.denied])
    expect(denied.exit).toBe(1)
    expect(denied.out).toContain(`       ${sample.edit}`)
    const json = await run(['explain', folder, ...settings, ...sample.denied, '--json'])
    expect(resultsOf(json.out)).toMatchObject([{ explanation: { smallestEdit: {} } }])
  })

  test('who-can: those who may; 1 when nobody may', async () => {
    const folder = await folderWith(files)
    const { exit, out } = await run(['who-can', folder, ...settings, ...sample.operation])
    expect(exit).toBe(0)
    expect(out).toContain(sample.who)
    const json = await run(['who-can', folder, ...settings, ...sample.operation, '--json'])
    expect(resultsOf(json.out)).toMatchObject([{ any: true }])
    if (sample.closed.length === 0) return
    const nobody = await run(['who-can', folder, ...settings, ...sample.closed, '--json'])
    expect(nobody.exit).toBe(1)
    expect(resultsOf(nobody.out)).toMatchObject([{ any: false }])
  })

  test('what-can: what is open; 1 when nothing is', async () => {
    const folder = await folderWith(files)
    const { exit, out } = await run(['what-can', folder, ...settings, ...sample.caller])
    expect(exit).toBe(0)
    expect(out).toContain(sample.what)
    const json = await run(['what-can', folder, ...settings, ...sample.caller, '--json'])
    expect(resultsOf(json.out)).toMatchObject([{ any: true }])
    if (sample.stranger === undefined) return
    const stranger = await run(['what-can', folder, ...settings, ...sample.stranger])
    expect(stranger.exit).toBe(1)
  })

  test.each(['who-can', 'what-can', 'explain'])(
    '%s: without a question ends with 2',
    async (verb) => {
      const { exit, err } = await run([verb, await folderWith(files), ...settings])
      expect(exit).toBe(2)
      expect(err).toContain(verb)
    },
  )

  test('lint: findings with code and place', async () => {
    const folder = await folderWith(sample.linted)
    const { exit, out } = await run(['lint', folder, ...settings])
    expect(exit).toBe(1)
    expect(out).toContain(`${sample.finding}  ${folder}`)
  })

  test('diff: new access is told with an example, and fails when asked to', async () => {
    const [before, after] = [await folderWith(files), await folderWith(wider)]
    const words = ['diff', before, after, ...settings]
    const { exit, out } = await run(words)
    expect(exit).toBe(0)
    expect(out).toContain('now allowed')
    expect(out).toContain(sample.difference)
    expect(out).toContain('for example {')
    expect((await run([...words, '--fail-on-new-access'])).exit).toBe(1)
    const back = ['diff', after, before, ...settings, '--fail-on-new-access']
    expect((await run(back)).exit).toBe(0)
    const { results } = JSON.parse((await run([...words, '--json'])).out) as { results: unknown[] }
    expect(results).toMatchObject([{ file: before }, { differences: expect.any(Array) }])
  })

  test('diff: the example of each difference can be asked as a request', async () => {
    const [before, after] = [await folderWith(files), await folderWith(wider)]
    const { out } = await run(['diff', before, after, ...settings, '--json'])
    const { results } = JSON.parse(out) as {
      results: { differences?: { example: unknown; after: { outcome: string } }[] }[]
    }
    const differences = results.flatMap((result) => result.differences ?? [])
    expect(differences.length).toBeGreaterThan(0)
    for (const { example, after: is } of differences) {
      const asked = ['--request', JSON.stringify(example)]
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { exit } = await run(['check', after, ...settings, ...asked])
      expect(exit).toBe(is.outcome === 'allow' ? 0 : 1)
    }
  })

  test('test: expectations that hold end with 0, one that does not with 1 and its line', async () => {
    const folder = await folderWith(files)
    const [holds, broken] = sample.expected
    const good = await fileWith(`${holds}\n`)
    expect((await run(['test', folder, good, ...settings])).exit).toBe(0)
    const bad = await fileWith(`${holds}\n${broken}\n`)
    const { exit, out } = await run(['test', folder, bad, ...settings])
    expect(exit).toBe(1)
    expect(out).toContain(`${bad}:2`)
    const foreign = await fileWith('expect deny colour=red\n')
    expect((await run(['test', folder, foreign, ...settings])).exit).toBe(2)
  })

  test('format: files are compared, written, and then canonical; they decide as before', async () => {
    const folder = await folderWith(files)
    const words = ['format', folder, ...settings]
    expect((await run([...words, '--check'])).exit).toBe(1)
    const printed = await run([...words, '--json'])
    expect(resultsOf(printed.out).map(({ file }) => file)).toEqual(
      expect.arrayContaining(Object.keys(files).map((name) => join(folder, name))),
    )
    expect((await run([...words, '--write'])).exit).toBe(0)
    expect((await run([...words, '--check'])).exit).toBe(0)
    for (const { file, text } of resultsOf(printed.out)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await readFile(file as string, 'utf8')).toBe(text)
    }
    expect((await run(['check', folder, ...settings, ...sample.allowed])).exit).toBe(0)
    const before = await folderWith(files)
    const diff = await run(['diff', before, folder, ...settings, '--json'])
    expect(resultsOf(diff.out)[1]).toMatchObject({ differences: [] })
  })
})
