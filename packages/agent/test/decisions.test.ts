import { AnswerSchema, PATHS, StatementAnswerSchema } from '@gatehouse/protocol'
import { describe, expect, it } from 'vitest'
import { act, ADDRESS, invoke, MICROAGENT, send, start, why } from './world.ts'

describe('actions', () => {
  it('allows what the level of the peer suffices for, and names the line', async () => {
    const { agent } = await start()
    const received = await act(agent, 'collect.start', ADDRESS.modify)
    expect(received.status).toBe(200)
    expect(why(received)).toEqual({ outcome: 'allow', code: 'level-suffices', line: 5 })
    expect(received.body.result).toEqual({ collection: 'default', started: true })
  })

  it('denies what the level of the peer is too low for', async () => {
    const { agent } = await start()
    const received = await act(agent, 'collect.start', ADDRESS.view)
    expect(received.status).toBe(403)
    expect(why(received)).toEqual({ outcome: 'deny', code: 'level-too-low', line: 2 })
    expect(received.body.result).toBeUndefined()
  })

  it('answers the query of a peer with level NONE', async () => {
    const { agent } = await start()
    await act(agent, 'collect.start', ADDRESS.modify, { target: 'cpu' })
    const received = await act(agent, 'collect.query', ADDRESS.none)
    expect(why(received)).toEqual({ outcome: 'allow', code: 'level-suffices', line: 13 })
    expect(received.body.result).toMatchObject({
      agent: true,
      collections: [{ collection: 'cpu', running: true }],
    })
  })

  it('denies an action that the table does not have', async () => {
    const { agent } = await start()
    const received = await act(agent, 'toString', ADDRESS.manage)
    expect(received.status).toBe(403)
    expect(why(received)).toEqual({ outcome: 'deny', code: 'unknown-action' })
  })

  it('returns what was collected as transfer, chart and drilldown', async () => {
    const { agent } = await start()
    await act(agent, 'collect.start', ADDRESS.modify)
    const transfer = await act(agent, 'data.transfer', ADDRESS.view)
    expect(transfer.body.result).toMatchObject({
      cut: false,
      samples: [{ at: expect.any(String) }],
    })
    const chart = await act(agent, 'chart', ADDRESS.view)
    expect(chart.body.result).toMatchObject({ points: [{ freeMemory: expect.any(Number) }] })
    const drilldown = await act(agent, 'drilldown', ADDRESS.view)
    expect(drilldown.body.result).toMatchObject({ sample: { uptime: expect.any(Number) } })
  })
})

describe('invocations', () => {
  it('allows what a line grants, and names the line', async () => {
    const { agent } = await start()
    const received = await invoke(agent, 'clerk', MICROAGENT.sysInfo, 'getHostName')
    expect(received.status).toBe(200)
    expect(why(received)).toEqual({ outcome: 'allow', code: 'granted', line: 2 })
    expect(received.body.result).toMatchObject({ hostName: expect.any(String) })
  })

  it('denies what a restriction covers', async () => {
    const { agent } = await start({ trusted: 'ops\n!ops * * getHostName\n' })
    const received = await invoke(agent, 'ops', MICROAGENT.sysInfo, 'getHostName')
    expect(received.status).toBe(403)
    expect(why(received)).toEqual({ outcome: 'deny', code: 'restricted', line: 2 })
  })

  it('denies a user who is not in the file', async () => {
    const { agent } = await start()
    const received = await invoke(agent, 'mallory', MICROAGENT.sysInfo, 'getHostName')
    expect(why(received)).toMatchObject({ outcome: 'deny', code: 'user-not-listed' })
  })

  it('denies an ACTION method on a grant of INFO methods', async () => {
    const { agent } = await start()
    const received = await invoke(agent, 'clerk', MICROAGENT.custom, 'execute')
    expect(why(received)).toEqual({ outcome: 'deny', code: 'impact-not-granted', line: 2 })
  })

  it('denies a group operation on a grant of point-to-point access', async () => {
    const { agent } = await start()
    const scope = { scope: 'group' }
    const received = await invoke(agent, 'clerk', MICROAGENT.sysInfo, 'getHostName', scope)
    expect(why(received)).toEqual({ outcome: 'deny', code: 'group-not-granted', line: 2 })
    const allowed = await invoke(agent, 'ops', MICROAGENT.sysInfo, 'getHostName', scope)
    expect(why(allowed)).toEqual({ outcome: 'allow', code: 'granted', line: 1 })
  })

  it('denies a microagent or method that its table does not have before any file is asked', async () => {
    const { agent } = await start({ trusted: null })
    const microagent = await invoke(agent, 'ops', 'COM.example.Nothing', 'getHostName')
    expect(why(microagent)).toEqual({ outcome: 'deny', code: 'unknown-microagent' })
    const method = await invoke(agent, 'ops', MICROAGENT.sysInfo, 'constructor')
    expect(why(method)).toEqual({ outcome: 'deny', code: 'unknown-method' })
  })

  it('asks no guard about a request that names another system', async () => {
    const { agent, log } = await start()
    const node = { name: 'web-2' }
    const received = await invoke(agent, 'ops', MICROAGENT.sysInfo, 'getHostName', { node })
    expect(received.status).toBe(421)
    expect(received.body.error.code).toBe('not-this-system')
    expect(log.filter(({ event }) => event === 'decision')).toEqual([])
    const own = { name: 'web-1', domain: 'default' }
    const meant = await invoke(agent, 'ops', MICROAGENT.sysInfo, 'getHostName', { node: own })
    expect(meant.status).toBe(200)
  })

  it('keeps the decision in the answer when the arguments do not fit', async () => {
    const { agent } = await start()
    const more = { arguments: { nonsense: 1 } }
    const received = await invoke(agent, 'ops', MICROAGENT.sysInfo, 'getHostName', more)
    expect(received.status).toBe(400)
    expect(received.body.outcome).toBe('allow')
    expect(received.body.error).toMatchObject({
      code: 'invalid-arguments',
      field: 'arguments.nonsense',
    })
  })
})

describe('answers', () => {
  it('follow the schema of the protocol, of every kind', async () => {
    const { agent } = await start()
    const received = [
      await act(agent, 'collect.start', ADDRESS.view),
      await act(agent, 'collect.start', ADDRESS.modify),
      await invoke(agent, 'ops', MICROAGENT.fileStat, 'getFileStatus', {
        arguments: { path: '/' },
      }),
    ]
    expect(received.map(({ body }) => AnswerSchema.safeParse(body).error)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('tell a peer outcome and codes only, unless the config says more', async () => {
    const { agent } = await start({ config: { answers: 'code' } })
    const action = await act(agent, 'collect.start', ADDRESS.view)
    expect(action.body.reasons).toEqual([{ code: 'level-too-low', guard: 'bmc-authorization' }])
    const invocation = await invoke(agent, 'clerk', MICROAGENT.sysInfo, 'getHostName')
    expect(invocation.body.reasons).toEqual([{ code: 'granted', guard: 'hawk-trusted' }])
    expect(JSON.stringify([action.body, invocation.body])).not.toMatch(/Authorization\.cfg|Trusted/)
  })

  it('tell file, line and sentence when the config asks for full answers', async () => {
    const { agent } = await start({ config: { answers: 'full' } })
    const { body } = await act(agent, 'collect.start', ADDRESS.view)
    expect(body.reasons).toEqual([
      {
        code: 'level-too-low',
        guard: 'bmc-authorization',
        source: { file: 'Authorization.cfg', line: 2 },
        facts: { granted: 'VIEW', needed: 'MODIFY' },
        sentence: expect.any(String),
      },
    ])
  })

  it('state what the guards promise, and hold nothing of a policy', async () => {
    const { agent } = await start()
    const { port } = agent.daemonAddress
    const { body } = await send(port, PATHS.statement, undefined, { method: 'GET' })
    const statement = StatementAnswerSchema.parse(body)
    expect(statement.system).toEqual({ name: 'web-1', dns: 'none', domain: 'default' })
    expect(statement.invocations.provided).toEqual([
      { guarantee: 'authorization', by: ['hawk-trusted'] },
    ])
    expect(statement.actions.unmet).toContainEqual({
      guard: 'bmc-authorization',
      guarantee: 'authentication',
      of: 'user name',
      undermines: ['authorization'],
    })
    expect(JSON.stringify(statement)).not.toMatch(/Authorization\.cfg|Trusted\.txt|clerk/)
  })
})
