import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { EngineFile, ObjectTree } from '../../src/engine/index.ts'
import { programPath, runTool as run } from './peer-daemons.ts'
import { ENGINE, fixed, integer, makeResponder, oid, policyOf, serve, text } from './served.ts'

const isInstalled = programPath('snmpget') !== undefined
const title = isInstalled ? 'the tools of net-snmp' : 'needs snmpget: the tools of net-snmp'

const POLICY = policyOf(
  'rocommunity public',
  'rwcommunity private',
  'rocommunity6 public',
  'rouser u_none noauth',
  'rwuser u_auth auth',
  'rwuser u_priv priv',
  'rwuser u_strong priv',
)

/** Numbers for names, one try. */
async function runTool(name: string, args: readonly string[]) {
  const { code, output } = await run(name, ['-On', '-Oe', '-t', '2', '-r', '0', ...args])
  return { status: code, lines: output.split('\n').filter(isTold) }
}

function isTold(line: string): boolean {
  return line !== '' && !line.startsWith('Created directory')
}

const BASE = '1.3.6.1.4.1.424242'

let setting = 'before'

function makeTree(): ObjectTree {
  const tree = new ObjectTree()
  tree.register(oid(`${BASE}.1`), () => [
    fixed(`${BASE}.1.1.0`, text('name')),
    {
      oid: oid(`${BASE}.1.2.0`),
      value: text(setting),
      write: {
        test: () => 'noError',
        commit: (value) => {
          setting = value.type === 'OctetString' ? Buffer.from(value.value).toString() : ''
          return 'noError'
        },
      },
    },
    fixed(`${BASE}.1.3.0`, { type: 'Counter64', value: 2n ** 64n - 1n }),
    fixed(`${BASE}.1.4.0`, { type: 'TimeTicks', value: 2 ** 32 - 1 }),
    fixed(`${BASE}.1.5.0`, { type: 'IpAddress', value: Uint8Array.of(192, 0, 2, 1) }),
    fixed(`${BASE}.1.6.0`, { type: 'ObjectIdentifier', value: oid('1.3.4294967295.2147483648') }),
  ])
  tree.register(oid(`${BASE}.2`), () =>
    Array.from({ length: 300 }, (_, row) => fixed(`${BASE}.2.1.${row + 1}`, integer(row - 150))),
  )
  tree.register(oid(`${BASE}.3`), () => [
    fixed(`${BASE}.3.2147483648.0`, integer(1)),
    fixed(`${BASE}.3.4294967295.0`, integer(2)),
  ])
  tree.register(oid(`${BASE}.4`), () => [fixed(`${BASE}.4.0`, integer(4))])
  return tree
}

const AUTH = ['-v', '3', '-u', 'u_auth', '-l', 'authNoPriv', '-a', 'SHA-256', '-A', 'authpass123']
const PRIVATE = ['-v', '3', '-l', 'authPriv', '-A', 'authpass123', '-X', 'privpass123']

const SENDERS: readonly (readonly [string, readonly string[]])[] = [
  ['version 1', ['-v', '1', '-c', 'public']],
  ['version 2c', ['-v', '2c', '-c', 'public']],
  ['version 3, noAuthNoPriv', ['-v', '3', '-u', 'u_none', '-l', 'noAuthNoPriv']],
  ['version 3, SHA-256', AUTH],
  ['version 3, SHA-256 and AES', [...PRIVATE, '-u', 'u_priv', '-a', 'SHA-256', '-x', 'AES']],
  [
    'version 3, SHA-512 and AES-256',
    [...PRIVATE, '-u', 'u_strong', '-a', 'SHA-512', '-x', 'AES-256'],
  ],
]

const { responder, events, authenticationFailures } = makeResponder(
  makeTree(),
  { ...POLICY, authTrapEnabled: true },
  { limits: { eventsPerSecond: 1_000_000, authenticationFailuresPerSecond: 1_000_000 } },
)

describe.skipIf(!isInstalled)(title, () => {
  let served: Awaited<ReturnType<typeof serve>>
  beforeAll(async () => {
    served = await serve(responder)
  })
  afterAll(() => served.close())
  beforeEach(() => {
    events.length = 0
    authenticationFailures.length = 0
  })

  describe.each(SENDERS)('in %s', (version, sender) => {
    it('get a value over IPv4 and, where they may, over IPv6', async () => {
      const name = `.${BASE}.1.1.0`
      const expected = { status: 0, lines: [`${name} = STRING: "name"`] }
      expect(await runTool('snmpget', [...sender, served.ipv4, name])).toEqual(expected)
      expect(await runTool('snmpget', [...sender, served.ipv6, name])).toEqual(expected)
    })

    it('step on with GETNEXT', async () => {
      const { lines } = await runTool('snmpgetnext', [
        ...sender,
        served.ipv4,
        `.${BASE}.1.4`,
        `.${BASE}.2.1.300`,
      ])
      expect(lines).toEqual([
        `.${BASE}.1.4.0 = Timeticks: (4294967295) 497 days, 2:27:52.95`,
        `.${BASE}.3.2147483648.0 = INTEGER: 1`,
      ])
    })

    it('walk 300 rows in order', async () => {
      const tool = version === 'version 1' ? 'snmpwalk' : 'snmpbulkwalk'
      const { lines, status } = await runTool(tool, [...sender, served.ipv4, `.${BASE}.2`])
      expect(status).toBe(0)
      expect(lines).toHaveLength(300)
      expect(lines.at(-1)).toBe(`.${BASE}.2.1.300 = INTEGER: 149`)
    })

    it('get sub-identifiers from 2^31 on as they are', async () => {
      const { lines } = await runTool('snmpwalk', [...sender, served.ipv4, `.${BASE}.3`])
      expect(lines).toEqual([
        `.${BASE}.3.2147483648.0 = INTEGER: 1`,
        `.${BASE}.3.4294967295.0 = INTEGER: 2`,
      ])
    })
  })

  it('set a value with SNMPv2c and with authPriv, and are refused it with the other community', async () => {
    const name = `.${BASE}.1.2.0`
    const given = [served.ipv4, name, 's']
    const first = await runTool('snmpset', ['-v', '2c', '-c', 'private', ...given, 'one'])
    expect(first).toEqual({ status: 0, lines: [`${name} = STRING: "one"`] })
    expect(setting).toBe('one')
    const refused = await runTool('snmpset', ['-v', '2c', '-c', 'public', ...given, 'two'])
    expect(refused.lines.join()).toContain('noAccess')
    const sender = [...PRIVATE, '-u', 'u_strong', '-a', 'SHA-512', '-x', 'AES-256']
    expect(await runTool('snmpset', [...sender, ...given, 'three'])).toMatchObject({ status: 0 })
    expect(setting).toBe('three')
    expect(events.map(({ kind, errorStatus }) => [kind, errorStatus])).toEqual([
      ['changed', 'noError'],
      ['refused', 'noAccess'],
      ['discovery', undefined],
      ['changed', 'noError'],
    ])
  })

  it('never see a Counter64 in version 1', async () => {
    const name = `.${BASE}.1.3.0`
    const asked = [served.ipv4, name]
    const old = await runTool('snmpget', ['-v', '1', '-c', 'public', ...asked])
    expect(old.lines.join()).toContain('noSuchName')
    const next = await runTool('snmpgetnext', [
      '-v',
      '1',
      '-c',
      'public',
      served.ipv4,
      `.${BASE}.1.2.0`,
    ])
    expect(next.lines[0]).toContain(`.${BASE}.1.4.0 = Timeticks`)
    const { lines } = await runTool('snmpget', ['-v', '2c', '-c', 'public', ...asked])
    expect(lines).toEqual([`${name} = Counter64: 18446744073709551615`])
  })

  it('get no answer to a wrong community, and one authenticationFailure is due', async () => {
    const { status, lines } = await runTool(
      'snmpget',
      `-v 2c -c wrong -t 0.3 ${served.ipv4} .${BASE}.1.1.0`.split(' '),
    )
    expect(status).toBe(1)
    expect(lines.join()).toContain('No Response')
    expect(authenticationFailures).toEqual(['127.0.0.1'])
    expect(events).toMatchObject([
      {
        kind: 'refused',
        source: '127.0.0.1',
        version: '2c',
        reasons: [{ code: 'community-unknown' }],
      },
    ])
    expect(JSON.stringify(events)).not.toContain('wrong')
  })

  it('are told of a wrong password, and of a user that is not there', async () => {
    const asked = [served.ipv4, `.${BASE}.1.1.0`]
    const sender = ['-v', '3', '-l', 'authNoPriv', '-a', 'SHA-256', '-A', 'anotherpass']
    const wrong = await runTool('snmpget', [...sender, '-u', 'u_auth', ...asked])
    expect(wrong.lines.join()).toContain('Authentication failure')
    const unknown = await runTool('snmpget', [...sender, '-u', 'nobody', ...asked])
    expect(unknown.lines.join()).toContain('Unknown user name')
    expect(events.map(({ reasons }) => reasons?.[0].code)).toEqual([
      'engine-unknown',
      'digest-wrong',
      'engine-unknown',
      'user-unknown',
    ])
  })

  it('get one packet for a GETBULK of all there is', async () => {
    const { lines, status } = await runTool(
      'snmpbulkget',
      `-v 2c -c public -Cr2147483647 -Cn0 ${served.ipv4} .${BASE}.2`.split(' '),
    )
    expect(status).toBe(0)
    expect(lines.length).toBeGreaterThan(50)
    expect(lines.length).toBeLessThanOrEqual(100)
  })

  it('are in time again after a restart, and what was recorded before it is not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'engine-'))
    const path = join(folder, 'engine')
    const recorded: Uint8Array[] = []
    const asked = `.${BASE}.1.1.0`
    const boots: number[] = []
    for (let start = 1; start <= 2; start += 1) {
      // oxlint-disable no-await-in-loop -- one life after the other
      const file = await EngineFile.open(path)
      boots.push(file.boots)
      const { responder: own, events: told } = makeResponder(makeTree(), POLICY, {
        engine: () => file.clock(),
      })
      for (const octets of recorded) own.receive(octets, '127.0.0.1', 161)
      if (start === 2) expect(told.at(-1)?.reasons?.[0].code).toBe('outside-time-window')
      const listening = await serve({
        receive: (octets, source, port) => {
          recorded.push(Uint8Array.from(octets))
          return own.receive(octets, source, port)
        },
      })
      expect(await runTool('snmpget', [...AUTH, listening.ipv4, asked])).toMatchObject({
        status: 0,
      })
      await listening.close()
      // oxlint-enable no-await-in-loop
    }
    expect(boots).toEqual([1, 2])
    rmSync(folder, { recursive: true })
  })

  it('read the groups of the engine itself', async () => {
    const tree = makeTree()
    const made = makeResponder(tree, policyOf('rocommunity public'))
    made.responder.registerObjects(tree)
    const listening = await serve(made.responder)
    const walk = async (name: string): Promise<readonly string[]> => {
      const args = ['-v', '2c', '-c', 'public', listening.ipv4, name]
      return (await runTool('snmpbulkwalk', args)).lines
    }
    expect(await walk('.1.3.6.1.2.1.11')).toHaveLength(30)
    const [id, boots, time] = await walk('.1.3.6.1.6.3.10.2.1')
    expect(id?.replaceAll(' ', '')).toContain(Buffer.from(ENGINE.id).toString('hex').toUpperCase())
    expect([boots, time]).toEqual([
      '.1.3.6.1.6.3.10.2.1.2.0 = INTEGER: 3',
      '.1.3.6.1.6.3.10.2.1.3.0 = INTEGER: 77',
    ])
    const users = await walk('.1.3.6.1.6.3.15.1.1')
    expect(users.filter((line) => line.includes('Counter32'))).toHaveLength(6)
    await listening.close()
  })
})
