import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  loadConfig,
  parseConfig,
  startAgent,
  startResident,
  type WebAgentConfig,
} from '../src/index.ts'
import { createWorld } from './world.ts'

const SMALLEST = {
  name: 'web-1',
  securityMode: 'basic',
  authorizationFile: 'Authorization.cfg',
  trustedFile: 'security/Trusted.txt',
  dataDir: 'data',
}

const TWICE = { class: 'trusted', file: 'Other.txt' }
const BOTH_KINDS = { class: 'trusted', module: './policy.js' }

function toolAt(level: string): object {
  return { file: '/bin/ls', level }
}

function webAgent(fields: object): object {
  const files = { certificateFile: 'web.pem', keyFile: 'web.key' }
  return { ...SMALLEST, webAgent: { ...files, ...fields } }
}

function fault(value: unknown): unknown {
  try {
    return parseConfig(value, { file: '/etc/gatehouse/agent.json' })
  } catch (error) {
    return error
  }
}

describe('a config', () => {
  it('has safe defaults, and paths that start in its folder', () => {
    expect(parseConfig(SMALLEST, { file: '/etc/gatehouse/agent.json' })).toEqual({
      folder: '/etc/gatehouse',
      name: 'web-1',
      dns: 'none',
      domain: 'default',
      securityMode: 'basic',
      listen: { address: '127.0.0.1', daemonPort: 10_128, agentPort: 6_767 },
      authorizationFile: { path: '/etc/gatehouse/Authorization.cfg', label: 'Authorization.cfg' },
      trustedFile: { path: '/etc/gatehouse/security/Trusted.txt', label: 'security/Trusted.txt' },
      audit: { onFull: 'refuse' },
      dataDir: '/etc/gatehouse/data',
      logFile: '/etc/gatehouse/data/agent.log',
      sampleIntervalMs: 10_000,
      tools: {},
      callers: 'claimed',
      logfile: { roots: [] },
      fileStat: { roots: [] },
      insecure: [],
      answers: 'code',
    })
  })

  it.each([
    ['an unknown field', { ...SMALLEST, allowAll: true }, 'allowAll'],
    ['an unknown field inside', { ...SMALLEST, listen: { host: 'x' } }, 'listen.host'],
    ['a missing field', { ...SMALLEST, trustedFile: undefined }, 'trustedFile'],
    ['an unknown opening', { ...SMALLEST, insecure: ['no-checks'] }, 'insecure.0'],
    ['a host name to listen on', { ...SMALLEST, listen: { address: 'web-1' } }, 'listen.address'],
    ['a port that is none', { ...SMALLEST, listen: { daemonPort: 65_536 } }, 'listen.daemonPort'],
    ['a name with a comma', { ...SMALLEST, name: 'a,b' }, 'name'],
    ['one file of two', { ...SMALLEST, tcpWrappers: { allowFile: 'x' } }, 'tcpWrappers.denyFile'],
    [
      'a profile that there is not',
      { ...SMALLEST, tcpWrappers: { allowFile: 'x', denyFile: 'y', profile: 'lax' } },
      'tcpWrappers.profile',
    ],
    [
      'a daemon that no rule can name',
      { ...SMALLEST, tcpWrappers: { allowFile: 'x', denyFile: 'y', daemonName: 'a b' } },
      'tcpWrappers.daemonName',
    ],
    ['no policies', { ...SMALLEST, policies: [] }, 'policies'],
    ['a policy of no class', { ...SMALLEST, policies: [{ class: 'open' }] }, 'policies.0'],
    ['a second file for one policy', { ...SMALLEST, policies: [TWICE] }, 'policies.0.file'],
    [
      'no file for a policy',
      { ...SMALLEST, policies: [{ class: 'trusted' }, { class: 'trusted-with-domain' }] },
      'policies.1',
    ],
    ['a policy of two kinds', { ...SMALLEST, policies: [BOTH_KINDS] }, 'policies.0'],
    ['another choice for a full disk', { ...SMALLEST, audit: { onFull: 'drop' } }, 'audit.onFull'],
    ['a log that rolls at once', { ...SMALLEST, audit: { maxSizeBytes: 1 } }, 'audit.maxSizeBytes'],
    ['a key and no place for heads', { ...SMALLEST, audit: { signingKeyFile: 'x' } }, 'audit'],
    ['heads and no key', { ...SMALLEST, audit: { headsFile: 'x' } }, 'audit'],
    ['a name with a dot', { ...SMALLEST, name: 'a.b' }, 'name'],
    ['an unknown mode', { ...SMALLEST, securityMode: 'none' }, 'securityMode'],
    [
      'a tool that is found through PATH',
      { ...SMALLEST, tools: { ls: { file: 'ls' } } },
      'tools.ls.file',
    ],
    [
      'an argument that no program can have',
      { ...SMALLEST, tools: { ls: { file: '/bin/ls', arguments: ['a\0'] } } },
      'tools.ls.arguments.0',
    ],
    ['a path that is none', { ...SMALLEST, tools: { ls: { file: '/bin/l\0s' } } }, 'tools.ls.file'],
    [
      'the name of the tool that is there already',
      { ...SMALLEST, tools: { 'Replicate Agent Settings': { file: '/bin/ls' } } },
      'tools.Replicate Agent Settings',
    ],
    ['a tool at no level', { ...SMALLEST, tools: { ls: toolAt('root') } }, 'tools.ls.level'],
    [
      'a web agent without key',
      { ...SMALLEST, webAgent: { certificateFile: 'x' } },
      'webAgent.keyFile',
    ],
    [
      'a value that lives for hours',
      webAgent({ valueLifeSeconds: 3600 }),
      'webAgent.valueLifeSeconds',
    ],
    ['a session without end', webAgent({ sessionMinutes: 61 }), 'webAgent.sessionMinutes'],
    ['an unknown privilege', webAgent({ levels: { user: ['all'] } }), 'webAgent.levels.user.0'],
    ['used values nowhere', webAgent({ usedValues: { in: 'cloud' } }), 'webAgent.usedValues'],
    ['half a range', webAgent({ signIn: { permitted: '10.0.0.1-' } }), 'webAgent.signIn.permitted'],
    ['callers without users', { ...SMALLEST, callers: 'signed' }, 'usersFile'],
    ['users without callers', { ...SMALLEST, usersFile: 'users.json' }, 'usersFile'],
    [
      'callers by certificates that nobody asks for',
      { ...SMALLEST, callers: 'certificate', usersFile: 'users.json' },
      'tls.clients.required',
    ],
    [
      'callers by signatures that nobody is trusted for',
      { ...SMALLEST, callers: 'signed', usersFile: 'users.json' },
      'tls.clients',
    ],
  ])('with %s is refused with the file and the field', (_, value, field) => {
    expect(fault(value)).toMatchObject({
      code: 'ERR_CONFIG',
      source: { file: '/etc/gatehouse/agent.json' },
      message: expect.stringContaining(`\`${field}\``),
    })
  })

  it('names the guard of connections and the record of decisions', () => {
    const config = {
      ...SMALLEST,
      tcpWrappers: { allowFile: 'hosts.allow', denyFile: '/etc/hosts.deny' },
      audit: { file: 'logs/a.jsonl', maxFiles: 3, signingKeyFile: 'key.pem', headsFile: 'a.heads' },
    }
    expect(parseConfig(config, { file: '/etc/gatehouse/agent.json' })).toMatchObject({
      tcpWrappers: {
        allowFile: { path: '/etc/gatehouse/hosts.allow', label: 'hosts.allow' },
        denyFile: { path: '/etc/hosts.deny', label: '/etc/hosts.deny' },
        profile: 'strict',
        daemonName: 'bgssd',
      },
      audit: {
        file: '/etc/gatehouse/logs/a.jsonl',
        onFull: 'refuse',
        maxFiles: 3,
        heads: {
          signingKeyFile: '/etc/gatehouse/key.pem',
          headsFile: '/etc/gatehouse/a.heads',
        },
      },
    })
  })

  it('names the tools and the web agent, with the ports of the vendor', () => {
    const tools = { 'restart web': { file: '/bin/ls', runAs: { uid: 1, gid: 2 } } }
    const given = { ...webAgent({ signIn: { restricted: '10.0.0.9' } }), tools }
    const { signIn, ...rest } = parseConfig(given, { file: '/etc/gatehouse/agent.json' })
      .webAgent as WebAgentConfig
    expect(signIn.check('10.0.0.9').outcome).toBe('deny')
    expect(rest).toEqual({
      address: '127.0.0.1',
      port: 2381,
      redirectPort: 2301,
      certificateFile: { path: '/etc/gatehouse/web.pem', label: 'web.pem' },
      keyFile: { path: '/etc/gatehouse/web.key', label: 'web.key' },
      settingsFile: { path: '/etc/gatehouse/data/web-agent.json', label: 'web-agent.json' },
      usedValues: { in: 'file', file: '/etc/gatehouse/data/used-values.db' },
      valueLifeSeconds: 60,
      sessionMinutes: 15,
      levels: {
        user: ['status'],
        operator: ['status', 'tools'],
        administrator: ['status', 'tools', 'trust'],
      },
    })
    expect(parseConfig(given, { file: '/etc/gatehouse/agent.json' }).tools).toEqual({
      'restart web': {
        file: '/bin/ls',
        arguments: [],
        timeoutMs: 10_000,
        maxOutputBytes: 65_536,
        level: 'administrator',
        runAs: { uid: 1, gid: 2 },
      },
    })
  })

  it('names security policies, a file of theirs from its folder and a module as it stands', () => {
    const options = { any: ['thing'] }
    const policies = [
      { class: 'trusted' },
      { class: 'trusted-with-domain', file: 'security/D.txt' },
      { module: './policy.js', options },
    ]
    expect(parseConfig({ ...SMALLEST, policies }, { file: '/etc/gatehouse/agent.json' })).toEqual(
      expect.objectContaining({
        policies: [
          { class: 'trusted' },
          {
            class: 'trusted-with-domain',
            file: { path: '/etc/gatehouse/security/D.txt', label: 'security/D.txt' },
          },
          { module: './policy.js', options },
        ],
      }),
    )
  })

  it('that is missing, or no JSON, is refused with the file', async () => {
    const world = await createWorld()
    await world.write('broken.json', '{"name":')
    for (const name of ['absent.json', 'broken.json', '.']) {
      const file = join(world.folder, name)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(loadConfig(file)).rejects.toMatchObject({ code: 'ERR_CONFIG', source: { file } })
    }
  })
})

describe('an agent', () => {
  it('does not start a daemon in advanced security mode', async () => {
    const { config } = await createWorld({ config: { securityMode: 'advanced' } })
    await expect(startAgent(config)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })

  it('does not run without listener in basic security mode', async () => {
    const { config } = await createWorld()
    await expect(startResident(config)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })

  it('says so when its port is taken, and leaves nothing open', async () => {
    const first = await createWorld()
    const running = await startAgent(first.config)
    const { port } = running.daemonAddress
    const listen = { address: '127.0.0.1', daemonPort: port, agentPort: 0 }
    const second = await createWorld({ config: { listen } })
    await expect(startAgent(second.config)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
    await running.close()
    const again = await startAgent(second.config)
    expect(again.daemonAddress.port).toBe(port)
    await again.close()
  })

  it('says so when its log cannot be opened', async () => {
    const { config } = await createWorld({ config: { logFile: '.' } })
    await expect(startAgent(config)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })
})
