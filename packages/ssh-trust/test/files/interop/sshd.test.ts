import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { editAuthorizedKeys, KnownHostsFiles } from '../../../src/files/index.ts'
import {
  addAuthorizedKey,
  formatKeyOptions,
  parseKeyLine,
  type PublicKey,
} from '../../../src/index.ts'
import { temporaryFolder } from '../temporary.ts'

const SSHD = '/usr/sbin/sshd'
const isInstalled = [SSHD, 'ssh'].every((program) => spawnSync(program, ['-V']).error === undefined)
const title = isInstalled ? '' : 'needs sshd: '
const unlessMissing = isInstalled || process.env['CI'] !== undefined ? test : test.skip

async function newKey(folder: string, name: string): Promise<{ file: string; key: PublicKey }> {
  const file = join(folder, name)
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  const read = parseKeyLine((await readFile(`${file}.pub`, 'utf8')).trim())
  if ('fault' in read) throw new Error(read.fault)
  return { file, key: read.key }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Starts sshd for one authorized_keys file, and stops it after the test. */
async function startSshd(folder: string, hostKey: string, keys: string): Promise<number> {
  const port = await freePort()
  const config = join(folder, 'sshd_config')
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${keys}`,
    'UsePAM no',
    'PasswordAuthentication no',
    // The folder of temporary files is one that all can write.
    'StrictModes no',
    'PermitUserEnvironment yes',
    'PermitRootLogin prohibit-password',
  ]
  await writeFile(config, `${lines.join('\n')}\n`)
  const sshd = spawn(SSHD, ['-D', '-e', '-f', config, '-o', 'PidFile=none'])
  onTestFinished(() => void sshd.kill())
  for await (const line of createInterface(sshd.stderr)) {
    if (/Server listening/u.test(line)) return port
  }
  throw new Error('sshd has ended')
}

unlessMissing(`${title}sshd takes the options as they are written`, async () => {
  const folder = await temporaryFolder()
  // Only root's sshd wants it.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true })
  const [host, login] = [await newKey(folder, 'host'), await newKey(folder, 'login')]
  const keys = join(folder, 'authorized_keys')
  const port = await startSshd(folder, host.file, keys)
  const hosts = new KnownHostsFiles({ files: [join(folder, 'known_hosts')] })
  await hosts.add({ host: '127.0.0.1', port }, host.key, { hash: true })
  const formatted = formatKeyOptions(
    {
      restrict: true,
      pty: true,
      command: String.raw`printf '%s\n' "\"$A\" $SSH_ORIGINAL_COMMAND"`,
      from: ['127.0.0.0/8', '!127.0.0.2'],
      expires: new Date('2199-01-01T00:00:00Z'),
      environment: [{ name: 'A', value: 'b "c", d' }],
      permitOpen: ['[::1]:80', 'localhost:*'],
      permitListen: ['*:8080'],
    },
    { serverVersion: spawnSync('ssh', ['-V'], { encoding: 'utf8' }).stderr },
  )
  const options = 'text' in formatted ? formatted.text : formatted.refused
  await editAuthorizedKeys(keys, (text) => addAuthorizedKey(text, { key: login.key, options }))
  const settings = ['StrictHostKeyChecking=yes', 'BatchMode=yes', 'IdentitiesOnly=yes']
  const files = [`UserKnownHostsFile=${hosts.file}`, 'GlobalKnownHostsFile=/dev/null']
  const words = [...settings, ...files].flatMap((setting) => ['-o', setting])
  const target = [userInfo().username, '127.0.0.1'].join('@')
  const { stdout, stderr } = spawnSync(
    'ssh',
    ['-F', 'none', ...words, '-i', login.file, '-p', `${port}`, target, 'asked'],
    { encoding: 'utf8' },
  )
  expect({ stdout, stderr }).toEqual({ stdout: '"b "c", d" asked\n', stderr: '' })
})
