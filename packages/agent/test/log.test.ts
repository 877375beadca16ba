import { expect, it } from 'vitest'
import { openLog } from '../src/log.ts'
import { act, ADDRESS, invoke, MICROAGENT, start } from './world.ts'

it('holds one record for each decision, with what it was decided by', async () => {
  const { agent, log } = await start()
  await act(agent, 'collect.start', ADDRESS.view, { user: 'pat', target: 'cpu' })
  await invoke(agent, 'clerk', MICROAGENT.custom, 'execute')
  expect(log.filter(({ event }) => event === 'decision')).toMatchObject([
    {
      by: 'agent',
      peer: ADDRESS.view,
      verifiedName: null,
      claimedUser: 'pat',
      action: 'collect.start',
      target: 'cpu',
      outcome: 'deny',
      codes: ['level-too-low'],
      source: 'Authorization.cfg:2',
      granted: 'VIEW',
      needed: 'MODIFY',
    },
    {
      by: 'agent',
      peer: ADDRESS.view,
      claimedUser: 'clerk',
      microagent: MICROAGENT.custom,
      method: 'execute',
      scope: 'point-to-point',
      outcome: 'deny',
      codes: ['impact-not-granted'],
      source: 'Trusted.txt:2',
    },
  ])
})

it('holds nothing of what a peer sent unescaped', async () => {
  const { agent, log } = await start()
  const hostile = 'pat\n{"level":30}\u001b[2J\u202e'
  await act(agent, hostile.slice(0, 60), ADDRESS.view, { user: hostile })
  await invoke(agent, hostile, hostile, hostile)
  const decisions = JSON.stringify(log.filter(({ event }) => event === 'decision'))
  expect(decisions).toContain('pat<U+000A>')
  expect(decisions).not.toMatch(/\\n|\\u001b|\u202e/)
})

it('holds no arguments and no token', async () => {
  const { agent, log } = await start()
  const text = 'PRIVATE-TEXT'
  await invoke(agent, 'ops', MICROAGENT.repository, 'addRuleBase', {
    arguments: { name: 'x', text },
  })
  expect(JSON.stringify(log)).not.toContain(text)

  const lines: string[] = []
  const own = openLog('web-1', '-', { write: (line) => void lines.push(line) })
  own.info('told', { token: 'T0', nested: { token: 'T1', arguments: { a: 'T2' } } })
  expect(lines.join('')).not.toMatch(/T[012]/)
  expect(lines.join('')).toContain('[secret]')
})
