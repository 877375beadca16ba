import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { renderStart } from '../src/index.ts'
import {
  ANN,
  banner,
  dropped,
  hasSsh,
  isGone,
  rsaKey,
  startSsh,
  STRANGER,
  testKey,
  until,
  type Client,
  type TestKey,
} from './ssh-world.ts'

const title = hasSsh ? 'over ssh' : 'needs ssh'
const REFUSED = 255

type Five = [TestKey, TestKey, TestKey, TestKey, TestKey]

describe.skipIf(!hasSsh)(`${title}: a tool`, () => {
  it('runs for a key of the account, recorded before, with the line that let it in', async () => {
    const { ssh, records, folder, agent } = await startSsh()
    expect(await ssh(['hello'])).toEqual({ code: 0, stdout: 'hello\n', stderr: '' })
    const place = { by: 'ssh', peer: '127.0.0.1', outcome: 'allow' }
    const who = { claimedUser: 'ops', verifiedUser: 'ops' }
    const clientKey = ANN.publicKey.fingerprint
    expect(await records()).toMatchObject([
      {
        ...place,
        ...who,
        operation: 'ssh.login',
        codes: ['key-listed'],
        source: `${join(folder, 'ops.keys')}:1`,
        policy: expect.stringMatching(/^[0-9a-f]{64}$/),
        facts: { clientKey },
      },
      {
        ...place,
        ...who,
        operation: 'ssh.task',
        target: 'hello',
        codes: ['key-listed', 'level-sufficient', 'tool-named'],
        facts: { clientKey, passedLevel: 'user' },
      },
    ])
    expect(agent.sshStatement?.provided.map(({ guarantee }) => guarantee)).toContain(
      'authentication',
    )
  })

  it('gives its exit code and its output as far as that is kept', async () => {
    const { ssh } = await startSsh()
    expect(await ssh(['fail 3'])).toEqual({ code: 3, stdout: 'no\n', stderr: '' })
    const cut = await ssh(['long'], { account: 'root' })
    expect([cut.code, cut.stdout]).toEqual([0, '0123'])
    expect(cut.stderr).toMatch(/^gatehouse-agent: truncated/)
    const late = await ssh(['much'], { account: 'root' })
    expect([late.code, late.stdout]).toEqual([126, ''])
    expect(late.stderr).toMatch(/^gatehouse-agent: failed: execution-failed/)
  })

  it('gets nothing of what the console says of the task, which is recorded as a claim', async () => {
    const { ssh, records } = await startSsh()
    const environment = {
      MX_TASKID: '7',
      MX_USER: 'pat\u001B[2J',
      MX_TOOL: 'x'.repeat(300),
      LD_X: '1',
    }
    const words = ['-o', 'SendEnv=MX_* LD_X']
    const { code, stdout } = await ssh(['env'], { account: 'root', environment, words })
    expect([code, stdout]).toEqual([0, ''])
    expect((await records()).at(-1)).toMatchObject({
      operation: 'ssh.task',
      facts: {
        claimedTask: '7',
        claimedTaskUser: 'pat<U+001B>[2J',
        claimedTaskTool: 'x'.repeat(256),
      },
    })
  })

  it('is what a forced command names, whatever is asked for', async () => {
    const { ssh } = await startSsh({ ops: `command="hello" ${ANN.line}` })
    expect(await ssh(['secret'])).toMatchObject({ code: 0, stdout: 'hello\n' })
    expect(await ssh([])).toMatchObject({ code: 0, stdout: 'hello\n' })
  })

  it('is not run unless it is named exactly, by who may', async () => {
    const { ssh, records } = await startSsh()
    const root = { account: 'root' } as const
    const asked: readonly (readonly [string[], Client, number, string])[] = [
      [['ls'], root, 127, 'tool-unknown'],
      [['hello', 'you'], root, 127, 'tool-unknown'],
      [['hello;id'], root, 127, 'tool-unknown'],
      [['/bin/echo'], root, 127, 'tool-unknown'],
      [['Replicate Agent Settings'], root, 127, 'tool-unknown'],
      [['__proto__'], root, 127, 'tool-unknown'],
      [[], root, 127, 'command-missing'],
      [['secret'], {}, 126, 'level-too-low'],
      [['less'], {}, 126, 'level-too-low'],
    ]
    await Promise.all(
      asked.map(async ([command, client, exitCode, why]) => {
        const { code, stdout, stderr } = await ssh(command, client)
        expect([code, stdout]).toEqual([exitCode, ''])
        expect(stderr).toMatch(new RegExp(`^gatehouse-agent: refused: ${why}`))
      }),
    )
    const tasks = (await records()).filter(({ operation }) => operation === 'ssh.task')
    const told = tasks.map(({ outcome, codes, target }) => [outcome, codes?.[0], target].join(' '))
    const expected = asked.map(([command, , , why]) => `deny ${why} ${command.join(' ')}`)
    expect(told.toSorted()).toEqual(expected.toSorted())
  })

  it('is not run for a forced command that names none', async () => {
    const { ssh } = await startSsh({ root: `command="hello x" ${ANN.line}` })
    const { code, stderr } = await ssh(['hello'], { account: 'root' })
    expect([code, stderr]).toEqual([127, expect.stringContaining('tool-unknown')])
  })
})

describe.skipIf(!hasSsh)(`${title}: a login`, () => {
  it('is refused, and recorded with the reason', async () => {
    const keys = Array.from({ length: 5 }, () => testKey())
    const [listed, elsewhere, ended, setting, unlisted] = keys as Five
    const ops = [
      listed.line,
      `from="127.0.0.2" ${elsewhere.line}`,
      `expiry-time="20200101Z" ${ended.line}`,
      `environment="A=b" ${setting.line}`,
    ]
    const { ssh, records } = await startSsh({ ops: ops.join('\n') })
    const refused: readonly (readonly [TestKey, string, Client])[] = [
      [unlisted, 'key-not-listed', {}],
      [listed, 'policy-missing', { account: 'nobody' }],
      [elsewhere, 'from-mismatch', {}],
      [ended, 'line-expired', {}],
      [setting, 'effect-not-enforceable', {}],
    ]
    const codes = await Promise.all(
      refused.map(async ([key, , client]) => (await ssh(['hello'], { key, ...client })).code),
    )
    expect(codes).toEqual(refused.map(() => REFUSED))
    const all = await records()
    const told = refused.map(([{ publicKey }, why]) => {
      const its = all.filter(({ facts }) => facts?.['clientKey'] === publicKey.fingerprint)
      return its.map(({ operation, outcome, codes: [code] = [], verifiedUser }) => {
        return [operation, outcome, code, verifiedUser, why]
      })
    })
    expect(told).toEqual(refused.map(([, why]) => [['ssh.login', 'deny', why, undefined, why]]))
  })

  it('from the address that the line names is let in, in either form of it', async () => {
    const ops = `from="127.0.0.2" ${ANN.line}`
    const { ssh, records } = await startSsh({ ops, ssh: { address: '::ffff:127.0.0.1' } })
    expect(await ssh(['hello'], { from: '127.0.0.2' })).toMatchObject({ code: 0 })
    const peers = (await records()).map(({ peer }) => peer)
    expect(peers).toEqual(['127.0.0.2', '127.0.0.2'])
  })

  it('by RSA needs SHA-2 and 2048 bits', async () => {
    const [key, short] = [rsaKey(2048), rsaKey(1024)]
    const { ssh } = await startSsh({ ops: `${key.line}\n${short.line}` })
    const [old, tooShort, good] = await Promise.all([
      ssh(['hello'], { key, words: ['-o', 'PubkeyAcceptedAlgorithms=ssh-rsa'] }),
      ssh(['hello'], { key: short, words: ['-o', 'RequiredRSASize=1024'] }),
      ssh(['hello'], { key }),
    ])
    expect([old.code, tooShort.code]).toEqual([REFUSED, REFUSED])
    expect(good).toMatchObject({ code: 0, stdout: 'hello\n' })
  })

  it('by a certificate needs an authority that is listed as one', async () => {
    const authority = testKey()
    const { folder, ssh, records, certify } = await startSsh({
      ops: `cert-authority,principals="ops" ${authority.line}`,
      root: authority.line,
    })
    const words = ['-o', `CertificateFile=${await certify(authority, 'ops')}`]
    expect(await ssh(['hello'], { words })).toMatchObject({ code: 0, stdout: 'hello\n' })
    expect(await ssh(['hello'], { words, account: 'root' })).toMatchObject({ code: REFUSED })
    expect(await records()).toContainEqual(
      expect.objectContaining({
        operation: 'ssh.login',
        outcome: 'allow',
        codes: expect.arrayContaining(['authority-listed']),
        source: `${join(folder, 'ops.keys')}:1`,
      }),
    )
  })

  it('and a tool need their record', async () => {
    const { ssh, begin, written, agent, folder, records } = await startSsh()
    const control = join(folder, 'control')
    await begin([], { words: ['-M', '-S', control, '-N'] })
    await until(async () => (await records()).length > 0)
    const { file } = agent.audit
    await rename(file, `${file}.away`)
    await writeFile(file, '')
    expect(await ssh(['hello'])).toMatchObject({ code: REFUSED, stdout: '' })
    const unrecorded = await ssh(['wait'], { words: ['-S', control] })
    expect(unrecorded).toMatchObject({ code: 126, stdout: '' })
    expect(unrecorded.stderr).toMatch(/^gatehouse-agent: failed: audit-unavailable/)
    await expect(written('pid', 'now')).resolves.toBe('')
    await agent.reload()
    expect(await ssh(['hello'])).toMatchObject({ code: 0 })
  })

  it('counts by a file that nobody else can write, and by no other', async () => {
    const { ssh, records, folder, agent } = await startSsh()
    await chmod(join(folder, 'ops.keys'), 0o620)
    expect(await ssh(['hello'])).toMatchObject({ code: REFUSED, stdout: '' })
    expect(await records()).toMatchObject([
      { outcome: 'deny', codes: ['policy-unreadable'], facts: { modes: 'file-mode' } },
    ])
    expect(agent.policies).toContainEqual({ file: 'ops.keys', inForce: false })
    await chmod(join(folder, 'ops.keys'), 0o600)
    expect(await ssh(['hello'])).toMatchObject({ code: 0 })
  })

  it('goes by the keys that the file has at that moment', async () => {
    const { ssh, write, agent } = await startSsh()
    await write('ops.keys', STRANGER.line)
    expect(await ssh(['hello'])).toMatchObject({ code: REFUSED })
    expect(await ssh(['hello'], { key: STRANGER })).toMatchObject({ code: 0 })
    expect(await agent.reload()).toMatchObject({ ssh: { ops: { loaded: true } } })
  })

  it('whose key is taken out carries nothing out any more', async () => {
    const { ssh, begin, write, records, folder } = await startSsh()
    const control = join(folder, 'control')
    await begin([], { words: ['-M', '-S', control, '-N'] })
    await until(async () => (await records()).length > 0)
    const words = ['-S', control]
    expect(await ssh(['hello'], { words })).toMatchObject({ code: 0 })
    await write('ops.keys', STRANGER.line)
    expect(await ssh(['hello'], { words })).toMatchObject({ code: 126, stdout: '' })
    expect((await records()).at(-1)).toMatchObject({
      operation: 'ssh.task',
      outcome: 'deny',
      codes: ['key-not-listed'],
    })
  })

  it('whose key is revoked gets in nowhere, and carries nothing out any more', async () => {
    const { ssh, begin, write, records, folder, agent } = await startSsh({
      ssh: { revokedKeysFile: 'revoked' },
      files: { revoked: `# none yet\n${STRANGER.line}\n` },
    })
    expect(agent.policies).toContainEqual({ file: 'revoked', inForce: true })
    const control = join(folder, 'control')
    await begin([], { words: ['-M', '-S', control, '-N'] })
    await until(async () => (await records()).length > 0)
    await write('revoked', ANN.line)
    const refused = { outcome: 'deny', codes: ['key-revoked'] }
    expect(await ssh(['hello'], { words: ['-S', control] })).toMatchObject({ code: 126 })
    expect((await records()).at(-1)).toMatchObject({ operation: 'ssh.task', ...refused })
    expect(await ssh(['hello'], { account: 'root' })).toMatchObject({ code: REFUSED })
    expect((await records()).at(-1)).toMatchObject({ operation: 'ssh.login', ...refused })
    await write('revoked', STRANGER.line)
    expect(await ssh(['hello'])).toMatchObject({ code: 0 })
  })

  it('by a certificate that a list of OpenSSH names is refused', async () => {
    const authority = testKey()
    const { folder, ssh, records, certify } = await startSsh({
      ops: `cert-authority,principals="ops" ${authority.line}`,
      ssh: { revokedKeysFile: 'revoked' },
      files: { revoked: '' },
    })
    const certificate = await certify(authority, 'ops')
    const words = ['-o', `CertificateFile=${certificate}`]
    expect(await ssh(['hello'], { words })).toMatchObject({ code: 0 })
    execFileSync('ssh-keygen', ['-q', '-k', '-f', join(folder, 'revoked'), certificate])
    expect(await ssh(['hello'], { words })).toMatchObject({ code: REFUSED })
    const denied = (await records()).filter(({ outcome }) => outcome === 'deny')
    expect(denied).toMatchObject([{ operation: 'ssh.login', codes: ['certificate-revoked'] }])
  })

  it('is refused while it is not known which keys are revoked', async () => {
    const { ssh, write, records, agent, folder } = await startSsh({
      ssh: { revokedKeysFile: 'revoked' },
    })
    expect(agent.policies).toContainEqual({ file: 'revoked', inForce: false })
    expect(await ssh(['hello'])).toMatchObject({ code: REFUSED })
    await write('revoked', `${STRANGER.line}\nnonsense\n`)
    expect(await ssh(['hello'])).toMatchObject({ code: REFUSED })
    const source = join(folder, 'revoked')
    expect(await records()).toMatchObject([
      { outcome: 'deny', codes: ['policy-missing'], source },
      { outcome: 'deny', codes: ['policy-malformed'], source },
    ])
    await write('revoked', '')
    expect(await ssh(['hello'])).toMatchObject({ code: 0 })
  })

  it('gives no terminal, no subsystem and no way to another port', async () => {
    const { ssh, agent } = await startSsh()
    const inner = `127.0.0.1:${agent.daemonAddress.port}`
    const refused = await Promise.all([
      ssh(['hello'], { words: ['-tt'] }),
      ssh(['sftp'], { words: ['-s'] }),
      ssh([], { words: ['-W', inner] }),
      ssh(['hello'], { words: ['-o', 'ExitOnForwardFailure=yes', '-R', `0:${inner}`] }),
    ])
    const nothing = { code: REFUSED, stdout: '' }
    expect(refused).toMatchObject(refused.map(() => nothing))
  })
})

describe.skipIf(!hasSsh)(`${title}: a connection`, () => {
  const guarded = {
    config: { tcpWrappers: { allowFile: 'hosts.allow', denyFile: 'hosts.deny' } },
    files: { 'hosts.allow': 'sshd: 127.0.0.2\n', 'hosts.deny': 'ALL: ALL\n' },
  }

  it('that TCP Wrappers refuse gets no byte, by the rules for sshd', async () => {
    const { port, ssh, log } = await startSsh(guarded)
    expect(await banner(port)).toBe('')
    expect(await ssh(['hello'], { from: '127.0.0.2' })).toMatchObject({ code: 0 })
    const decisions = log.filter(({ event, daemon }) => event === 'decision' && daemon === 'sshd')
    expect(decisions).toMatchObject([
      { by: 'ssh', peer: '127.0.0.1', outcome: 'deny', codes: ['denied-by-rule'] },
      { by: 'ssh', peer: '127.0.0.2', outcome: 'allow' },
    ])
  })

  it('that is not decided yet ends with the agent', async () => {
    const files = { ...guarded.files, 'hosts.allow': 'sshd: web-1.example.com\n' }
    const lookUpName = vi.fn(() => new Promise<never>(() => undefined))
    const { port, agent } = await startSsh({ ...guarded, files }, { lookUpName })
    const seen = banner(port)
    await until(() => lookUpName.mock.calls.length > 0)
    await agent.close()
    expect(await seen).toBe('')
  })

  it('is one of not too many of one address, and others are let in', async () => {
    const { port, ssh } = await startSsh({}, { sshLimits: { maxConnections: 16 } })
    const seen = await Promise.all(Array.from({ length: 20 }, () => banner(port)))
    expect(seen.filter((text) => text.startsWith('SSH-2.0-Gatehouse'))).toHaveLength(4)
    expect(seen.filter((text) => text === '')).toHaveLength(16)
    expect(await ssh(['hello'], { from: '127.0.0.2' })).toMatchObject({ code: 0 })
  })

  it('whose client is killed ends the tool', async () => {
    const { begin, written } = await startSsh()
    const client = await begin(['wait'])
    const pid = Number(await written('pid'))
    expect(isGone(pid)).toBe(false)
    client.kill('SIGKILL')
    await until(() => isGone(pid))
  })

  it('ends with the agent, and its tool with it', async () => {
    const { begin, written, agent, port } = await startSsh()
    const client = await begin(['wait'])
    const pid = Number(await written('pid'))
    const exit = once(client, 'exit')
    await agent.close()
    await until(() => isGone(pid))
    await exit
    expect(await banner(port)).toBe('')
  })
})

it('stands on the first screen, with its host key and what is promised', async () => {
  const { config, agent, port } = await startSsh()
  const screen = renderStart(config, agent)
  expect(screen).toContain(`ssh: on 127.0.0.1:${port}; accounts root (administrator, root.keys)`)
  expect(screen).toMatch(/ssh host key: ssh-ed25519 SHA256:/)
  expect(screen).toContain('policy ops.keys is in force')
  expect(screen).toContain('commands over ssh:')
})

it('drops who connects and says nothing', async () => {
  const { port } = await startSsh({}, { sshLimits: { loginTimeMs: 50 } })
  await dropped(port)
})
