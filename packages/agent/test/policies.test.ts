import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as bmc from '@gatehouse/bmc-authorization'
import { describe, expect, it } from 'vitest'
import type { PeerName } from '../src/index.ts'
import { act, ADDRESS, AUTHORIZATION, invoke, MICROAGENT, start, why } from './world.ts'

describe('without a policy', () => {
  it('every action is denied with the reason, the query of level NONE too', async () => {
    const { agent } = await start({ authorization: null })
    const answers = await Promise.all(
      Object.keys(bmc.ACTIONS).map((action) => act(agent, action, ADDRESS.manage)),
    )
    expect(new Set(answers.map((answer) => why(answer).code))).toEqual(new Set(['policy-missing']))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]))
    expect(agent.policies).toEqual([
      { file: 'Authorization.cfg', inForce: false },
      { file: 'Trusted.txt', inForce: true },
    ])
  })

  it('every invocation is denied with the reason', async () => {
    const { agent } = await start({ trusted: '! ops\n' })
    const received = await invoke(agent, 'ops', MICROAGENT.self, 'getUptime')
    expect(why(received)).toEqual({ outcome: 'deny', code: 'policy-malformed' })
  })
})

describe('a reload', () => {
  it('puts a new policy in force for the next request', async () => {
    const { agent, write } = await start()
    expect((await act(agent, 'collect.start', ADDRESS.view)).body.outcome).toBe('deny')
    await write('Authorization.cfg', AUTHORIZATION.replace('VIEW', 'MODIFY'))
    expect((await act(agent, 'collect.start', ADDRESS.view)).body.outcome).toBe('deny')
    expect(await agent.reload()).toMatchObject({ authorization: { loaded: true } })
    expect((await act(agent, 'collect.start', ADDRESS.view)).body.outcome).toBe('allow')
  })

  it.each([
    ['has errors', AUTHORIZATION.replace('MODIFY', 'ALL').replace('NONE', 'NOTHING')],
    ['is empty', ''],
    ['breaks off', AUTHORIZATION.slice(0, 60)],
  ])('that finds a file which %s keeps the last good policy', async (_, text) => {
    const { agent, write } = await start()
    await write('Authorization.cfg', text)
    expect(await agent.reload()).toMatchObject({
      authorization: { loaded: false, code: 'policy-malformed', kept: true },
      trusted: { loaded: true },
    })
    const received = await act(agent, 'collect.start', ADDRESS.modify)
    expect(why(received)).toEqual({ outcome: 'allow', code: 'level-suffices', line: 5 })
  })

  it('logs every error of a file with its place', async () => {
    const { agent, log, write } = await start()
    await write('Trusted.txt', 'ops\n! ops\na b c d e\n')
    await agent.reload()
    const refused = log.find(({ event }) => event === 'policy-refused')
    expect(refused).toMatchObject({ file: 'Trusted.txt', code: 'policy-malformed', kept: true })
    expect(refused?.['detail']).toMatch(/Trusted\.txt:2:[^]*Trusted\.txt:3:/)
  })

  it('that finds no file keeps the last good policy', async () => {
    const { agent, folder } = await start()
    await rm(join(folder, 'Trusted.txt'))
    expect(await agent.reload()).toMatchObject({
      trusted: { loaded: false, code: 'policy-missing', kept: true },
    })
    expect((await invoke(agent, 'ops', MICROAGENT.self, 'getUptime')).status).toBe(200)
  })
})

describe('the opening `vendor-default-authorization`', () => {
  const config = { insecure: ['vendor-default-authorization'] }

  it('makes a missing file the one that the vendor ships, and stands in the statement', async () => {
    const { agent } = await start({ authorization: null, config })
    const received = await act(agent, 'collect.start', ADDRESS.none)
    expect(why(received)).toMatchObject({ outcome: 'allow', code: 'level-suffices' })
    const openings = agent.statement.actions.openings.map(({ opening }) => opening)
    expect(openings).toEqual([bmc.VENDOR_DEFAULT_OPENING, 'vendor-default-authorization'])
  })

  it('does not help a file with errors', async () => {
    const { agent } = await start({ authorization: 'BEGIN_AUTHORIZATION\n', config })
    const received = await act(agent, 'chart', ADDRESS.manage)
    expect(why(received)).toEqual({ outcome: 'deny', code: 'policy-malformed' })
  })

  it('gives way to a file, and stays in the statement as long as the config names it', async () => {
    const { agent, write } = await start({ authorization: null, config })
    await write('Authorization.cfg', AUTHORIZATION)
    await agent.reload()
    expect((await act(agent, 'collect.start', ADDRESS.none)).body.outcome).toBe('deny')
    const openings = agent.statement.actions.openings.map(({ opening }) => opening)
    expect(openings).toEqual(['vendor-default-authorization'])
  })
})

const nameOfNine = async (address: string): Promise<PeerName> =>
  address === '127.0.0.9' ? { confirmed: 'ops.example' } : { confirmed: null, contradicted: false }

describe('host names in a policy', () => {
  const authorization = `BEGIN_AUTHORIZATION
 BEGIN_COMPUTER
  NAME = ops.example
  PERMISSION = MODIFY
 END_COMPUTER
END_AUTHORIZATION
`

  it('are compared with the confirmed name of the peer', async () => {
    const { agent, log } = await start({ authorization }, { lookUpName: nameOfNine })
    const known = await act(agent, 'collect.start', '127.0.0.9')
    expect(why(known)).toMatchObject({ outcome: 'allow', code: 'level-suffices' })
    const unknown = await act(agent, 'collect.start', '127.0.0.1')
    expect(why(unknown)).toMatchObject({ outcome: 'deny', code: 'no-permission-set' })
    const names = log
      .filter(({ event }) => event === 'decision')
      .map((line) => line['verifiedName'])
    expect(names).toEqual(['ops.example', null])
  })

  it('are the only reason to look a name up', async () => {
    const asked: string[] = []
    const lookUpName = async (address: string) => {
      asked.push(address)
      return { confirmed: null, contradicted: false } as const
    }
    const { agent, write } = await start({}, { lookUpName })
    await act(agent, 'chart', ADDRESS.view)
    expect(asked).toEqual([])
    await write('Authorization.cfg', authorization)
    await agent.reload()
    await act(agent, 'chart', ADDRESS.view)
    expect(asked).toEqual([ADDRESS.view])
  })
})
