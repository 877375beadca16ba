import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { formatKeyLine, type GeneratedKey } from '../../src/index.ts'
import { keyOf, place, TYPES } from './places.ts'
import { keyLine, served, type Served } from './served.ts'
import { hasSshd, privateText } from './sshd.ts'

const title = hasSshd ? 'the server, with ssh' : 'needs sshd'

interface Run {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `ssh`, which knows the host's key, in a folder of its own. */
async function ssh(
  { port }: Served,
  key: GeneratedKey,
  { options = [], certifiedBy }: { options?: readonly string[]; certifiedBy?: GeneratedKey } = {},
): Promise<Run> {
  const at = place()
  const folder = dirname(at.file)
  const host = await keyOf('ssh-ed25519', 'host')
  const rsa = await keyOf('ssh-rsa', 'host')
  const keyFile = join(folder, 'key')
  writeFileSync(at.file, [host, rsa].map((known) => `web01 ${keyLine(known)}`).join(''))
  writeFileSync(keyFile, privateText(key.privateKey), { mode: 0o600 })
  writeFileSync(`${keyFile}.pub`, `${formatKeyLine(key.publicKey)}\n`)
  if (certifiedBy !== undefined) certify(folder, certifiedBy)
  const settings = [
    'HostKeyAlias=web01',
    `UserKnownHostsFile=${at.file}`,
    'GlobalKnownHostsFile=none',
    'StrictHostKeyChecking=yes',
    'IdentitiesOnly=yes',
    'BatchMode=yes',
    ...(certifiedBy === undefined ? [] : [`CertificateFile=${keyFile}-cert.pub`]),
    ...options,
  ].flatMap((setting) => ['-o', setting])
  const login = ['-F', 'none', '-i', keyFile, '-p', `${port}`, 'ann@127.0.0.1', 'uptime']
  const child = spawn('ssh', [...settings, ...login], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  const [status] = (await once(child, 'close')) as [number]
  return { status, ...output }
}

function certify(folder: string, authority: GeneratedKey): void {
  const file = join(folder, 'authority')
  writeFileSync(file, privateText(authority.privateKey), { mode: 0o600 })
  const wanted = ['-q', '-s', file, '-I', 'ann', '-n', 'ann', join(folder, 'key.pub')]
  expect(spawnSync('ssh-keygen', wanted).status).toBe(0)
}

describe.skipIf(!hasSshd)(title, () => {
  test.each(TYPES)('lets in by a listed %s key', async (type) => {
    const key = await keyOf(type, 'login')
    const at = await served(keyLine(key))
    expect(await ssh(at, key)).toMatchObject({ status: 0, stdout: 'uptime\n' })
  })

  test('refuses a key that is not listed', async () => {
    const at = await served(keyLine(await keyOf('ssh-ed25519', 'other')))
    const run = await ssh(at, await keyOf('ssh-ed25519', 'user'))
    expect(run.status).toBe(255)
    expect(at.told).toEqual(['ann ssh-ed25519 deny key-not-listed'])
  })

  test('refuses a client that signs with SHA-1 only', async () => {
    const key = await keyOf('ssh-rsa', 'login')
    const at = await served(keyLine(key))
    const run = await ssh(at, key, { options: ['PubkeyAcceptedAlgorithms=ssh-rsa'] })
    expect(run.status).toBe(255)
    expect(at.told).toEqual(['ann ssh-rsa deny algorithm-refused'])
  })

  test('shows an RSA key by SHA-2, and not by SHA-1', async () => {
    const key = await keyOf('ssh-ed25519', 'user')
    const hostKeys = [(await keyOf('ssh-rsa', 'host')).privateKey]
    const at = await served(keyLine(key), { hostKeys })
    const by = (name: string) => ssh(at, key, { options: [`HostKeyAlgorithms=${name}`] })
    expect((await by('rsa-sha2-512')).status).toBe(0)
    expect((await by('rsa-sha2-256')).status).toBe(0)
    const { status, stderr } = await by('ssh-rsa')
    expect(status).toBe(255)
    expect(stderr).toMatch(/no matching host key type .*: rsa-sha2-512,rsa-sha2-256\r?\n/u)
    expect(at.told).toHaveLength(2)
  })

  test.each(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa'] as const)(
    'lets in by a certificate of an %s key, if its authority is listed',
    async (type) => {
      const [key, authority] = await Promise.all([
        keyOf(type, 'login'),
        keyOf('ssh-ed25519', 'authority'),
      ])
      const at = await served(keyLine(authority, 'cert-authority'))
      expect(await ssh(at, key, { certifiedBy: authority })).toMatchObject({ status: 0 })
      expect(at.told.at(-1)).toMatch(/ allow authority-listed$/u)
    },
  )

  test('refuses a certificate of an authority that is not listed', async () => {
    const [key, authority, strange] = await Promise.all([
      keyOf('ssh-ed25519', 'login'),
      keyOf('ssh-ed25519', 'authority'),
      keyOf('ssh-ed25519', 'strange authority'),
    ])
    const at = await served(keyLine(authority, 'cert-authority'))
    expect((await ssh(at, key, { certifiedBy: strange })).status).toBe(255)
  })

  test('runs the forced command in place of the one asked for', async () => {
    const key = await keyOf('ssh-ed25519', 'user')
    const at = await served(keyLine(key, 'restrict,command="who"'))
    expect(await ssh(at, key)).toMatchObject({ status: 0, stdout: 'who\n' })
  })

  test('heeds from= and expiry-time=', async () => {
    const key = await keyOf('ssh-ed25519', 'user')
    const at = await served(keyLine(key, 'from="127.0.0.1"'))
    expect((await ssh(at, key)).status).toBe(0)
    expect((await ssh(at, key, { options: ['BindAddress=127.9.8.7'] })).status).toBe(255)
    expect(at.told.at(-1)).toBe('ann ssh-ed25519 deny from-mismatch')
    const expired = await served(keyLine(key, 'expiry-time="20200101Z"'))
    expect((await ssh(expired, key)).status).toBe(255)
    expect(expired.told).toEqual(['ann ssh-ed25519 deny line-expired'])
  })

  test('offers no terminal and no forwarding', async () => {
    const key = await keyOf('ssh-ed25519', 'user')
    const at = await served(keyLine(key))
    const run = await ssh(at, key, {
      options: ['RequestTTY=force', 'ForwardAgent=yes', 'RemoteForward=0 127.0.0.1:1'],
    })
    expect(run.stderr).toContain('PTY allocation request failed')
    const forward = ['ExitOnForwardFailure=yes', 'RemoteForward=0 127.0.0.1:1']
    expect((await ssh(at, key, { options: forward })).status).toBe(255)
  })
})
