import { createSocket } from 'node:dgram'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { renderStart } from '../src/index.ts'
import type { PeerName } from '../src/index.ts'
import {
  ALL_VERSIONS,
  AS_OPS,
  asCommunity,
  FOR_OPS,
  freePort,
  hasTools,
  startSnmp,
  until,
} from './snmp-world.ts'
import { act, ADDRESS, MICROAGENT, invoke } from './world.ts'

const title = hasTools ? 'over SNMP' : 'needs snmpget'

const SYSTEM = '.1.3.6.1.2.1.1'
const UPTIME = `${SYSTEM}.3.0`
const PART = '.1.3.6.1.4.1.8072.9999.9999.1.1'

describe.skipIf(!hasTools)(`${title}: a manager`, () => {
  it('reads the system group as a user whose messages are encrypted', async () => {
    const texts = { contact: 'ops@example.com', location: 'rack 4', systemName: 'web-1' }
    const { walk } = await startSnmp({ snmp: texts })
    const found = await walk(SYSTEM)
    expect(found.get(`${SYSTEM}.1.0`)).toContain(hostname())
    expect(found.get(`${SYSTEM}.2.0`)).toBe('.1.3.6.1.4.1.8072.9999.9999')
    expect(found.get(`${SYSTEM}.4.0`)).toBe('ops@example.com')
    expect(found.get(`${SYSTEM}.5.0`)).toBe('web-1')
    expect(found.get(`${SYSTEM}.6.0`)).toBe('rack 4')
    expect(found.get(`${SYSTEM}.7.0`)).toBe('72')
    expect(found.size).toBe(7)
  })

  it('walks everything, and what it finds is of this machine', async () => {
    const { walk } = await startSnmp()
    const found = await walk('.1.3')
    const interfaces = [...found].filter(([name]) => name.startsWith('.1.3.6.1.2.1.2.2.1.2.'))
    expect(Number(found.get('.1.3.6.1.2.1.2.1.0'))).toBe(interfaces.length)
    expect(interfaces.map(([, name]) => name)).toContain('lo')
    expect(found.get(`.1.3.6.1.2.1.25.4.2.1.2.${process.pid}`)).toBe(
      (await readFile('/proc/self/comm', 'utf8')).trim(),
    )
    expect(Number(found.get('.1.3.6.1.2.1.25.2.2.0'))).toBeGreaterThan(1000)
    expect(found.get('.1.3.6.1.2.1.25.2.3.1.3.1')).toBe('Physical memory')
    expect(found.has('.1.3.6.1.2.1.25.3.3.1.2.196608')).toBe(true)
    expect(Number(found.get('.1.3.6.1.2.1.11.1.0'))).toBeGreaterThan(0)
    expect(found.has('.1.3.6.1.6.3.10.2.1.1.0')).toBe(true)
    expect([...found.values()].join('\n')).not.toContain('passphrase')
  })

  it.each([
    ['with a wrong passphrase', ['-A', 'a wrong passphrase'], 'wrong-digest'],
    ['with a wrong key phrase', ['-X', 'a wrong key phrase'], 'decryption-failed'],
    ['who is unknown', ['-u', 'nobody'], 'user-unknown'],
    ['less protected than the policy demands', ['-l', 'authNoPriv'], 'level-too-low'],
  ])('%s gets nothing, and a record', async (_, more, code) => {
    const { run, records } = await startSnmp()
    const { stdout } = await run('snmpget', [UPTIME], [...AS_OPS, ...more])
    expect(stdout).not.toContain(UPTIME)
    await until(async () => (await records()).length > 0)
    const codes = (await records()).flatMap((record) => record.codes ?? [])
    expect(codes).toContain(code === 'wrong-digest' ? 'digest-wrong' : code)
    expect(JSON.stringify(await records())).not.toContain('phrase')
  })

  it('who may read nothing is told so, and a record names the line', async () => {
    const policy = 'rouser ops priv .1.3.6.1.2.1.2\n'
    const { run, records } = await startSnmp({ policy })
    const { stdout } = await run('snmpget', [UPTIME])
    expect(stdout).toContain('No Such Object')
    await until(async () => (await records()).length > 0)
    expect((await records()).at(-1)).toMatchObject({
      outcome: 'deny',
      operation: 'snmp.get',
      target: UPTIME.slice(1),
      claimedUser: 'ops',
      peer: '127.0.0.1',
      codes: ['not-in-view'],
      policy: expect.stringMatching(/^[0-9a-f]{64}$/),
      facts: { version: '3' },
    })
  })

  it('sets nothing, and an attempt that the policy allows has a record, too', async () => {
    const { run, records } = await startSnmp({ policy: 'rwuser ops priv\n' })
    const contact = `${SYSTEM}.4.0`
    const set = await run('snmpset', [contact, 's', 'nobody'])
    expect(set.stderr).toContain('notWritable')
    const enable = await run('snmpset', ['.1.3.6.1.2.1.11.30.0', 'i', '1'])
    expect(enable.stderr).toContain('notWritable')
    await until(async () => (await records()).length > 1)
    expect((await records())[0]).toMatchObject({
      outcome: 'allow',
      operation: 'snmp.set',
      target: contact.slice(1),
      facts: { errorStatus: 'notWritable' },
    })
    const without = await startSnmp()
    await without.run('snmpset', [contact, 's', 'nobody'])
    await until(async () => (await without.records()).length > 0)
    expect((await without.records())[0]).toMatchObject({ outcome: 'deny', operation: 'snmp.set' })
  })

  it('reads how the parts of the agent are doing', async () => {
    const { walk, agent, write } = await startSnmp()
    await act(agent, 'collect.start', ADDRESS.view)
    await invoke(agent, 'ops', MICROAGENT.self, 'getUptime')
    await invoke(agent, 'stranger', MICROAGENT.self, 'getUptime')
    await write('Trusted.txt', 'ops + * + and more')
    await agent.reload()
    await act(agent, 'agent.stop', ADDRESS.manage)
    await until(() => agent.agentAddress === undefined)
    const found = await walk(PART)
    const rows = [...found]
      .filter(([name]) => name.startsWith(`${PART}.3.`))
      .map(([name, part]) => {
        const row = name.slice(`${PART}.3.`.length)
        const column = (at: number) => found.get(`${PART}.${at}.${row}`)
        return [part, column(2), column(4), column(5), column(6)]
      })
    expect(rows).toContainEqual(['service daemon', '1', '1', '0', '0'])
    expect(rows).toContainEqual(['agent', '1', '2', '2', '2'])
    expect(rows).toContainEqual([MICROAGENT.self, '2', '2', '1', '1'])
    expect(rows).toContainEqual(['Authorization.cfg', '3', '1', undefined, undefined])
    expect(rows).toContainEqual(['Trusted.txt', '3', '3', undefined, undefined])
    expect(rows).toContainEqual(['audit', '4', '1', undefined, undefined])
  })
})

describe.skipIf(!hasTools)(`${title}: a community`, () => {
  const policy = `${FOR_OPS}rocommunity a-secret-word 127.0.0.1\n`

  it('gets no answer unless versions 1 and 2c are switched on', async () => {
    const { run, records } = await startSnmp({ policy })
    for (const version of ['1', '2c'] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { stderr, stdout } = await run(
        'snmpget',
        [UPTIME],
        asCommunity('a-secret-word', version),
      )
      expect([stdout, stderr]).toEqual(['', expect.stringContaining('Timeout')])
    }
    expect(await records()).toMatchObject([
      { outcome: 'deny', codes: ['version-off'], peer: '127.0.0.1' },
      { outcome: 'deny', codes: ['version-off'] },
    ])
  })

  it('is answered when they are, and a wrong one has a record without it', async () => {
    const { run, records, log, agent } = await startSnmp({ ...ALL_VERSIONS, policy })
    for (const version of ['1', '2c'] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { stdout } = await run('snmpget', [UPTIME], asCommunity('a-secret-word', version))
      expect(stdout).toContain(UPTIME)
    }
    expect(await records()).toEqual([])
    const { stdout } = await run('snmpget', [UPTIME], asCommunity('a-wrong-word'))
    expect(stdout).toBe('')
    await until(async () => (await records()).length > 0)
    const [record] = await records()
    expect(record).toMatchObject({
      outcome: 'deny',
      operation: 'snmp.get',
      codes: ['community-unknown'],
      facts: { version: '2c', communityDigest: expect.stringMatching(/^[0-9a-f]{16}$/) },
    })
    const everything = JSON.stringify([await readFile(agent.audit.file, 'utf8'), log])
    expect(everything).not.toContain('a-wrong-word')
    expect(everything).not.toContain('a-secret-word')
  })

  it('in a flood of wrong ones fills no log, and good ones are answered', async () => {
    const { run, records, port } = await startSnmp({ ...ALL_VERSIONS, policy })
    const socket = createSocket('udp4')
    onTestFinished(() => void socket.close())
    const message = Buffer.from(
      '302602010104067772 6f6e6721a019020101020100020100300e300c06082b060102010103000500'.replaceAll(
        ' ',
        '',
      ),
      'hex',
    )
    const send = () => socket.send(message, port, '127.0.0.1')
    const refused = async (): Promise<number> => {
      const { stdout } = await run('snmpget', ['.1.3.6.1.2.1.11.4.0'], asCommunity('a-secret-word'))
      return Number(/Counter32: (\d+)/.exec(stdout)?.[1])
    }
    await until(async () => {
      for (let sent = 0; sent < 50; sent += 1) send()
      return (await refused()) > 500
    })
    expect((await records()).length).toBeLessThan(200)
    await until(async () => {
      send()
      return (await records()).some(({ facts }) => Number(facts?.['leftOut']) > 0)
    })
  })
})

describe.skipIf(!hasTools)(`${title}: TCP Wrappers`, () => {
  const guarded = {
    config: { tcpWrappers: { allowFile: 'hosts.allow', denyFile: 'hosts.deny' } },
    files: {
      'hosts.allow': 'bgssd: 127.0.0.1\n',
      'hosts.deny': 'snmpd: 127.0.0.1\nALL: 10.0.0.0/8\n',
    },
  }

  it('refuse a source before anything is read, by the rules for snmpd', async () => {
    const { run, records, write, agent } = await startSnmp(guarded)
    const { stdout, stderr } = await run('snmpget', [UPTIME])
    expect([stdout, stderr]).toEqual(['', expect.stringContaining('Timeout')])
    expect(await records()).toMatchObject([
      {
        outcome: 'deny',
        operation: 'connect',
        target: 'snmpd',
        source: 'hosts.deny:1',
        peer: '127.0.0.1',
        codes: ['denied-by-rule'],
        policy: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ])
    await write('hosts.allow', 'snmpd: 127.0.0.1\n')
    await agent.reload()
    expect((await run('snmpget', [UPTIME])).stdout).toContain(UPTIME)
    const counted = await run('snmpget', ['.1.3.6.1.2.1.11.1.0'])
    // Discovery and GET, twice: what was refused was not counted among what came in.
    expect(counted.stdout).toContain('Counter32: 4')
  })

  it('are asked with the name that the config gives', async () => {
    const { run } = await startSnmp({
      ...guarded,
      snmp: { daemonName: 'monitor' },
      files: { 'hosts.allow': 'monitor: 127.0.0.1\n', 'hosts.deny': 'ALL: ALL\n' },
    })
    expect((await run('snmpget', [UPTIME])).stdout).toContain(UPTIME)
  })

  it('may be for one address and port of the agent', async () => {
    const [address, other] = ['127.0.0.1', '127.0.0.2']
    const port = await freePort()
    const files = { 'hosts.allow': `${port}@${address}: ALL\n`, 'hosts.deny': 'ALL: ALL\n' }
    const listen = [other, address].map((place) => ({ address: place, port }))
    const { run, records } = await startSnmp({ ...guarded, snmp: { listen }, files })
    expect((await run('snmpget', [UPTIME], AS_OPS, other)).stdout).toBe('')
    expect((await run('snmpget', [UPTIME])).stdout).toContain(UPTIME)
    expect(await records()).toMatchObject([{ operation: 'connect', outcome: 'deny' }])
  })

  it('that ask for a name let a manager in when that is known, at its next try', async () => {
    const files = { 'hosts.allow': 'snmpd: console.example.com\n', 'hosts.deny': 'ALL: ALL\n' }
    const lookUpName = vi.fn((address: string): Promise<PeerName> =>
      Promise.resolve({ confirmed: address === '127.0.0.1' ? 'console.example.com' : 'x' }),
    )
    const { run, records } = await startSnmp({ ...guarded, files }, { lookUpName })
    expect((await run('snmpget', [UPTIME])).stdout).toBe('')
    expect((await run('snmpget', [UPTIME])).stdout).toContain(UPTIME)
    expect((await run('snmpget', [UPTIME])).stdout).toContain(UPTIME)
    expect(lookUpName).toHaveBeenCalledTimes(1)
    expect(await records()).toEqual([])
  })
})

describe.skipIf(!hasTools)(`${title}: the policy`, () => {
  it('counts as it is when it was last read', async () => {
    const { run, write, agent } = await startSnmp()
    expect((await run('snmpget', [UPTIME])).stdout).toContain(UPTIME)
    await write('snmpd.conf', 'rouser somebody-else priv\n')
    expect((await run('snmpget', [UPTIME])).stdout).toContain(UPTIME)
    expect(await agent.reload()).toMatchObject({ snmp: { loaded: true } })
    expect((await run('snmpget', [UPTIME])).stdout).not.toContain(UPTIME)
    await write('snmpd.conf', 'rouser ops priv\nview broken\n')
    expect(await agent.reload()).toMatchObject({ snmp: { loaded: false, kept: true } })
    expect((await run('snmpget', [UPTIME])).stdout).not.toContain(UPTIME)
    await write('snmpd.conf', FOR_OPS)
    await agent.reload()
    expect((await run('snmpget', [UPTIME])).stdout).toContain(UPTIME)
  })

  it.each([
    ['is missing', null, 'policy-missing'],
    ['has errors', 'rouser ops priv\naccess x\n', 'policy-malformed'],
  ])('that %s lets nobody in', async (_, policy, code) => {
    const { run, agent, records } = await startSnmp({ policy })
    expect((await run('snmpget', [UPTIME])).stdout).not.toContain(UPTIME)
    expect(agent.policies).toContainEqual({ file: 'snmpd.conf', inForce: false })
    await until(async () => (await records()).length > 0)
    expect((await records()).at(-1)).toMatchObject({ outcome: 'deny', codes: [code] })
  })

  it('makes no users, and says of its createUser lines that it does not', async () => {
    const policy = `${FOR_OPS}createUser eve SHA-256 "eve's passphrase" AES\nrouser eve priv\n`
    const { run, config, agent, log } = await startSnmp({ policy })
    const asEve = [...AS_OPS, '-u', 'eve', '-A', "eve's passphrase", '-X', "eve's passphrase"]
    expect((await run('snmpget', [UPTIME], asEve)).stdout).not.toContain(UPTIME)
    expect(log).toContainEqual(expect.objectContaining({ event: 'snmp-line-unused', line: 2 }))
    expect(renderStart(config, agent)).toContain('NOT USED snmpd.conf:2')
    expect(JSON.stringify(log)).not.toContain("eve's")
  })
})
