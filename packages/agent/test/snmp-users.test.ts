import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { renderStart, startAgent } from '../src/index.ts'
import { ALL_VERSIONS, AS_OPS, FOR_OPS, hasTools, startSnmp, USERS } from './snmp-world.ts'

const UPTIME = '.1.3.6.1.2.1.1.3.0'

describe('the users', () => {
  const [name, { authPassphrase, privPassphrase }] = ['ops', USERS.ops]
  const passphrase = authPassphrase

  it.each<[string, string | readonly object[], RegExp]>([
    ['no JSON', `{"users": "${passphrase}`, /not JSON/],
    ['an unknown field', [{ name, authPassphrase, password: 'x' }], /password/],
    ['a short passphrase', [{ name, authPassphrase: 'seven77' }], /authPassphrase/],
    ['no passphrase', [{ name }], /authPassphrase/],
    ['DES', [{ name, authPassphrase, privProtocol: 'DES', privPassphrase }], /privProtocol/],
    [
      'a protocol and no key phrase',
      [{ name, authPassphrase, privProtocol: 'AES' }],
      /privProtocol/,
    ],
    [
      'a user twice',
      [
        { name, authPassphrase },
        { name, authPassphrase },
      ],
      /faulty/,
    ],
  ])('with %s end the start', async (_, users, why) => {
    const failure = await startSnmp({ users }).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringMatching(why),
      source: { file: expect.stringContaining('users.json') },
    })
    expect(String((failure as Error).stack)).not.toContain(passphrase)
  })

  it('that others can read end the start', async () => {
    await expect(startSnmp({ usersMode: 0o640 })).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringContaining('the group can read the file'),
    })
  })

  it('that are missing end the start', async () => {
    await expect(startSnmp({ snmp: { usersFile: 'absent' } })).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringContaining('missing'),
    })
  })

  it.skipIf(!hasTools)(
    'are replaced by a reload, and stay when the file cannot be used',
    async () => {
      const { agent, usersFile, run, log } = await startSnmp()
      await chmod(usersFile, 0o644)
      expect(await agent.reload()).toMatchObject({ snmpUsers: { loaded: false, kept: true } })
      expect((await run('snmpget', [UPTIME])).stdout).toContain(UPTIME)
      const users = [{ name, ...USERS.ops, authPassphrase: 'another passphrase' }]
      await writeFile(usersFile, JSON.stringify({ users }))
      await chmod(usersFile, 0o600)
      expect(await agent.reload()).toMatchObject({ snmpUsers: { loaded: true } })
      expect((await run('snmpget', [UPTIME])).stdout).not.toContain(UPTIME)
      const anew = await run('snmpget', [UPTIME], [...AS_OPS, '-A', 'another passphrase'])
      expect(anew.stdout).toContain(UPTIME)
      expect(JSON.stringify(log)).not.toContain('passphrase"')
    },
  )
})

describe('the first screen', () => {
  it('says what version 3 promises, and what communities do not', async () => {
    const policy = `${FOR_OPS}rocommunity a-secret-word\n`
    const { config, agent, port } = await startSnmp({ ...ALL_VERSIONS, policy })
    const screen = renderStart(config, agent)
    expect(screen).toContain(
      `snmp: versions 1, 2c, 3 on 127.0.0.1:${port} (UDP) by snmpd.conf, NO GUARD`,
    )
    expect(screen).toContain('snmp users: ops (SHA-256, AES), clear (SHA-256, not encrypted)')
    expect(screen).toContain('policy snmpd.conf is in force')
    expect(screen).not.toContain('a-secret-word')
    const { users, communities } = agent.snmp?.statements ?? {}
    expect(users?.provided).toEqual([
      { guarantee: 'authentication', of: 'user name', by: ['snmp-users'] },
      { guarantee: 'integrity', of: 'request', by: ['snmp-users'] },
      { guarantee: 'freshness', of: 'request', by: ['snmp-users'] },
      { guarantee: 'privacy', of: 'request', by: ['snmp-users'] },
      { guarantee: 'authorization', by: ['snmp-access'] },
    ])
    expect(users?.lacking).toEqual([])
    expect(users?.unmet.map(({ of }) => of)).toEqual(['peer address'])
    expect(users?.openings).toEqual([
      { guard: 'snmp-users', opening: 'snmp-users-without-privacy' },
    ])
    expect(communities?.lacking).toEqual(['authentication', 'integrity', 'privacy', 'freshness'])
    expect(communities?.openings).toEqual([
      { guard: 'snmp-access', opening: 'insecure-communities-in-clear' },
    ])
    expect(communities?.unmet.map(({ of }) => of)).toEqual(['peer address', 'community'])
  })

  it.each([
    ['rouser ops auth\n', ['privacy']],
    [
      'rouser ops priv\nrouser clear noauth\n',
      ['authentication', 'integrity', 'privacy', 'freshness'],
    ],
  ])('lacks what the policy does not demand of everybody: %j', async (policy, lacking) => {
    const { agent } = await startSnmp({ policy })
    const { users, communities } = agent.snmp?.statements ?? {}
    expect(users?.lacking).toEqual(lacking)
    expect(communities).toBeUndefined()
  })

  it('names users whose digest is old', async () => {
    const users = [{ name: 'ops', ...USERS.ops, authProtocol: 'SHA' }]
    const { agent } = await startSnmp({ users })
    expect(agent.snmp?.statements.users?.openings).toEqual([
      { guard: 'snmp-users', opening: 'snmp-users-with-md5-or-sha1' },
    ])
  })
})

describe('SNMP', () => {
  it('ends the start when its address is taken, and gives it free when it ends', async () => {
    const { port, agent } = await startSnmp()
    const listen = [{ address: '127.0.0.1', port }]
    await expect(startSnmp({ snmp: { listen } })).rejects.toMatchObject({ code: 'ERR_CONFIG' })
    await agent.close()
    expect((await startSnmp({ snmp: { listen } })).port).toBe(port)
  })

  it('keeps its engine id, and counts its starts', async () => {
    const { agent, config, folder } = await startSnmp()
    await agent.close()
    const file = join(folder, 'data', 'snmp-engine')
    const first = await readFile(file, 'utf8')
    const again = await startAgent(config, { logStream: { write: () => undefined } })
    await again.close()
    const second = await readFile(file, 'utf8')
    expect(second).not.toBe(first)
    await writeFile(file, first.slice(0, -8))
    await expect(startAgent(config)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })
})
