import { expect, onTestFinished, test, vi } from 'vitest'

import { keyOf, optionsFor, place } from './places.ts'

const none = () => Promise.reject(new Error('never asked'))

test('without the package ssh2 nothing is dialled and nothing listens, and a code says so', async () => {
  vi.resetModules()
  vi.doMock('ssh2', () => {
    throw new Error('not installed')
  })
  onTestFinished(() => {
    vi.doUnmock('ssh2')
    vi.resetModules()
  })
  const { connect, createSshServer } = await import('../../src/ssh2/index.ts')
  const missing = { code: 'ssh2-missing' }
  await expect(connect(await optionsFor(1, place()))).rejects.toMatchObject(missing)
  const hostKeys = [(await keyOf('ssh-ed25519', 'host')).privateKey]
  const served = createSshServer({ hostKeys, authorize: none, session: none })
  await expect(served).rejects.toMatchObject(missing)
})
