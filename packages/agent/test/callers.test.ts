import { packOperation } from '@gatehouse/hawk-trusted/plug-in'
import { OperationAnswerSchema, PATHS, type Answer } from '@gatehouse/protocol'
import { describe, expect, it } from 'vitest'
import { renderStart } from '../src/index.ts'
import {
  askBy,
  audited,
  CLERK,
  Line,
  NOBODY,
  OPS,
  sha256Of,
  signedText,
  startWay,
  STRANGER,
  textOf,
  USERS,
  valueFor,
  WAYS,
  type Asking,
  type Heard,
  type Way,
} from './callers-world.ts'
import { ops, UPTIME } from './packed-operations.ts'
import { consoleIdentity, root, trustText } from './tls-world.ts'
import { ADDRESS, MICROAGENT, type Started } from './world.ts'

const CONFIRMED = ['certificate', 'signed'] as const satisfies readonly Way[]

const query: Asking = { message: { user: 'ops', action: 'collect.query' }, by: OPS }
const chart: Asking = { message: { user: 'ops', action: 'chart' }, by: OPS }
const invocation = (
  user: string,
  by: Asking['by'],
  [microagent, method] = [MICROAGENT.self, 'getUptime'],
): Asking => ({
  path: PATHS.invocations,
  message: { user, microagent, method, scope: 'point-to-point' },
  by,
})

/** What a model decided: the outcome, and the reason that did. */
function decided(heard: Heard | undefined): readonly unknown[] {
  if (heard === undefined) throw new Error('the connection was closed without an answer')
  const { outcome, reasons } = heard.body
  return [outcome, reasons[0]?.code, reasons[0]?.source, reasons[0]?.guard]
}

/** An agent that takes signed requests only, and a connection to it. */
async function opened(options: { readonly now?: () => Date } = {}): Promise<{
  readonly started: Started
  readonly line: Line
}> {
  const started = await startWay('signed', {}, options)
  return { started, line: await Line.open(started, undefined) }
}

/** Fields of a request that nobody signed, with a body of three bytes. */
const UNSIGNED = [
  ['host', 'web-1.example.com'],
  ['content-type', 'application/json'],
  ['content-length', '3'],
] as const

function refusedWith(heard: Heard | undefined): readonly unknown[] {
  const [outcome, code, , guard] = decided(heard)
  return [heard?.status, outcome, code, guard]
}

/** Answers to a packed operation. */
function answersOf(heard: Heard | undefined): readonly Answer[] {
  return OperationAnswerSchema.parse(heard?.body).answers
}

const REQUESTS: Readonly<Record<string, readonly ['allow' | 'deny', Asking]>> = {
  'what everybody may ask': ['allow', query],
  'what the agent behind the daemon decides': ['allow', chart],
  'an action below the level': [
    'deny',
    { message: { user: 'ops', action: 'collect.start' }, by: OPS },
  ],
  'an action at the level': [
    'allow',
    { message: { user: 'ops', action: 'collect.start' }, by: OPS, from: ADDRESS.modify },
  ],
  'an invocation that the file grants': ['allow', invocation('ops', OPS)],
  'an invocation that the file grants another': [
    'deny',
    invocation('clerk', CLERK, [MICROAGENT.engine, 'unloadRuleBase']),
  ],
  'an invocation of what there is not': [
    'deny',
    invocation('ops', OPS, [MICROAGENT.self, 'explode']),
  ],
}

describe('whichever way callers are known', () => {
  it.each(Object.entries(REQUESTS))(
    'the same file decides the same: %s',
    async (_, [outcome, asking]) => {
      const found: (readonly unknown[])[] = []
      for (const way of WAYS) {
        // oxlint-disable-next-line no-await-in-loop -- one agent after the other
        found.push(decided(await askBy(way, await startWay(way), asking)))
      }
      const [claimed, certificate, signed] = found
      expect(claimed?.[0]).toBe(outcome)
      expect([certificate, signed]).toEqual([claimed, claimed])
    },
  )
})

describe('the statement', () => {
  it('lacks authentication of the user where names are claimed', async () => {
    const { agent } = await startWay('claimed')
    const { actions, invocations } = agent.statement
    for (const { unmet } of [actions, invocations]) {
      expect(unmet).toContainEqual(expect.objectContaining({ of: 'user name' }))
    }
  })

  it.each(CONFIRMED)('has all five guarantees where callers are known by %s', async (way) => {
    const { agent, config } = await startWay(way)
    expect(renderStart(config, agent)).toContain('callers: confirmed by ')
    const { actions, invocations } = agent.statement
    for (const { provided, unmet, lacking, openings } of [actions, invocations]) {
      expect(lacking).toEqual([])
      expect(unmet.map(({ of }) => of).filter((of) => of !== 'peer address')).toEqual([])
      expect(openings).toEqual([])
      expect(provided).toContainEqual({
        guarantee: 'authentication',
        of: 'user name',
        by: ['certificate-user'],
      })
    }
    expect(invocations.unmet).toEqual([])
  })

  it('says by whom: the connection, or the signature as well', async () => {
    const bySignature = (await startWay('signed')).agent.statement.invocations
    expect(bySignature.provided).toContainEqual({
      guarantee: 'freshness',
      by: ['certificate-trust', 'signed-request'],
    })
    expect(bySignature.provided).toContainEqual({
      guarantee: 'authentication',
      of: 'console',
      by: ['signed-request'],
    })
  })

  it('of an answer is the same, and shows a console that may name anybody', async () => {
    const users = `{"users": [{"certificate": "${sha256Of(OPS)}", "users": "any"}]}`
    const started = await startWay('certificate', { files: { 'users.json': users } })
    const heard = await askBy('certificate', started, query)
    expect(heard?.body.statement).toEqual(started.agent.statement.actions)
    expect(heard?.body.statement.openings).toEqual([
      { guard: 'certificate-user', opening: 'console-vouches-for-users' },
    ])
  })
})

describe.each(CONFIRMED)('known by %s,', (way) => {
  it('a verified user is recorded, and the reasons say by which line', async () => {
    const started = await startWay(way)
    for (const asking of [query, chart, invocation('ops', OPS)]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const heard = await askBy(way, started, asking)
      expect(heard?.body.reasons).toContainEqual(
        expect.objectContaining({
          code: 'user-of-certificate',
          guard: 'certificate-user',
          source: { file: 'users.json', line: 2 },
        }),
      )
    }
    const records = await audited(started)
    expect(records).toHaveLength(3)
    for (const { claimedUser, verifiedUser, facts, outcome } of records) {
      expect([outcome, claimedUser, verifiedUser]).toEqual(['allow', 'ops', 'ops'])
      expect(facts?.['clientCertificate']).toBe(sha256Of(OPS))
    }
  })

  const refusals: Readonly<Record<string, readonly [string, Asking]>> = {
    'an action in the name of another': [
      'user-not-of-certificate',
      { message: { user: 'ops', action: 'collect.query' }, by: CLERK },
    ],
    'an action behind the daemon in the name of another': [
      'user-not-of-certificate',
      { message: { user: 'ops', action: 'chart' }, by: CLERK },
    ],
    'an invocation in the name of another': ['user-not-of-certificate', invocation('ops', CLERK)],
    'the name in other letters': ['user-not-of-certificate', invocation('OPS', OPS)],
    'a certificate of nobody': ['certificate-maps-to-nobody', invocation('ops', NOBODY)],
  }
  it.each(Object.entries(refusals))('%s is refused and recorded', async (_, [code, asking]) => {
    const started = await startWay(way)
    const heard = await askBy(way, started, asking)
    expect(heard?.status).toBe(403)
    expect(decided(heard)).toEqual(['deny', code, expect.anything(), 'certificate-user'])
    expect(heard?.body.result).toBeUndefined()
    const [record, ...more] = await audited(started)
    expect(more).toEqual([])
    expect([record?.outcome, record?.codes[0], record?.verifiedUser]).toEqual([
      'deny',
      code,
      undefined,
    ])
    expect(record?.claimedUser).toBeDefined()
  })

  it('packed operations are decided for the user that they name', async () => {
    const config = { policies: [{ class: 'trusted' }] }
    const started = await startWay(way, { config })
    const { policyClass, packed: bytes } = await packOperation(ops, UPTIME)
    const packed = { policyClass, packed: Buffer.from(bytes).toString('base64') }
    const asking = { path: PATHS.operations, message: packed }
    const own = await askBy(way, started, { ...asking, by: OPS })
    const other = await askBy(way, started, { ...asking, by: CLERK })
    expect(answersOf(own).map(({ outcome }) => outcome)).toEqual(['allow'])
    expect(answersOf(other).map(({ reasons: [first] }) => first?.code)).toEqual([
      'user-not-of-certificate',
    ])
    expect(started.agent.statement.operations?.lacking).toEqual([])
  })

  it('nobody is heard where the map is missing, or wrong, until it is mended', async () => {
    const started = await startWay(way, { files: { 'users.json': '{"users": [1]}' } })
    expect(decided(await askBy(way, started, query)).slice(0, 2)).toEqual([
      'deny',
      'policy-malformed',
    ])
    expect(started.agent.policies).toContainEqual({ file: 'users.json', inForce: false })
    await started.write('users.json', USERS)
    expect((await started.agent.reload()).users).toEqual({ loaded: true })
    expect(decided(await askBy(way, started, query))[0]).toBe('allow')
    await started.write('users.json', '{')
    expect((await started.agent.reload()).users).toMatchObject({ loaded: false, kept: true })
    expect(decided(await askBy(way, started, query))[0]).toBe('allow')
  })

  it('a name counts where a root vouches for it', async () => {
    const clients = { trustFile: 'trust.json', required: true, name: 'console.example.com' }
    const files = {
      'trust.json': trustText([root, 'root']),
      'users.json': '{"users": [{"name": "console.example.com", "user": "ops"}]}',
    }
    const started = await startWay(way, { tls: { clients }, files })
    const by = consoleIdentity()
    const heard = await askBy(way, started, { ...query, by }, by)
    expect(decided(heard)[0]).toBe('allow')
  })
})

describe('known by certificate,', () => {
  it('a stranger gets no byte', async () => {
    const started = await startWay('certificate')
    expect(await askBy('certificate', started, { ...query, by: STRANGER })).toBeUndefined()
  })
})

describe('known by signature,', () => {
  it('a request that is not signed is refused and recorded, and not read', async () => {
    const { started, line } = await opened()
    const heard = await line.ask(textOf(PATHS.actions, UNSIGNED, '{x}'))
    expect(refusedWith(heard)).toEqual([403, 'deny', 'field-missing', 'signed-request'])
    const [record] = await audited(started)
    expect([record?.operation, record?.outcome]).toEqual(['signed.action', 'deny'])
    expect(record?.codes).toEqual(['field-missing'])
  })

  it.each([{}, { policies: [{ class: 'trusted' }] }])(
    'a packed operation that is not signed is refused in the form of its answers, with %j',
    async (config) => {
      const started = await startWay('signed', { config })
      const line = await Line.open(started, undefined)
      const heard = await line.ask(textOf(PATHS.operations, UNSIGNED, '{x}'))
      expect(answersOf(heard).map(({ reasons: [first] }) => first?.code)).toEqual(['field-missing'])
    },
  )

  it('the same request sent again is refused, on its connection or on another', async () => {
    const { started, line } = await opened()
    const text = signedText(query, await valueFor(line, OPS))
    expect(decided(await line.ask(text))[0]).toBe('allow')
    expect(refusedWith(await line.ask(text))).toEqual([403, 'deny', 'value-used', 'signed-request'])
    const other = await Line.open(started, undefined)
    expect(refusedWith(await other.ask(text))[2]).toBe('value-used')
    expect((await audited(started)).map(({ outcome }) => outcome)).toEqual([
      'allow',
      'deny',
      'deny',
    ])
  })

  it('each answer brings the value for the next request on the connection', async () => {
    const { line } = await opened()
    const { value, audience } = await valueFor(line, OPS)
    const first = await line.ask(signedText(chart, { value, audience }))
    const second = await line.ask(signedText(query, { value: first?.nextValue ?? '', audience }))
    expect([first, second].map((heard) => heard?.body.outcome)).toEqual(['allow', 'allow'])
  })

  it('a message that cannot be read has used its value up, and gets the next', async () => {
    const { line } = await opened()
    const { value, audience } = await valueFor(line, OPS)
    const text = signedText({ ...query, message: { nonsense: 1 } }, { value, audience })
    const heard = await line.ask(text)
    expect([heard?.status, heard?.body.error?.code]).toEqual([400, 'invalid-request'])
    expect(heard?.nextValue).toBeDefined()
  })

  it('a body that was changed is refused, and its value is still good', async () => {
    const { started, line } = await opened()
    const issued = await valueFor(line, OPS)
    const text = signedText(query, issued)
    const changed = await line.ask(text.replace('collect.query', 'collect.start'))
    expect(refusedWith(changed)[2]).toBe('body-changed')
    const other = await Line.open(started, undefined)
    expect(decided(await other.ask(text))[0]).toBe('allow')
  })

  it('what was signed for another system is refused', async () => {
    const { started: first, line } = await opened()
    const second = await Line.open(await startWay('signed'), undefined)
    const text = signedText(query, await valueFor(second, OPS))
    expect(refusedWith(await line.ask(text))[2]).toBe('audience-mismatch')
    expect(await audited(first)).toHaveLength(1)
  })

  it('a value that was issued for another certificate is refused', async () => {
    const { line } = await opened()
    const text = signedText(query, await valueFor(line, CLERK))
    expect(refusedWith(await line.ask(text))[2]).toBe('value-of-other-certificate')
  })

  it('a console that is not trusted is refused', async () => {
    const { line } = await opened()
    const text = signedText({ ...query, by: STRANGER }, await valueFor(line, STRANGER))
    expect(refusedWith(await line.ask(text))[2]).toBe('certificate-not-trusted')
  })

  it('a console whose trust ends is refused from the next reload on', async () => {
    const { started, line } = await opened()
    const issued = await valueFor(line, OPS)
    const first = await line.ask(signedText(query, issued))
    expect(first?.body.outcome).toBe('allow')
    await started.write('trust.json', trustText([CLERK.certificates[0], 'console']))
    await started.agent.reload()
    const { audience } = issued
    const text = signedText(query, { value: first?.nextValue ?? '', audience })
    expect(refusedWith(await line.ask(text))[2]).toBe('certificate-not-trusted')
  })

  it('a value has an end', async () => {
    let now = new Date()
    const { line } = await opened({ now: () => now })
    const issued = await valueFor(line, OPS)
    now = new Date(now.getTime() + 60_001)
    expect(refusedWith(await line.ask(signedText(query, issued, now)))[2]).toBe('value-expired')
  })
})

it('values are issued where requests are signed, and nowhere else', async () => {
  const started = await startWay('claimed')
  const line = await Line.open(started, undefined)
  const body = JSON.stringify({ certificate: sha256Of(OPS) })
  const fields = [
    ['host', 'web-1.example.com'],
    ['content-type', 'application/json'],
    ['content-length', String(body.length)],
  ] as const
  expect((await line.ask(textOf(PATHS.values, fields, body)))?.body.error?.code).toBe('not-found')
})

it('without a certificate that was shown, nobody is anybody', async () => {
  const { createCallers } = await import('../src/callers.ts')
  const { userMap } = await import('@gatehouse/certificate-trust')
  const { claimed } = await import('@gatehouse/core')
  for (const way of CONFIRMED) {
    // oxlint-disable-next-line no-await-in-loop -- two of them
    const found = await createCallers(way, userMap()).identify(claimed('ops'), undefined)
    expect(found).toMatchObject({ refusal: { outcome: 'deny' } })
  }
})
