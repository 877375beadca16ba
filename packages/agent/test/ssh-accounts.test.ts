import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { SshConfig } from '../src/config/model.ts'
import type { Log } from '../src/log.ts'
import { Accounts } from '../src/ssh/accounts.ts'
import { ANN, STRANGER } from './ssh-world.ts'

it('a file of keys is read at each login, and parsed when it is another', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'gatehouse-keys-')))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'ops.keys')
  const config = { accounts: { ops: { authorizedKeysFile: { path, label: path }, level: 'user' } } }
  const log = { info: () => undefined, error: () => undefined } as unknown as Log
  const accounts = new Accounts({ folder }, config as unknown as SshConfig, log)
  await writeFile(path, ANN.line, { mode: 0o600 })
  const [first, second] = [await accounts.find('ops'), await accounts.find('ops')]
  expect(first.hash).toMatch(/^[0-9a-f]{64}$/)
  expect(second.keys).toBe(first.keys)
  await writeFile(path, STRANGER.line)
  const third = await accounts.find('ops')
  expect(third.hash).not.toBe(first.hash)
  expect(third.keys).toMatchObject({ lines: [{ key: { blob: STRANGER.publicKey.blob } }] })
})
