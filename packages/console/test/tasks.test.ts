import { EventEmitter, once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { AuditEvent } from '@gatehouse/audit-log'
import { describe, expect, test } from 'vitest'
import { MAX_ENDED_JOBS, MAX_JOBS_AT_ONCE, TaskFacility } from '../src/tasks/facility.ts'
import type { Started } from '../src/tasks/facility.ts'
import type { JobView } from '../src/tasks/job.ts'
import { KeptOutput } from '../src/tasks/kept-output.ts'
import type { Recorder } from '../src/tasks/record.ts'
import type { Runner } from '../src/tasks/runner.ts'
import { DONE, heldRunner, operator, settle, SYSTEMS } from './tasks-world.ts'

const UPTIME = { tool: 'uptime', systems: 'web01,web02' }

function facility(runner: Runner, record?: Recorder): TaskFacility {
  return new TaskFacility({ systems: SYSTEMS, runner, ...(record && { record }) })
}

async function ended(started: Started | undefined): Promise<JobView> {
  const finished = started?.finished
  if (finished === undefined) throw new TypeError('there is no job')
  return finished
}

function states({ runs }: JobView): string[] {
  return runs.map(({ state }) => state)
}

test('of 25 jobs never more than ten run at once, in order, and all are done', async () => {
  const { runner, held, most } = heldRunner()
  const tasks = facility(runner)
  const order = { tool: 'uptime', systems: 'web01' }
  const started = await Promise.all(
    Array.from({ length: 25 }, () => tasks.start(order, operator('ann'))),
  )
  await settle()
  expect(held).toHaveLength(MAX_JOBS_AT_ONCE)
  expect(tasks.jobs.filter(({ state }) => state === 'waiting')).toHaveLength(15)
  for (let index = 0; index < 25; index += 1) {
    held[index]?.end(DONE)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await settle()
  }
  const views = await Promise.all(started.map(ended))
  expect(views.flatMap(states)).toEqual(Array.from({ length: 25 }, () => 'done'))
  expect([most(), held.length]).toEqual([MAX_JOBS_AT_ONCE, 25])
  const ids = held.map(({ order: { command } }) => /MX_TASKID=([0-9a-f]+)/.exec(command)?.[1])
  expect(ids).toEqual(started.map(({ job }) => job?.id))
})

test('a run that takes longer than it may is given up', async () => {
  const { runner, held } = heldRunner()
  const tasks = new TaskFacility({ systems: SYSTEMS, runner, maxRunMs: 1 })
  const started = await tasks.start(UPTIME, operator('ann'))
  const { runs } = await ended(started)
  const failure = { state: 'failed', failure: { code: 'run-too-long' } }
  expect(runs).toMatchObject([failure, failure])
  expect(held.map(({ hooks }) => hooks.signal.aborted)).toEqual([true, true])
})

test('results are those of each system', async () => {
  const { runner, held } = heldRunner()
  const started = await facility(runner).start(UPTIME, operator('ann'))
  await settle()
  await held[0]?.hooks.onOutput(Buffer.from('up\n'), 'stdout')
  held[0]?.end({ exitCode: 3, signal: null })
  held[1]?.end({ exitCode: null, signal: 'SIGTERM' })
  const view = await ended(started)
  expect(view).toMatchObject({ tool: 'uptime', user: 'ann', targets: ['web01', 'web02'] })
  expect(view.runs).toMatchObject([
    { state: 'failed', exitCode: 3, failure: { code: 'exit-code' }, stdout: 'up\n' },
    { state: 'failed', signal: 'SIGTERM', failure: { code: 'ended-by-signal' } },
  ])
})

test('without an exit code the outcome is unknown, and a runner that throws is our defect', async () => {
  const ends = [
    () => Promise.resolve({ exitCode: null, signal: null }),
    () => Promise.reject(new Error('defect')),
  ]
  let at = 0
  const runner: Runner = () => {
    at += 1
    return ends[at - 1]?.() ?? Promise.resolve(DONE)
  }
  const view = await ended(await facility(runner).start(UPTIME, operator('ann')))
  expect(view.runs).toMatchObject([
    { failure: { code: 'outcome-unknown' } },
    { failure: { code: 'internal-error' } },
  ])
})

describe('cancelled', () => {
  test('runs that wait are not started, and those that run go on', async () => {
    const { runner, held } = heldRunner()
    const tasks = facility(runner)
    const order = { tool: 'uptime', systems: 'web01' }
    const started = await Promise.all(
      Array.from({ length: 11 }, () => tasks.start(order, operator('ann'))),
    )
    await settle()
    for (const { job } of started) {
      // oxlint-disable-next-line no-await-in-loop -- few
      await tasks.stop(job?.id ?? '', 'cancel', operator('ann'))
    }
    const last = await ended(started[10])
    expect([last.state, states(last)]).toEqual(['ended', ['cancelled']])
    expect(held.some(({ hooks }) => hooks.signal.aborted)).toBe(false)
    for (const { end } of held) end(DONE)
    const first = await Promise.all(started.slice(0, 10).map(ended))
    expect(new Set(first.flatMap(states))).toEqual(new Set(['done']))
    await settle()
    expect(held).toHaveLength(10)
  })
})

describe('killed', () => {
  test('connections of runs are ended, whatever their runner does', async () => {
    const { runner, held } = heldRunner()
    const tasks = facility(runner)
    const started = await tasks.start(UPTIME, operator('ann'))
    await settle()
    expect(await tasks.stop(started.job?.id ?? '', 'kill', operator('ann'))).toMatchObject({
      outcome: 'allow',
      reasons: [{ code: 'own-job' }],
    })
    expect(held.map(({ hooks }) => hooks.signal.aborted)).toEqual([true, true])
    expect(states(await ended(started))).toEqual(['killed', 'killed'])
    held[0]?.end(DONE)
    await held[0]?.hooks.onOutput(Buffer.from('late'), 'stdout')
    await settle()
    expect(tasks.find(started.job?.id ?? '')?.runs[0]).toMatchObject({
      state: 'killed',
      stdout: '',
    })
  })

  test('by somebody with full rights as well, and by nobody else', async () => {
    const { runner, held } = heldRunner()
    const tasks = facility(runner)
    const started = await tasks.start(UPTIME, operator('ann'))
    await settle()
    const id = started.job?.id ?? ''
    expect(await tasks.stop(id, 'kill', operator('ben'))).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'right-too-low', source: { file: 'users' } }],
    })
    expect(held[0]?.hooks.signal.aborted).toBe(false)
    expect(await tasks.stop(id, 'kill', operator('root'))).toMatchObject({
      outcome: 'allow',
      reasons: [{ code: 'right-suffices' }],
    })
    expect(held[0]?.hooks.signal.aborted).toBe(true)
    await expect(tasks.stop('none', 'kill', operator('root'))).rejects.toMatchObject({
      code: 'ERR_CONFIG',
    })
  })

  test('with the facility, which starts nothing any more', async () => {
    const { runner, held } = heldRunner()
    const tasks = facility(runner)
    const started = await tasks.start(UPTIME, operator('ann'))
    await settle()
    await tasks.close()
    expect(states(await ended(started))).toEqual(['killed', 'killed'])
    await expect(tasks.start(UPTIME, operator('ann'))).rejects.toMatchObject({ code: 'ERR_CONFIG' })
    expect(held).toHaveLength(2)
  })
})

test('memory is bounded, whatever a system sends', async () => {
  const chunk = Buffer.alloc(1024 * 1024, 'x')
  const runner: Runner = async (_order, { onOutput }) => {
    for (let count = 0; count < 64; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in order
      await onOutput(chunk, count % 2 === 0 ? 'stdout' : 'stderr')
    }
    return DONE
  }
  const view = await ended(await facility(runner).start(UPTIME, operator('ann')))
  for (const { stdout, stderr, truncated } of view.runs) {
    expect([stdout.length, stderr.length, truncated]).toEqual([65_536, 65_536, true])
  }
})

test('memory is bounded when output comes byte by byte', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const byte = Buffer.from('x')
  collect()
  const before = process.memoryUsage().heapUsed
  const kept = Array.from({ length: 8 }, () => new KeptOutput(65_536))
  for (const one of kept) {
    for (let count = 0; count < 65_536; count += 1) one.take(byte, 'stdout')
  }
  collect()
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(8 * 2 ** 20)
  expect(kept.map(({ output }) => output.stdout.length)).toEqual(kept.map(() => 65_536))
})

test('a listener that throws changes nothing in what a job does', async () => {
  const { runner, held } = heldRunner()
  const started = await facility(runner).start(UPTIME, operator('ann'), {
    onRun: () => {
      throw new Error('closed terminal')
    },
  })
  await settle()
  for (const { end } of held) end(DONE)
  expect(states(await ended(started))).toEqual(['done', 'done'])
})

test('a listener slows a system down, and hears of each change', async () => {
  const { runner, held } = heldRunner()
  const changes: string[] = []
  const gate = new EventEmitter()
  const slow = once(gate, 'open').then(() => undefined)
  const started = await facility(runner).start(UPTIME, operator('ann'), {
    onOutput: () => slow,
    onRun: ({ system, state }) => changes.push(`${system} ${state}`),
  })
  await settle()
  let isTaken = false
  const taken = Promise.resolve(held[0]?.hooks.onOutput(Buffer.from('x'), 'stdout')).then(() => {
    isTaken = true
  })
  await settle()
  expect(isTaken).toBe(false)
  gate.emit('open')
  await taken
  for (const { end } of held) end(DONE)
  await ended(started)
  expect(changes).toEqual(['web01 running', 'web02 running', 'web01 done', 'web02 done'])
})

test('jobs that have ended are kept up to a limit', async () => {
  const tasks = facility(() => Promise.resolve(DONE))
  const order = { tool: 'uptime', systems: 'web01' }
  const started = await Promise.all(
    Array.from({ length: MAX_ENDED_JOBS + 5 }, () => tasks.start(order, operator('ann'))),
  )
  await Promise.all(started.map(ended))
  expect(tasks.jobs).toHaveLength(MAX_ENDED_JOBS)
  expect(tasks.jobs[0]?.id).toBe(started.at(-1)?.job?.id)
})

test('a job that took longest is kept when it ends, and older ones go', async () => {
  let end: (() => void) | undefined
  let first = true
  let minutes = 0
  const tasks = new TaskFacility({
    systems: SYSTEMS,
    now: () => new Date(Date.UTC(2026, 0, 1, 0, (minutes += 1))),
    runner: async () => {
      if (!first) return DONE
      first = false
      await new Promise<void>((resolve) => (end = resolve))
      return DONE
    },
  })
  const order = { tool: 'uptime', systems: 'web01' }
  const long = await tasks.start(order, operator('ann'))
  for (let job = 0; job <= MAX_ENDED_JOBS; job += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one job after the other
    await ended(await tasks.start(order, operator('ann')))
  }
  end?.()
  await ended(long)
  await ended(await tasks.start(order, operator('ann')))
  expect(tasks.find(long.job?.id ?? '')?.state).toBe('ended')
})

const telling: Runner = async (_order, { onOutput }) => {
  await onOutput(Buffer.from('a secret'), 'stdout')
  return DONE
}

async function recorded(tool: string): Promise<AuditEvent[]> {
  const events: AuditEvent[] = []
  const tasks = facility(telling, (event) => Promise.resolve(events.push(event)))
  await ended(await tasks.start({ ...UPTIME, tool }, operator('ann')))
  return events
}

describe('the audit log', () => {
  test('has start, each run with its output, and the end', async () => {
    const events = await recorded('uptime')
    expect(events.map(({ event }) => event)).toEqual([
      'task.start',
      'task.run',
      'task.run',
      'task.end',
    ])
    expect(events[1]).toMatchObject({
      outcome: 'success',
      claimedUser: 'ann',
      operation: 'uptime',
      target: 'web01',
      facts: { state: 'done', account: 'web' },
    })
    expect(events[1]?.message).toContain('a secret')
    expect(events[3]).toMatchObject({ outcome: 'success', facts: { done: '2', of: '2' } })
  })

  test('has the same without output where the definition turns it off', async () => {
    const events = await recorded('quiet')
    expect(events).toHaveLength(4)
    expect(JSON.stringify(events)).not.toContain('a secret')
  })

  test('has who wanted to stop a job', async () => {
    const events: AuditEvent[] = []
    const { runner } = heldRunner()
    const tasks = facility(runner, (event) => Promise.resolve(events.push(event)))
    const { job } = await tasks.start(UPTIME, operator('ann'))
    await settle()
    await tasks.stop(job?.id ?? '', 'kill', operator('ben'))
    expect(events.at(-1)).toMatchObject({
      outcome: 'deny',
      codes: ['right-too-low'],
      claimedUser: 'ben',
      operation: 'task.kill',
    })
  })

  test('has who wanted to run a tool and may not', async () => {
    const events: AuditEvent[] = []
    const tasks = facility(telling, (event) => Promise.resolve(events.push(event)))
    const { job } = await tasks.start({ ...UPTIME, systems: 'web01,cms' }, operator('ann'))
    expect(job).toBeUndefined()
    expect(events).toMatchObject([
      {
        outcome: 'deny',
        codes: ['no-toolbox-on-system'],
        claimedUser: 'ann',
        operation: 'task.run',
        target: 'uptime',
        facts: { systems: 'web01,cms' },
      },
    ])
  })

  test('has by which authorization a job began', async () => {
    const [event] = await recorded('uptime')
    expect(event).toMatchObject({ event: 'task.start', outcome: 'allow' })
    expect(event?.codes).toContain('authorized')
    expect(event?.source).toMatch(/^authorizations:/)
  })

  test('that cannot be written stops a job before anything is sent', async () => {
    const { runner, held } = heldRunner()
    const tasks = facility(runner, () => Promise.reject(new Error('disk full')))
    const view = await ended(await tasks.start(UPTIME, operator('ann')))
    expect(view).toMatchObject({ unrecorded: true })
    expect(view.runs).toMatchObject([
      { state: 'failed', failure: { code: 'audit-failed' } },
      { state: 'failed', failure: { code: 'audit-failed' } },
    ])
    expect(held).toEqual([])
  })
})
