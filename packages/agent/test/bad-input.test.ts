import { connect, type Socket } from 'node:net'
import { MAX_BODY_BYTES, MAX_HEADER_BYTES, PATHS, type ErrorCode } from '@gatehouse/protocol'
import { describe, expect, it } from 'vitest'
import type { RunningAgent } from '../src/index.ts'
import { act, ADDRESS, start } from './world.ts'

const GOOD = JSON.stringify({ user: 'pat', action: 'collect.query' })

function post(body: string, headers: readonly string[] = [], path: string = PATHS.actions): string {
  const head = [`POST ${path} HTTP/1.1`, 'Host: x', 'Content-Type: application/json', ...headers]
  return `${head.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

interface RawAnswer {
  readonly status: number
  readonly text: string
}

/** Writes bytes on a connection and reads until the other side closes it. */
function exchange(
  agent: RunningAgent,
  bytes: string | Buffer,
  after: (socket: Socket) => void = () => undefined,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port: agent.daemonAddress.port,
      allowHalfOpen: true,
    })
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    socket.on('error', reject).on('end', () => socket.end())
    socket.on('close', () => {
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text })
    })
    socket.write(bytes, () => after(socket))
  })
}

function bodyOf({ text }: RawAnswer): unknown {
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))
}

async function expectServing(agent: RunningAgent): Promise<void> {
  expect((await act(agent, 'collect.query', ADDRESS.none)).status).toBe(200)
}

interface BadInput {
  readonly title: string
  readonly bytes: string | Buffer
  readonly code: ErrorCode
  readonly status: number
  readonly field?: string
}

const chunk = (size: number) => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`
const chunkedHead = post('').replace('Content-Length: 0', 'Transfer-Encoding: chunked')
const deep = '['.repeat(20_000)

const BAD_INPUT: readonly BadInput[] = [
  { title: 'JSON that breaks off', bytes: post('{"user":'), code: 'malformed-json', status: 400 },
  { title: 'an empty body', bytes: post(''), code: 'malformed-json', status: 400 },
  { title: 'a body that is deeply nested', bytes: post(deep), code: 'malformed-json', status: 400 },
  {
    title: 'a body that is not UTF-8',
    bytes: Buffer.from(post('{"user":"?","action":"chart"}').replace('?', '\xff'), 'latin1'),
    code: 'malformed-json',
    status: 400,
  },
  {
    title: 'a prototype key',
    bytes: post('{"user":"pat","action":"chart","__proto__":{}}'),
    code: 'malformed-json',
    status: 400,
  },
  {
    title: 'an unknown field',
    bytes: post('{"user":"pat","action":"chart","level":"MANAGE"}'),
    code: 'invalid-request',
    status: 400,
    field: 'level',
  },
  {
    title: 'a field of the wrong type',
    bytes: post('{"user":1,"action":"chart"}'),
    code: 'invalid-request',
    status: 400,
    field: 'user',
  },
  {
    title: 'a target that would leave the folder',
    bytes: post('{"user":"pat","action":"chart","target":"../x"}'),
    code: 'invalid-request',
    status: 400,
    field: 'target',
  },
  {
    title: 'an invocation that brings its own impact',
    bytes: post(
      '{"user":"ops","microagent":"m","method":"n","scope":"group","impact":"INFO"}',
      [],
      PATHS.invocations,
    ),
    code: 'invalid-request',
    status: 400,
    field: 'impact',
  },
  {
    title: 'a body that is announced as too large',
    bytes: post('x', [`X: y`]).replace(
      'Content-Length: 1',
      `Content-Length: ${MAX_BODY_BYTES + 1}`,
    ),
    code: 'body-too-large',
    status: 413,
  },
  {
    title: 'a body that is too large',
    bytes: post('x'.repeat(MAX_BODY_BYTES + 1)),
    code: 'body-too-large',
    status: 413,
  },
  {
    title: 'a body that grows too large in chunks',
    bytes: chunkedHead + chunk(40_000) + chunk(40_000) + chunk(0),
    code: 'body-too-large',
    status: 413,
  },
  {
    title: 'a body of many times the limit',
    bytes: post('x'.repeat(MAX_BODY_BYTES * 12)),
    code: 'body-too-large',
    status: 413,
  },
  {
    title: 'another content type',
    bytes: post(GOOD).replace('application/json', 'text/plain'),
    code: 'unsupported-media-type',
    status: 415,
  },
  {
    title: 'a compressed body',
    bytes: post(GOOD, ['Content-Encoding: gzip']),
    code: 'unsupported-media-type',
    status: 415,
  },
  {
    title: 'an unknown path',
    bytes: post(GOOD, [], '/v1/policies'),
    code: 'not-found',
    status: 404,
  },
  {
    title: 'a wrong method',
    bytes: `DELETE ${PATHS.actions} HTTP/1.1\r\nHost: x\r\n\r\n`,
    code: 'method-not-allowed',
    status: 405,
  },
  {
    title: 'a wrong method on the statement',
    bytes: post('{}', [], PATHS.statement),
    code: 'method-not-allowed',
    status: 405,
  },
  { title: 'what is not HTTP', bytes: 'BGS 1 2 3\r\n\r\n', code: 'malformed-http', status: 400 },
  {
    title: 'a request without a host',
    bytes: post(GOOD).replace('Host: x\r\n', 'Host: [\r\n'),
    code: 'malformed-http',
    status: 400,
  },
  {
    title: 'two lengths',
    bytes: post(GOOD, ['Content-Length: 3']),
    code: 'malformed-http',
    status: 400,
  },
  {
    title: 'a head that is too large',
    bytes: post(GOOD, [`X-Long: ${'x'.repeat(MAX_HEADER_BYTES)}`]),
    code: 'headers-too-large',
    status: 431,
  },
]

describe('the daemon refuses', () => {
  it.each(BAD_INPUT)('$title, closes the connection and goes on serving', async (input) => {
    const { agent, log } = await start()
    const received = await exchange(agent, input.bytes)
    expect([received.status, bodyOf(received)]).toEqual([
      input.status,
      {
        error: {
          code: input.code,
          message: expect.any(String),
          ...(input.field === undefined ? {} : { field: input.field }),
        },
      },
    ])
    expect(received.text.toLowerCase()).toContain('connection: close')
    expect(log.filter(({ event }) => event === 'decision')).toEqual([])
    await expectServing(agent)
  })
})

describe('a sender that is too slow', () => {
  it.each([
    ['with the head', { headersTimeoutMs: 100 }, `POST ${PATHS.actions} HTTP/1.1\r\nHost:`],
    ['with the body', { headersTimeoutMs: 150, requestTimeoutMs: 150 }, post(GOOD).slice(0, -5)],
  ])('%s is told so and cut off', async (_, limit, bytes) => {
    const { agent } = await start({}, { limits: { checkIntervalMs: 20, ...limit } })
    const received = await exchange(agent, bytes)
    expect(received.status).toBe(408)
    expect(bodyOf(received)).toMatchObject({ error: { code: 'request-timeout' } })
    await expectServing(agent)
  })
})

describe('a connection that the sender half closes', () => {
  it('in the middle of a request is answered with an error', async () => {
    const { agent } = await start()
    const received = await exchange(agent, post(GOOD).slice(0, -5), (socket) => socket.end())
    expect(received.status).toBe(400)
    expect(bodyOf(received)).toMatchObject({ error: { code: 'malformed-http' } })
    await expectServing(agent)
  })

  it('after a whole request gets its answer', async () => {
    const { agent } = await start()
    const received = await exchange(agent, post(GOOD), (socket) => socket.end())
    expect(received.status).toBe(200)
    await expectServing(agent)
  })
})

it('goes on serving after peers that break off at any point', async () => {
  const { agent } = await start()
  const request = post(GOOD)
  for (const length of [0, 1, 20, request.length - 1, request.length]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await new Promise<void>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: agent.daemonAddress.port })
      socket.on('close', () => resolve()).on('error', () => undefined)
      socket.write(request.slice(0, length), () => socket.resetAndDestroy())
    })
  }
  await expectServing(agent)
})

it('closes connections beyond the limit and serves those within', async () => {
  const { agent } = await start({}, { limits: { maxConnections: 1 } })
  const held = connect({ host: '127.0.0.1', port: agent.daemonAddress.port })
  await new Promise<void>((resolve) => held.once('connect', resolve))
  const refused = await exchange(agent, post(GOOD)).catch(() => ({ status: 0 }))
  expect(refused.status).toBe(0)
  held.destroy()
  await new Promise<void>((resolve) => held.once('close', () => resolve()))
  await expectServing(agent)
})

it('answers several requests on one connection that stays open', async () => {
  const { agent } = await start()
  const last = post(GOOD, ['Connection: close'])
  const { text } = await exchange(agent, post(GOOD) + last)
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
})
