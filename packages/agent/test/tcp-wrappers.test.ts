import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { PATHS } from '@gatehouse/protocol'
import { LIBWRAP_OPENINGS } from '@gatehouse/tcp-wrappers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openLocal, renderStart, type AgentOptions, type PeerName } from '../src/index.ts'
import { auditRecords } from './audit-records.ts'
import { act, ADDRESS, send, start, type Started } from './world.ts'

const REFUSED = '127.0.0.9'
const QUERY = JSON.stringify({ user: 'pat', action: 'collect.query' })
const REQUEST = `POST ${PATHS.actions} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${QUERY.length}\r\n\r\n${QUERY}`

interface Guarded {
  readonly allow?: string
  readonly deny?: string
  readonly wrappers?: Readonly<Record<string, string>>
  readonly config?: Readonly<Record<string, unknown>>
  readonly files?: Readonly<Record<string, string>>
}

const ALLOW = 'bgssd: 127.0.0.0/255.255.255.0 EXCEPT 127.0.0.9\n'

/** An agent whose daemon is guarded by the two files. */
function startGuarded(guarded: Guarded = {}, options: AgentOptions = {}): Promise<Started> {
  const { allow = ALLOW, deny = 'ALL: ALL\n', wrappers = {}, config = {}, files = {} } = guarded
  const tcpWrappers = { allowFile: 'hosts.allow', denyFile: 'hosts.deny', ...wrappers }
  return start(
    {
      config: { tcpWrappers, ...config },
      files: { 'hosts.allow': allow, 'hosts.deny': deny, ...files },
    },
    options,
  )
}

/** What a peer saw of a connection that it sent a request on. */
interface Seen {
  readonly text: string
  /** `end`: closed in order. Else the code of the error that ended it. */
  readonly ended: string
}

/** Connects, sends a whole request, and waits until the connection is closed. */
function knock({ agent }: Started, from: string, bytes: string | Buffer = REQUEST): Promise<Seen> {
  const { port } = agent.daemonAddress
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress: from })
    let text = ''
    let ended = 'end'
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      socket.end()
    })
    socket.on('error', ({ code }: NodeJS.ErrnoException) => (ended = code ?? 'error'))
    socket.on('close', () => resolve({ text, ended }))
    socket.write(bytes)
  })
}

/** The sockets on the side of the servers of this process, from now on. */
function serverSockets(): Socket[] {
  const sockets: Socket[] = []
  const take = (message: unknown): void => {
    sockets.push((message as { readonly socket: Socket }).socket)
  }
  subscribe('net.server.socket', take)
  onTestFinished(() => void unsubscribe('net.server.socket', take))
  return sockets
}

function decisions({ log }: Started): Record<string, unknown>[] {
  return log.filter(({ event }) => event === 'decision')
}

const noDns = () => Promise.reject(new Error('no DNS'))
const NAMELESS: PeerName = { confirmed: null, contradicted: false }

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

const nameOf = async (address: string): Promise<PeerName> =>
  address === REFUSED ? { confirmed: null, contradicted: true } : { confirmed: 'a.example.test' }

describe('host names in the rules', () => {
  const allow = 'bgssd: .example.test EXCEPT evil.example.test\n'
  it('are compared with the confirmed name', async () => {
    const started = await startGuarded({ allow }, { lookUpName: nameOf })
    expect((await act(started.agent, 'chart', ADDRESS.view)).status).toBe(200)
    expect((await knock(started, REFUSED)).text).toBe('')
    const connections = decisions(started).filter(({ daemon }) => daemon === 'bgssd')
    expect(connections.map(({ verifiedName }) => verifiedName)).toEqual(['a.example.test', null])
  })

  it('tell a name that contradicts the address from none', async () => {
    const deny = 'ALL: PARANOID\n'
    const wrappers = { profile: 'libwrap' }
    const started = await startGuarded({ allow: '', deny, wrappers }, { lookUpName: nameOf })
    expect((await knock(started, REFUSED)).text).toBe('')
    expect((await act(started.agent, 'chart', ADDRESS.view)).status).toBe(200)
  })

  it('are the only reason to look a name up', async () => {
    const asked: string[] = []
    const lookUpName = async (address: string) => {
      asked.push(address)
      return NAMELESS
    }
    const started = await startGuarded({}, { lookUpName })
    await act(started.agent, 'chart', ADDRESS.view)
    expect(asked).toEqual([])
    await started.write('hosts.allow', allow)
    await started.agent.reload()
    await knock(started, ADDRESS.view)
    expect(asked).toEqual([ADDRESS.view])
  })

  it('refuse when looking them up fails', async () => {
    const rules = { allow: 'ALL: ALL EXCEPT a.example\n' }
    const started = await startGuarded(rules, { lookUpName: noDns })
    expect((await knock(started, ADDRESS.view)).text).toBe('')
    expect(started.log).toContainEqual(
      expect.objectContaining({ event: 'internal-error', msg: 'connection not decided' }),
    )
  })

  it('leave a peer unread until it is decided', async () => {
    const name = pending<PeerName>()
    const started = await startGuarded({ allow }, { lookUpName: () => name.promise })
    const sockets = serverSockets()
    const seen = knock(started, ADDRESS.view)
    await roundTrip(started)
    const { port } = started.agent.daemonAddress
    const undecided = sockets.filter(({ localPort }) => localPort === port)
    expect(undecided.map(({ bytesRead }) => bytesRead)).toEqual([0])
    name.resolve({ confirmed: 'a.example.test' })
    expect((await seen).text).toContain('HTTP/1.1 200')
  })

  it('let only so many peers wait, and only some of them from one address', async () => {
    const name = pending<PeerName>()
    const limits = { maxUndecided: 3, maxUndecidedOfOnePeer: 2 }
    const started = await startGuarded({ allow }, { lookUpName: () => name.promise, limits })
    const waiting = [knock(started, REFUSED), knock(started, REFUSED)]
    await roundTrip(started)
    expect((await knock(started, REFUSED)).text).toBe('')
    waiting.push(knock(started, ADDRESS.view))
    await roundTrip(started)
    expect((await knock(started, ADDRESS.modify)).text).toBe('')
    name.resolve({ confirmed: 'a.example.test' })
    const texts = (await Promise.all(waiting)).map(({ text }) => text.slice(0, 12))
    expect(texts).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 200'])
    const crowds = started.log.filter(({ event }) => event === 'connections-turned-away')
    expect(crowds).toHaveLength(1)
  })

  it('hold up no agent that is to close', async () => {
    const started = await startGuarded({ allow }, { lookUpName: () => pending<PeerName>().promise })
    const seen = knock(started, ADDRESS.view)
    await roundTrip(started)
    await started.agent.close()
    expect((await seen).text).toBe('')
  })
})

interface Pending<Value> {
  readonly promise: Promise<Value>
  readonly resolve: (value: Value) => void
}

function pending<Value>(): Pending<Value> {
  let settle: ((value: Value) => void) | undefined
  const promise = new Promise<Value>((resolve) => (settle = resolve))
  return { promise, resolve: (value) => settle?.(value) }
}

/** Asks the agent behind the daemon, which answers: what was sent before has arrived by then. */
async function roundTrip({ agent }: Started): Promise<void> {
  const { port } = agent.agentAddress ?? { port: 0 }
  expect((await send(port, PATHS.actions, QUERY)).status).toBe(403)
}

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
