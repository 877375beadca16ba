import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ParseError, Secret } from '@gatehouse/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  checkKeyFiles,
  checkTrustFiles,
  describeFileFinding,
  FILE_CODES,
  importConfiguration,
  loadCertificateLists,
  loadTrustList,
  shareIdentity,
  TrustListFile,
  writeKeyFile,
  writeTrustList,
  type FileFinding,
} from '../../src/files/index.ts'
import { decideCaller, formatName, trustList, TRUST_TEXT_CODES } from '../../src/index.ts'
import { formatPem } from '../../src/input/pem.ts'
import { BETWEEN, LEAF, ROOT } from '../world.ts'
import { AT, root } from '../writing/certificate.ts'
import { encodeList } from '../writing/list.ts'
import { encoded, selfSigned, trusted } from '../trust/world.ts'

const OWN = selfSigned(LEAF)
const ANCHOR = root(ROOT)
const LIST = trustList([trusted(OWN, 'console')])
const ERR_CONFIG = expect.objectContaining({ code: 'ERR_CONFIG' }) as Error
const isRoot = process.geteuid?.() === 0

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trust-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const at = (name: string): string => join(folder, name)
const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8)
function put(name: string, mode = 0o600, text = 'key'): string {
  writeFileSync(at(name), text)
  chmodSync(at(name), mode)
  return at(name)
}

const pem = (...ders: readonly Uint8Array[]): string =>
  ders.map((der) => formatPem('CERTIFICATE', der)).join('')

describe('the file of a trust list', () => {
  test('is written whole, readable for all, with nothing left beside it', async () => {
    await writeTrustList(at('trust.json'), trustList())
    await writeTrustList(at('trust.json'), LIST)
    expect((await loadTrustList(at('trust.json'))).entries.map(({ role }) => role)).toEqual([
      'console',
    ])
    expect(modeOf(at('trust.json'))).toBe('644')
    expect(readdirSync(folder)).toEqual(['trust.json'])
  })

  test('leaves nothing beside it either when it cannot be written', async () => {
    mkdirSync(at('trust.json'))
    await expect(writeTrustList(at('trust.json'), LIST)).rejects.toThrow()
    expect(readdirSync(folder)).toEqual(['trust.json'])
  })

  test('that is missing or malformed is an error that says so', async () => {
    await expect(loadTrustList(at('none.json'))).rejects.toThrow(ERR_CONFIG)
    await expect(loadTrustList(put('bad.json'))).rejects.toThrow(ParseError)
  })

  test('is kept as it was when the new one cannot be read', async () => {
    const file = new TrustListFile(at('trust.json'), 'trust')
    expect(file.list.entries).toEqual([])
    expect(await file.load()).toMatchObject({ loaded: false, code: 'policy-missing', kept: false })
    await writeTrustList(at('trust.json'), LIST)
    expect(await file.load()).toEqual({ loaded: true })
    put('trust.json', 0o644, '{')
    expect(await file.load()).toMatchObject({ loaded: false, code: 'policy-malformed', kept: true })
    expect(file.list.entries).toHaveLength(1)
  })
})

const configure = (...certificates: readonly object[]): string =>
  put('trust-setup.json', 0o600, JSON.stringify({ mode: 'certificate', certificates }))

async function errorsOf(path: string): Promise<readonly string[]> {
  try {
    await importConfiguration(path)
    return []
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return error.diagnostics.map(
      ({ code, source }) => `${code} ${source.file.slice(folder.length + 1)}:${source.line}`,
    )
  }
}

describe('an import by configuration', () => {
  test('trusts the certificate that is stated, and no other of its file', async () => {
    put('console.pem', 0o600, pem(ANCHOR.der, OWN.der))
    const path = configure({
      file: 'console.pem',
      role: 'console',
      sha256: OWN.sha256,
      note: 'by hand',
    })
    const settings = await importConfiguration(path)
    expect(settings.list?.entries).toMatchObject([
      { role: 'console', note: 'by hand', certificate: { sha256: OWN.sha256 } },
    ])
    expect(decideCaller(settings, { chain: encoded(OWN) }, { at: AT }).outcome).toBe('allow')
  })

  test('trusts nothing when one is not the one that is stated', async () => {
    put('console.der', 0o600, '')
    writeFileSync(at('console.der'), OWN.der)
    put('other.pem', 0o600, pem(ANCHOR.der))
    put('broken.pem', 0o600, 'no certificate')
    const path = configure(
      { file: 'console.der', role: 'console', sha256: OWN.sha256 },
      { file: 'other.pem', role: 'root', sha256: OWN.sha256 },
      { file: 'missing.pem', role: 'root', sha256: OWN.sha256 },
      { file: 'broken.pem', role: 'root', sha256: OWN.sha256 },
      { file: at('console.der'), role: 'console', sha256: OWN.sha256 },
    )
    expect(await errorsOf(path)).toEqual([
      'sha256-mismatch trust-setup.json:1',
      'file-unreadable trust-setup.json:1',
      'certificate-malformed trust-setup.json:1',
      'entry-repeated trust-setup.json:1',
    ])
    expect(Object.keys(TRUST_TEXT_CODES)).toContain('file-unreadable')
  })

  test('without a configuration is an error that says so', async () => {
    await expect(importConfiguration(at('none.json'))).rejects.toThrow(ERR_CONFIG)
  })
})

describe('a key file', () => {
  test('is new, and nobody but its owner can read it, whatever the mask', async () => {
    const before = process.umask(0)
    try {
      await writeKeyFile(at('key.pem'), new Secret('key'))
    } finally {
      process.umask(before)
    }
    expect(modeOf(at('key.pem'))).toBe('600')
    expect(readFileSync(at('key.pem'), 'utf8')).toBe('key')
    expect(await checkKeyFiles([at('key.pem')])).toEqual([])
  })

  test('never takes the place of another, nor follows a link', async () => {
    put('key.pem')
    symlinkSync(at('elsewhere.pem'), at('link.pem'))
    await expect(writeKeyFile(at('key.pem'), 'new')).rejects.toThrow(ERR_CONFIG)
    await expect(writeKeyFile(at('link.pem'), 'new')).rejects.toThrow(ERR_CONFIG)
    expect(readFileSync(at('key.pem'), 'utf8')).toBe('key')
    expect(readdirSync(folder)).toEqual(['key.pem', 'link.pem'])
  })

  test('does not stand in an error', async () => {
    const error = await writeKeyFile(at('no/such/folder'), 'top secret').catch(
      (one: unknown) => one,
    )
    expect(error).toEqual(ERR_CONFIG)
    expect(JSON.stringify(error) + String(error)).not.toContain('top secret')
  })
})

const codesOf = (findings: readonly FileFinding[]): readonly string[] =>
  findings.map(({ code }) => code)

/** What is found in the one folder of a test; those above belong to the machine. */
async function found(path: string, group?: number): Promise<readonly FileFinding[]> {
  const findings = await checkKeyFiles([path], group === undefined ? {} : { group })
  return findings.filter((finding) => finding.path.startsWith(folder))
}

const MODES: readonly (readonly [number, readonly string[]])[] = [
  [0o600, []],
  [0o400, []],
  [0o640, ['file-readable-by-group']],
  [0o604, ['file-readable-by-others']],
  [0o620, ['file-writable-by-group']],
  [0o602, ['file-writable-by-others']],
  [
    0o666,
    [
      'file-writable-by-group',
      'file-writable-by-others',
      'file-readable-by-others',
      'file-readable-by-group',
    ],
  ],
]

describe('the check of key files', () => {
  test.each(MODES)('of mode %o finds %o, and its commands mend it', async (mode, codes) => {
    const path = put("it's a key", mode)
    const findings = await found(path)
    expect(codesOf(findings)).toEqual(codes)
    for (const { fix } of findings) expect(spawnSync('sh', ['-c', fix ?? 'false']).status).toBe(0)
    expect(await found(path)).toEqual([])
  })

  test('finds a link, what it leads to, and makes a file of it', async () => {
    put('real.pem', 0o644)
    symlinkSync('real.pem', at('key.pem'))
    const findings = await found(at('key.pem'))
    expect(codesOf(findings)).toEqual([
      'file-symlink',
      'file-readable-by-others',
      'file-readable-by-group',
    ])
    for (const { fix } of findings) expect(spawnSync('sh', ['-c', fix ?? 'false']).status).toBe(0)
    expect(lstatSync(at('key.pem')).isSymbolicLink()).toBe(false)
    expect(await found(at('key.pem'))).toEqual([])
  })

  test('finds what is not there, and what is no file', async () => {
    expect(codesOf(await found(at('none.pem')))).toEqual(['file-missing'])
    chmodSync(folder, 0o700)
    mkdirSync(at('folder'), { mode: 0o700 })
    expect(codesOf(await found(at('folder')))).toEqual(['file-not-regular'])
  })

  test.each([
    [0o770, ['folder-writable-by-group']],
    [0o707, ['folder-writable-by-others']],
    [0o1777, []],
    [0o755, []],
  ])('finds that a folder has mode %o', async (mode, codes) => {
    mkdirSync(at('keys'))
    const path = put('keys/key.pem')
    chmodSync(at('keys'), mode)
    const findings = await found(path)
    expect(findings.map(({ code, path: where }) => [code, where])).toEqual(
      codes.map((code) => [code, at('keys')]),
    )
    for (const { fix } of findings) expect(spawnSync('sh', ['-c', fix ?? 'false']).status).toBe(0)
    expect(await found(path)).toEqual([])
  })

  test('finds another owner of the file or a folder', async () => {
    const path = put('key.pem')
    const { uid } = statSync(path)
    const other = isRoot ? 4711 : uid
    if (isRoot) chownSync(path, other, -1)
    expect(codesOf(await checkKeyFiles([path], { owner: 12 }))).toContain('file-owner')
    if (isRoot) chownSync(folder, other, -1)
    const findings = await checkKeyFiles([path], { owner: 12 })
    expect(codesOf(findings.filter((one) => one.path === folder))).toEqual(['folder-owner'])
    expect(
      codesOf(
        (await checkKeyFiles([path], { owner: other })).filter((one) =>
          one.path.startsWith(folder),
        ),
      ),
    ).toEqual([])
  })

  test('of what is no secret finds only who can change it', async () => {
    const path = put('trust.json', 0o664)
    const findings = await checkTrustFiles([path])
    expect(codesOf(findings.filter((one) => one.path === path))).toEqual(['file-writable-by-group'])
  })

  test('says on one line what to do, and nothing of what a name hides', async () => {
    const [finding] = await found(put('key\u001b[2J.pem', 0o640))
    if (finding === undefined) throw new Error('there is no finding')
    const line = describeFileFinding(finding)
    expect(line).toContain('chmod g-r')
    expect(line).toContain('mode 0640')
    expect(line).not.toContain('\u001b')
  })
})

test('every code of the check has a case but that of a system without owners', () => {
  const covered = new Set([
    ...MODES.flatMap(([, codes]) => codes),
    'file-symlink',
    'file-missing',
    'file-not-regular',
    'file-owner',
    'file-group',
    'folder-owner',
    'folder-writable-by-group',
    'folder-writable-by-others',
  ])
  expect(Object.keys(FILE_CODES).filter((code) => !covered.has(code))).toEqual([
    'permissions-unknown',
  ])
})

describe('a key that is shared with a group', () => {
  const own = process.getegid?.() ?? 0
  const group = isRoot ? 4711 : own

  test('is readable by that group and by no other', async () => {
    const [key, certificate] = [put('key.pem', 0o600), put('own.pem', 0o600)]
    const findings = await shareIdentity({ key, certificate, group })
    expect(findings.filter(({ path }) => path.startsWith(folder))).toEqual([])
    expect([modeOf(key), statSync(key).gid, modeOf(certificate)]).toEqual(['640', group, '644'])
    expect(await found(key, group)).toEqual([])
    expect(codesOf(await found(key, group + 1))).toEqual(['file-group'])
    expect(codesOf(await found(key))).toEqual(['file-readable-by-group'])
  })

  test('is no link, and no folder', async () => {
    const [key, certificate] = [put('key.pem'), put('own.pem')]
    symlinkSync(key, at('link.pem'))
    await expect(shareIdentity({ key: at('link.pem'), certificate, group })).rejects.toThrow(
      ERR_CONFIG,
    )
    await expect(shareIdentity({ key: folder, certificate, group })).rejects.toThrow(ERR_CONFIG)
    expect(modeOf(key)).toBe('600')
  })
})

describe('files of revocation lists', () => {
  const der = encodeList(ROOT)
  const text = `what comes first\n${formatPem('X509 CRL', der)}${formatPem('X509 CRL', encodeList(BETWEEN))}`

  test('are read in PEM and in DER, in their order', async () => {
    writeFileSync(at('one.crl'), der)
    const lists = await loadCertificateLists([put('two.pem', 0o644, text), at('one.crl')])
    const numbers = lists.map(({ issuer }) => formatName(issuer))
    expect(numbers).toEqual(['CN=Root', 'CN=Between', 'CN=Root'])
  })

  test('are read all or not at all', async () => {
    const good = put('good.pem', 0o644, text)
    const bad = [good, put('bad.pem', 0o644, text.replace('\nM', '\nX'))]
    await expect(loadCertificateLists(bad)).rejects.toThrow(ParseError)
    await expect(loadCertificateLists([good, at('none.crl')])).rejects.toThrow(ERR_CONFIG)
    await expect(loadCertificateLists([put('key.pem')])).rejects.toThrow(ParseError)
  })
})
