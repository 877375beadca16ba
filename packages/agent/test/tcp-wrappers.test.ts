import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PATHS } from '@gatehouse/protocol'
import { LIBWRAP_OPENINGS } from '@gatehouse/tcp-wrappers'
import { describe, expect, it } from 'vitest'
import { openLocal, renderStart } from '../src/index.ts'
import { auditRecords } from './audit-records.ts'
import { act, ADDRESS, send, start } from './world.ts'
import {
  REFUSED,
  QUERY,
  REQUEST,
  startGuarded,
  knock,
  serverSockets,
  decisions,
} from './guarded-agent.ts'

describe('a peer that the rules refuse', () => {
  it('gets no byte, and none of its bytes is read', async () => {
    const started = await startGuarded()
    const sockets = serverSockets()
    const seen = await knock(started, REFUSED, `${REQUEST}${'x'.repeat(100_000)}`)
    expect(seen.text).toBe('')
    expect(sockets.map(({ bytesRead, bytesWritten }) => [bytesRead, bytesWritten])).toEqual([
      [0, 0],
    ])
    expect(decisions(started)).toMatchObject([
      {
        by: 'daemon',
        daemon: 'bgssd',
        peer: REFUSED,
        outcome: 'deny',
        codes: ['denied-by-rule'],
        source: 'hosts.deny:1',
      },
    ])
  })

  it('is recorded, with the hash of the files', async () => {
    const started = await startGuarded()
    await knock(started, REFUSED)
    const [record, ...more] = await auditRecords(started.agent.audit.file)
    expect(more).toEqual([])
    expect(record).toMatchObject({
      event: 'decision',
      operation: 'connect',
      target: 'bgssd',
      by: 'daemon',
      peer: REFUSED,
      outcome: 'deny',
      codes: ['denied-by-rule'],
      source: 'hosts.deny:1',
      policy: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(record).not.toHaveProperty('claimedUser')
  })

  it('does not keep others out, however often it comes', async () => {
    const started = await startGuarded()
    const flood = Array.from({ length: 200 }, () => knock(started, REFUSED))
    const served = Array.from({ length: 20 }, () =>
      act(started.agent, 'collect.query', ADDRESS.none),
    )
    const statuses = (await Promise.all(served)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([200]))
    const seen = await Promise.all(flood)
    expect(new Set(seen.map(({ text }) => text))).toEqual(new Set(['']))
  })
})

describe('a peer that the rules allow', () => {
  it('is served, its connection recorded before its request', async () => {
    const started = await startGuarded()
    expect((await act(started.agent, 'chart', ADDRESS.view)).status).toBe(200)
    const records = await auditRecords(started.agent.audit.file)
    expect(records).toMatchObject([
      { operation: 'connect', outcome: 'allow', codes: ['allowed-by-rule'], peer: ADDRESS.view },
      { operation: 'chart', outcome: 'allow', peer: ADDRESS.view },
    ])
  })

  it('may send slowly only as long as any other', async () => {
    const limits = { headersTimeoutMs: 200, checkIntervalMs: 20 }
    const started = await startGuarded({}, { limits })
    const { text } = await knock(started, ADDRESS.view, 'POST / HTTP/1.1\r\n')
    expect(text).toContain('request-timeout')
  })

  it('is known by its address in either form', async () => {
    const listen = { address: '::ffff:127.0.0.1', daemonPort: 0, agentPort: 0 }
    const started = await startGuarded({ config: { listen } })
    expect((await act(started.agent, 'chart', ADDRESS.view)).status).toBe(200)
    expect((await knock(started, REFUSED)).text).toBe('')
    expect(decisions(started).map(({ peer }) => peer)).toEqual([
      ADDRESS.view,
      ADDRESS.view,
      REFUSED,
    ])
  })

  it.each([
    ['bgssd: [::1]\n', 200],
    ['bgssd: [::2]\n', undefined],
  ])('is known by its IPv6 address: %j', async (allow, status) => {
    const listen = { address: '::1', daemonPort: 0, agentPort: 0 }
    const { agent } = await startGuarded({ allow, config: { listen } })
    const sent = send(agent.daemonAddress.port, PATHS.actions, QUERY, { from: '::1', host: '::1' })
    const received = await sent.catch(() => undefined)
    expect(received?.status).toBe(status)
  })
})

describe('the rules', () => {
  it('are asked for the daemon by its configured name', async () => {
    const named = await startGuarded({ wrappers: { daemonName: 'perf-daemon' } })
    expect((await knock(named, ADDRESS.view)).text).toBe('')
    const allowed = await startGuarded({
      allow: 'perf-daemon: 127.0.0.1\n',
      wrappers: { daemonName: 'perf-daemon' },
    })
    expect((await act(allowed.agent, 'chart', ADDRESS.view)).status).toBe(200)
  })

  it('refuse whom they do not name', async () => {
    const started = await startGuarded({ allow: 'bgssd: 127.0.0.1\n', deny: '' })
    expect((await knock(started, REFUSED)).text).toBe('')
    expect(decisions(started)).toMatchObject([{ outcome: 'deny', codes: ['no-rule-matched'] }])
  })

  it('may name the port of the daemon', async () => {
    const { agent, write } = await startGuarded({ allow: '', deny: '' })
    const { port } = agent.daemonAddress
    await write('hosts.allow', `${port}: 127.0.0.1\n`)
    await agent.reload()
    expect((await act(agent, 'chart', ADDRESS.view)).status).toBe(200)
  })

  it('may name a list of hosts in a file', async () => {
    const { agent, folder, write } = await startGuarded({
      allow: '',
      files: { list: '127.0.0.1\n' },
    })
    await write('hosts.allow', `bgssd: ${join(folder, 'list')}\n`)
    await agent.reload()
    expect((await act(agent, 'chart', ADDRESS.view)).status).toBe(200)
    await write('hosts.allow', `bgssd: ${folder}\n`)
    expect(await agent.reload()).toMatchObject({
      tcpWrappers: { loaded: false, code: 'policy-malformed', kept: true },
    })
  })

  it.each(['allowFile', 'denyFile'])('refuse everybody without the %s', async (field) => {
    const wrappers = { [field]: 'absent' }
    const started = await startGuarded({ allow: 'ALL: ALL\n', wrappers })
    expect((await knock(started, ADDRESS.view)).text).toBe('')
    expect(decisions(started)).toMatchObject([
      { outcome: 'deny', codes: ['policy-missing'], source: 'absent' },
    ])
    expect(renderStart(started.config, started.agent)).toMatch(/NO POLICY from .*absent/)
  })

  it('allow everybody without files in profile libwrap, and the statement says so', async () => {
    const wrappers = { allowFile: 'absent', denyFile: 'absent', profile: 'libwrap' }
    const started = await startGuarded({ wrappers })
    const received = await act(started.agent, 'chart', REFUSED)
    expect(received.status).toBe(200)
    expect(decisions(started)[0]).toMatchObject({ outcome: 'allow', codes: ['allowed-by-default'] })
    const openings = received.body.statement.openings.map(({ guard, opening }) => [guard, opening])
    expect(openings).toEqual(LIBWRAP_OPENINGS.map((opening) => ['tcp-wrappers', opening]))
    expect(renderStart(started.config, started.agent)).toContain('libwrap-grants-by-default')
  })
})

describe('a reload', () => {
  it('replaces both files together', async () => {
    const started = await startGuarded()
    const { agent, write } = started
    await write('hosts.allow', `bgssd: ${REFUSED}\n`)
    await write('hosts.deny', 'bgssd: ALL\n')
    expect(await agent.reload()).toMatchObject({ tcpWrappers: { loaded: true } })
    expect((await act(agent, 'chart', REFUSED)).status).toBe(200)
    expect((await knock(started, ADDRESS.view)).text).toBe('')
    const records = await auditRecords(agent.audit.file)
    expect(new Set(records.map(({ operation, policy }) => operation + String(policy))).size).toBe(2)
  })

  it('that finds one of them with an error changes neither', async () => {
    const started = await startGuarded()
    const { agent, log, write } = started
    await write('hosts.allow', `bgssd: ${REFUSED}\n`)
    await write('hosts.deny', 'bgssd ALL\n')
    expect(await agent.reload()).toMatchObject({
      tcpWrappers: { loaded: false, code: 'policy-malformed', kept: true },
      authorization: { loaded: true },
    })
    expect((await knock(started, REFUSED)).text).toBe('')
    expect((await act(agent, 'chart', ADDRESS.view)).status).toBe(200)
    const refused = log.find(({ event }) => event === 'policy-refused')
    expect(refused?.['detail']).toContain('hosts.deny:1:')
  })
})

it.each(['hosts.allow', 'hosts.deny'])(
  'a reload that finds no %s changes nothing',
  async (name) => {
    const { agent, folder } = await startGuarded()
    await rm(join(folder, name))
    expect(await agent.reload()).toMatchObject({
      tcpWrappers: { loaded: false, code: 'policy-missing', kept: true },
    })
    expect((await act(agent, 'chart', ADDRESS.view)).status).toBe(200)
  },
)

describe('an agent without such files', () => {
  it('hears everybody, and its first screen says so', async () => {
    const started = await start()
    expect((await act(started.agent, 'collect.query', REFUSED)).status).toBe(200)
    expect(renderStart(started.config, started.agent)).toContain('connections: NO GUARD')
    expect(started.agent.statement.actions.provided).toEqual([
      { guarantee: 'authorization', by: ['bmc-authorization'] },
    ])
  })

  it('differs from one with them in what both statements hold', async () => {
    const started = await startGuarded()
    const { actions, invocations } = started.agent.statement
    expect([actions.provided, invocations.provided]).toEqual([
      [{ guarantee: 'authorization', by: ['tcp-wrappers', 'bmc-authorization'] }],
      [{ guarantee: 'authorization', by: ['tcp-wrappers', 'hawk-trusted'] }],
    ])
    expect(actions.unmet[0]).toMatchObject({ guard: 'tcp-wrappers', of: 'peer address' })
    const received = await act(started.agent, 'chart', ADDRESS.view)
    expect(received.body.statement).toEqual(actions)
    const local = await openLocal(started.config, { logStream: { write: () => undefined } })
    expect((await local.act({ action: 'chart' })).body).toMatchObject({
      statement: { provided: [{ guarantee: 'authorization', by: ['bmc-authorization'] }] },
    })
    const screen = renderStart(started.config, started.agent)
    expect(screen).toContain('decided by hosts.allow and hosts.deny for bgssd, profile strict')
  })
})
