import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseConfig, startAgent, startResident, type SshConfig } from '../src/index.ts'
import { ANN, hasSsh, newKey, rsaKey, startSsh, STRANGER, testKey } from './ssh-world.ts'
import { createWorld } from './world.ts'

const PLAIN = { authorizedKeysFile: 'root.keys', level: 'operator' }
const SMALLEST = { hostKeyFiles: ['host_key'], accounts: { root: PLAIN } }

function read(ssh: object): SshConfig | undefined {
  const config = {
    name: 'web-1',
    securityMode: 'basic',
    authorizationFile: 'Authorization.cfg',
    trustedFile: 'Trusted.txt',
    dataDir: 'data',
    ssh,
  }
  return parseConfig(config, { file: '/etc/gatehouse/agent.json' }).ssh
}

describe('the config of ssh', () => {
  it('has safe defaults, and paths that start in its folder', () => {
    expect(read(SMALLEST)).toEqual({
      address: '127.0.0.1',
      port: 22_222,
      hostKeyFiles: [{ path: '/etc/gatehouse/host_key', label: 'host_key' }],
      accounts: {
        root: {
          authorizedKeysFile: { path: '/etc/gatehouse/root.keys', label: 'root.keys' },
          level: 'operator',
        },
      },
    })
  })

  it.each([
    ['hostKeyFiles', { accounts: SMALLEST.accounts }],
    ['hostKeyFiles', { ...SMALLEST, hostKeyFiles: [] }],
    ['hostKeyFiles', { ...SMALLEST, hostKeyFiles: 'host_key' }],
    ['accounts', { hostKeyFiles: ['host_key'] }],
    ['accounts', { ...SMALLEST, accounts: {} }],
    ['accounts', { ...SMALLEST, accounts: { 'a b': PLAIN } }],
    ['accounts', { ...SMALLEST, accounts: { '-l': PLAIN } }],
    ['accounts.root.level', { ...SMALLEST, accounts: { root: { ...PLAIN, level: 'root' } } }],
    ['accounts.root', { ...SMALLEST, accounts: { root: { level: 'user' } } }],
    ['port', { ...SMALLEST, port: 65_536 }],
    ['address', { ...SMALLEST, address: 'localhost' }],
    ['revokedKeysFile', { ...SMALLEST, revokedKeysFile: '' }],
    ['ssh', { ...SMALLEST, keys: 1 }],
  ])('names the field at fault: %s', (field, ssh) => {
    expect(() => read(ssh)).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIG',
        message: expect.stringContaining(field),
        source: { file: '/etc/gatehouse/agent.json' },
      }),
    )
  })

  it('opens nothing in advanced security mode', async () => {
    const { config } = await createWorld({ config: { securityMode: 'advanced', ssh: SMALLEST } })
    const agent = await startResident(config)
    expect(agent.policies.map(({ file }) => file)).toEqual(['Authorization.cfg', 'Trusted.txt'])
    expect(agent).not.toHaveProperty('sshAddress')
    await agent.close()
  })
})

/** Files of host keys in a folder of their own, as a config names them. */
async function hostKeys(
  files: Readonly<Record<string, string>>,
  mode = 0o600,
): Promise<{ ssh: { hostKeyFiles: string[] }; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-host-keys-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const names = Object.keys(files)
  await Promise.all(names.map((name) => writeFile(join(folder, name), files[name] ?? '', { mode })))
  return { folder, ssh: { hostKeyFiles: names.map((name) => join(folder, name)) } }
}

/** The container with the public half of another key in it. */
function mixed(): string {
  const [own, other] = [testKey(), STRANGER]
  const [, base64 = ''] = /-\n([^-]+)-/.exec(own.file) ?? []
  const bytes = Buffer.from(base64, 'base64')
  const at = bytes.indexOf(own.publicKey.blob)
  Buffer.from(other.publicKey.blob).copy(bytes, at)
  const lines = bytes.toString('base64').replaceAll(/.{70}/g, '$&\n')
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`
}

const CURVE_448 = generateKeyPairSync('ed448').privateKey

describe('a host key', () => {
  it('is PEM or in the container of OpenSSH, one of each type', async () => {
    const pem = newKey().export({ format: 'pem', type: 'pkcs8' }).toString()
    const ecdsa = testKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
    const { ssh } = await hostKeys({ a: pem, b: ecdsa.file })
    const { agent } = await startSsh({ ssh })
    const types = agent.sshHostKeys.map(({ type }) => type)
    expect(types).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256'])
    expect(agent.sshHostKeys[1]?.fingerprint).toBe(ecdsa.publicKey.fingerprint)
  })

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['a public key', { a: ANN.line }, /no private key/],
    ['nothing', { a: '' }, /no private key/],
    ['half of a key', { a: ANN.file.slice(0, 200) }, /no private key/],
    ['two halves of two keys', { a: mixed() }, /halves-differ/],
    ['a short RSA key', { a: rsaKey(1024).file }, /1024 bits/],
    [
      'a key of no type of SSH',
      { a: CURVE_448.export({ format: 'pem', type: 'pkcs8' }).toString() },
      /type-unknown/,
    ],
    ['a key of the type of another', { a: ANN.file, b: STRANGER.file }, /type ssh-ed25519/],
    ['64 KiB and a byte', { a: `${ANN.file}${' '.repeat(65_536)}` }, /too-large/],
  ])('that holds %s ends the start', async (_, files, why) => {
    const { ssh, folder } = await hostKeys(files)
    await expect(startSsh({ ssh })).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringMatching(why),
      source: { file: expect.stringContaining(folder) },
    })
  })

  it('that others can read ends the start', async () => {
    const { ssh } = await hostKeys({ a: ANN.file }, 0o640)
    await chmod(ssh.hostKeyFiles[0] ?? '', 0o640)
    await expect(startSsh({ ssh })).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringContaining('the group can read the file'),
    })
  })

  it('that is missing ends the start, with the command that makes one', async () => {
    const { ssh, folder } = await hostKeys({})
    const file = join(folder, 'host_key')
    await expect(startSsh({ ssh: { ...ssh, hostKeyFiles: [file] } })).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringContaining(`ssh-keygen -t ed25519 -N '' -f ${file}`),
    })
  })

  it.skipIf(!hasSsh)('that ssh-keygen encrypted ends the start', async () => {
    const { ssh, folder } = await hostKeys({})
    const file = join(folder, 'host_key')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-a', '1', '-N', 'a passphrase', '-f', file])
    await expect(startSsh({ ssh: { ...ssh, hostKeyFiles: [file] } })).rejects.toMatchObject({
      message: expect.stringContaining('without a passphrase'),
    })
  })
})

it('a port that is taken ends the start, and leaves nothing open', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void taken.close())
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as AddressInfo
  await expect(startSsh({ ssh: { port } })).rejects.toMatchObject({ code: 'ERR_CONFIG' })
})

it('an account without a file lets nobody in, and the agent starts all the same', async () => {
  const accounts = { root: { authorizedKeysFile: 'absent', level: 'user' } }
  const { agent, log } = await startSsh({ ssh: { accounts } })
  expect(agent.policies).toContainEqual({ file: 'absent', inForce: false })
  expect(log).toContainEqual(
    expect.objectContaining({ event: 'policy-refused', file: 'absent', code: 'policy-missing' }),
  )
})

it('an agent without ssh has none', async () => {
  const { config } = await createWorld()
  const agent = await startAgent(config, { logStream: { write: () => undefined } })
  onTestFinished(() => agent.close())
  expect([agent.sshAddress, agent.sshHostKeys, agent.sshStatement]).toEqual([
    undefined,
    [],
    undefined,
  ])
})
