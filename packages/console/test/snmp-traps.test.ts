import { Socket } from 'node:dgram'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { startConsole, type RunningConsole } from '../src/server/console.ts'
import { readSnmpSettings } from '../src/snmp/settings.ts'
import { startWatch, type SnmpWatch } from '../src/snmp/watch.ts'
import { fixedSystems } from '../src/systems.ts'
import { run, systemsFileWith, temporaryFolder } from './support.ts'
import { freePort, hasSnmp, net, privateFile, startSnmpd, until, USER } from './snmp-world.ts'

const COLD = '1.3.6.1.6.3.1.1.5.1'
const SECRET = 'wonderful-secret'

interface Receiving {
  readonly watch: SnmpWatch
  readonly console: RunningConsole
  readonly port: number
  readonly records: object[]
}

/** A console that polls `web01` and takes what `conf` lets in. */
async function receiving(
  conf: string | undefined,
  settings: object = {},
  agentPort?: number,
): Promise<Receiving> {
  const file = await privateFile({
    users: [USER],
    globalRead: ['public'],
    timeoutMs: 200,
    retries: 0,
    systems: { web01: { port: agentPort ?? (await freePort()) } },
    SnmpTrapPortAddress: 0,
    traps: { versions: ['1', '2c', '3'] },
    ...settings,
  })
  if (conf !== undefined) await writeFile(join(dirname(file), 'snmptrapd.conf'), conf)
  const records: object[] = []
  const systems = fixedSystems([{ name: 'web01', address: '127.0.0.1', port: 1 }])
  const watch = await startWatch({
    settings: await readSnmpSettings(file),
    directory: systems,
    trapGapMs: 20,
    record: (event) => {
      records.push(event)
      return Promise.resolve()
    },
  })
  const console = await startConsole({ systems, port: 0, snmp: watch })
  onTestFinished(() => console.close())
  const port = watch.view.receiver?.addresses[0]?.port ?? 0
  return { watch, console, port, records }
}

const LETS_IN = `authCommunity log,execute ${SECRET} 127.0.0.1\nauthUser log,execute ops priv\n`

describe.skipIf(!hasSnmp)(hasSnmp ? 'with snmptrap and snmpinform' : 'needs snmptrap', () => {
  test('the page says that an inform could not be acknowledged, and why', async () => {
    const { watch, console, port } = await receiving(LETS_IN)
    const send = vi.spyOn(Socket.prototype, 'send').mockImplementation((...args: unknown[]) => {
      ;(args.at(-1) as (error: Error) => void)(new Error('made to <fail>'))
    })
    onTestFinished(() => send.mockRestore())
    const inform = ['-v2c', '-c', SECRET, '-t1', '-r0', `127.0.0.1:${port}`, '42', COLD]
    expect(await net('snmpinform', inform)).toBe(1)
    expect(watch.view.receiver).toMatchObject({ taken: 1, socketFaults: 1 })
    const page = await (await fetch(console.url)).text()
    expect(page).toContain('socket failed</span> 1 ×')
    expect(page).toContain('made to &lt;fail&gt;')
  })

  test.each([
    ['2c', ['-v2c', '-c', SECRET], ['42', COLD, '1.3.6.1.2.1.1.5.0', 's', '<b>web01</b>']],
    [
      '1',
      ['-v1', '-c', SECRET],
      ['1.3.6.1.4.1.8072', '127.0.0.1', '0', '0', '42', '1.3.6.1.2.1.1.5.0', 's', '<b>web01</b>'],
    ],
  ])('a trap of version %s raises an event', async (version, sender, rest) => {
    const { watch, console, port } = await receiving(LETS_IN)
    expect(await net('snmptrap', [...sender, `127.0.0.1:${port}`, ...rest])).toBe(0)
    await until(() => watch.view.events.length === 1)
    expect(watch.view.events[0]).toMatchObject({
      source: '127.0.0.1',
      system: 'web01',
      version,
      trapOid: COLD,
      uptime: 42,
    })
    expect(JSON.stringify(watch.view)).not.toContain(SECRET)
    const page = await (await fetch(console.url)).text()
    expect(page).toContain(COLD)
    expect(page).toContain('&lt;b&gt;web01')
    expect(page).not.toContain('<b>web01')
    expect(page).not.toContain(SECRET)
    expect(page).toContain('Delivery is not guaranteed')
    expect(page).toContain('forge')
  })

  test('an inform is acknowledged, in version 3 as well', async () => {
    const { watch, port, records } = await receiving(LETS_IN)
    const place = [`127.0.0.1:${port}`, '42', COLD]
    expect(await net('snmpinform', ['-v2c', '-c', SECRET, ...place])).toBe(0)
    const { name, authProtocol, authPassphrase, privProtocol, privPassphrase } = USER
    const user = ['-v3', '-u', name, '-l', 'authPriv', '-a', authProtocol, '-A', authPassphrase]
    expect(
      await net('snmpinform', [...user, '-x', privProtocol, '-X', privPassphrase, ...place]),
    ).toBe(0)
    await until(() => watch.view.events.length === 2)
    expect(watch.view.events).toMatchObject([
      { kind: 'inform', version: '3', user: 'ops' },
      { kind: 'inform', version: '2c' },
    ])
    // That the sender asked who we are first is no refusal.
    expect(records).toEqual([])
    expect(watch.view.receiver).toMatchObject({ taken: 2, refused: 0 })
  })

  test('a trap has its system polled at once', async () => {
    const agentPort = await freePort()
    const { watch, port } = await receiving(LETS_IN, { intervalSeconds: 86_400 }, agentPort)
    await until(() => watch.view.systems[0]?.failed.length === 1)
    expect(watch.view.systems[0]).toMatchObject({ state: 'never seen' })
    await startSnmpd(['rocommunity public 127.0.0.1'], { port: agentPort })
    await net('snmptrap', ['-v2c', '-c', SECRET, `127.0.0.1:${port}`, '42', COLD])
    await until(() => watch.view.systems[0]?.state === 'up')
  })

  test('a wrong community is refused, recorded by a digest, and no event', async () => {
    const { watch, port, records } = await receiving(LETS_IN)
    await net('snmptrap', ['-v2c', '-c', 'guessed-secret', `127.0.0.1:${port}`, '42', COLD])
    await until(() => records.length === 1)
    expect(records[0]).toMatchObject({
      event: 'snmp.trap',
      outcome: 'deny',
      codes: ['community-unknown'],
      peer: '127.0.0.1',
      facts: { kind: 'refused', version: '2c', communityDigest: expect.any(String) as unknown },
    })
    expect(JSON.stringify(records)).not.toContain('guessed')
    expect(watch.view).toMatchObject({ events: [], receiver: { taken: 0, refused: 1 } })
  })

  test('without an snmptrapd.conf nothing is taken, and that is said', async () => {
    const { watch, console, port, records } = await receiving(undefined)
    expect(
      await net('snmpinform', [
        '-v2c',
        '-c',
        SECRET,
        '-t',
        '0.3',
        '-r',
        '0',
        `127.0.0.1:${port}`,
        '42',
        COLD,
      ]),
    ).not.toBe(0)
    await until(() => records.length === 1)
    expect(records[0]).toMatchObject({ codes: ['policy-missing'] })
    expect(watch.view).toMatchObject({ events: [], receiver: { noPolicy: 'policy-missing' } })
    const page = await (await fetch(console.url)).text()
    expect(page).toContain('nothing is taken')
  })

  test('versions 1 and 2c have to be switched on', async () => {
    const { port, records } = await receiving(LETS_IN, { traps: {} })
    await net('snmptrap', ['-v2c', '-c', SECRET, `127.0.0.1:${port}`, '42', COLD])
    await until(() => records.length === 1)
    expect(records[0]).toMatchObject({ codes: ['version-off'] })
  })

  test('a version 3 trap is taken of an engine that proved itself when it was polled, and of no other', async () => {
    const agentPort = await freePort()
    const systems = { web01: { port: agentPort, user: 'ops' } }
    const { watch, port } = await receiving(LETS_IN, { systems })
    const keys = `-a SHA-256 -A ${USER.authPassphrase} -x AES -X ${USER.privPassphrase}`
    const trapsess = `trapsess -v 3 -u ops -l authPriv ${keys} 127.0.0.1:${port}`
    const agent = await startSnmpd(['rouser ops priv', trapsess], { port: agentPort })
    await until(() => watch.view.receiver?.refused === 1)
    expect(watch.view.events).toEqual([])
    await watch.pollAll()
    expect(watch.view.systems[0]).toMatchObject({ state: 'up' })
    // It says farewell.
    await agent.stop('SIGTERM')
    await until(() => watch.view.events.length === 1)
    expect(watch.view.events[0]).toMatchObject({ version: '3', user: 'ops', system: 'web01' })
  })

  test('our own trap command is understood by our own receiver', async () => {
    const { watch, port } = await receiving(LETS_IN)
    const words = ['snmp', 'trap', `127.0.0.1:${port}`, COLD, '1.3.6.1.2.1.1.5.0=s:web01']
    const env = { GATEHOUSE_SNMP_COMMUNITY: SECRET }
    expect((await run(words, env)).exit).toBe(0)
    expect((await run([...words, '--inform'], env)).exit).toBe(0)
    await until(() => watch.view.events.length === 2)
    expect(watch.view.events[0]).toMatchObject({
      kind: 'inform',
      varbinds: [{ oid: '1.3.6.1.2.1.1.5.0', value: 'web01' }],
    })
    const wrong = await run([...words, '--inform', '--timeout', '200', '--retries', '0'], {
      GATEHOUSE_SNMP_COMMUNITY: 'other',
    })
    expect(wrong.exit).toBe(2)
  })
})

test('the receive buffer is shown as the system gives it', async () => {
  const { watch } = await receiving(LETS_IN)
  const { receiveBufferBytes, droppedByKernel } = watch.view.receiver ?? {}
  expect(receiveBufferBytes).toBeGreaterThan(0)
  if (process.platform === 'linux') expect(droppedByKernel).toBe(0)
})

test('an snmptrapd.conf with errors is told by file and line, without communities', async () => {
  const error: unknown = await receiving(`authCommunity log ${SECRET} 10.1.0.1/16\n`).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ code: 'ERR_PARSE', source: { line: 1 } })
  expect(JSON.stringify(error)).not.toContain(SECRET)
})

test('an snmptrapd.conf is read again, and one with errors leaves what was in force', async () => {
  const { watch } = await receiving(undefined)
  const file = watch.view.receiver?.configurationFile ?? ''
  await writeFile(file, LETS_IN)
  await watch.reload()
  expect(watch.view.receiver).not.toHaveProperty('noPolicy')
  await writeFile(file, 'authCommunity log x 10.1.0.1/16\n')
  await watch.reload()
  expect(watch.view.receiver).toMatchObject({ notReloaded: 'policy-malformed' })
  expect(watch.view.receiver).not.toHaveProperty('noPolicy')
})

test('a system of the settings that the systems file does not have is told', async () => {
  await expect(receiving(LETS_IN, { systems: { web09: {} } })).rejects.toMatchObject({
    code: 'ERR_CONFIG',
    message: expect.stringContaining('systems.web09') as unknown,
  })
})

test('a port that another has is told, and names the setting', async () => {
  const { port } = await receiving(LETS_IN)
  await expect(receiving(LETS_IN, { SnmpTrapPortAddress: port })).rejects.toMatchObject({
    code: 'ERR_CONFIG',
    message: expect.stringContaining('SnmpTrapPortAddress') as unknown,
  })
})

test('serve polls, receives and answers `snmp status`', async () => {
  const systems = await systemsFileWith({ name: 'web01', address: '127.0.0.1', port: 1 })
  const agentPort = await freePort()
  const settings = await privateFile({
    globalRead: [SECRET],
    timeoutMs: 100,
    retries: 0,
    systems: { web01: { port: agentPort } },
    SnmpTrapPortAddress: 0,
    traps: {},
  })
  const audit = join(await temporaryFolder(), 'audit.jsonl')
  const words = ['serve', '--port', '0', '--systems', systems, '--snmp', settings, '--audit', audit]
  const served = await run(
    words,
    {},
    {
      untilStopped: async ({ out, err }) => {
        expect(err).toContain('no trap is taken')
        expect(err).toContain('policy-missing')
        expect(out).toContain('traps on 127.0.0.1:')
        const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(out)?.[0] ?? ''
        const asked = ['snmp', 'status', '--console', url, '--systems', systems, '--json']
        const { exit, out: text } = await run(asked)
        expect(exit).toBe(1)
        expect(JSON.parse(text)).toMatchObject({
          command: 'snmp status',
          systems: [{ name: 'web01', state: 'never seen' }],
          receiver: { noPolicy: 'policy-missing', versions: ['3'] },
          events: [],
        })
        expect(text).not.toContain(SECRET)
        const { out: shown } = await run(asked.slice(0, -1))
        expect(shown).toContain('never seen')
        expect(shown).toContain('Delivery is not guaranteed')
        const place = /traps on (127\.0\.0\.1:\d+)/.exec(out)?.[1] ?? ''
        await run(['snmp', 'trap', place, COLD], { GATEHOUSE_SNMP_COMMUNITY: SECRET })
        await until(async () =>
          (await readFile(audit, 'utf8').catch(() => '')).includes('snmp.trap'),
        )
      },
    },
  )
  expect(served.exit).toBe(0)
  const kept = await readFile(audit, 'utf8')
  expect(kept).toContain('version-off')
  expect(kept).not.toContain(SECRET)
})

test('a console without settings for SNMP says so', async () => {
  const systems = await systemsFileWith({ name: 'web01', address: '127.0.0.1', port: 1 })
  await run(
    ['serve', '--port', '0', '--systems', systems],
    {},
    {
      untilStopped: async ({ out }) => {
        const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(out)?.[0] ?? ''
        const { exit, err } = await run(['snmp', 'status', '--console', url, '--systems', systems])
        expect(exit).toBe(2)
        expect(err).toContain('--snmp')
        expect(await (await fetch(url)).text()).not.toContain('id="snmp"')
      },
    },
  )
})
