import { isNoPolicy, type NoPolicy } from '@gatehouse/core'
import { spawnSync } from 'node:child_process'
import { chmod, lstat, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { editAuthorizedKeys, loadAuthorizedKeys } from '../../src/files/index.ts'
import {
  addAuthorizedKey,
  authorize,
  formatKeyLine,
  removeAuthorizedKey,
  type AuthorizedKeys,
} from '../../src/index.ts'
import { testKey } from './keys.ts'
import { temporaryFolder } from './temporary.ts'

const uid = process.getuid?.() ?? 0
const LINE = `${formatKeyLine(testKey(1))}\n`

/** A home directory with `.ssh/authorized_keys`, all with modes that sshd likes. */
async function homeWith(text = LINE): Promise<{ home: string; path: string }> {
  const home = await temporaryFolder()
  await mkdir(join(home, '.ssh'), { mode: 0o700 })
  const path = join(home, '.ssh', 'authorized_keys')
  await writeFile(path, text, { mode: 0o600 })
  return { home, path }
}

function loaded(place: { home: string; path: string }): Promise<AuthorizedKeys | NoPolicy> {
  return loadAuthorizedKeys({ ...place, uid })
}

describe('the authorized_keys file of an account', () => {
  test('is read when only the account and root can change it', async () => {
    const store = await loaded(await homeWith())
    const login = { user: 'ann', key: testKey(1), address: '192.0.2.7', now: new Date(0) }
    expect(authorize(login, store)).toMatchObject({
      outcome: 'allow',
      reasons: [{ code: 'key-listed' }],
    })
  })

  test.each([
    { what: 'the file', under: '.ssh/authorized_keys', mode: 0o664, modes: 'file-mode' },
    { what: 'its folder', under: '.ssh', mode: 0o770, modes: 'directory-mode' },
    { what: 'the home directory', under: '', mode: 0o777, modes: 'directory-mode' },
  ])('lets nobody in when a group can write $what', async ({ under, mode, modes }) => {
    const place = await homeWith()
    const at = join(place.home, under)
    await chmod(at, mode)
    expect(await loaded(place)).toMatchObject({
      noPolicy: 'policy-unreadable',
      decision: { reasons: [{ code: 'policy-unreadable', facts: { modes, at } }] },
    })
  })

  test('lets nobody in when it belongs to somebody else', async () => {
    const place = await homeWith()
    const store = await loadAuthorizedKeys({ ...place, uid: uid + 1 })
    // Root may own anything: only an account that is not root can be somebody else.
    expect(isNoPolicy(store)).toBe(uid !== 0)
  })

  test('is judged by what a symbolic link leads to', async () => {
    const good = await homeWith()
    const elsewhere = await homeWith()
    const link = join(good.home, '.ssh', 'link')
    await symlink(elsewhere.path, link)
    await chmod(dirname(elsewhere.path), 0o770)
    const at = dirname(elsewhere.path)
    expect(await loadAuthorizedKeys({ path: link, home: elsewhere.home, uid })).toMatchObject({
      decision: { reasons: [{ facts: { modes: 'directory-mode', at } }] },
    })
    await chmod(at, 0o700)
    const store = await loadAuthorizedKeys({ path: link, home: elsewhere.home, uid })
    expect(isNoPolicy(store)).toBe(false)
  })

  test('is judged up to / when it is not below the home directory', async () => {
    const { path } = await homeWith()
    const home = await temporaryFolder()
    // The folder of temporary files is one that all can write.
    expect(await loadAuthorizedKeys({ path, home, uid })).toMatchObject({
      decision: { reasons: [{ facts: { modes: 'directory-mode' } }] },
    })
  })

  test.each([
    { what: 'a folder', make: (path: string) => mkdir(path) },
    { what: 'a pipe', make: (path: string) => Promise.resolve(spawnSync('mkfifo', [path])) },
  ])('is not $what', async ({ make }) => {
    const { home } = await homeWith()
    const path = join(home, '.ssh', 'other')
    await make(path)
    expect(await loadAuthorizedKeys({ path, home, uid })).toMatchObject({
      decision: { reasons: [{ facts: { modes: 'file-not-regular', at: path } }] },
    })
  })

  test('that is missing or too large lets nobody in', async () => {
    const { home, path } = await homeWith()
    const missing = await loadAuthorizedKeys({ path: `${path}2`, home, uid })
    const large = await loadAuthorizedKeys({ path, home, uid, maxBytes: 10 })
    expect([missing, large]).toMatchObject([
      { noPolicy: 'policy-missing' },
      { noPolicy: 'policy-too-large' },
    ])
  })
})

describe('editing authorized_keys', () => {
  test('makes file and folder for the owner alone', async () => {
    const path = join(await temporaryFolder(), '.ssh', 'authorized_keys')
    const done = await editAuthorizedKeys(path, (text) =>
      addAuthorizedKey(text, { key: testKey(1) }),
    )
    expect(done).toEqual({ file: path, changed: true })
    expect((await lstat(path)).mode & 0o777).toBe(0o600)
    expect((await lstat(dirname(path))).mode & 0o777).toBe(0o700)
    expect(await readFile(path, 'utf8')).toBe(LINE)
  })

  test('leaves reading by others as it is, and takes writing from them', async () => {
    const { path } = await homeWith()
    await chmod(path, 0o666)
    await editAuthorizedKeys(path, (text) => removeAuthorizedKey(text, testKey(1)))
    expect((await lstat(path)).mode & 0o777).toBe(0o644)
    expect(await readFile(path, 'utf8')).toBe('')
  })

  test('changes no file when the edit is refused', async () => {
    const { path } = await homeWith()
    const before = await lstat(path)
    const options = 'restrict'
    const done = await editAuthorizedKeys(path, (text) =>
      addAuthorizedKey(text, { key: testKey(1), options }),
    )
    const refused = { changed: false, refused: 'key-has-other-options', lines: [1] }
    expect(done).toEqual({ file: path, ...refused })
    expect((await lstat(path)).ino).toBe(before.ino)
  })
})
