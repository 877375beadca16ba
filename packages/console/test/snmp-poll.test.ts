import { CommandGenerator, SnmpError, type SnmpTarget } from '@gatehouse/snmp-access/engine'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { SnmpMonitor } from '../src/snmp/monitor.ts'
import type { Asker } from '../src/snmp/poll.ts'
import { readSnmpSettings } from '../src/snmp/settings.ts'
import type { SnmpSystemView } from '../src/snmp/view.ts'
import { fixedSystems, type SystemDirectory } from '../src/systems.ts'
import { freePort, hasSnmp, privateFile, startSnmpd, USER } from './snmp-world.ts'

const GAP_MS = 20

const QUICK = { timeoutMs: 200, retries: 0 }

function directory(...names: readonly string[]): SystemDirectory {
  return fixedSystems(names.map((name) => ({ name, address: '127.0.0.1', port: 10128 })))
}

interface Watching {
  readonly monitor: SnmpMonitor
  /** The system `web01` after one more poll of all. */
  readonly poll: () => Promise<SnmpSystemView | undefined>
}

async function monitorWith(
  content: object,
  options: {
    readonly asker?: Asker
    readonly now?: () => Date
    readonly names?: readonly string[]
  } = {},
): Promise<Watching> {
  const settings = await readSnmpSettings(await privateFile({ ...QUICK, ...content }))
  const generator = options.asker === undefined ? await CommandGenerator.open() : undefined
  const monitor = new SnmpMonitor({
    settings,
    directory: directory(...(options.names ?? ['web01'])),
    asker: options.asker ?? (generator as CommandGenerator),
    trapGapMs: GAP_MS,
    ...(options.now && { now: options.now }),
  })
  onTestFinished(async () => {
    await generator?.close()
    await monitor.close()
  })
  return {
    monitor,
    poll: async () => {
      await monitor.pollAll()
      return monitor.systems.find(({ name }) => name === 'web01')
    },
  }
}

describe.skipIf(!hasSnmp)(hasSnmp ? 'with snmpd' : 'needs snmpd', () => {
  test('a system is up, then silent when it is killed, and its age grows', async () => {
    const agent = await startSnmpd(['rocommunity public 127.0.0.1'])
    let at = Date.parse('2026-01-01T00:00:00Z')
    const now = (): Date => new Date(at)
    const { poll } = await monitorWith(
      { globalRead: ['public'], systems: { web01: { port: agent.port } } },
      { now },
    )
    expect(await poll()).toEqual({
      name: 'web01',
      address: '127.0.0.1',
      port: agent.port,
      state: 'up',
      lastSeen: '2026-01-01T00:00:00.000Z',
      lastTried: '2026-01-01T00:00:00.000Z',
      ageSeconds: 0,
      by: { ref: 'global read community 1', version: '2c' },
      values: {
        upTime: 123456,
        name: 'web01.example',
        interfaces: 2,
        parts: [{ kind: 'policy', name: 'Trusted.txt', state: 'degraded', allowed: 7, denied: 2 }],
      },
      failed: [],
    })
    await agent.stop()
    at += 90_000
    expect(await poll()).toMatchObject({
      state: 'silent',
      lastSeen: '2026-01-01T00:00:00.000Z',
      ageSeconds: 90,
      failed: [{ ref: 'global read community 1' }],
    })
  })

  test('a system that never answered was never seen', async () => {
    const systems = { web01: { port: await freePort() } }
    const { poll } = await monitorWith({ globalRead: ['public'], systems })
    const view = await poll()
    expect(view).toMatchObject({ state: 'never seen' })
    expect(view).not.toHaveProperty('lastSeen')
  })

  test('communities are tried in order, and the one that worked goes first the next time', async () => {
    const { port } = await startSnmpd(['rocommunity third 127.0.0.1'])
    const globalRead = ['first', 'second', 'third']
    const { poll } = await monitorWith({ globalRead, systems: { web01: { port } } })
    expect(await poll()).toMatchObject({
      state: 'up',
      by: { ref: 'global read community 3' },
      failed: [
        { ref: 'global read community 1', code: 'timeout' },
        { ref: 'global read community 2', code: 'timeout' },
      ],
    })
    expect(await poll()).toMatchObject({ state: 'up', failed: [] })
  })

  test('beyond the cap nothing is tried', async () => {
    const { port } = await startSnmpd(['rocommunity third 127.0.0.1'])
    const content = {
      globalRead: ['first', 'second', 'third'],
      maxTries: 2,
      systems: { web01: { port } },
    }
    const { poll } = await monitorWith(content)
    expect(await poll()).toMatchObject({ state: 'never seen', failed: [{}, {}] })
  })

  test('version 1 and version 3 are asked as well', async () => {
    const { port } = await startSnmpd(['rocommunity -v 1 old 127.0.0.1', 'rouser ops priv'])
    const old = await monitorWith({ systems: { web01: { port, read: 'old', version: '1' } } })
    expect(await old.poll()).toMatchObject({
      state: 'up',
      by: { ref: 'own read community', version: '1' },
      values: { name: 'web01.example', interfaces: 2 },
    })
    const young = await monitorWith({ users: [USER], systems: { web01: { port, user: 'ops' } } })
    expect(await young.poll()).toMatchObject({
      state: 'up',
      by: { ref: 'user ops', version: '3', level: 'authPriv' },
    })
  })

  test('users that are refused are tried no more, so that no account is locked out', async () => {
    const { port } = await startSnmpd(['rouser ops priv', 'rocommunity public 127.0.0.1'])
    const users = [{ ...USER, authPassphrase: 'another-passphrase' }]
    const system = { port, user: 'ops' }
    const { poll } = await monitorWith({ users, stopAfter: 2, systems: { web01: system } })
    const refused = { ref: 'user ops', code: 'report:wrongDigests' }
    expect(await poll()).toMatchObject({ state: 'refused', failed: [refused] })
    expect(await poll()).toMatchObject({ state: 'refused', failed: [refused], usersStopped: true })
    expect(await poll()).toMatchObject({ state: 'refused', failed: [], usersStopped: true })
  })
})

async function* nothing(): AsyncGenerator<never, void, undefined> {}

/** An agent that a test answers for. */
function fakeAsker(answer: (target: SnmpTarget) => Promise<void>): Asker {
  return {
    get: async (target, oids) => {
      await answer(target)
      const varbinds = oids.map((oid) => ({ oid, value: { type: 'TimeTicks', value: 1 } as const }))
      return { errorStatus: 'noError', errorIndex: 0, varbinds }
    },
    walk: nothing,
    provenClock: () => Promise.resolve(undefined),
  }
}

const SYS_UP_TIME_ONLY = { globalRead: ['public'], systems: { web01: { port: 1000 } } }

test('a system is never polled twice at once, and a flood of traps makes one more poll', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  let polls = 0
  let isHeld = true
  const waiting: (() => void)[] = []
  const asker: Asker = {
    ...fakeAsker(() => Promise.resolve()),
    get: async (_target, oids) => {
      if (oids[0]?.[7] === 3) polls += 1
      if (polls === 1 && isHeld) await new Promise<void>((resolve) => waiting.push(resolve))
      return { errorStatus: 'noSuchName', errorIndex: 1, varbinds: [] }
    },
  }
  const { monitor, poll } = await monitorWith(SYS_UP_TIME_ONLY, { asker })
  const flood = (): void => {
    for (let trap = 0; trap < 1000; trap += 1) monitor.pollSoon('web01')
  }
  const first = poll()
  while (waiting.length === 0) await vi.advanceTimersByTimeAsync(0)
  const second = poll()
  flood()
  expect(polls).toBe(1)
  isHeld = false
  for (const go of waiting) go()
  await Promise.all([first, second])
  await vi.advanceTimersByTimeAsync(0)
  expect(polls).toBe(2)
  flood()
  await vi.advanceTimersByTimeAsync(GAP_MS - 1)
  expect(polls).toBe(2)
  await vi.advanceTimersByTimeAsync(1)
  expect(polls).toBe(3)
  await vi.advanceTimersByTimeAsync(10 * GAP_MS)
  expect(polls).toBe(3)
})

test('no more systems than the settings say are asked at once', async () => {
  const names = Array.from({ length: 9 }, (_, index) => `web0${index}`)
  let [open, most] = [0, 0]
  const asker = fakeAsker(async () => {
    open += 1
    most = Math.max(most, open)
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    open -= 1
  })
  const inTurn: Asker = {
    ...asker,
    get: (target, oids) =>
      oids[0]?.[7] === 3 ? asker.get(target, oids) : Promise.reject(new SnmpError('timeout')),
  }
  const systems = Object.fromEntries(names.map((name) => [name, { port: 1000 }]))
  const { monitor } = await monitorWith(
    { globalRead: ['a'], atOnce: 2, systems },
    { asker: inTurn, names },
  )
  await monitor.pollAll()
  expect(most).toBe(2)
  expect(monitor.systems.map(({ state }) => state)).toEqual(names.map(() => 'up'))
})

test('a system without settings is not polled', async () => {
  const asker = fakeAsker(() => Promise.resolve())
  const { monitor } = await monitorWith(SYS_UP_TIME_ONLY, { asker, names: ['web01', 'db01'] })
  await monitor.pollAll()
  expect(monitor.systems.map(({ name }) => name)).toEqual(['web01'])
})

test('an agent that answers with an error knows the community, one that refuses access does not', async () => {
  for (const [errorStatus, state] of [
    ['noSuchName', 'up'],
    ['authorizationError', 'refused'],
  ] as const) {
    const asker: Asker = {
      ...fakeAsker(() => Promise.resolve()),
      get: () => Promise.resolve({ errorStatus, errorIndex: 1, varbinds: [] }),
    }
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { poll } = await monitorWith(SYS_UP_TIME_ONLY, { asker })
    // oxlint-disable-next-line no-await-in-loop
    expect(await poll()).toMatchObject({ state })
  }
})

test('the sender of a trap is found by its address, however that is written', async () => {
  const asker = fakeAsker(() => Promise.resolve())
  const { monitor, poll } = await monitorWith(SYS_UP_TIME_ONLY, { asker })
  await poll()
  expect(monitor.systemAt('127.0.0.1')).toBe('web01')
  expect(monitor.systemAt('::ffff:127.0.0.1')).toBe('web01')
  expect(monitor.systemAt('127.0.0.2')).toBeUndefined()
})

test('of two systems at one address neither is the sender of what comes from there', async () => {
  const asker = fakeAsker(() => Promise.resolve())
  const systems = { web01: SYS_UP_TIME_ONLY.systems.web01, web02: SYS_UP_TIME_ONLY.systems.web01 }
  const content = { ...SYS_UP_TIME_ONLY, systems }
  const { monitor, poll } = await monitorWith(content, { asker, names: ['web01', 'web02'] })
  await poll()
  await poll()
  expect(monitor.systemAt('127.0.0.1')).toBeUndefined()
})

test('a user that is refused now and then is tried no more, though a community works in between', async () => {
  let tried = 0
  let isDown = false
  const asker = fakeAsker(({ version }) => {
    if (version === '3') tried += 1
    if (version === '3') return Promise.reject(new SnmpError('report:wrongDigests'))
    return isDown ? Promise.reject(new SnmpError('timeout')) : Promise.resolve()
  })
  const system = { port: 1000, user: 'ops', tryOthers: true }
  const content = {
    users: [USER],
    globalRead: ['public'],
    stopAfter: 2,
    systems: { web01: system },
  }
  const { poll } = await monitorWith(content, { asker })
  for (let turn = 0; turn < 5; turn += 1) {
    isDown = turn % 2 === 1
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await poll()).toMatchObject({ by: { ref: 'global read community 1' } })
  }
  expect(tried).toBe(2)
})

test('a user that works does not open the way for another one that was refused', async () => {
  let isDown = false
  let tried = 0
  const asker = fakeAsker(({ user }) => {
    if (user?.name === 'ops') tried += 1
    if (user?.name === 'ops') return Promise.reject(new SnmpError('report:wrongDigests'))
    return isDown ? Promise.reject(new SnmpError('timeout')) : Promise.resolve()
  })
  const users = [USER, { ...USER, name: 'mon' }]
  const content = {
    users,
    globalUsers: ['ops', 'mon'],
    stopAfter: 2,
    systems: { web01: { port: 1000 } },
  }
  const { poll } = await monitorWith(content, { asker })
  for (let turn = 0; turn < 7; turn += 1) {
    isDown = turn % 2 === 1
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await poll()
  }
  expect(tried).toBe(2)
  expect(await poll()).toMatchObject({ by: { ref: 'user mon' } })
})

test('an agent that gives its table row by row, each late, holds up no more than a few answers', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  let given = 0
  const asker: Asker = {
    ...fakeAsker(() => Promise.resolve()),
    walk: async function* late() {
      for (; given < 500; given += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await vi.advanceTimersByTimeAsync(QUICK.timeoutMs - 1)
        const oid = [1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 1, 1, 9, given]
        yield { oid, value: { type: 'Integer32', value: 1 } }
      }
    },
  }
  const { poll } = await monitorWith(SYS_UP_TIME_ONLY, { asker })
  expect(await poll()).toMatchObject({ state: 'up' })
  expect(given).toBeLessThan(20)
})
