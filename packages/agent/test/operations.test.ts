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
  type Operation,
} from '@gatehouse/hawk-trusted/plug-in'
import { MAX_PACKED_BYTES, PATHS, StatementAnswerSchema } from '@gatehouse/protocol'
import { describe, expect, it } from 'vitest'
import { renderStart } from '../src/index.ts'
import { auditRecords } from './audit-records.ts'
import { invoke, MICROAGENT, send, start, why } from './world.ts'
import {
  NODE,
  OTHER,
  UPTIME,
  WITH_DOMAIN,
  SIDE_BY_SIDE,
  ops,
  acmeOps,
  MODULE,
  WORDS,
  sendPacket,
  operate,
  soleAnswer,
  decisionsOf,
  startSideBySide,
} from './packed-operations.ts'

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
