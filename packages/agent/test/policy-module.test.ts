import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { contentHash } from '@gatehouse/audit-log'
import { TRUSTED_CLASS } from '@gatehouse/hawk-trusted/plug-in'
import { describe, expect, it } from 'vitest'
import { openLocal, startAgent } from '../src/index.ts'
import { auditRecords } from './audit-records.ts'
import { createWorld, invoke, MICROAGENT, start, why } from './world.ts'
import {
  UPTIME,
  ops,
  MODULE,
  WORDS,
  closed,
  words,
  sendPacket,
  operate,
  soleAnswer,
} from './packed-operations.ts'

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
