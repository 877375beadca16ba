import { PATHS, StatementAnswerSchema } from '@gatehouse/protocol'
import { describe, expect, it } from 'vitest'
import { renderStart, startAgent } from '../src/index.ts'
import { createWebWorld, deliver, post, startWeb, task } from './web-agent-world.ts'
import { exchange } from './wire.ts'
import { send } from './world.ts'

describe('a web agent', () => {
  it('says what it promises of tasks, on the start screen and in its statement', async () => {
    const world = await startWeb()
    const { port } = world.agent.daemonAddress
    const { body } = await send(port, PATHS.statement, undefined, { method: 'GET' })
    const { tasks } = StatementAnswerSchema.parse(body)
    expect(tasks?.lacking).toEqual([])
    expect(tasks?.unmet).toEqual([])
    expect(tasks?.openings).toEqual([])
    expect(tasks?.provided.map(({ guarantee, of }) => [guarantee, of])).toEqual([
      ['integrity', undefined],
      ['privacy', undefined],
      ['freshness', undefined],
      ['authentication', 'key of the certificate'],
      ['authentication', 'console'],
      ['authorization', undefined],
    ])
    expect(renderStart(world.config, world.agent)).toContain(`127.0.0.1:${world.port}`)
  })

  it('says that names authenticate nobody', async () => {
    const settings = { mode: 'name', names: ['console.example'] } as const
    const world = await startWeb({ settings })
    expect((await task(world)).status).toBe(200)
    const { tasks } = world.agent.statement
    expect(tasks?.openings).toEqual([{ guard: 'trust-mode', opening: 'trust-by-name' }])
    expect(tasks?.unmet.map(({ guard, of }) => [guard, of])).toEqual([
      ['trust-mode', 'host name'],
      ['tool-levels', 'console'],
    ])
  })

  it('sends plain HTTP to HTTPS', async () => {
    const { agent, port } = await startWeb()
    const { port: plain } = agent.webAgentRedirectAddress ?? { port: 0 }
    const answer = await fetch(`http://127.0.0.1:${plain}/a?b`, { redirect: 'manual' })
    expect(answer.status).toBe(308)
    expect(answer.headers.get('location')).toBe(`https://127.0.0.1:${port}/a?b`)
  })

  it.each([
    [PATHS.values, '{"certificate":"x"}', 400, 'invalid-request'],
    [PATHS.values, '{', 400, 'malformed-json'],
    ['/v1/actions', '{}', 404, 'not-found'],
  ])('answers a wrong message to %s', async (path, body, status, code) => {
    const { port } = await startWeb()
    const answer = await deliver(port, post(path, body))
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
  })

  it('hears only whom TCP Wrappers let in', async () => {
    const tcpWrappers = { allowFile: 'hosts.allow', denyFile: 'hosts.deny', daemonName: 'agent' }
    const files = { 'hosts.allow': '', 'hosts.deny': 'agent: ALL\n' }
    const { port, agent } = await startWeb({ config: { tcpWrappers }, files })
    expect(await exchange(port, post(PATHS.values, '{}'))).toEqual([])
    const { port: plain } = agent.webAgentRedirectAddress ?? { port: 0 }
    await expect(fetch(`http://127.0.0.1:${plain}/`)).rejects.toThrow()
    const [by] = agent.statement.tasks?.provided.map((one) => one.by) ?? []
    expect(by).toContain('certificate-trust')
  })

  it('does not start without the database that it is to remember used values in', async () => {
    const usedValues = { in: 'postgres', urlVariable: 'GATEHOUSE_TEST_NO_SUCH_URL' }
    const { config } = await createWebWorld({ webAgent: { usedValues } })
    await expect(startAgent(config)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })

  it('leaves no port open when one of them is taken', async () => {
    const first = await startWeb()
    const webAgent = { redirectPort: first.port }
    await expect(startWeb({ webAgent })).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })
})
