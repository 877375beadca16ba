import { once } from 'node:events'
import { join } from 'node:path'
import { openAuditLog, verifyLog } from '@gatehouse/audit-log'
import { PATHS } from '@gatehouse/protocol'
import { expect, it } from 'vitest'
import { auditRecords } from './audit-records.ts'
import { daemonPort, run, runResident } from './programs.ts'
import { createWorld, send, type World } from './world.ts'

const FILES = { 'hosts.allow': 'bgssd: 127.0.0.1\n', 'hosts.deny': 'ALL: ALL\n' }
const GUARDED = {
  tcpWrappers: { allowFile: 'hosts.allow', denyFile: 'hosts.deny' },
  audit: { maxSizeBytes: 16_384 },
}

/** Runs an agent, asks it by eight callers at once, and kills it at its 100th answer. */
async function killedWhileAnswering(world: World, round: number): Promise<string[]> {
  const { child, stdout } = await runResident(world)
  const port = daemonPort(stdout)
  const answered: string[] = []
  let asked = 0
  const ask = async (): Promise<void> => {
    for (;;) {
      const target = `r${round}t${(asked += 1)}`
      const body = JSON.stringify({ user: 'pat', action: 'collect.query', target })
      // oxlint-disable-next-line no-await-in-loop -- each of them asks until nobody answers
      const received = await send(port, PATHS.actions, body).catch(() => undefined)
      if (received === undefined) return
      if (received.status === 200) answered.push(target)
      if (answered.length === 100) child.kill('SIGKILL')
    }
  }
  const gone = once(child, 'exit')
  await Promise.all(Array.from({ length: 8 }, ask))
  expect(await gone).toEqual([null, 'SIGKILL'])
  return answered
}

it('has every decision that it answered on disk when it is killed, three times over', async () => {
  const world = await createWorld({ config: GUARDED, files: FILES })
  const answered: string[] = []
  for (const round of [1, 2, 3]) {
    // oxlint-disable-next-line no-await-in-loop -- one process after the other
    answered.push(...(await killedWhileAnswering(world, round)))
  }
  const path = join(world.config.dataDir, 'audit.jsonl')
  const log = await openAuditLog({ path, onFull: 'refuse' })
  expect(log.opening.staleLock).toBeDefined()
  await log.close()
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true })
  const records = await auditRecords(path)
  const targets = new Set(records.map(({ target }) => target))
  expect(answered.length).toBeGreaterThanOrEqual(300)
  expect(answered.filter((target) => !targets.has(target))).toEqual([])
  const connections = records.filter(({ operation }) => operation === 'connect')
  expect(connections.length).toBeGreaterThanOrEqual(answered.length)
}, 60_000)

function bodyOf(action: string): string {
  return JSON.stringify({ user: 'pat', action, target: 'nightly' })
}

it('carries nothing out once its log cannot grow, and goes on when it can again', async () => {
  const world = await createWorld({ config: { logFile: '-' } })
  const { child, stdout } = await runResident(world, { fileBlocks: 64 })
  const port = daemonPort(stdout)
  const statuses: number[] = []
  while (statuses.at(-1) !== 503 && statuses.length < 1_000) {
    // oxlint-disable-next-line no-await-in-loop -- until the log is full
    const { status } = await send(port, PATHS.actions, bodyOf('chart'), { from: '127.0.0.4' })
    statuses.push(status)
  }
  expect(new Set(statuses)).toEqual(new Set([403, 503]))
  const refused = await send(port, PATHS.actions, bodyOf('collect.start'), { from: '127.0.0.2' })
  expect([refused.status, refused.body.error.code]).toEqual([503, 'audit-unavailable'])
  child.kill('SIGTERM')
  await once(child, 'exit')

  const again = daemonPort((await runResident(world)).stdout)
  const asked = await send(again, PATHS.actions, bodyOf('collect.query'))
  const nightly = { collection: 'nightly', running: false }
  expect(asked.body).toMatchObject({ outcome: 'allow', result: { collections: [nightly] } })
  const path = join(world.config.dataDir, 'audit.jsonl')
  const verified = await verifyLog(path, { from: 1 })
  expect(verified).toMatchObject({ intact: true, records: statuses.length })
}, 60_000)

it('lets several local commands record at once, beside an agent that runs', async () => {
  const world = await createWorld({ config: GUARDED, files: FILES })
  const { stdout } = await runResident(world)
  const ask = (action: string) => run('act', '--config', world.configFile, action, '--json')
  const actions = ['chart', 'drilldown', 'policy.stop', 'collect.start']
  const ended = await Promise.all(actions.map(ask))
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 1, 1])
  const path = join(world.config.dataDir, 'audit-local.jsonl')
  expect(await verifyLog(path, { from: 1 })).toMatchObject({ intact: true, records: 4 })
  const records = await auditRecords(path)
  expect(new Set(records.map(({ operation }) => operation))).toEqual(new Set(actions))
  expect(stdout).toContain(`recorded in ${join(world.config.dataDir, 'audit.jsonl')}`)
}, 60_000)
