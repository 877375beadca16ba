import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { contentHash } from '@gatehouse/audit-log'
import { parseLogLine } from '@gatehouse/hawk-trusted'
import {
  packOperation,
  TRUSTED_CLASS,
  TRUSTED_WITH_DOMAIN_CLASS,
  trustedConsolePolicy,
  trustedWithDomainConsolePolicy,
  type ConsolePolicy,
  type Operation,
} from '@gatehouse/hawk-trusted/plug-in'
import {
  MAX_PACKED_BYTES,
  OperationAnswerSchema,
  PATHS,
  StatementAnswerSchema,
  type Answer,
} from '@gatehouse/protocol'
import { describe, expect, it } from 'vitest'
import { openLocal, renderStart, startAgent, type RunningAgent } from '../src/index.ts'
import { auditRecords } from './audit-records.ts'
import { createWorld, invoke, MICROAGENT, send, start, why, type Received } from './world.ts'

const NODE = { name: 'web-1', dns: 'none', domain: 'default' }
const OTHER = { name: 'db-1', dns: 'none', domain: 'default' }
const UPTIME = {
  kind: 'node',
  node: NODE,
  microagent: MICROAGENT.self,
  method: 'getUptime',
} as const
const WITH_DOMAIN = '<LogService>\nACME\\ops + * +\n'
const SIDE_BY_SIDE = {
  policies: [{ class: 'trusted' }, { class: 'trusted-with-domain', file: 'TrustedWithDomain.txt' }],
}
const ops = trustedConsolePolicy({ user: 'ops' })
const acmeOps = trustedWithDomainConsolePolicy({ domain: 'ACME', user: 'ops' })

/** A module whose policy takes one JSON text: it says what to do. */
const MODULE = `
const allow = (code) => ({ outcome: 'allow', reasons: [{ code }] })
const deny = (code) => ({ outcome: 'deny', reasons: [{ code }] })
export async function createAgentPolicy(options, host) {
  if (options?.broken) throw new Error('the options are broken')
  return {
    describe: () => ({
      className: options?.className ?? 'org.example.Words',
      text: 'does what it is told',
      provides: ['authorization'],
      reliesOn: [],
      openings: ['insecureWords'],
    }),
    unpack(packed) {
      const { word, operation } = JSON.parse(Buffer.from(packed).toString())
      return { id: Buffer.from(word), user: 'wordy', operation }
    },
    validateId(id) {
      const word = Buffer.from(id).toString()
      if (word === 'file') return host.accessControl.current ? allow('looked') : deny('looked')
      if (word === 'throw') throw new Error('the policy broke')
      return word === 'please' ? allow('asked-nicely') : deny('asked-badly')
    },
    shutdown() {
      globalThis.wordsClosed = (globalThis.wordsClosed ?? 0) + 1
    },
  }
}
`
const WORDS = { policies: [{ module: './words.mjs' }] }

/** How often a policy of the module was told of the end. */
function closed(): number {
  return (globalThis as { wordsClosed?: number }).wordsClosed ?? 0
}

function words(operation: Operation, word: string) {
  const packed = new TextEncoder().encode(JSON.stringify({ word, operation }))
  return { policyClass: 'org.example.Words', packed }
}

function sendPacket(
  { daemonAddress }: RunningAgent,
  { policyClass, packed }: { readonly policyClass: string; readonly packed: Uint8Array },
): Promise<Received> {
  const message = { policyClass, packed: Buffer.from(packed).toString('base64') }
  return send(daemonAddress.port, PATHS.operations, JSON.stringify(message))
}

async function operate(agent: RunningAgent, policy: ConsolePolicy, operation: Operation) {
  const received = await sendPacket(agent, await packOperation(policy, operation))
  return { status: received.status, ...soleAnswer(received) }
}

function soleAnswer({ body }: Received): Answer & { code: string } {
  const { answers } = OperationAnswerSchema.parse(body)
  expect(answers).toHaveLength(1)
  const [answer] = answers as [Answer]
  return { ...answer, code: answer.reasons[0]?.code ?? '' }
}

function decisionsOf(log: readonly Record<string, unknown>[]) {
  return log.filter(({ event }) => event === 'decision')
}

async function startSideBySide(withDomain = WITH_DOMAIN) {
  const files = { 'TrustedWithDomain.txt': withDomain }
  return start({ config: SIDE_BY_SIDE, files })
}

describe('an agent with Trusted and TrustedWithDomain side by side', () => {
  it('decides each client by the file of its own class, and carries out what is allowed', async () => {
    const { agent } = await startSideBySide()
    const own = await operate(agent, ops, UPTIME)
    expect(own).toMatchObject({
      status: 200,
      system: NODE,
      outcome: 'allow',
      reasons: [
        { code: 'granted', guard: 'hawk-policies', source: { file: 'Trusted.txt', line: 1 } },
      ],
      result: { seconds: expect.any(Number) },
    })
    const withDomain = await operate(agent, acmeOps, UPTIME)
    expect(withDomain).toMatchObject({
      status: 200,
      reasons: [{ code: 'granted', source: { file: 'TrustedWithDomain.txt', line: 2 } }],
    })
    const other = trustedWithDomainConsolePolicy({ domain: 'OTHER', user: 'ops' })
    const refused = await operate(agent, other, UPTIME)
    expect(refused).toMatchObject({ status: 403, outcome: 'deny', code: 'user-not-listed' })
    expect(refused).not.toHaveProperty('result')
  })

  it('carries out the arguments inside the operation', async () => {
    const { agent } = await startSideBySide()
    const operation = {
      ...UPTIME,
      method: 'describe',
      arguments: { microagent: MICROAGENT.custom },
    }
    const { result } = await operate(agent, ops, operation)
    expect(result).toMatchObject({ name: MICROAGENT.custom })
    const wrong = await operate(agent, ops, { ...operation, arguments: { microagent: 7 } })
    expect(wrong).toMatchObject({
      status: 400,
      outcome: 'allow',
      error: { code: 'invalid-arguments', field: 'arguments.microagent' },
    })
  })

  it('takes plain invocations by Trusted.txt', async () => {
    const { agent } = await startSideBySide()
    const received = await invoke(agent, 'ops', MICROAGENT.self, 'getUptime')
    expect(why(received)).toEqual({ outcome: 'allow', code: 'granted', line: 1 })
    const domain = await invoke(agent, 'ACME\\ops', MICROAGENT.self, 'getUptime')
    expect(why(domain)).toEqual({ outcome: 'deny', code: 'user-not-listed' })
  })

  it('reads both files again with the others', async () => {
    const { agent, write } = await startSideBySide()
    await write('TrustedWithDomain.txt', 'nobody\n')
    expect(await agent.reload()).toMatchObject({
      trusted: { loaded: true },
      trustedWithDomain: { loaded: true },
    })
    expect((await operate(agent, acmeOps, UPTIME)).code).toBe('user-not-listed')
    await write('TrustedWithDomain.txt', '! ops\n')
    expect(await agent.reload()).toMatchObject({
      trustedWithDomain: { loaded: false, code: 'policy-malformed', kept: true },
    })
  })

  it('denies what a file that has errors would decide, and says so', async () => {
    const { agent } = await startSideBySide('! ops\n')
    expect(agent.policies).toContainEqual({ file: 'TrustedWithDomain.txt', inForce: false })
    expect((await operate(agent, acmeOps, UPTIME)).code).toBe('policy-malformed')
    expect((await operate(agent, ops, UPTIME)).code).toBe('granted')
  })

  it('names the methods that it does not have before it asks a policy', async () => {
    const { agent } = await startSideBySide()
    const refused = await operate(agent, ops, { ...UPTIME, method: 'none' })
    expect(refused).toMatchObject({ status: 403, code: 'unknown-method' })
  })
})

describe('a group operation', () => {
  it('is decided once, for the node that this agent is', async () => {
    const { agent, log } = await startSideBySide()
    const group = { ...UPTIME, kind: 'group', nodes: [OTHER, NODE] } as const
    expect(await operate(agent, ops, group)).toMatchObject({ status: 200, system: NODE })
    const clerk = trustedConsolePolicy({ user: 'clerk' })
    expect((await operate(agent, clerk, group)).code).toBe('group-not-granted')
    expect((await operate(agent, clerk, UPTIME)).code).toBe('granted')
    expect(decisionsOf(log).map(({ scope }) => scope)).toEqual(['group', 'group', 'point-to-point'])
  })

  it.each<[string, Operation]>([
    ['group that leaves it out', { ...UPTIME, kind: 'group', nodes: [OTHER] }],
    ['node that it is not', { ...UPTIME, node: { ...NODE, domain: 'other' } }],
    ['node in another case', { ...UPTIME, node: { ...NODE, name: 'WEB-1' } }],
  ])('for a %s is refused by this agent', async (_, operation) => {
    const { agent } = await startSideBySide()
    expect(await operate(agent, ops, operation)).toMatchObject({
      status: 403,
      system: NODE,
      outcome: 'deny',
      reasons: [{ code: 'operation-not-for-this-agent', guard: 'hawk-policies' }],
    })
  })
})

describe('the record of a packed operation', () => {
  it('has policy class, user, and the hash of the file that decided', async () => {
    const { agent, config, log } = await startSideBySide()
    await operate(agent, ops, UPTIME)
    await operate(agent, acmeOps, UPTIME)
    await sendPacket(agent, { policyClass: TRUSTED_CLASS, packed: new Uint8Array([1]) })
    await agent.close()
    const hashOf = async (name: string) => contentHash(await readFile(join(config.folder, name)))
    const operation = `${MICROAGENT.self}:getUptime`
    const asked = { by: 'agent', operation, outcome: 'allow', peer: '127.0.0.1' }
    const records = await auditRecords(join(config.dataDir, 'audit.jsonl'))
    expect(records).toMatchObject([
      {
        ...asked,
        claimedUser: 'ops',
        policy: await hashOf('Trusted.txt'),
        facts: { scope: 'point-to-point', policyClass: TRUSTED_CLASS },
      },
      {
        ...asked,
        claimedUser: 'ACME\\ops',
        policy: await hashOf('TrustedWithDomain.txt'),
        facts: { policyClass: TRUSTED_WITH_DOMAIN_CLASS },
      },
      { outcome: 'deny', operation: 'unpack', target: TRUSTED_CLASS },
    ])
    expect(records[2]).not.toHaveProperty('policy')
    expect(decisionsOf(log)).toMatchObject([
      { claimedUser: 'ops', policyClass: TRUSTED_CLASS, source: 'Trusted.txt:1' },
      { claimedUser: 'ACME\\ops', policyClass: TRUSTED_WITH_DOMAIN_CLASS },
      { policyClass: TRUSTED_CLASS, codes: ['packed-malformed'] },
    ])
  })

  it('goes to the log of the policy that decided, where its file asks for one', async () => {
    const { agent, config, write } = await startSideBySide()
    await operate(agent, acmeOps, UPTIME)
    await operate(agent, ops, UPTIME)
    await write('Trusted.txt', '<LogService>\nops\n')
    await agent.reload()
    await operate(agent, trustedConsolePolicy({ user: 'mallory' }), UPTIME)
    const linesOf = async (name: string) =>
      (await readFile(join(config.dataDir, name), 'utf8'))
        .split('\n')
        .slice(0, -1)
        .map((line) => parseLogLine(line))
    const asked = { node: NODE, microagent: MICROAGENT.self, method: 'getUptime' }
    expect(await linesOf('TrustedWithDomain.log')).toMatchObject([
      { ...asked, user: 'ACME\\ops', outcome: 'allow' },
    ])
    expect(await linesOf('Trusted.log')).toMatchObject([
      { ...asked, user: 'mallory', outcome: 'deny' },
    ])
  })

  it('that cannot be written keeps the operation from being carried out', async () => {
    const files = { 'TrustedWithDomain.txt': '<LogService> -log_dir logs\nACME\\ops\n', logs: '' }
    const { agent } = await start({ config: SIDE_BY_SIDE, files })
    const { status, body } = await sendPacket(agent, await packOperation(acmeOps, UPTIME))
    expect([status, body.error.code]).toEqual([503, 'audit-unavailable'])
    expect((await operate(agent, ops, UPTIME)).status).toBe(200)
  })
})

describe('a policy of a module', () => {
  it('decides alone: an invocation that nobody packed is refused', async () => {
    const { agent, config } = await start({ config: WORDS, files: { 'words.mjs': MODULE } })
    const allowed = soleAnswer(await sendPacket(agent, words(UPTIME, 'please')))
    expect(allowed).toMatchObject({ code: 'asked-nicely', result: { seconds: expect.any(Number) } })
    expect(soleAnswer(await sendPacket(agent, words(UPTIME, 'now'))).code).toBe('asked-badly')
    expect((await operate(agent, ops, UPTIME)).code).toBe('policy-unknown')
    const plain = await invoke(agent, 'ops', MICROAGENT.self, 'getUptime')
    expect([plain.status, why(plain).code]).toEqual([403, 'policy-unknown'])
    expect(plain.body.reasons[0]?.sentence).toContain(TRUSTED_CLASS)
    await agent.close()
    const records = await auditRecords(join(config.dataDir, 'audit.jsonl'))
    expect(records.filter(({ policy }) => policy !== undefined)).toEqual([])
  })

  it('that looks at the access control file has the hash of it in the record', async () => {
    const { agent, config } = await start({ config: WORDS, files: { 'words.mjs': MODULE } })
    await sendPacket(agent, words(UPTIME, 'file'))
    await agent.close()
    const policy = contentHash(await readFile(config.trustedFile.path))
    const records = await auditRecords(join(config.dataDir, 'audit.jsonl'))
    expect(records).toMatchObject([{ claimedUser: 'wordy', policy }])
  })

  it('that fails denies, and the log has why but the peer does not', async () => {
    const { agent, log } = await start({ config: WORDS, files: { 'words.mjs': MODULE } })
    const answer = soleAnswer(await sendPacket(agent, words(UPTIME, 'throw')))
    expect(answer).toMatchObject({ outcome: 'deny', code: 'policy-failed' })
    expect(JSON.stringify(answer)).not.toContain('the policy broke')
    const packed = new TextEncoder().encode('no JSON')
    const unread = await sendPacket(agent, { policyClass: 'org.example.Words', packed })
    expect(soleAnswer(unread).code).toBe('policy-failed')
    const failures = log.filter(({ event }) => event === 'policy-failed')
    expect(failures).toMatchObject([
      { policy: 'org.example.Words', step: 'validateId', detail: expect.stringContaining('broke') },
      { step: 'unpack', code: 'policy-failed' },
    ])
  })

  it('is told of the end', async () => {
    const before = closed()
    const { agent } = await start({ config: WORDS, files: { 'words.mjs': MODULE } })
    await agent.close()
    expect(closed()).toBe(before + 1)
  })

  it.each<[string, readonly Record<string, unknown>[], string]>([
    ['cannot be found', [{ module: './absent.mjs' }], 'absent.mjs'],
    ['does not parse', [{ module: './broken.mjs' }], 'broken.mjs'],
    ['is no policy', [{ module: './other.mjs' }], 'createAgentPolicy'],
    ['throws', [{ module: './words.mjs', options: { broken: true } }], 'options are broken'],
    ['is named twice', [{ module: './words.mjs' }, { module: './words.mjs' }], 'org.example.Words'],
    [
      'takes a class name',
      [{ class: 'trusted' }, { module: './words.mjs', options: { className: TRUSTED_CLASS } }],
      TRUSTED_CLASS,
    ],
  ])('that %s ends the start, with its name, and nothing listens', async (_, policies, named) => {
    const files = {
      'words.mjs': MODULE,
      'broken.mjs': 'export const = 1',
      'other.mjs': 'export const createConsolePolicy = 1',
    }
    const { config } = await createWorld({ config: { policies }, files })
    const ended = startAgent({ ...config, logFile: '-' }, { logStream: { write: () => undefined } })
    await expect(ended).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringContaining(named),
    })
    await expect(readFile(join(config.dataDir, 'audit.jsonl'))).rejects.toThrow('ENOENT')
  })

  it('is not imported for a local command, which the operating system vouches for', async () => {
    const world = { config: { policies: [{ module: './absent.mjs' }] } }
    const { config } = await createWorld({ ...world, trusted: '*\n' })
    const local = await openLocal(config, { logStream: { write: () => undefined } })
    const { microagent, method } = UPTIME
    const reply = await local.invoke({ microagent, method, scope: 'point-to-point' })
    expect(reply.status).toBe(200)
  })
})

describe('without `policies`', () => {
  it('packed operations are not taken', async () => {
    const { agent } = await start()
    const { status, body } = await sendPacket(agent, await packOperation(ops, UPTIME))
    expect([status, body.error.code]).toEqual([501, 'not-supported'])
    expect(agent.statement).not.toHaveProperty('operations')
  })
})

describe('a message with a packed operation', () => {
  it('may be as large as a packet, and no larger', async () => {
    const { agent } = await startSideBySide()
    const packet = { policyClass: TRUSTED_CLASS, packed: new Uint8Array(MAX_PACKED_BYTES) }
    expect(soleAnswer(await sendPacket(agent, packet)).code).toBe('packed-malformed')
    const larger = { ...packet, packed: new Uint8Array(MAX_PACKED_BYTES + 1) }
    const { status, body } = await sendPacket(agent, larger)
    expect([status, body.error]).toMatchObject([400, { code: 'invalid-request', field: 'packed' }])
    const huge = { ...packet, packed: new Uint8Array(2 * MAX_PACKED_BYTES) }
    expect((await sendPacket(agent, huge)).status).toBe(413)
  })

  it('is refused by the agent behind the daemon', async () => {
    const { agent } = await startSideBySide()
    const { policyClass, packed } = await packOperation(ops, UPTIME)
    const message = { policyClass, packed: Buffer.from(packed).toString('base64') }
    const port = agent.agentAddress?.port ?? 0
    const { body } = await send(port, PATHS.operations, JSON.stringify(message))
    expect(body.error.code).toBe('not-through-daemon')
  })
})

describe('the statement', () => {
  it('has what the policies promise, and what they leave open', async () => {
    const policies = [...SIDE_BY_SIDE.policies, ...WORDS.policies]
    const files = { 'TrustedWithDomain.txt': WITH_DOMAIN, 'words.mjs': MODULE }
    const { agent, config } = await start({ config: { policies }, files })
    const { port } = agent.daemonAddress
    const { body } = await send(port, PATHS.statement, undefined, { method: 'GET' })
    const { operations, invocations } = StatementAnswerSchema.parse(body)
    expect(operations).toMatchObject({
      provided: [{ guarantee: 'authorization', by: ['hawk-policies'] }],
      unmet: [{ guarantee: 'authentication' }, { guarantee: 'integrity' }],
      openings: [{ guard: 'hawk-policies', opening: 'insecureWords' }],
    })
    expect(invocations.provided).toEqual([{ guarantee: 'authorization', by: ['hawk-trusted'] }])
    const screen = renderStart(config, agent)
    expect(screen).toContain(`${TRUSTED_WITH_DOMAIN_CLASS}, org.example.Words`)
    expect(screen).toContain('policy TrustedWithDomain.txt is in force')
    expect(screen).toContain('hawk-policies runs with insecureWords')
  })

  it('stands in every answer, and Self names the policies', async () => {
    const { agent } = await startSideBySide()
    const operation = { ...UPTIME, method: 'getSecurityInfo' }
    const { statement, result } = await operate(agent, ops, operation)
    expect(statement).toEqual(agent.statement.operations)
    expect(result).toMatchObject({
      packed: [{ policyClass: TRUSTED_CLASS }, { policyClass: TRUSTED_WITH_DOMAIN_CLASS }],
    })
  })

  it('says little where the config asks for codes alone', async () => {
    const files = { 'TrustedWithDomain.txt': WITH_DOMAIN }
    const { agent } = await start({ config: { ...SIDE_BY_SIDE, answers: 'code' }, files })
    const { reasons } = await operate(agent, ops, UPTIME)
    expect(reasons).toEqual([{ code: 'granted', guard: 'hawk-policies' }])
  })
})
