import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { hostLine, keyLine } from './ssh-commands-keys.ts'
import { run, temporaryFolder } from './support.ts'

const isInstalled = spawnSync('ssh-keygen', ['-?']).error === undefined
const title = isInstalled ? '' : 'needs ssh-keygen: '
const unlessMissing = isInstalled || process.env['CI'] !== undefined ? test : test.skip

function keygen(...words: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync('ssh-keygen', words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

unlessMissing(`${title}ssh fingerprint prints what ssh-keygen -l prints`, async () => {
  const folder = await temporaryFolder()
  const [ecdsa, rsa] = ['ecdsa', 'rsa'].map((type) => {
    const file = join(folder, type)
    keygen('-q', '-t', type, '-N', '', '-C', `a ${type} key`, '-f', file)
    return `${file}.pub`
  }) as [string, string]
  keygen('-q', '-s', join(folder, 'ecdsa'), '-I', 'id', '-n', 'ann', rsa)
  const others = {
    hosts: `# none\n${hostLine('web01,web02', 1)}\n${hostLine('db01', 2)} its comment\n`,
    logins: `restrict ${keyLine(3)}\ncommand="a b" ${keyLine(4, 'ann')}\n${keyLine(5, 'bob')}\n`,
  }
  const written = Object.entries(others).map(async ([name, text]) => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  })
  const files = [ecdsa, rsa, rsa.replace('.pub', '-cert.pub'), ...(await Promise.all(written))]
  for (const file of files) {
    // oxlint-disable-next-line no-await-in-loop -- one of few
    const { out } = await run(['ssh', 'fingerprint', file])
    expect(out).toBe(keygen('-l', '-f', file))
  }
  const { out } = await run(['ssh', 'fingerprint', rsa, '--md5'])
  expect(out).toBe(keygen('-l', '-E', 'md5', '-f', rsa))
})

/** The codes of what a command decides at an instant. */
async function decided(words: readonly string[], at: string): Promise<unknown> {
  const { out } = await run(['ssh', ...words, '--at', at])
  const { reasons } = JSON.parse(out) as { reasons: readonly { code: string }[] }
  return reasons.map(({ code }) => code)
}

unlessMissing(`${title}certificates of ssh-keygen are decided, of hosts and of users`, async () => {
  const folder = await temporaryFolder()
  const [authority, key] = [join(folder, 'authority'), join(folder, 'key')]
  for (const file of [authority, key]) keygen('-q', '-t', 'ed25519', '-N', '', '-f', file)
  const line = (await readFile(`${authority}.pub`, 'utf8')).trim()
  const [hosts, logins] = [join(folder, 'known_hosts'), join(folder, 'authorized_keys')]
  await writeFile(hosts, `@cert-authority *.example.com ${line}\n`)
  await writeFile(logins, `cert-authority,restrict ${line}\n`)
  const certify = (...words: readonly string[]): string => {
    const times = ['-V', '20260101000000Z:20270101000000Z']
    keygen('-q', '-s', authority, '-I', 'id', ...times, ...words, `${key}.pub`)
    return `${key}-cert.pub`
  }
  const never = ['--known-hosts', hosts, '--first-use', 'NEVER', '--json']
  const host = certify('-h', '-n', 'web01.example.com')
  const asked = ['check-host', 'web01.example.com', '--certificate', host, ...never]
  expect(await decided(asked, '2026-06-01')).toEqual(['certificate-trusted'])
  expect(await decided(asked, '2028-06-01')).toContain('host-unknown')

  const user = certify('-n', 'ann')
  const login = ['--certificate', user, '--file', logins, '--from', '192.0.2.7', '--json']
  const listed = ['authority-listed', 'certificate-valid']
  expect(await decided(['authorize', 'ann', ...login], '2026-06-01')).toEqual(listed)
  const refused = await decided(['authorize', 'bob', ...login], '2026-06-01')
  expect(refused).toContain('principal-not-listed')
})

const packageFolder = fileURLToPath(new URL('..', import.meta.url))

/** Adds a key under 50 names, each in an edit of its own. */
const ADDS = `
  import { parseKeyLine } from '@gatehouse/ssh-trust'
  import { KnownHostsFiles } from '@gatehouse/ssh-trust/files'
  const [file, line, name] = process.argv.slice(1)
  const hosts = new KnownHostsFiles({ files: [file] })
  const { key } = parseKeyLine(line)
  for (let number = 1; number <= 50; number += 1) await hosts.add({ host: name + number }, key)
`

async function adds(file: string, name: string): Promise<number | null> {
  const words = ['--input-type=module', '--eval', ADDS, file, keyLine(1), name]
  const child = spawn(process.execPath, words, { cwd: packageFolder, stdio: 'inherit' })
  const [code] = (await once(child, 'close')) as [number | null]
  return code
}

test('two processes that write one known_hosts file at once lose nothing', async () => {
  const file = join(await temporaryFolder(), 'known_hosts')
  expect(await Promise.all([adds(file, 'a'), adds(file, 'b')])).toEqual([0, 0])
  const numbers = Array.from({ length: 50 }, (_, before) => before + 1)
  const wanted = ['a', 'b'].flatMap((name) =>
    numbers.map((number) => hostLine(`${name}${number}`, 1)),
  )
  const lines = (await readFile(file, 'utf8')).split('\n')
  expect(lines.toSorted()).toEqual(['', ...wanted].toSorted())
  expect(await readdir(dirname(file))).toEqual(['known_hosts'])
})

const ADD = `
  import { parseKeyLine } from '@gatehouse/ssh-trust'
  import { KnownHostsFiles } from '@gatehouse/ssh-trust/files'
  const [file, line] = process.argv.slice(1)
  const done = new KnownHostsFiles({ files: [file] }).add({ host: 'new' }, parseKeyLine(line).key)
  await done.catch(({ code, message }) => console.log(code, message))
`

test('a disk that is full leaves the old file, and nothing beside it', async () => {
  const file = join(await temporaryFolder(), 'known_hosts')
  const old = `${hostLine('web01', 1)}\n`.repeat(100)
  await writeFile(file, old)
  // A limit of 1 KiB a file stands for the disk; without the trap the signal would end the process.
  const limited = `trap '' XFSZ; ulimit -f 1; exec "$0" "$@"`
  const words = ['--input-type=module', '--eval', ADD, file, keyLine(2)]
  const child = spawn('bash', ['-c', limited, process.execPath, ...words], { cwd: packageFolder })
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  await once(child, 'close')
  expect(Buffer.concat(said).toString()).toMatch(/^ERR_CONFIG .*EFBIG/)
  expect(await readFile(file, 'utf8')).toBe(old)
  expect(await readdir(dirname(file))).toEqual(['known_hosts'])
})
