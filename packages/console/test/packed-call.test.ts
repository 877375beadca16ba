import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  openAuthorizer,
  TRUSTED_CLASS,
  trustedPolicy,
  trustedWithDomainPolicy,
} from '@gatehouse/hawk-trusted/plug-in'
import * as hawk from '@gatehouse/hawk-trusted'
import { OperationRequestSchema } from '@gatehouse/protocol'
import { describe, expect, test } from 'vitest'
import {
  ALLOWED,
  DENIED,
  fileWith,
  json,
  listenAs,
  run,
  systemsFileWith,
  type Seen,
} from './support.ts'

const INVOKE = ['invoke', 'SysInfo', 'getHostName']
const NODE = { name: 'web01', dns: 'none', domain: 'default' }
const ANSWERED = { answers: [ALLOWED] }

function packetOf(seen: Seen | undefined) {
  const { body } = seen ?? { body: '' }
  const { policyClass, packed } = OperationRequestSchema.parse(JSON.parse(body))
  return { policyClass, packed: new Uint8Array(Buffer.from(packed, 'base64')) }
}

/** What an agent with both of the vendor's policies reads out of what it got. */
async function received(seen: Seen | undefined, node: hawk.AgentNode = NODE) {
  const policy = hawk.parse('*\n', { file: 'T' })
  const agent = await openAuthorizer({
    policies: [trustedPolicy({ policy }), trustedWithDomainPolicy({ policy })],
    nodes: [node],
    microagents: new Map(),
  })
  const read = await agent.receive(packetOf(seen))
  return read.outcome === 'received' ? read.requests[0] : read
}

describe('with `--policy trusted`', () => {
  test('an invocation is packed for the system that it is sent to', async () => {
    const { system, seen } = await listenAs('web01', json(200, ANSWERED))
    const words = ['call', 'web01', ...INVOKE, '--user', 'al', '--argument', 'a=1', '--json']
    const systems = ['--systems', await systemsFileWith(system)]
    const { exit, out } = await run([...words, ...systems, '--policy', 'trusted'])
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toEqual({
      command: 'call',
      results: [{ system: 'web01', answer: ALLOWED, from: '127.0.0.1' }],
    })
    expect(seen).toMatchObject([{ method: 'POST', url: '/v1/operations' }])
    expect(await received(seen[0])).toMatchObject({
      user: 'al',
      policyClass: TRUSTED_CLASS,
      scope: 'point-to-point',
      microagent: 'COM.TIBCO.hawk.microagent.SysInfo',
      method: 'getHostName',
      arguments: { a: '1' },
    })
  })

  test('a group is packed once, and names every system', async () => {
    const web = await listenAs('web01', json(200, ANSWERED))
    const db = await listenAs('db01', json(403, { answers: [DENIED] }))
    const systems = await systemsFileWith(web.system, db.system)
    const words = ['call', 'all', ...INVOKE, '--user', 'al', '--group', '--policy', 'trusted']
    const names = ['--dns', 'example.org', '--domain', 'prod']
    expect((await run([...words, ...names, '--systems', systems])).exit).toBe(1)
    expect(web.seen[0]?.body).toBe(db.seen[0]?.body)
    const node = { name: 'db01', dns: 'example.org', domain: 'prod' }
    const nodes = [{ ...node, name: 'web01' }, node]
    expect(await received(web.seen[0], node)).toMatchObject({
      scope: 'group',
      operation: { kind: 'group', nodes },
    })
  })

  test('every answer of a system that is several nodes is shown, and the gravest counts', async () => {
    const { system } = await listenAs('web01', json(403, { answers: [ALLOWED, DENIED] }))
    const systems = await systemsFileWith(system)
    const words = ['call', 'web01', ...INVOKE, '--user', 'al', '--policy', 'trusted']
    const { exit, out } = await run([...words, '--systems', systems])
    expect(exit).toBe(1)
    expect(out).toMatch(/ALLOW +granted[^]*DENY +restricted/)
  })
})

test('`--policy trusted-with-domain` takes domain and user from `--user`', async () => {
  const { system, seen } = await listenAs('web01', json(200, ANSWERED))
  const systems = await systemsFileWith(system)
  const words = ['call', 'web01', ...INVOKE, '--user', 'ACME\\al', '--policy']
  expect((await run([...words, 'trusted-with-domain', '--systems', systems])).exit).toBe(0)
  expect(await received(seen[0])).toMatchObject({ user: 'ACME\\al' })
})

describe('with a policy of a file', () => {
  const MODULE = `
    let started = false
    export function createConsolePolicy(options, { folder }) {
      if (options?.broken) throw new Error('broken options')
      return {
        initialize() { started = true },
        describe: () => ({ className: 'org.example.Plain', text: 't', provides: [], reliesOn: [] }),
        createId: () => Buffer.from(options?.word ?? 'none'),
        pack(id, operation) {
          if (!started) throw new Error('not started')
          if (operation.method === 'fail') throw new Error('will not pack')
          return Buffer.concat([id, Buffer.from(operation.node.name)])
        },
      }
    }`

  async function entryWith(options: object | undefined, module = './plain.mjs'): Promise<string> {
    const entry = await fileWith(JSON.stringify({ module, options }), 'policy.json')
    await writeFile(join(dirname(entry), 'plain.mjs'), MODULE)
    return entry
  }

  test('its module is started, gets its options, and packs', async () => {
    const { system, seen } = await listenAs('web01', json(200, ANSWERED))
    const systems = await systemsFileWith(system)
    const policy = await entryWith({ word: 'hello ' })
    const { exit } = await run([
      'call',
      'web01',
      ...INVOKE,
      '--policy',
      policy,
      '--systems',
      systems,
    ])
    expect(exit).toBe(0)
    const { policyClass, packed } = packetOf(seen[0])
    expect([policyClass, Buffer.from(packed).toString()]).toEqual([
      'org.example.Plain',
      'hello web01',
    ])
  })

  test.each([
    { because: 'a file that is missing', named: 'missing', policy: async () => '/absent.json' },
    { because: 'no JSON', named: 'not JSON', policy: () => fileWith('{', 'p.json') },
    {
      because: 'an unknown field',
      named: '`user`',
      policy: () => fileWith('{"module":"x","user":1}'),
    },
    {
      because: 'a module that is missing',
      named: 'absent.mjs',
      policy: () => entryWith({}, './absent.mjs'),
    },
    {
      because: 'a module that throws',
      named: 'broken options',
      policy: () => entryWith({ broken: true }),
    },
    {
      because: 'a policy that does not pack',
      named: 'will not pack',
      policy: () => entryWith({}),
      words: ['invoke', 'SysInfo', 'fail'],
    },
    {
      because: 'a user beside it',
      named: '--user',
      policy: () => entryWith({}),
      words: [...INVOKE, '--user', 'al'],
    },
  ])('$because ends with 2, and nothing is sent', async ({ named, policy, words = INVOKE }) => {
    const { system, seen } = await listenAs('web01', json(200, ANSWERED))
    const systems = await systemsFileWith(system)
    const command = ['call', 'web01', ...words, '--systems', systems, '--policy', await policy()]
    const { exit, err } = await run(command)
    expect(exit).toBe(2)
    expect(err).toContain(named)
    expect(seen).toEqual([])
  })
})

test.each([
  { because: 'an action', named: 'action', words: ['action', 'chart', '--user', 'al'] },
  { because: 'no user', named: '--user', words: INVOKE },
  { because: 'a user that is none', named: 'login id', words: [...INVOKE, '--user', 'a,b'] },
  { because: 'a user with a domain', named: 'login id', words: [...INVOKE, '--user', 'D\\al'] },
  { because: 'no method', named: 'method', words: ['invoke', 'SysInfo', '--user', 'al'] },
  {
    because: 'a console',
    named: '--console',
    words: [...INVOKE, '--user', 'al', '--console', 'http://127.0.0.1:1/'],
  },
  {
    because: 'a target',
    named: 'METHOD',
    words: [...INVOKE, '--user', 'al', '--target', 'x'],
  },
])('$because cannot be packed, ends with 2, and nothing is sent', async ({ words, named }) => {
  const { system, seen } = await listenAs('web01', json(200, ANSWERED))
  const systems = await systemsFileWith(system)
  const { exit, err } = await run([
    'call',
    'web01',
    ...words,
    '--systems',
    systems,
    '--policy',
    'trusted',
  ])
  expect(exit).toBe(2)
  expect(err).toContain(named)
  expect(seen).toEqual([])
})

test('a domain of the systems without a policy ends with 2', async () => {
  const words = ['call', 'web01', ...INVOKE, '--user', 'al', '--domain', 'prod']
  const { exit, err } = await run(words)
  expect(exit).toBe(2)
  expect(err).toContain('--policy')
})

test.each([
  ['a plain answer', 200, ALLOWED, 'answer-invalid'],
  ['an allow with the status of a deny', 403, ANSWERED, 'answer-invalid'],
  ['a deny with the status of an allow', 200, { answers: [DENIED] }, 'answer-invalid'],
  ['an error', 501, { error: { code: 'not-supported', message: 'm' } }, 'request-refused'],
])('%s to a packed invocation is no decision', async (_, status, body, code) => {
  const { system } = await listenAs('web01', json(status, body))
  const systems = await systemsFileWith(system)
  const words = ['call', 'web01', ...INVOKE, '--user', 'al', '--policy', 'trusted', '--json']
  const { exit, out } = await run([...words, '--systems', systems])
  expect(exit).toBe(2)
  expect(JSON.parse(out)).toMatchObject({ results: [{ failure: { code } }] })
})
