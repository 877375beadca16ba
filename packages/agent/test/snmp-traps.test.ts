import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { parse, type Version } from '@gatehouse/snmp-access'
import { UserTable } from '@gatehouse/snmp-access/message'
import { describe, expect, it } from 'vitest'
import { sinksOf, type Sinks } from '../src/snmp/sinks.ts'
import {
  ALL_VERSIONS,
  asCommunity,
  FOR_OPS,
  freePort,
  hasTools,
  hasTrapd,
  startSnmp,
  startTrapd,
  until,
  USERS,
} from './snmp-world.ts'
import { act, ADDRESS } from './world.ts'

const canRun = hasTools && hasTrapd
const title = canRun ? 'notifications' : 'needs snmptrapd'

const OURS = '.1.3.6.1.4.1.8072.9999.9999'
const TRAP_OID = '.1.3.6.1.6.3.1.1.4.1.0'
const COLD_START = '.1.3.6.1.6.3.1.1.5.1'
const FAILURE = '.1.3.6.1.6.3.1.1.5.5'
const CHANGED = `${OURS}.0.1`

const LINES = ['authCommunity log trap-word']

/** The line of a user, for whom an engine id is needed to take traps. */
function userLines(engineId?: string): readonly string[] {
  const { authPassphrase, privPassphrase } = USERS.ops
  const engine = engineId === undefined ? '' : `-e 0x${engineId} `
  return [
    `createUser ${engine}ops SHA-256 "${authPassphrase}" AES "${privPassphrase}"`,
    'authUser log ops priv',
  ]
}

describe.skipIf(!canRun)(title, () => {
  it.each([
    ['trapsink', 'version 1', `TRAP TRAP, SNMP v1, community trap-word | ${OURS} 0 0`],
    ['trap2sink', 'version 2c', 'TRAP TRAP2, SNMP v2c, community trap-word'],
    ['informsink', 'version 2c, acknowledged', 'TRAP INFORM, SNMP v2c, community trap-word'],
  ])('of a line %s tell of the start in %s', async (directive, _, seen) => {
    const port = await freePort()
    const trapd = await startTrapd(port, LINES)
    const policy = `${FOR_OPS}trapcommunity trap-word\n${directive} 127.0.0.1:${port}\n`
    const { log } = await startSnmp({ ...ALL_VERSIONS, policy })
    await until(async () => (await trapd.log()).includes('TRAP '))
    const told = await trapd.log()
    expect(told).toContain(seen)
    if (directive !== 'trapsink') expect(told).toContain(`${TRAP_OID} = OID: ${COLD_START}`)
    expect(JSON.stringify(log)).not.toContain('notification-failed')
  })

  it('go to users, encrypted, and repeat until they are acknowledged', async () => {
    const port = await freePort()
    const sinks = [{ host: '127.0.0.1', port, user: 'ops' }]
    const { log, agent, config } = await startSnmp({ snmp: { sinks } })
    expect(agent.snmp?.sinks).toBe(1)
    expect(config.snmp?.versions).toEqual(['3'])
    const trapd = await startTrapd(port, userLines())
    await until(async () => (await trapd.log()).includes(COLD_START))
    expect(await trapd.log()).toContain('TRAP INFORM, SNMP v3, user ops')
    expect(JSON.stringify(log)).not.toContain('notification-failed')
  })

  it('tell of a part that goes down and of a policy that turns bad and good again', async () => {
    const port = await freePort()
    const sinks = [{ host: '127.0.0.1', port, user: 'ops', kind: 'trap' }]
    const { folder, agent, write, walk } = await startSnmp({ snmp: { sinks } })
    const engine = await readFile(join(folder, 'data', 'snmp-engine'), 'latin1')
    const [, id] = /^id ([0-9a-f]+)$/m.exec(engine) ?? []
    const trapd = await startTrapd(port, userLines(id))
    const names = [...(await walk(`${OURS}.1.1.3`))]
    const seen = async (part: string, kind: number, state: number): Promise<void> => {
      const row = names
        .find(([, name]) => name === part)?.[0]
        .split('.')
        .at(-1)
      const column = (at: number, value: string) => String.raw`\S+\.1\.1\.${at}\.${row} = ${value}`
      const varbinds = new RegExp(
        [
          CHANGED,
          column(2, `INTEGER: ${kind}`),
          column(3, `STRING: "${part}"`),
          column(4, `INTEGER: ${state}\\b`),
        ].join('\\t'),
      )
      await until(async () => varbinds.test(await trapd.log()))
    }
    await act(agent, 'agent.stop', ADDRESS.manage)
    await seen('agent', 1, 2)
    await write('snmpd.conf', 'view broken\n')
    await agent.reload()
    await write('snmpd.conf', FOR_OPS)
    await agent.reload()
    await seen('snmpd.conf', 3, 3)
    await seen('snmpd.conf', 3, 1)
    expect(await trapd.log()).toContain('TRAP TRAP2, SNMP v3, user ops')
  })

  it('tell of bad requests only if the policy says so, and of few of many', async () => {
    const port = await freePort()
    const trapd = await startTrapd(port, LINES)
    const sink = `trap2sink 127.0.0.1:${port} trap-word\n`
    const policy = `${FOR_OPS}${sink}`
    const { run, write, agent } = await startSnmp({ ...ALL_VERSIONS, policy })
    const ask = () => run('snmpget', [COLD_START], [...asCommunity('a-wrong-word'), '-t', '0.05'])
    await ask()
    await write('snmpd.conf', `${policy}authtrapenable 1\n`)
    await agent.reload()
    for (let asked = 0; asked < 20; asked += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await ask()
    }
    await until(async () => (await trapd.log()).includes(FAILURE))
    // What is sent last arrives last.
    await act(agent, 'agent.stop', ADDRESS.manage)
    await until(async () => (await trapd.log()).includes(CHANGED))
    const failures = (await trapd.log()).split(`OID: ${FAILURE}`).length - 1
    expect(failures).toBeGreaterThanOrEqual(1)
    expect(failures).toBeLessThanOrEqual(3)
    expect(await trapd.log()).not.toContain('a-wrong-word')
  })

  it('that nobody acknowledges are told of once in the log', async () => {
    const port = await freePort()
    const policy = `${FOR_OPS}informsink 127.0.0.1:${port} trap-word\n`
    const { log } = await startSnmp({ ...ALL_VERSIONS, policy })
    await until(() => log.some(({ event }) => event === 'notification-failed'))
    expect(log.filter(({ event }) => event === 'notification-failed')).toMatchObject([
      { host: '127.0.0.1', port, kind: 'inform' },
    ])
    expect(JSON.stringify(log)).not.toContain('trap-word')
  })
})

/** The receivers that a policy with this line names. */
function read(line: string, versions: readonly Version[] = ['1', '2c', '3']): Sinks {
  const policy = parse(`${FOR_OPS}${line}\n`, { file: 'snmpd.conf' })
  return sinksOf({ sinks: [], versions }, new UserTable([]), policy)
}

describe('a receiver of notifications', () => {
  it.each([
    ['trap2sink 127.0.0.1', 'community-missing'],
    ['trap2sink tcp:127.0.0.1:162 trap-word', 'transport-unknown'],
    ['trap2sink /var/run/socket trap-word', 'transport-unknown'],
    ['trap2sink 127.0.0.1:0 trap-word', 'transport-unknown'],
    ['trap2sink 127.0.0.1 trap-word 65536', 'transport-unknown'],
  ])('of the line %s is sent nothing', (line, reason) => {
    expect(read(line)).toEqual({ used: [], unused: [{ place: 'snmpd.conf:2', reason }] })
  })

  it.each([
    ['127.0.0.1 trap-word', '127.0.0.1', 162],
    ['127.0.0.1 trap-word 1162', '127.0.0.1', 1162],
    ['udp:localhost:1162 trap-word', 'localhost', 1162],
    ['::1 trap-word', '::1', 162],
    ['udp6:[::1]:1162 trap-word', '::1', 1162],
  ])('may be written as %s', (written, host, port) => {
    const [sink, ...others] = read(`trapsink ${written}`).used
    expect(sink).toMatchObject({ host, port, kind: 'trap', version: '1' })
    expect(sink?.community?.expose()).toEqual(new TextEncoder().encode('trap-word'))
    expect(others).toEqual([])
  })

  it.each<[string, readonly Version[]]>([
    ['trapsink', ['2c', '3']],
    ['trap2sink', ['1', '3']],
    ['informsink', ['1', '3']],
  ])('of a line %s is sent nothing while its version is off', (directive, versions) => {
    const { used, unused } = read(`${directive} 127.0.0.1 trap-word`, versions)
    expect([used, unused]).toMatchObject([[], [{ reason: 'version-off' }]])
  })

  it('that is sent nothing stands in the log, without its community', async () => {
    const policy = `${FOR_OPS}trap2sink 127.0.0.1 trap-word\n`
    const { log, agent } = await startSnmp({ policy })
    expect(agent.snmp?.sinks).toBe(0)
    const told = { event: 'snmp-sink-unused', source: 'snmpd.conf:2', code: 'version-off' }
    expect(log).toContainEqual(expect.objectContaining(told))
    expect(JSON.stringify(log)).not.toContain('trap-word')
  })

  it('that is a user who is not in the file of users is sent nothing', async () => {
    const sinks = [{ host: '127.0.0.1', user: 'nobody' }]
    const { log, agent } = await startSnmp({ snmp: { sinks } })
    expect(agent.snmp?.sinks).toBe(0)
    expect(log).toContainEqual(
      expect.objectContaining({ event: 'snmp-sink-unused', code: 'user-unknown' }),
    )
  })
})
