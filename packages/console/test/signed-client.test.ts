import type { IncomingMessage, ServerResponse } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { clientOptions } from '@gatehouse/certificate-trust/tls'
import { PATHS } from '@gatehouse/protocol'
import { describe, expect, test } from 'vitest'
import { sendLogin, sendTask, webAgentClient } from '../src/signed-client/web-agent.ts'
import type { SignedClient } from '../src/signed-client/signed-client.ts'
import type { SignedSystem } from '../src/systems.ts'
import { answer, asked, NODE, receiver, type Manners, type Receiver } from './signed-world.ts'
import { clientTrusting, identity } from './tls-world.ts'

const own = identity()
const console = identity('console.example.com')
const TASK = { user: 'ann', level: 'operator', tool: 'restart', target: 'web01' } as const

function start(manners?: Manners): Promise<Receiver> {
  return receiver('web01', { own, console }, manners)
}

async function once<Value>(
  system: SignedSystem,
  use: (client: SignedClient) => Promise<Value>,
): Promise<Value> {
  const client = webAgentClient(system, { timeoutMs: 2_000 })
  try {
    return await use(client)
  } finally {
    client.close()
  }
}

/** Sends what came to somebody else, byte for byte, and answers what that answers. */
function passOn(
  { method, url, rawHeaders }: IncomingMessage,
  { body, to, response }: { body: string; to: Receiver; response: ServerResponse },
): void {
  const { client, port } = to.system.webAgent
  const options = { ...clientOptions(client), method, path: url, port, host: '127.0.0.1' }
  const sent = httpsRequest({ ...options, agent: false, setHost: false }, (answered) => {
    response.writeHead(answered.statusCode ?? 0, { 'content-type': 'application/json' })
    answered.pipe(response)
  })
  rawHeaders.forEach((name, index) => {
    if (index % 2 === 0) sent.setHeader(name, rawHeaders[index + 1] ?? '')
  })
  sent.removeHeader('connection')
  sent.end(body)
}

const runOn = (system: SignedSystem) => once(system, (client) => sendTask(client, 'web01', TASK))

describe('a task', () => {
  test('is signed over a value that was asked for, with the fields that are signed and no other', async () => {
    const agent = await start()
    expect(await runOn(agent.system)).toMatchObject({
      answer: { outcome: 'allow', reasons: [{ code: 'request-verified' }] },
    })
    expect(agent.reached.map(({ path }) => path)).toEqual([PATHS.values, PATHS.tasks])
    expect(agent.reached[1]?.fields).toEqual([
      'host',
      'content-type',
      'content-length',
      'content-digest',
      'gatehouse-audience',
      'gatehouse-certificate',
      'signature-input',
      'signature',
    ])
    expect(asked(agent)).toEqual([TASK])
  })

  test('one after the other goes over one connection, with one value asked for', async () => {
    const agent = await start()
    await once(agent.system, async (client) => {
      const results = await Promise.all([1, 2, 3].map(() => sendTask(client, 'web01', TASK)))
      expect(results).toMatchObject(results.map(() => ({ answer: { outcome: 'allow' } })))
    })
    expect(agent.traffic.connections).toBe(1)
    const paths = agent.reached.map(({ path }) => path)
    expect(paths).toEqual([PATHS.values, PATHS.tasks, PATHS.tasks, PATHS.tasks])
  })

  test('asks for a value each time where none comes with an answer', async () => {
    const agent = await start({ givesNext: false })
    await once(agent.system, async (client) => {
      await sendTask(client, 'web01', TASK)
      expect(await sendTask(client, 'web01', TASK)).toMatchObject({ answer: { outcome: 'allow' } })
    })
    expect(agent.reached.filter(({ path }) => path === PATHS.values)).toHaveLength(2)
  })

  test('is signed for one purpose, a login for another', async () => {
    const agent = await start()
    const form = { user: 'ann', level: 'user', target: 'web01' } as const
    const result = await once(agent.system, (client) => sendLogin(client, 'web01', form))
    expect(result).toMatchObject({ answer: { path: `/sign-in?ticket=${'t'.repeat(43)}` } })
    const asTask = await once(agent.system, async (client) => {
      return client.send({ path: PATHS.tasks, purpose: 'login', body: TASK })
    })
    expect(asTask).toMatchObject({ status: 403 })
    expect(agent.reached.at(-1)?.decision).toMatchObject({
      reasons: [{ code: 'purpose-mismatch' }],
    })
  })

  test('goes on over a new connection when the kept one is gone', async () => {
    const agent = await start({ givesNext: false })
    await once(agent.system, async (client) => {
      await sendTask(client, 'web01', TASK)
      agent.drop()
      expect(await sendTask(client, 'web01', TASK)).toMatchObject({ answer: { outcome: 'allow' } })
    })
    expect(agent.traffic.connections).toBe(2)
    expect(asked(agent)).toHaveLength(2)
  })
})

describe('an agent that is not to be trusted', () => {
  test('gets a handshake and nothing else when its certificate is another', async () => {
    const agent = await start()
    const stranger = identity()
    const client = { ...clientTrusting(stranger), identity: console }
    const system = { ...agent.system, webAgent: { ...agent.system.webAgent, client } }
    expect(await runOn(system)).toMatchObject({ failure: { code: 'certificate-refused' } })
    expect([agent.reached, agent.traffic.bytes]).toEqual([[], 0])
  })

  test('that gives out values of another receiver as its own gets a signature for itself alone', async () => {
    const victim = await start()
    const other = identity()
    const relay = await receiver(
      'web01',
      { own: other, console },
      {
        value: (certificate) =>
          victim.values.issue({ certificate, audience: victim.audience }, new Date()).value,
      },
    )
    expect(await runOn(relay.system)).toMatchObject({ answer: { outcome: 'deny' } })
    const [, taken] = relay.reached
    expect(taken?.decision).toMatchObject({ outcome: 'deny', reasons: [{ code: 'value-unknown' }] })
    expect(asked(victim)).toEqual([])
  })

  test('that passes on what it got is refused by whom it passes it to', async () => {
    const victim = await start()
    const relay = await receiver(
      'web01',
      { own: identity(), console },
      { answer: (request, response, body) => passOn(request, { body, to: victim, response }) },
    )
    expect(await runOn(relay.system)).toMatchObject({ answer: { outcome: 'deny' } })
    expect(victim.reached).toMatchObject([
      { decision: { reasons: [{ code: 'audience-mismatch' }] } },
    ])
  })

  test('that names another receiver gets no signature at all', async () => {
    const victim = await start()
    const relay = await receiver(
      'web01',
      { own: identity(), console },
      {
        audience: victim.audience,
      },
    )
    expect(await runOn(relay.system)).toMatchObject({ failure: { code: 'audience-mismatch' } })
    expect(relay.reached.map(({ path }) => path)).toEqual([PATHS.values])
  })

  test.each([
    ['is none', 'with "quotes"', 'answer-invalid'],
    ['is too long', 'v'.repeat(161), 'answer-invalid'],
    ['cannot be signed with', '%%%', 'answer-invalid'],
    ['is empty', '', 'answer-invalid'],
  ])('that gives a value which %s gets no signature', async (_, value, code) => {
    const agent = await start({ value: () => value })
    expect(await runOn(agent.system)).toMatchObject({ failure: { code } })
    expect(agent.reached.map(({ path }) => path)).toEqual([PATHS.values])
  })
})

describe('a request that was sent is not sent again, and what came of it is not known', () => {
  const LIE = { system: NODE, outcome: 'allow', reasons: [{ code: 'request-verified' }] }
  const deaf: readonly (readonly [string, NonNullable<Manners['answer']>])[] = [
    ['the connection breaks', (request) => request.socket.destroy()],
    [
      'the answer breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('{', () => response.destroy())
      },
    ],
    ['no answer comes', () => undefined],
    ['the answer is no answer', (_, response) => answer(response, 200, { outcome: 'allow' })],
    ['the answer allows with the status of a deny', (_, response) => answer(response, 403, LIE)],
    [
      'the answer denies with the status of an allow',
      (_, response) => answer(response, 200, { ...LIE, outcome: 'deny' }),
    ],
    [
      'the agent failed',
      (_, response) =>
        answer(response, 500, { error: { code: 'internal-error', message: 'the agent failed' } }),
    ],
    [
      'the answer is too large',
      (_, response) => answer(response, 200, { ...LIE, result: 'x'.repeat(9 * 1024 * 1024) }),
    ],
  ]
  test.each(deaf)('when %s', async (_, behave) => {
    const agent = await start({ answer: behave })
    expect(await runOn(agent.system)).toMatchObject({ failure: { code: 'outcome-unknown' } })
    expect(asked(agent)).toEqual([TASK])
  })

  test('but an agent that refuses the form says that nothing was done', async () => {
    const error = { code: 'audit-unavailable', message: 'the disk is full' }
    const agent = await start({ answer: (_, response) => answer(response, 503, { error }) })
    expect(await runOn(agent.system)).toMatchObject({ failure: { code: 'request-refused' } })
  })

  test('nor is anything sent where nobody listens', async () => {
    const { system } = await start()
    const nobody = { ...system, webAgent: { ...system.webAgent, port: 1 } }
    expect(await runOn(nobody)).toMatchObject({ failure: { code: 'unreachable' } })
  })

  test('an answer that leads elsewhere is no answer to a login', async () => {
    const path = '//evil.example/sign-in?ticket=t'
    const agent = await start({
      answer: (_, response) => answer(response, 200, { ...LIE, path, endsInMs: 1 }),
    })
    const form = { user: 'ann', level: 'user', target: 'web01' } as const
    const result = await once(agent.system, (client) => sendLogin(client, 'web01', form))
    expect(result).toMatchObject({ failure: { code: 'outcome-unknown' } })
  })
})

test('a key that cannot sign is an error of the configuration', async () => {
  const { system } = await start()
  const weak = { ...system.webAgent.client, identity: identity('c.example.com', 'P-384') }
  const with384 = { ...system, webAgent: { ...system.webAgent, client: weak } }
  expect(() => webAgentClient(with384)).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }))
})
