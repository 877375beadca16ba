import { PATHS } from '@gatehouse/protocol'
import { expect, it } from 'vitest'
import { act, ADDRESS, invoke, MICROAGENT, send, start } from './world.ts'

const QUERY = JSON.stringify({ user: 'pat', action: 'chart' })

it('has an agent that answers nobody but its daemon', async () => {
  const { agent } = await start()
  const port = agent.agentAddress?.port ?? 0
  const guesses = [{}, { 'x-gatehouse-token': '' }, { 'x-gatehouse-token': 'A'.repeat(43) }]
  for (const headers of guesses) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const received = await send(port, PATHS.actions, QUERY, { headers })
    expect([received.status, received.body.error.code]).toEqual([403, 'not-through-daemon'])
    expect(received.headers['connection']).toBe('close')
  }
})

it('gives each start another token', async () => {
  const { createToken } = await import('../src/listeners/token.ts')
  expect(createToken().expose()).not.toBe(createToken().expose())
  expect(String(createToken())).toBe('[secret]')
})

it('decides by the address of the socket, whatever the headers claim', async () => {
  const { agent, log } = await start()
  const headers = { 'x-gatehouse-ticket': '1', 'x-forwarded-for': ADDRESS.manage }
  const body = JSON.stringify({ user: 'pat', action: 'collect.start' })
  const { port } = agent.daemonAddress
  const received = await send(port, PATHS.actions, body, { headers, from: ADDRESS.view })
  expect(received.body.outcome).toBe('deny')
  expect(log.find(({ event }) => event === 'decision')).toMatchObject({ peer: ADDRESS.view })
})

it('answers the query and the start itself, and leaves the rest to the agent', async () => {
  const { agent, log } = await start()
  await act(agent, 'collect.query', ADDRESS.none)
  await act(agent, 'agent.start', ADDRESS.modify)
  await act(agent, 'chart', ADDRESS.view)
  await invoke(agent, 'ops', MICROAGENT.self, 'getUptime')
  const decisions = log.filter(({ event }) => event === 'decision')
  expect(decisions.map(({ by }) => by)).toEqual(['daemon', 'daemon', 'agent', 'agent'])
})

it('says so when the agent is down, still answers the query, and starts the agent again', async () => {
  const { agent } = await start()
  const first = agent.agentAddress
  expect((await act(agent, 'agent.stop', ADDRESS.manage)).body.result).toEqual({ stopped: true })
  const chart = await act(agent, 'chart', ADDRESS.view)
  expect([chart.status, chart.body.error.code]).toEqual([503, 'agent-down'])
  const query = await act(agent, 'collect.query', ADDRESS.none)
  expect(query.body.result).toEqual({ agent: false, collections: [] })
  await expect(send(first?.port ?? 0, PATHS.actions, QUERY)).rejects.toThrow('ECONNREFUSED')

  const denied = await act(agent, 'agent.start', ADDRESS.view)
  expect(denied.body.outcome).toBe('deny')
  expect(agent.agentAddress).toBeUndefined()
  const started = await act(agent, 'agent.start', ADDRESS.modify)
  expect(started.body.result).toEqual({ started: true })
  expect((await act(agent, 'chart', ADDRESS.view)).status).toBe(200)
  const again = await act(agent, 'agent.start', ADDRESS.modify)
  expect(again.body.result).toEqual({ started: false })
})

it('runs three agents beside each other in one process', async () => {
  const started = await Promise.all(
    ['web-1', 'web-2', 'db-1'].map((name) => start({ config: { name } })),
  )
  const received = await Promise.all(
    started.map(({ agent }) => invoke(agent, 'ops', MICROAGENT.self, 'getUptime')),
  )
  expect(received.map(({ body }) => body.system.name)).toEqual(['web-1', 'web-2', 'db-1'])
})
