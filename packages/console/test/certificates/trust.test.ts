import { stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { formatTrustList, trustList } from '@gatehouse/certificate-trust'
import { describe, expect, test } from 'vitest'
import { fileWith, run, temporaryFolder } from '../support.ts'
import { BETWEEN, DB01, pem, ROOT, serve, WEB01, type Holder } from './lab.ts'

const newList = async (): Promise<string> => join(await temporaryFolder(), 'trust.json')
const shown = (holder: Holder): Promise<string> => serve(holder, holder.certificate)

interface Entry {
  readonly sha256: string
  readonly role: string
  readonly until?: string
}

async function entriesOf(file: string): Promise<readonly Entry[]> {
  const { out } = await run(['cert', 'trust', 'list', '--file', file, '--json'])
  return (JSON.parse(out) as { entries: Entry[] }).entries
}

async function add(
  input: string,
  words: readonly string[],
  person: { answer?: string } = {},
): Promise<{ exit: number; out: string; file: string }> {
  const file = await newList()
  const { exit, out } = await run(
    ['cert', 'trust', 'add', input, '--role', 'system', '--file', file, ...words],
    {},
    person,
  )
  return { exit, out, file }
}

describe('cert trust add, by file', () => {
  test('puts the certificate on the list in its role, until the end of a date', async () => {
    const words = ['--until', '2027-01-31', '--note', 'rack 4']
    const { exit, file } = await add(await fileWith(pem(DB01.certificate)), words)
    expect(exit).toBe(0)
    const { sha256 } = DB01.certificate
    expect(await entriesOf(file)).toMatchObject([
      { sha256, role: 'system', until: '2027-01-31T23:59:59Z', note: 'rack 4' },
    ])
  })

  test('refuses another fingerprint than the one that is stated, and writes nothing', async () => {
    const other = ['--fingerprint', WEB01.certificate.sha256, '--json']
    const { exit, out, file } = await add(await fileWith(pem(DB01.certificate)), other)
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ reasons: [{ code: 'fingerprint-mismatch' }] })
    await expect(stat(file)).rejects.toThrow('ENOENT')
  })

  test('takes one of several only when it is told that the first is meant', async () => {
    const chain = await fileWith(pem(WEB01.certificate, BETWEEN.certificate))
    expect(await add(chain, [])).toMatchObject({ exit: 2 })
    const { exit, file } = await add(chain, ['--first'])
    expect(exit).toBe(0)
    expect(await entriesOf(file)).toMatchObject([{ sha256: WEB01.certificate.sha256 }])
  })

  test('the same one twice in one role ends with 2', async () => {
    const input = await fileWith(pem(DB01.certificate))
    const { file } = await add(input, [])
    const words = ['cert', 'trust', 'add', input, '--file', file, '--role']
    expect(await run([...words, 'system'])).toMatchObject({ exit: 2 })
    expect(await run([...words, 'console'])).toMatchObject({ exit: 0 })
    expect(await entriesOf(file)).toHaveLength(2)
  })
})

describe('cert trust add, over the network', () => {
  test('shows the certificate and puts nothing on the list until somebody states its fingerprint', async () => {
    const { exit, out, file } = await add(await shown(DB01), ['--json'])
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'confirmation-needed' }],
      offered: { sha256: DB01.certificate.sha256 },
    })
    await expect(stat(file)).rejects.toThrow('ENOENT')
  })

  test('takes a fingerprint that was typed with the command, colons and capitals included', async () => {
    const typed = DB01.certificate.sha256.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:')
    const { exit, file } = await add(await shown(DB01), ['--fingerprint', typed])
    expect(exit).toBe(0)
    expect(await entriesOf(file)).toHaveLength(1)
  })

  test.each([
    { answer: DB01.certificate.sha256, exit: 0 },
    { answer: WEB01.certificate.sha256, exit: 1 },
    { answer: '', exit: 1 },
    { answer: 'yes', exit: 1 },
  ])('asks a person, and takes $answer as $exit', async ({ answer, exit }) => {
    expect(await add(await shown(DB01), [], { answer })).toMatchObject({ exit })
  })

  test('is refused where trusted certificates are required, before anybody is called', async () => {
    const words = ['--strong', '--fingerprint', DB01.certificate.sha256, '--json']
    const { exit, out } = await add('192.0.2.1:443', words)
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ reasons: [{ code: 'pull-refused' }], offered: null })
  })
})

describe('cert trust remove', () => {
  test('takes a certificate off the list, and ends with 2 for one that is not there', async () => {
    const { file } = await add(await fileWith(pem(DB01.certificate)), [])
    const words = ['cert', 'trust', 'remove', DB01.certificate.sha256, '--file', file]
    expect(await run(words)).toMatchObject({ exit: 0 })
    expect(await entriesOf(file)).toEqual([])
    expect(await run(words)).toMatchObject({ exit: 2 })
  })
})

async function configuration(sha256: string): Promise<string> {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'root.pem'), pem(ROOT.certificate))
  const certificates = [{ file: 'root.pem', role: 'root', sha256 }]
  const file = join(folder, 'gatehouse-trust.json')
  await writeFile(file, JSON.stringify({ mode: 'certificate', certificates }))
  return file
}

describe('cert trust import', () => {
  test('trusts what a configuration names, and changes nothing when it is run again', async () => {
    const from = await configuration(ROOT.certificate.sha256)
    const file = join(dirname(from), 'trust.json')
    const words = ['cert', 'trust', 'import', from, '--file', file, '--json']
    expect(JSON.parse((await run(words)).out)).toMatchObject({ entries: [{ role: 'root' }] })
    expect(JSON.parse((await run(words)).out)).toMatchObject({ entries: [] })
    expect(await entriesOf(file)).toHaveLength(1)
  })

  test('trusts nothing when a fingerprint is another', async () => {
    const from = await configuration(DB01.certificate.sha256)
    const file = join(dirname(from), 'trust.json')
    const { exit, out } = await run(['cert', 'trust', 'import', from, '--file', file, '--json'])
    expect(exit).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ error: { reason: 'sha256-mismatch' } })
    await expect(stat(file)).rejects.toThrow('ENOENT')
  })
})

describe('cert trust list', () => {
  test('a list that was changed by hand is refused whole', async () => {
    const text = formatTrustList(trustList([{ certificate: DB01.certificate, role: 'system' }]))
    const file = await fileWith(text.replace(DB01.certificate.sha256, WEB01.certificate.sha256))
    const { exit, out } = await run(['cert', 'trust', 'list', '--file', file, '--json'])
    expect(exit).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ error: { reason: 'sha256-mismatch' } })
  })

  test('notes are escaped for people', async () => {
    const entry = { certificate: DB01.certificate, role: 'system', note: 'a\u001B[2Jb' } as const
    const file = await fileWith(formatTrustList(trustList([entry])))
    const { out } = await run(['cert', 'trust', 'list', '--file', file])
    expect(out).not.toContain('\u001B')
    expect(out).toContain('<U+001B>')
  })
})

const files = async (): Promise<{ file: string; to: string }> => {
  const { file } = await add(await fileWith(pem(DB01.certificate)), [])
  return { file, to: await fileWith(pem(WEB01.certificate)) }
}

describe('cert rotate', () => {
  const FROM = ['--from', DB01.certificate.sha256]
  test('trusts the new one beside the old one, and the old one until a date', async () => {
    const { file, to } = await files()
    const words = ['cert', 'rotate', '--file', file, ...FROM, '--to', to, '--until', '2026-12-31']
    expect(await run(words)).toMatchObject({ exit: 0 })
    expect(await entriesOf(file)).toMatchObject([
      { sha256: DB01.certificate.sha256, until: '2026-12-31T23:59:59Z' },
      { sha256: WEB01.certificate.sha256 },
    ])
  })

  test.each([
    { because: 'an old one that is not on the list', words: ['--from', ROOT.certificate.sha256] },
    { because: 'a role that it is not trusted in', words: [...FROM, '--role', 'console'] },
    { because: 'a fingerprint that is none', words: ['--from', 'abc'] },
  ])('$because ends with 2', async ({ words }) => {
    const { file, to } = await files()
    const rest = ['--to', to, '--until', '2026-12-31', ...words]
    expect(await run(['cert', 'rotate', '--file', file, ...rest])).toMatchObject({ exit: 2 })
    expect(await entriesOf(file)).toHaveLength(1)
  })

  test('--holders says who holds only the old one, and ends with 1 until nobody does', async () => {
    const from = DB01.certificate.sha256
    const to = WEB01.certificate.sha256
    const holders = async (
      ...trusts: (string[] | null)[]
    ): Promise<{ exit: number; out: string }> => {
      const reports = trusts.map((one, index) => ({ system: `s${index}`, trusts: one }))
      const file = await fileWith(JSON.stringify(reports))
      return run(['cert', 'rotate', '--holders', file, '--from', from, '--to', to, '--json'])
    }
    const early = await holders([from], [from, to], null)
    expect(early.exit).toBe(1)
    expect(JSON.parse(early.out)).toMatchObject({ onlyOld: ['s0'], both: ['s1'], unknown: ['s2'] })
    expect(await holders([to], [from, to])).toMatchObject({ exit: 0 })
  })

  test('reports that are none end with 2', async () => {
    const words = ['cert', 'rotate', ...FROM, '--to', WEB01.certificate.sha256, '--holders']
    expect(await run([...words, await fileWith('[{}]')])).toMatchObject({ exit: 2 })
    expect(await run([...words, await fileWith('{')])).toMatchObject({ exit: 2 })
  })
})
