import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseCertificateFile, parseCertificateLists } from '@gatehouse/certificate-trust'
import { createKey, createRequest, formatRequest } from '@gatehouse/certificate-trust/issuing'
import { describe, expect, test } from 'vitest'
import { fileWith, run, temporaryFolder } from '../support.ts'

async function authority(): Promise<string> {
  const folder = join(await temporaryFolder(), 'root')
  const words = ['ca', 'init', folder, '--common-name', 'Lab Root']
  expect(await run(words)).toMatchObject({ exit: 0 })
  return folder
}

function requestFile(...dns: string[]): Promise<string> {
  return fileWith(formatRequest(createRequest({ key: createKey(), names: { dns } })))
}

async function json(...words: string[]): Promise<{ exit: number; told: Record<string, unknown> }> {
  const { exit, out } = await run([...words, '--json'])
  return { exit, told: JSON.parse(out) as Record<string, unknown> }
}

interface Index {
  readonly listNumber: number
  readonly issued: readonly {
    readonly sha256: string
    readonly revoked?: { readonly reason: string }
  }[]
}

async function indexOf(folder: string): Promise<Index> {
  return JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as Index
}

describe('ca init', () => {
  test('makes a folder and a key that nobody else can read', async () => {
    const folder = await authority()
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect((await stat(join(folder, 'authority.key'))).mode & 0o777).toBe(0o600)
    expect(await indexOf(folder)).toMatchObject({ listNumber: 0, issued: [] })
  })

  test('replaces no authority', async () => {
    const folder = await authority()
    const before = await readFile(join(folder, 'authority.key'), 'utf8')
    expect(await run(['ca', 'init', folder, '--common-name', 'Other'])).toMatchObject({ exit: 2 })
    expect(await readFile(join(folder, 'authority.key'), 'utf8')).toBe(before)
  })
})

describe('ca intermediate', () => {
  test('is issued by the one above, which keeps a record of it', async () => {
    const root = await authority()
    const folder = join(root, '..', 'below')
    const words = ['ca', 'intermediate', folder, '--issuer', root, '--common-name', 'Below']
    const { exit, told } = await json(...words)
    expect(exit).toBe(0)
    expect(told).toMatchObject({
      certificate: { issuer: 'CN=Lab Root', authority: { pathLength: 0 } },
    })
    const { sha256 } = told['certificate'] as { sha256: string }
    expect((await indexOf(root)).issued).toMatchObject([{ sha256 }])
  })

  test('cannot outlive the one above', async () => {
    const root = await authority()
    const words = ['ca', 'intermediate', join(root, '..', 'below'), '--issuer', root]
    const { exit, told } = await json(...words, '--common-name', 'Below', '--days', '9000')
    expect(exit).toBe(2)
    expect(told).toMatchObject({ error: { reason: 'beyond-issuer' } })
    expect((await indexOf(root)).issued).toEqual([])
  })
})

describe('ca issue', () => {
  test('issues names that are allowed, and records the certificate', async () => {
    const folder = await authority()
    const request = await requestFile('web01.example.com')
    const { exit, out } = await run(['ca', 'issue', folder, request, '--name', '.example.com'])
    expect(exit).toBe(0)
    const [certificate, ...more] = parseCertificateFile(Buffer.from(out), { file: 'out' })
    expect(more).toEqual([])
    expect((await indexOf(folder)).issued).toMatchObject([{ sha256: certificate?.sha256 }])
  })

  test.each([
    {
      because: 'a name that is not allowed',
      words: ['--name', 'other'],
      reason: 'name-not-allowed',
    },
    { because: 'nothing allowed', words: [], reason: undefined },
    {
      because: 'both names and everything',
      words: ['--name', 'a', '--as-requested'],
      reason: undefined,
    },
  ])('$because ends with 2 and leaves no record', async ({ words, reason }) => {
    const folder = await authority()
    const { exit, told } = await json('ca', 'issue', folder, await requestFile('web01'), ...words)
    expect(exit).toBe(2)
    expect((told['error'] as { reason?: string }).reason).toBe(reason)
    expect((await indexOf(folder)).issued).toEqual([])
  })

  test('replaces no file, and leaves no record then', async () => {
    const folder = await authority()
    const words = ['--as-requested', '--out', await fileWith('old')]
    const request = await requestFile('web01')
    expect(await run(['ca', 'issue', folder, request, ...words])).toMatchObject({ exit: 2 })
    expect((await indexOf(folder)).issued).toEqual([])
  })

  test('two at once: nobody works with an authority that somebody works with', async () => {
    const folder = await authority()
    const request = await requestFile('web01')
    const words = ['ca', 'issue', folder, request, '--as-requested']
    const ends = await Promise.all(Array.from({ length: 4 }, () => run(words)))
    const done = ends.filter(({ exit }) => exit === 0)
    expect(done.length).toBeGreaterThan(0)
    expect(ends.filter(({ exit }) => exit === 2)).toHaveLength(4 - done.length)
    expect((await indexOf(folder)).issued).toHaveLength(done.length)
    await writeFile(join(folder, 'lock'), '')
    expect(await run(words)).toMatchObject({ exit: 2 })
    expect((await indexOf(folder)).issued).toHaveLength(done.length)
  })

  test.each(['{', '{}', '{"version":2,"listNumber":0,"issued":[]}'])(
    'an index that cannot be read ends with 2, and the lock is gone after it: %s',
    async (text) => {
      const folder = await authority()
      await writeFile(join(folder, 'index.json'), text)
      const words = ['ca', 'crl', folder]
      expect(await run(words)).toMatchObject({ exit: 2 })
      await expect(stat(join(folder, 'lock'))).rejects.toThrow('ENOENT')
      expect(await readFile(join(folder, 'index.json'), 'utf8')).toBe(text)
    },
  )
})

describe('ca revoke and ca crl', () => {
  test('the number of the list grows, and what was revoked is on it', async () => {
    const folder = await authority()
    const file = join(folder, 'web01.pem')
    const request = await requestFile('web01')
    await run(['ca', 'issue', folder, request, '--as-requested', '--out', file])
    expect(await json('ca', 'crl', folder)).toMatchObject({ told: { number: 1, revoked: 0 } })
    const revoke = ['ca', 'revoke', folder, file, '--reason']
    expect(await run([...revoke, 'keyCompromise'])).toMatchObject({ exit: 0 })
    expect(await run([...revoke, 'superseded'])).toMatchObject({ exit: 0 })
    expect((await indexOf(folder)).issued).toMatchObject([{ revoked: { reason: 'keyCompromise' } }])
    expect(await json('ca', 'crl', folder)).toMatchObject({ told: { number: 2, revoked: 1 } })
    const path = join(folder, 'crl.pem')
    const [list] = parseCertificateLists(await readFile(path), { file: path })
    expect(list?.number).toBe(2n)
  })

  test('a certificate that it did not issue ends with 2', async () => {
    const folder = await authority()
    const words = ['ca', 'revoke', folder, join(folder, 'authority.pem')]
    expect(await run(words)).toMatchObject({ exit: 2 })
  })
})
