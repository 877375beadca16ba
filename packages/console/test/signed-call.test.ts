import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PATHS } from '@gatehouse/protocol'
import { describe, expect, test } from 'vitest'
import { exitCodeOf, sendCall, sendPacket, type Call } from '../src/calls.ts'
import { systemsFile } from '../src/systems.ts'
import { startConsole } from '../src/server/console.ts'
import { run, temporaryFolder } from './support.ts'
import { answer, NODE, receiver, type Manners, type Receiver } from './signed-world.ts'
import { clientTrusting, identity, writeIdentity, writeTrust } from './tls-world.ts'

const own = identity()
const console = identity('console.example.com')
const ACTION: Call = { user: 'ann', action: 'chart' }
const INVOCATION: Call = {
  user: 'ann',
  microagent: 'COM.TIBCO.hawk.microagent.SysInfo',
  method: 'getHostName',
  scope: 'group',
}
const PACKET = { policyClass: 'trusted', packed: Buffer.from('packed') }
const ALLOWED = { answer: { outcome: 'allow', reasons: [{ code: 'request-verified' }] } }

function start(manners?: Manners): Promise<Receiver> {
  return receiver('web01', { own, console }, manners)
}

function paths({ reached }: Receiver): string[] {
  return reached.map(({ path }) => path)
}

/** Writes a systems file with one system that takes signed calls alone, and returns its path. */
async function systemsWith(port: number, more: object = {}): Promise<string> {
  const folder = await temporaryFolder()
  await writeTrust(folder, [own.certificates[0], 'system'])
  const files = await writeIdentity(folder, console)
  const system = { name: 'web01', address: '127.0.0.1', port, tls: {}, callers: 'signed' }
  const path = join(folder, 'systems.json')
  const settings = { systems: [system], trustFile: 'trust.json', identity: files, ...more }
  await writeFile(path, JSON.stringify(settings))
  return path
}

describe('to a daemon that takes signed calls alone', () => {
  test('an action is signed as a call, over a value that was asked for', async () => {
    const { daemon, ...agent } = await start()
    expect(await sendCall(daemon, ACTION)).toMatchObject({ ...ALLOWED, from: '127.0.0.1' })
    expect(agent.reached).toMatchObject([
      { path: PATHS.values },
      { path: PATHS.actions, body: JSON.stringify(ACTION) },
    ])
  })

  test('an invocation is, with the name of the system that it is meant for', async () => {
    const { daemon, ...agent } = await start()
    expect(await sendCall(daemon, INVOCATION)).toMatchObject(ALLOWED)
    const sent = agent.reached[1]
    expect(sent?.path).toBe(PATHS.invocations)
    expect(JSON.parse(sent?.body ?? '')).toEqual({ ...INVOCATION, node: { name: 'web01' } })
  })

  test('a packed operation is', async () => {
    const { daemon, ...agent } = await start()
    expect(await sendPacket(daemon, PACKET)).toMatchObject([{ system: 'web01', ...ALLOWED }])
    expect(agent.reached[1]?.path).toBe(PATHS.operations)
  })

  test('what the command calls is, directly and through a console', async () => {
    const agent = await start()
    const systems = await systemsWith(agent.daemon.port)
    const words = ['call', 'web01', 'action', 'chart', '--user', 'ann', '--systems', systems]
    const { exit, out } = await run(words)
    expect([exit, out]).toEqual([0, expect.stringMatching(/ALLOW +request-verified/)])
    const { call, close } = await startConsole({ systems: systemsFile(systems), port: 0 })
    const results = await call({ systems: 'web01', call: ACTION })
    await close()
    expect(results).toMatchObject([ALLOWED])
    const once = [PATHS.values, PATHS.actions]
    expect(paths(agent)).toEqual([...once, ...once])
  })

  test('nothing is sent when its certificate is another', async () => {
    const { daemon, ...agent } = await start()
    const client = { ...clientTrusting(identity()), identity: console }
    const tls = daemon.tls && { ...daemon.tls, client, requireTrustedCertificates: true }
    const result = await sendCall({ ...daemon, ...(tls && { tls }) }, ACTION)
    expect(result).toMatchObject({ failure: { code: 'certificate-refused' } })
    expect(agent.traffic.bytes).toBe(0)
  })
})

describe('what came of a signed call is not known', () => {
  const LIE = {
    system: NODE,
    outcome: 'allow',
    reasons: [{ code: 'granted' }],
    statement: { provided: [], unmet: [], lacking: [], openings: [] },
  }
  const deaf: readonly (readonly [string, NonNullable<Manners['answer']>])[] = [
    ['the connection breaks', (request) => request.socket.destroy()],
    ['the answer is no answer', (_, response) => answer(response, 200, { outcome: 'allow' })],
    [
      'the answers allow with the status of a deny',
      (_, response, body) => {
        answer(response, 403, body.includes('packed') ? { answers: [LIE] } : LIE)
      },
    ],
    [
      'the agent failed',
      (_, response) => {
        answer(response, 500, { error: { code: 'internal-error', message: 'the agent failed' } })
      },
    ],
  ]
  test.each(deaf)('when %s, and it is not sent again', async (_, behave) => {
    const { daemon, ...agent } = await start({ answer: behave })
    const results = [await sendCall(daemon, ACTION), ...(await sendPacket(daemon, PACKET))]
    expect(results).toMatchObject(results.map(() => ({ failure: { code: 'outcome-unknown' } })))
    expect(results.map(exitCodeOf)).toEqual([3, 3])
    expect(agent.reached.filter(({ path }) => path !== PATHS.values)).toHaveLength(2)
  })

  test('but a refusal of the form says that nothing was done', async () => {
    const error = { code: 'agent-down', message: 'the agent does not run' }
    const { daemon } = await start({ answer: (_, response) => answer(response, 503, { error }) })
    const result = await sendCall(daemon, ACTION)
    expect(result).toMatchObject({ failure: { code: 'request-refused' } })
    expect(exitCodeOf(result)).toBe(2)
  })
})

describe('a systems file with signed calls is in error', () => {
  test.each([
    ['without `tls`', { systems: [{ name: 'web01', address: '::1', callers: 'signed' }] }],
    ['without an identity', { identity: undefined }],
    ['in another word', { systems: [{ name: 'web01', address: '::1', tls: {}, callers: 'all' }] }],
  ])('%s', async (_, more) => {
    const path = await systemsWith(1, more)
    await expect(systemsFile(path).list()).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })

  test('when its key cannot sign', async () => {
    const path = await systemsWith(1)
    await writeIdentity(join(path, '..'), identity('console.example.com', 'P-384'))
    await expect(systemsFile(path).list()).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })
})
