import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { contentHash, openAuditLog, parseHead, verifyLog } from '@gatehouse/audit-log'
import { describe, expect, it } from 'vitest'
import { openLocal, renderStart, startAgent } from '../src/index.ts'
import { auditRecords } from './audit-records.ts'
import {
  act,
  ADDRESS,
  AUTHORIZATION,
  createWorld,
  invoke,
  MICROAGENT,
  start,
  type Started,
} from './world.ts'

const AUDIT = 'data/audit.jsonl'

async function hashOf({ folder }: Started, name: string): Promise<string> {
  return contentHash(await readFile(join(folder, name)))
}

describe('the audit log', () => {
  it('holds every decision with its source address and the hash of the policy', async () => {
    const started = await start()
    const { agent, folder } = started
    await act(agent, 'collect.start', ADDRESS.view, { target: 'cpu' })
    await act(agent, 'collect.query', ADDRESS.none, { user: 'mallory\n"@!@' })
    await invoke(agent, 'clerk', MICROAGENT.custom, 'execute')
    const records = await auditRecords(join(folder, AUDIT))
    const policies = await Promise.all(
      ['Authorization.cfg', 'Trusted.txt'].map((name) => hashOf(started, name)),
    )
    expect(records).toMatchObject([
      {
        event: 'decision',
        by: 'agent',
        outcome: 'deny',
        codes: ['level-too-low'],
        source: 'Authorization.cfg:2',
        peer: ADDRESS.view,
        claimedUser: 'pat',
        operation: 'collect.start',
        target: 'cpu',
        policy: policies[0],
        facts: { granted: 'VIEW', needed: 'MODIFY' },
      },
      { by: 'daemon', outcome: 'deny', peer: ADDRESS.none, claimedUser: 'mallory\n"@!@' },
      {
        by: 'agent',
        outcome: 'deny',
        codes: ['impact-not-granted'],
        source: 'Trusted.txt:2',
        peer: ADDRESS.view,
        claimedUser: 'clerk',
        operation: `${MICROAGENT.custom}:execute`,
        policy: policies[1],
        facts: { scope: 'point-to-point' },
      },
    ])
    expect(await verifyLog(join(folder, AUDIT), { from: 1 })).toMatchObject({ intact: true })
  })

  it('has the record before the peer has the answer, of many at once too', async () => {
    const { agent, folder, log } = await start()
    const asked = Array.from({ length: 40 }, async (_, index) => {
      const target = `t${index}`
      const { status } = await act(agent, 'collect.query', ADDRESS.none, { target })
      return {
        status,
        recorded: readFileSync(join(folder, AUDIT), 'latin1').includes(`"${target}"`),
      }
    })
    const answers = await Promise.all(asked)
    expect(answers.filter(({ status, recorded }) => status !== 200 || !recorded)).toEqual([])
    const lines = log.filter(({ event }) => event === 'decision')
    const sequences = new Set(lines.map(({ audit }) => audit))
    expect(sequences).toEqual(new Set(Array.from({ length: 40 }, (_, index) => index + 1)))
  })

  it('names the policy that decided, also after another one came into force', async () => {
    const started = await start()
    const first = await hashOf(started, 'Authorization.cfg')
    await act(started.agent, 'chart', ADDRESS.view)
    await started.write('Authorization.cfg', `${AUTHORIZATION}# changed\n`)
    await act(started.agent, 'chart', ADDRESS.view)
    await started.agent.reload()
    await act(started.agent, 'chart', ADDRESS.view)
    const second = await hashOf(started, 'Authorization.cfg')
    const records = await auditRecords(join(started.folder, AUDIT))
    expect(records.map(({ policy }) => policy)).toEqual([first, first, second])
  })

  it('names no policy where none decided', async () => {
    const { agent, folder } = await start({ authorization: null })
    await act(agent, 'chart', ADDRESS.view)
    const [record] = await auditRecords(join(folder, AUDIT))
    expect(record).toMatchObject({ codes: ['policy-missing'], source: 'Authorization.cfg' })
    expect(record).not.toHaveProperty('policy')
  })

  it('goes on where the last start ended', async () => {
    const first = await start()
    await act(first.agent, 'chart', ADDRESS.view)
    await first.agent.close()
    const again = await startAgent(first.config, { logStream: { write: () => undefined } })
    await act(again, 'chart', ADDRESS.view)
    await again.close()
    const records = await auditRecords(join(first.folder, AUDIT))
    expect(records.map(({ sequence }) => sequence)).toEqual([1, 2])
  })

  it('rolls and is kept where the config says', async () => {
    const audit = { file: 'logs/decisions.jsonl', maxSizeBytes: 4096, maxFiles: 2 }
    const { agent, folder } = await start({ config: { audit } })
    const asked = Array.from({ length: 40 }, () => act(agent, 'chart', ADDRESS.view))
    await Promise.all(asked)
    const files = (await readdir(join(folder, 'logs'))).filter((name) => name.endsWith('.jsonl'))
    expect(files.toSorted()).toEqual(['decisions.jsonl', 'decisions1.jsonl', 'decisions2.jsonl'])
    expect(agent.audit.file).toBe(join(folder, 'logs/decisions.jsonl'))
  })
})

describe('signed heads', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const pem = String(privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const audit = { signingKeyFile: 'key.pem', headsFile: 'heads/audit.heads' }

  it('go to their file and show that the end of the log was cut', async () => {
    const { agent, folder, write } = await start({ config: { audit }, files: { 'key.pem': pem } })
    await act(agent, 'chart', ADDRESS.view)
    await act(agent, 'chart', ADDRESS.view)
    await agent.close()
    const lines = (await readFile(join(folder, audit.headsFile), 'utf8')).trim().split('\n')
    const heads = lines.flatMap((line) => parseHead(line) ?? [])
    const options = { heads, keys: [publicKey] }
    expect(heads.at(-1)?.count).toBe(2)
    expect(await verifyLog(join(folder, AUDIT), options)).toMatchObject({ intact: true })
    const [record = ''] = (await readFile(join(folder, AUDIT), 'latin1')).split('\n')
    await write(AUDIT, `${record}\n`)
    expect(await verifyLog(join(folder, AUDIT), options)).toMatchObject({
      intact: false,
      fault: { code: 'tail-cut' },
    })
  })

  it.each([
    ['no key', { 'other.pem': pem }],
    ['a key of another kind', { 'key.pem': otherKey() }],
    ['no text of a key', { 'key.pem': 'key' }],
  ])('cannot be made with %s: the agent does not start', async (_, files) => {
    const { config } = await createWorld({ config: { audit }, files })
    await expect(startAgent(config)).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      source: { file: config.audit.heads?.signingKeyFile },
    })
  })
})

function otherKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return String(privateKey.export({ format: 'pem', type: 'pkcs8' }))
}

describe('a log that cannot be opened', () => {
  it('because another agent writes it lets no agent start, and leaves nothing open', async () => {
    const first = await start()
    const { config } = await createWorld()
    const { port } = first.agent.daemonAddress
    const file = first.agent.audit.file
    await expect(startAgent({ ...config, audit: { ...config.audit, file } })).rejects.toMatchObject(
      {
        code: 'ERR_CONFIG',
        source: { file },
        message: expect.stringContaining('log-in-use'),
      },
    )
    await first.agent.close()
    const again = await startAgent({
      ...config,
      listen: { ...config.listen, daemonPort: port },
      audit: { ...config.audit, file },
    })
    await again.close()
  })

  it('because it holds something else lets no agent start', async () => {
    const audit = { file: 'audit.jsonl' }
    const { config } = await createWorld({ config: { audit }, files: { 'audit.jsonl': 'x\n' } })
    await expect(startAgent(config)).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringContaining('log-damaged'),
    })
  })

  it('is given free when the agent does not start for another reason', async () => {
    const first = await start()
    const { config } = await createWorld()
    const daemonPort = first.agent.daemonAddress.port
    const taken = { ...config, listen: { ...config.listen, daemonPort } }
    await expect(startAgent(taken)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
    const again = await startAgent(config)
    await again.close()
  })
})

/** As another program does that moves the log away. */
async function withoutLog(onFull?: 'continue'): Promise<Started> {
  const started = await start({ config: onFull === undefined ? {} : { audit: { onFull } } })
  await act(started.agent, 'collect.query', ADDRESS.none)
  await rm(join(started.folder, AUDIT))
  return started
}

describe('while the log cannot be written', () => {
  it('nothing is carried out and no decision is told', async () => {
    const { agent, log } = await withoutLog()
    const started = await act(agent, 'collect.start', ADDRESS.modify)
    const invoked = await invoke(agent, 'ops', MICROAGENT.repository, 'addRuleBase', {
      arguments: { name: 'x', text: 'y' },
    })
    const denied = await act(agent, 'collect.start', ADDRESS.view)
    for (const { status, body } of [started, invoked, denied]) {
      expect([status, body]).toEqual([503, { error: expect.anything() }])
      expect(body.error.code).toBe('audit-unavailable')
    }
    expect(agent.audit).toMatchObject({ onFull: 'refuse', failing: 'log-replaced', lost: 0 })
    expect(log.filter(({ event }) => event === 'decision')).toHaveLength(1)
    expect(log.filter(({ event }) => event === 'audit-failed')).toMatchObject(
      Array.from({ length: 3 }, () => ({ code: 'log-replaced', onFull: 'refuse' })),
    )

    await agent.reload()
    expect(agent.audit.failing).toBeUndefined()
    const query = await act(agent, 'collect.query', ADDRESS.none)
    expect(query.body.result).toMatchObject({ collections: [] })
    const names = await invoke(agent, 'ops', MICROAGENT.repository, 'getRuleBases')
    expect(JSON.stringify(names.body.result)).not.toContain('"x"')
  })

  it('nobody is let in by the rules for connections either', async () => {
    const tcpWrappers = { allowFile: 'hosts.allow', denyFile: 'hosts.deny' }
    const files = { 'hosts.allow': 'ALL: ALL\n', 'hosts.deny': '' }
    const { agent, folder } = await start({ config: { tcpWrappers }, files })
    expect((await act(agent, 'chart', ADDRESS.view)).status).toBe(200)
    await rm(join(folder, AUDIT))
    await expect(act(agent, 'chart', ADDRESS.view)).rejects.toThrow(/ECONNRESET|hang up/)
  })

  it('an agent that is told to go on does, and says so', async () => {
    const { agent, config, log } = await withoutLog('continue')
    expect(renderStart(config, agent)).toContain('CARRIED OUT while they cannot be')
    const received = await act(agent, 'collect.start', ADDRESS.modify)
    expect(received.body.result).toEqual({ collection: 'default', started: true })
    expect(agent.audit).toMatchObject({ onFull: 'continue', failing: 'log-replaced', lost: 1 })
    expect(log.filter(({ event }) => event === 'audit-failed')).toMatchObject([
      { code: 'log-replaced', onFull: 'continue' },
    ])
    const decisions = log.filter(({ event }) => event === 'decision')
    expect(decisions.map(({ audit }) => audit)).toEqual([1, null])
    await agent.reload()
    expect(log).toContainEqual(expect.objectContaining({ event: 'audit-lost', lost: 1 }))
    expect(agent.audit).toMatchObject({ failing: undefined, lost: 0 })
  })
})

describe('a local command', () => {
  it('records in a log beside that of the agent that runs, one command after the other', async () => {
    const { agent, config, folder } = await start()
    await act(agent, 'chart', ADDRESS.view)
    const locals = await Promise.all(
      [1, 2, 3].map(() => openLocal(config, { logStream: { write: () => undefined } })),
    )
    const asked = locals.flatMap((local) => [
      local.act({ action: 'chart' }),
      local.act({ action: 'x' }),
    ])
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses).toEqual([200, 403, 200, 403, 200, 403])
    const path = join(folder, 'data/audit-local.jsonl')
    const records = await auditRecords(path)
    expect(records.map(({ by, peer }) => [by, peer])).toEqual(
      records.map(() => ['local', '127.0.0.1']),
    )
    expect(records.filter(({ outcome }) => outcome === 'allow')).toHaveLength(3)
    expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: 6 })
    expect(await auditRecords(join(folder, AUDIT))).toHaveLength(1)
  })

  it.each([
    ['refuse', 503],
    ['continue', 200],
  ] as const)('whose log holds something else does as it is told: %s', async (onFull, status) => {
    const { config } = await createWorld({
      authorization: AUTHORIZATION.replace('VIEW', 'MODIFY'),
      config: { audit: { onFull, file: 'audit.jsonl' } },
      files: { 'audit-local.jsonl': 'something else\n' },
    })
    const lines: string[] = []
    const local = await openLocal(config, { logStream: { write: (line) => void lines.push(line) } })
    const reply = await local.act({ action: 'collect.start' })
    expect(reply.status).toBe(status)
    expect('result' in reply.body).toBe(onFull === 'continue')
    expect(lines.join('')).toContain('"code":"log-damaged"')
    expect(await readdir(config.dataDir).catch(() => [])).toEqual(
      onFull === 'continue' ? expect.arrayContaining(['collections']) : [],
    )
  })

  it('leaves a log that another writer has open alone', async () => {
    const { config, folder } = await createWorld({ config: { audit: { file: 'audit.jsonl' } } })
    const log = await openAuditLog({ path: join(folder, 'audit-local.jsonl'), onFull: 'refuse' })
    const local = await openLocal(config, { logStream: { write: () => undefined } })
    const asked = local.act({ action: 'chart' })
    await log.append({ event: 'other' })
    await log.close()
    expect((await asked).status).toBe(200)
    const records = await auditRecords(join(folder, 'audit-local.jsonl'))
    expect(records.map(({ event }) => event)).toEqual(['other', 'decision'])
  })
})
