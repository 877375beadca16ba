import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startAgent } from '../src/index.ts'
import { auditRecords } from './audit-records.ts'
import { createWebWorld, deliver, readyRequest, TASK, type WebWorld } from './web-agent-world.ts'
import { exchange } from './wire.ts'

const built = (path: string): string =>
  JSON.stringify(fileURLToPath(new URL(`../../${path}`, import.meta.url)))

/** When the memory of used values ends its own process. */
type Moment = 'before a value is used up' | 'after a value is used up' | 'never'

/** An agent in a process of its own, on the file of used values of its config, and where it listens. */
async function runAgent(
  { configFile, config }: WebWorld,
  moment: Moment,
): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  await mkdir(config.dataDir, { recursive: true })
  const script = `
    import { loadConfig, startAgent } from ${built('agent/dist/index.js')}
    import { openFileReplayStore } from ${built('signed-request/dist/stores/index.js')}
    const end = () => process.kill(process.pid, 'SIGKILL')
    const store = await openFileReplayStore(${JSON.stringify(join(config.dataDir, 'used-values.db'))})
    const usedValues = {
      key: store.key,
      close: () => store.close(),
      use: async (value, at) => {
        if (${JSON.stringify(moment)}.startsWith('before')) end()
        const outcome = await store.use(value, at)
        if (${JSON.stringify(moment)}.startsWith('after')) end()
        return outcome
      },
    }
    const config = await loadConfig(${JSON.stringify(configFile)})
    const agent = await startAgent(config, { usedValues })
    process.stdout.write(agent.webAgentAddress.port + '\\n')`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const gone = once(child, 'exit').then(() => Promise.reject(new Error('it did not start')))
  const [port] = (await Promise.race([once(child.stdout, 'data'), gone])) as [Buffer]
  gone.catch(() => undefined)
  return { child, port: Number(port) }
}

/** The same agent, started anew on what the other left behind. */
async function restart({ config }: WebWorld): Promise<number> {
  const agent = await startAgent(config, { logStream: { write: () => undefined } })
  onTestFinished(() => agent.close())
  return agent.webAgentAddress?.port ?? 0
}

const USED = { usedValues: { in: 'file', file: 'data/used-values.db' }, valueLifeSeconds: 300 }

async function killedWorld(script = 'exit 0'): Promise<WebWorld & { readonly trace: string }> {
  const bare = await createWebWorld()
  const trace = join(bare.folder, 'ran')
  const words = ['-c', `echo ran >> ${trace}; ${script}`]
  const tools = { mark: { file: '/bin/sh', arguments: words } }
  return { ...(await createWebWorld({ webAgent: USED, config: { tools } })), trace }
}

async function runsOf(trace: string): Promise<number> {
  return (await readFile(trace, 'utf8').catch(() => '')).split('\n').length - 1
}

/** Sends a request to a process that is killed over it. */
async function sendAndDie(
  { child, port }: Awaited<ReturnType<typeof runAgent>>,
  bytes: Uint8Array,
): Promise<void> {
  const ended = once(child, 'exit')
  expect(await exchange(port, bytes)).toEqual([])
  expect((await ended)[1]).toBe('SIGKILL')
}

describe('an agent that is killed', () => {
  it('between verifying and running does not run the request after a restart', async () => {
    const world = await killedWorld()
    const running = await runAgent(world, 'after a value is used up')
    const bytes = await readyRequest({ ...world, port: running.port })
    await sendAndDie(running, bytes)
    const port = await restart(world)
    expect((await deliver(port, bytes)).codes).toEqual(['value-used'])
    expect(await runsOf(world.trace)).toBe(0)
  })

  it('between running and answering does not run the request again', async () => {
    const world = await killedWorld('kill -9 $PPID')
    const running = await runAgent(world, 'never')
    const bytes = await readyRequest({ ...world, port: running.port })
    await sendAndDie(running, bytes)
    const port = await restart(world)
    expect((await deliver(port, bytes)).codes).toEqual(['value-used'])
    expect(await runsOf(world.trace)).toBe(1)
    const records = await auditRecords(join(world.config.dataDir, 'audit.jsonl'))
    expect(records.map(({ outcome, target }) => [outcome, target])).toEqual([
      ['allow', 'mark'],
      ['deny', undefined],
    ])
  })

  it('before the value is used up runs it once after that, as nothing had come of it', async () => {
    const world = await killedWorld()
    const running = await runAgent(world, 'before a value is used up')
    const bytes = await readyRequest({ ...world, port: running.port }, TASK)
    await sendAndDie(running, bytes)
    const port = await restart(world)
    expect((await deliver(port, bytes)).status).toBe(200)
    expect((await deliver(port, bytes)).codes).toEqual(['value-used'])
    expect(await runsOf(world.trace)).toBe(1)
  })
})
