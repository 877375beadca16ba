/** Task: put a security policy of one's own on an agent, and read what it promises. */
import { generateKeySync } from 'node:crypto'
import { describeStatement, stateGuards } from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'
import { openAuthorizer, packOperation, type Packet } from '@gatehouse/hawk-trusted/plug-in'
import { sharedKeyAgentPolicy, sharedKeyConsolePolicy } from './shared-key-policy.ts'

const key = generateKeySync('hmac', { length: 256 })
const node: hawk.AgentNode = { name: 'web01', dns: 'none', domain: 'default' }
const accessControl = hawk.parse('ops web01 Lamp\n', { file: 'Trusted.txt' })

const agent = await openAuthorizer({
  policies: [sharedKeyAgentPolicy({ keys: new Map([['ops', key]]), accessControl, aheadMs: 0 })],
  nodes: [node],
  microagents: new Map([['Lamp', new Map([['switch', 'ACTION' as const]])]]),
})
const ops = sharedKeyConsolePolicy({ user: 'ops', key })

async function send(what: string, packet: Packet): Promise<void> {
  const [{ decision }] = await agent.authorize(packet)
  process.stdout.write(`${what}: ${decision.outcome}, ${decision.reasons[0].code}\n`)
}

const asked = { kind: 'node', node, microagent: 'Lamp', method: 'switch' } as const
const packet = await packOperation(ops, { ...asked, arguments: { level: 3 } })
await send('set the lamp to 3', packet)
await send('the same once more', packet)

const changed = Uint8Array.from(packet.packed)
changed.set([0x34], changed.lastIndexOf(0x33))
await send('the 3 made a 4 on the way', { ...packet, packed: changed })

process.stdout.write(`${describeStatement(stateGuards([agent.guard])).join('\n')}\n`)
await agent.close()

// prints: set the lamp to 3: allow, granted
// prints: the same once more: deny, replayed
// prints: the 3 made a 4 on the way: deny, code-wrong
// prints: provides authentication, by hawk-policies
// prints: provides integrity, by hawk-policies
// prints: provides authorization, by hawk-policies
// prints: provides freshness, by hawk-policies
// prints: authentication and integrity and authorization and freshness by hawk-policies rests on the privacy of the shared keys, which nothing before it provides
// prints: lacks privacy
