import {
  decideHostKey,
  describeChange,
  formatPem,
  formatRfc4716,
  parseKnownHosts,
} from '@gatehouse/ssh-trust'
import { chmod, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hostLine, keyLine, testKey } from './ssh-commands-keys.ts'
import { fileWith, run, temporaryFolder } from './support.ts'

const [ONE, TWO] = [testKey(1).fingerprint, testKey(2).fingerprint] as const

/** Runs `gatehouse ssh … --json`. */
async function ssh(...words: string[]): Promise<{ exit: number; out: Record<string, unknown> }> {
  const { exit, out, err } = await run(['ssh', ...words, '--json'])
  if (out === '') throw new Error(err)
  return { exit, out: JSON.parse(out) as Record<string, unknown> }
}

function knownHosts(...lines: readonly string[]): Promise<string> {
  return fileWith(lines.map((line) => `${line}\n`).join(''), 'known_hosts')
}

function keyFile(number: number, comment = 'root@web01'): Promise<string> {
  return fileWith(`${keyLine(number, comment)}\n`, 'key.pub')
}

describe('ssh check-host', () => {
  test('allows the key of a line, and names the line', async () => {
    const file = await knownHosts('# hosts', hostLine('[web01]:2222', 1))
    const words = ['check-host', 'web01:2222', '--key', await keyFile(1), '--known-hosts', file]
    const { exit, out } = await ssh(...words)
    expect(exit).toBe(0)
    expect(out).toMatchObject({
      command: 'ssh check-host',
      host: 'web01',
      port: 2222,
      fingerprint: ONE,
      outcome: 'allow',
      reasons: [{ code: 'key-known', source: { file, line: 2 } }],
      status: 'ok',
      wouldWrite: [],
    })
  })

  test('says what it would write for a host that is new, and writes nothing', async () => {
    const file = join(await temporaryFolder(), 'known_hosts')
    const words = ['check-host', 'web01', '--key', await keyFile(1), '--known-hosts', file]
    expect(await ssh(...words)).toMatchObject({
      exit: 0,
      out: { status: 'new', wouldWrite: [hostLine('web01', 1)] },
    })
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test.each([
    ['FIRST TIME', 0],
    ['NEVER', 1],
    ['false', 1],
    ['ALWAYS', 2],
    ['yes', 2],
  ])('takes the first-use policy %j of HP SIM', async (value, exit) => {
    const file = await knownHosts()
    const words = ['check-host', 'web01', '--key', await keyFile(1), '--known-hosts', file]
    expect((await ssh(...words, '--first-use', value)).exit).toBe(exit)
  })

  test('stops at a changed key, and shows both fingerprints, the line and the way on', async () => {
    const file = await knownHosts(hostLine('web01', 1))
    const words = ['check-host', 'web01', '--key', await keyFile(2), '--known-hosts', file]
    const { exit, out } = await ssh(...words)
    expect(exit).toBe(1)
    expect(out).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'key-changed', source: { file, line: 1 } }],
      status: 'changed',
      change: {
        name: 'web01',
        shown: { fingerprint: TWO },
        known: [{ fingerprint: ONE, source: { file, line: 1 } }],
      },
    })
    const { out: text } = await run(['ssh', ...words])
    const request = { host: 'web01', key: testKey(2) }
    const store = parseKnownHosts([{ file, text: hostLine('web01', 1) }])
    const change = describeChange(decideHostKey(request, store), request)
    expect(text.endsWith(`\n\n${change?.lines.join('\n') ?? ''}\n`)).toBe(true)
  })

  test('refuses a key on a list of revoked keys', async () => {
    const file = await knownHosts(hostLine('web01', 1))
    const key = await keyFile(1)
    const words = ['check-host', 'web01', '--key', key, '--known-hosts', file, '--revoked', key]
    expect(await ssh(...words)).toMatchObject({
      exit: 1,
      out: { reasons: [{ code: 'key-on-revocation-list' }] },
    })
  })

  test('differs between the profiles where a marker says nothing', async () => {
    const file = await knownHosts(hostLine('web01', 1), '@REVOKED web01')
    const words = ['check-host', 'web01', '--key', await keyFile(1), '--known-hosts', file]
    expect((await ssh(...words)).out).toMatchObject({ error: { code: 'ERR_PARSE' } })
    expect((await ssh(...words, '--profile', 'openssh')).exit).toBe(0)
  })

  test.each([
    { what: 'without a key', words: () => ['web01'] },
    { what: 'with a private key', words: privateKey },
    { what: 'with a file that is missing', words: () => ['web01', '--key', '/no/such/file'] },
    { what: 'with a broken certificate', words: brokenCertificate },
    { what: 'with a port that is none', words: async () => ['web01:0', '--key', await keyFile(1)] },
    { what: 'with no name', words: async () => ['a:b:c:g', '--key', await keyFile(1)] },
  ])('ends with 2 $what', async ({ words }) => {
    const file = await knownHosts()
    const { exit, out } = await ssh('check-host', ...(await words()), '--known-hosts', file)
    expect(exit).toBe(2)
    expect(out).toMatchObject({ error: { code: 'ERR_CONFIG' } })
  })

  test.each(['::1', '[::1]', '[::1]:22'])('reads the address %s', async (place) => {
    const file = await knownHosts(hostLine('::1', 1))
    const words = ['check-host', place, '--key', await keyFile(1), '--known-hosts', file]
    expect(await ssh(...words)).toMatchObject({ exit: 0, out: { status: 'ok' } })
  })
})

async function privateKey(): Promise<string[]> {
  const text = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n'
  return ['web01', '--key', await fileWith(text)]
}

async function brokenCertificate(): Promise<string[]> {
  return ['web01', '--certificate', await fileWith('ssh-ed25519-cert-v01@openssh.com AAAA x\n')]
}

describe('ssh authorize', () => {
  test('allows a key that is listed, and shows what goes with it', async () => {
    const options = 'restrict,pty,command="date \\"+%s\\"",from="192.0.2.0/24"'
    const file = await fileWith(`${keyLine(2)}\n${options} ${keyLine(1)}\n`, 'authorized_keys')
    const words = ['authorize', 'ann', '--key', await keyFile(1), '--file', file]
    const { exit, out } = await ssh(...words, '--from', '192.0.2.7')
    expect(exit).toBe(0)
    expect(out).toMatchObject({
      user: 'ann',
      outcome: 'allow',
      reasons: [{ code: 'key-listed', source: { file, line: 2 } }],
      effects: { forcedCommand: 'date "+%s"', pty: true, portForwarding: false },
    })
    expect(await ssh(...words, '--from', '198.51.100.1')).toMatchObject({
      exit: 1,
      out: { outcome: 'deny', reasons: [{ code: 'from-mismatch', source: { file, line: 2 } }] },
    })
  })

  test('asks for the instant that is named', async () => {
    const options = 'expiry-time="20270101Z"'
    const file = await fileWith(`${options} ${keyLine(1)}\n`, 'authorized_keys')
    const words = ['authorize', 'ann', '--key', await keyFile(1), '--file', file]
    const from = ['--from', '192.0.2.7']
    expect((await ssh(...words, ...from, '--at', '2026-12-31')).exit).toBe(0)
    expect(await ssh(...words, ...from, '--at', '2027-01-02')).toMatchObject({
      exit: 1,
      out: { reasons: [{ code: 'line-expired' }] },
    })
  })

  test('checks owners and modes when it is told whose the file is', async () => {
    const file = await fileWith(`${keyLine(1)}\n`, 'authorized_keys')
    await chmod(file, 0o666)
    const words = ['authorize', 'ann', '--key', await keyFile(1), '--file', file]
    const from = ['--from', '192.0.2.7']
    expect((await ssh(...words, ...from)).exit).toBe(0)
    const account = ['--uid', `${process.getuid?.() ?? 0}`, '--home', dirname(file)]
    expect(await ssh(...words, ...from, ...account)).toMatchObject({
      exit: 1,
      out: { reasons: [{ code: 'policy-unreadable', facts: { modes: 'file-mode' } }] },
    })
  })

  test('never lets a file move the cursor of who reads the answer', async () => {
    const escape = '\u{1b}[2J'
    const file = await fileWith(`command="${escape}" ${keyLine(1)}\n`, 'authorized_keys')
    const words = ['ssh', 'authorize', 'ann', '--key', await keyFile(1), '--file', file]
    const { out } = await run([...words, '--from', '192.0.2.7'])
    expect(out).toContain('<U+001B>')
    expect(out).not.toContain('\u{1b}')
  })
})

describe('ssh explain', () => {
  test('shows every line of a host, and the one that would turn the answer round', async () => {
    const file = await knownHosts(hostLine('web01', 1), hostLine('web*', 2))
    const words = ['explain', 'web01', '--key', await keyFile(2), '--known-hosts', file]
    const { exit, out } = await ssh(...words)
    expect(exit).toBe(0)
    expect(out).toMatchObject({
      outcome: 'allow',
      lines: [
        { says: 'has-other-key', decided: false },
        { says: 'has-key', decided: true },
      ],
      smallestEdit: { file },
    })
    const { out: text } = await run(['ssh', ...words])
    expect(text).toContain('has-other-key')
  })

  test('shows every line of an account', async () => {
    const lines = [`from="192.0.2.1" ${keyLine(1)}`, keyLine(1)]
    const file = await fileWith(lines.join('\n'), 'authorized_keys')
    const words = ['explain', 'ann', '--key', await keyFile(1), '--file', file]
    const { exit, out } = await ssh(...words, '--from', '192.0.2.7')
    expect(exit).toBe(0)
    expect(out).toMatchObject({
      lines: [
        { lets: false, reason: { code: 'from-mismatch' } },
        { lets: true, reason: { code: 'key-listed' } },
      ],
    })
  })

  test('ends with 2 when it is not told what the name is', async () => {
    expect((await ssh('explain', 'ann', '--key', await keyFile(1))).exit).toBe(2)
  })
})

describe('ssh lint', () => {
  test('finds what is wrong in each kind of file, and tells them apart by name', async () => {
    const hosts = await knownHosts(hostLine('web01', 1), '@REVOKED web01')
    const keys = await fileWith(`cert-authority ${keyLine(1)}\n`, 'authorized_keys')
    expect(await ssh('lint', hosts)).toMatchObject({
      exit: 1,
      out: { kind: 'known-hosts', findings: [{ severity: 'error', source: { line: 2 } }] },
    })
    expect(await ssh('lint', keys)).toMatchObject({
      exit: 1,
      out: { kind: 'authorized-keys', findings: [{ code: 'authority-unbounded' }] },
    })
    const { exit, out } = await run(['ssh', 'lint', keys])
    expect([exit, out.includes('authority-unbounded')]).toEqual([1, true])
  })

  test('needs a kind where the name says none', async () => {
    const file = await fileWith(hostLine('web01', 1), 'hosts')
    expect((await ssh('lint', file)).exit).toBe(2)
    expect((await ssh('lint', file, '--kind', 'known-hosts')).out).toMatchObject({ findings: [] })
  })
})

describe('ssh fingerprint', () => {
  test('shows every key of a file, whatever its form', async () => {
    const pieces = [
      keyLine(1, 'one'),
      formatRfc4716(testKey(2), 'two'),
      formatPem(testKey(3)) as string,
      hostLine('web01,[db]:22', 4),
      `restrict ${keyLine(5, 'five')}`,
    ]
    const file = await fileWith(pieces.join('\n'))
    const { exit, out } = await run(['ssh', 'fingerprint', file])
    const comments = ['one', 'two', 'no comment', 'web01,[db]:22', 'five']
    const lines = comments.map(
      (comment, index) => `256 ${testKey(index + 1).fingerprint} ${comment} (ED25519)\n`,
    )
    expect({ exit, out }).toEqual({ exit: 0, out: lines.join('') })
  })

  test('shows MD5 where it is asked for', async () => {
    const { out } = await ssh('fingerprint', await keyFile(1), '--md5')
    const fingerprint = expect.stringMatching(/^MD5(?::[\da-f]{2}){16}$/) as string
    expect(out).toMatchObject({ keys: [{ fingerprint, type: 'ED25519', bits: 256 }] })
  })

  test.each([
    ['a piece that is none', `${keyLine(1)}\nnonsense\n`, 1],
    ['a file without keys', '# none\n', 1],
  ])('ends with 1 for %s', async (_, text, exit) => {
    const file = await fileWith(text)
    expect((await ssh('fingerprint', file)).exit).toBe(exit)
    const { err } = await run(['ssh', 'fingerprint', file])
    expect(err).toContain(file)
  })
})
