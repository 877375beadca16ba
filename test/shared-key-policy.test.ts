import { execFile, spawnSync } from 'node:child_process'
import { createSecretKey, randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadConfig, startAgent, type RunningAgent } from '@gatehouse/agent'
import { noPolicy } from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'
import {
  loadAgentPolicy,
  loadConsolePolicy,
  openAuthorizer,
  packOperation,
  type AgentPolicy,
  type Authorizer,
  type ConsolePolicy,
  type Operation,
  type Packet,
} from '@gatehouse/hawk-trusted/plug-in'
import { OperationAnswerSchema, PATHS } from '@gatehouse/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createAgentPolicy,
  createConsolePolicy,
  SHARED_KEY_CLASS,
  sharedKeyAgentPolicy,
  sharedKeyConsolePolicy,
  type AgentSide,
} from '../examples/src/shared-key-policy/shared-key-policy.ts'

const KEY = createSecretKey(Buffer.alloc(32, 1))
const OTHER_KEY = createSecretKey(Buffer.alloc(32, 2))
const NODE: hawk.AgentNode = { name: 'web01', dns: 'none', domain: 'default' }
const OTHER_NODE: hawk.AgentNode = { name: 'db01', dns: 'none', domain: 'default' }
const OPERATION: Operation = {
  kind: 'node',
  node: NODE,
  microagent: 'Lamp',
  method: 'switch',
  arguments: { on: true },
}
const POLICY = hawk.parse('ops\n!ops db01\n', { file: 'Trusted.txt' })

/** A clock that stands until it is set. */
class Clock {
  time = 1_000_000
  readonly now = (): number => this.time
}

interface World {
  readonly clock: Clock
  readonly agent: Authorizer
  readonly client: ConsolePolicy
}

async function open(side: Partial<AgentSide> = {}, clock = new Clock()): Promise<World> {
  const keys = new Map([['ops', KEY]])
  const given = { keys, accessControl: POLICY, aheadMs: 0, windowMs: 1000, now: clock.now }
  const agent = await agentWith(sharedKeyAgentPolicy({ ...given, ...side }))
  return { clock, agent, client: sharedKeyConsolePolicy({ user: 'ops', key: KEY, now: clock.now }) }
}

function agentWith(policy: AgentPolicy): Promise<Authorizer> {
  const microagents = new Map([['Lamp', new Map([['switch', 'ACTION' as const]])]])
  return openAuthorizer({ policies: [policy], nodes: [NODE, OTHER_NODE], microagents })
}

async function answer(agent: Authorizer, packet: Packet): Promise<[string, string]> {
  const [{ decision }] = await agent.authorize(packet)
  return [decision.outcome, decision.reasons[0].code]
}

test('the key holder is let through as far as the access control file says', async () => {
  const { agent, client } = await open()
  const nodes = [NODE, OTHER_NODE]
  const { microagent, method } = OPERATION
  const packet = await packOperation(client, { kind: 'group', nodes, microagent, method })
  const decisions = await agent.authorize(packet)
  const codes = decisions.map(({ decision }) => decision.reasons.map(({ code }) => code))
  expect(codes).toEqual([
    ['granted', 'code-right'],
    ['restricted', 'code-right'],
  ])
  expect(decisions.map(({ decision }) => decision.outcome)).toEqual(['allow', 'deny'])
})

test('a message with any byte changed is refused', async () => {
  const { agent, client } = await open()
  const packet = await packOperation(client, OPERATION)
  const outcomes = new Set<string>()
  for (const [index, byte] of packet.packed.entries()) {
    for (const change of [0x01, 0x20, 0x80, 0xff]) {
      const packed = Uint8Array.from(packet.packed)
      packed[index] = byte ^ change
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as they would come
      outcomes.add((await answer(agent, { ...packet, packed }))[0])
    }
  }
  expect([...outcomes]).toEqual(['deny'])
  expect(await answer(agent, packet)).toEqual(['allow', 'granted'])
})

test('a message that is cut or made longer is refused', async () => {
  const { agent, client } = await open()
  const packet = await packOperation(client, OPERATION)
  for (let length = 0; length < packet.packed.length; length += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as they would come
    const [outcome] = await answer(agent, { ...packet, packed: packet.packed.subarray(0, length) })
    expect(outcome).toBe('deny')
  }
  const packed = Uint8Array.from([...packet.packed, 0])
  expect(await answer(agent, { ...packet, packed })).toEqual(['deny', 'message-malformed'])
})

describe('a message is refused', () => {
  test('when the user has no key', async () => {
    const { agent, clock } = await open()
    const client = sharedKeyConsolePolicy({ user: 'night', key: KEY, now: clock.now })
    const packet = await packOperation(client, OPERATION)
    expect(await answer(agent, packet)).toEqual(['deny', 'key-unknown'])
  })

  test('when it was made with another key', async () => {
    const { agent, clock } = await open()
    const client = sharedKeyConsolePolicy({ user: 'ops', key: OTHER_KEY, now: clock.now })
    const packet = await packOperation(client, OPERATION)
    expect(await answer(agent, packet)).toEqual(['deny', 'code-wrong'])
  })

  test('when it comes a second time', async () => {
    const { agent, client } = await open()
    const packet = await packOperation(client, OPERATION)
    expect(await answer(agent, packet)).toEqual(['allow', 'granted'])
    expect(await answer(agent, packet)).toEqual(['deny', 'replayed'])
  })

  test('a second time also at the last moment of its window, after others were forgotten', async () => {
    const { agent, client, clock } = await open({ aheadMs: 500 })
    clock.time += 500
    await answer(agent, await packOperation(client, OPERATION))
    clock.time += 500
    const packet = await packOperation(client, OPERATION)
    clock.time -= 400
    expect(await answer(agent, packet)).toEqual(['allow', 'granted'])
    clock.time += 1400
    expect(await answer(agent, packet)).toEqual(['deny', 'replayed'])
    clock.time += 1
    expect(await answer(agent, packet)).toEqual(['deny', 'stale'])
  })

  test('when it is older than the window, or stamped ahead of the clock', async () => {
    const { agent, client, clock } = await open()
    const packet = await packOperation(client, OPERATION)
    clock.time += 1001
    expect(await answer(agent, packet)).toEqual(['deny', 'stale'])
    clock.time += 1
    const ahead = await packOperation(client, OPERATION)
    clock.time -= 1
    expect(await answer(agent, ahead)).toEqual(['deny', 'stamped-ahead'])
  })

  test('when the clock is set back after it came', async () => {
    const { agent, client, clock } = await open()
    const packet = await packOperation(client, OPERATION)
    await answer(agent, packet)
    clock.time += 5000
    await answer(agent, await packOperation(client, OPERATION))
    clock.time -= 5000
    expect(await answer(agent, packet)).toEqual(['deny', 'stale'])
  })

  test('when it was stamped before the agent started', async () => {
    const { agent, client, clock } = await open({ aheadMs: 100 })
    clock.time += 100
    const packet = await packOperation(client, OPERATION)
    expect((await answer(agent, packet))[0]).toBe('allow')
    const next = await open({ aheadMs: 100 }, clock)
    expect(await answer(next.agent, packet)).toEqual(['deny', 'stale'])
  })

  test('when no more messages can be remembered, until some are forgotten', async () => {
    const { agent, client, clock } = await open({ mostRemembered: 1 })
    await answer(agent, await packOperation(client, OPERATION))
    const packet = await packOperation(client, OPERATION)
    expect(await answer(agent, packet)).toEqual(['deny', 'replay-memory-full'])
    clock.time += 1001
    const later = await packOperation(client, OPERATION)
    expect(await answer(agent, later)).toEqual(['allow', 'granted'])
  })

  test('when there is no access control file', async () => {
    const { agent, client } = await open({ accessControl: noPolicy('policy-missing', 'T') })
    const packet = await packOperation(client, OPERATION)
    expect(await answer(agent, packet)).toEqual(['deny', 'policy-missing'])
  })
})

test('the guard provides all but privacy and relies on the keys being kept', async () => {
  const { guard } = (await open()).agent
  expect(guard.provides).toEqual(['authentication', 'integrity', 'authorization', 'freshness'])
  expect(guard.reliesOn).toEqual([{ guarantee: 'privacy', of: 'shared keys' }])
})

async function load(): Promise<unknown> {
  return { createAgentPolicy, createConsolePolicy }
}

describe('as a module of a config', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shared-key-'))
  writeFileSync(join(folder, 'ops.key'), randomBytes(32))
  writeFileSync(join(folder, 'short.key'), randomBytes(31))
  const host = { folder, accessControl: POLICY }
  const module = './shared-key-policy.js'

  test('both sides read the key file and understand each other', async () => {
    const keys = { ops: 'ops.key' }
    const policy = await loadAgentPolicy({ module, options: { keys, aheadMs: 0 } }, load, host)
    const options = { user: 'ops', key: 'ops.key' }
    const client = await loadConsolePolicy({ module, options }, load, host)
    const packet = await packOperation(client, OPERATION)
    expect(packet.policyClass).toBe(SHARED_KEY_CLASS)
    expect(await answer(await agentWith(policy), packet)).toEqual(['allow', 'granted'])
  })

  test.each([
    [{ keys: { ops: 'none.key' } }, {}],
    [{ keys: { ops: 'short.key' } }, { user: 'ops', key: 'short.key' }],
    [undefined, undefined],
    [{}, { user: 'ops' }],
    [{ keys: {}, windowMs: -1 }, { key: 'ops.key' }],
    [
      { keys: {}, window: 1 },
      { user: 'ops', key: 'ops.key', more: 1 },
    ],
  ])('options %j and %j are refused', async (agentOptions, consoleOptions) => {
    const refused = { code: 'ERR_CONFIG' }
    const agentSide = loadAgentPolicy({ module, options: agentOptions }, load, host)
    await expect(agentSide).rejects.toMatchObject(refused)
    const consoleSide = loadConsolePolicy({ module, options: consoleOptions }, load, host)
    await expect(consoleSide).rejects.toMatchObject(refused)
  })

  afterAll(() => rmSync(folder, { recursive: true }))
})

describe('on an agent that listens, as the configs of the example say', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shared-key-'))
  const BESIDE = { dist: '../examples/dist', node_modules: '../node_modules' }
  // As in the repository: the configs name the built module by its place beside them.
  const files = join(folder, 'src/shared-key-policy')
  let agent: RunningAgent | undefined

  beforeAll(async () => {
    cpSync(fileURLToPath(new URL('../examples/src/shared-key-policy', import.meta.url)), files, {
      recursive: true,
    })
    for (const [name, target] of Object.entries(BESIDE)) {
      symlinkSync(fileURLToPath(new URL(target, import.meta.url)), join(folder, name))
    }
    writeFileSync(join(files, 'ops.key'), Buffer.alloc(32, 1))
    writeFileSync(join(files, 'other.key'), Buffer.alloc(32, 2))
    const config = await loadConfig(join(files, 'agent.json'))
    const listen = { ...config.listen, daemonPort: 0, agentPort: 0 }
    agent = await startAgent({ ...config, listen })
    const { address, port } = agent.daemonAddress
    const systems = [{ name: 'web01', address, port }]
    writeFileSync(join(files, 'systems.json'), JSON.stringify({ systems }))
    const other = readFileSync(join(files, 'console.json'), 'utf8').replace('ops.key', 'other.key')
    writeFileSync(join(files, 'other.json'), other)
  })
  afterAll(async () => {
    await agent?.close()
    rmSync(folder, { recursive: true })
  })

  /** What the command ends with, and the one answer that it shows. */
  function call(...words: string[]): Promise<unknown> {
    const program = fileURLToPath(new URL('../packages/console/bin/gatehouse.js', import.meta.url))
    const command = [program, 'call', 'web01', 'invoke', ...words, '--json']
    return new Promise((resolve) => {
      execFile(process.execPath, command, { cwd: files }, (error, stdout) => {
        const { results } = JSON.parse(stdout) as { results: readonly { answer: object }[] }
        resolve({ exit: error?.code ?? 0, ...results[0]?.answer })
      })
    })
  }

  async function sendRaw({ policyClass, packed }: Packet): Promise<unknown> {
    const { address = '', port } = agent?.daemonAddress ?? {}
    const response = await fetch(`http://${address}:${port}${PATHS.operations}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ policyClass, packed: Buffer.from(packed).toString('base64') }),
    })
    const { answers } = OperationAnswerSchema.parse(await response.json())
    return [response.status, ...answers.map(({ reasons }) => reasons[0]?.code)]
  }

  const GET_HOST_NAME = ['SysInfo', 'getHostName']

  test('the holder of the key is let through, and the method is carried out', async () => {
    expect(await call(...GET_HOST_NAME, '--policy', 'console.json')).toMatchObject({
      exit: 0,
      outcome: 'allow',
      reasons: [{ code: 'granted', guard: 'hawk-policies' }, { code: 'code-right' }],
      result: { hostName: expect.any(String) as string },
    })
  })

  test('the holder of the key may do what the access control file says', async () => {
    const shown = await call('Custom', 'execute', '--policy', 'console.json')
    expect(shown).toMatchObject({
      exit: 1,
      outcome: 'deny',
      reasons: [{ code: 'restricted' }, {}],
    })
  })

  test('the holder of another key is refused', async () => {
    const shown = await call(...GET_HOST_NAME, '--policy', 'other.json')
    expect(shown).toMatchObject({ exit: 1, outcome: 'deny', reasons: [{ code: 'code-wrong' }] })
    expect(shown).not.toHaveProperty('result')
  })

  test('an invocation that nobody packed is refused, and one that Trusted packed', async () => {
    const refused = { exit: 1, outcome: 'deny', reasons: [{ code: 'policy-unknown' }] }
    expect(await call(...GET_HOST_NAME, '--user', 'ops')).toMatchObject(refused)
    const packed = await call(...GET_HOST_NAME, '--user', 'ops', '--policy', 'trusted')
    expect(packed).toMatchObject(refused)
  })

  test('the same bytes are let through once, and not with another argument', async () => {
    const client = sharedKeyConsolePolicy({ user: 'ops', key: KEY })
    const asked: Operation = {
      kind: 'node',
      node: NODE,
      microagent: 'COM.TIBCO.hawk.microagent.Self',
      method: 'getMicroAgentInfo',
      arguments: { name: 'a3' },
    }
    const packet = await packOperation(client, asked)
    expect(await sendRaw(packet)).toEqual([200, 'granted'])
    expect(await sendRaw(packet)).toEqual([403, 'replayed'])
    const changed = Uint8Array.from(packet.packed)
    changed.set([0x34], changed.lastIndexOf(0x33))
    expect(await sendRaw({ ...packet, packed: changed })).toEqual([403, 'code-wrong'])
  })
})

test('the example prints what its last comment says', () => {
  const folder = 'examples/src/shared-key-policy'
  const source = readFileSync(new URL(`../${folder}/main.ts`, import.meta.url), 'utf8')
  const promised = [...source.matchAll(/^\/\/ prints: (.*)$/gm)].map(([, line]) => line)
  const built = fileURLToPath(
    new URL('../examples/dist/shared-key-policy/main.js', import.meta.url),
  )
  const { stdout, stderr } = spawnSync(process.execPath, [built], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout.trimEnd().split('\n')).toEqual(promised)
})
