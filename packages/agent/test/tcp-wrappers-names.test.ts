import { PATHS } from '@gatehouse/protocol'
import { describe, expect, it } from 'vitest'
import { type PeerName } from '../src/index.ts'
import { act, ADDRESS, send, type Started } from './world.ts'
import {
  REFUSED,
  QUERY,
  startGuarded,
  knock,
  serverSockets,
  decisions,
  noDns,
  NAMELESS,
} from './guarded-agent.ts'

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
