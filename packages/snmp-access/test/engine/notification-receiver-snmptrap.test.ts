import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { listen, type Listening } from '../../src/engine/index.ts'
import { UserTable } from '../../src/message/index.ts'
import {
  AUTH,
  LINK_DOWN,
  PRIV,
  receiverWith,
  SENDER,
  USERS,
  type Witness,
} from './notification-receiver-fixture.ts'
import { areInstalled, runTool } from './peer-daemons.ts'

const isInstalled = areInstalled('snmptrap', 'snmpinform')
const title = isInstalled ? 'NotificationReceiver, with snmptrap' : 'needs snmptrap'

const OBJECT = '1.3.6.1.2.1.2.2.1.1.7'
const OTHER_SENDER = Buffer.from('80001f8804737472', 'hex')

/** The parameters of the tools for a user. */
function byUser(
  name: string,
  { auth, priv, engine }: { auth?: string; priv?: string; engine?: Uint8Array },
): string[] {
  const parameters = ['-v', '3', '-u', name, '-l', levelOf(auth, priv)]
  if (engine !== undefined) parameters.push('-e', `0x${Buffer.from(engine).toString('hex')}`)
  if (auth !== undefined) parameters.push('-a', auth, '-A', AUTH)
  if (priv !== undefined) parameters.push('-x', priv, '-X', PRIV)
  return parameters
}

function levelOf(auth: string | undefined, priv: string | undefined): string {
  if (auth === undefined) return 'noAuthNoPriv'
  return priv === undefined ? 'authNoPriv' : 'authPriv'
}

/** What each user sends with, of an engine. */
function senders(engine?: Uint8Array): readonly string[][] {
  const of = engine === undefined ? {} : { engine }
  return [
    byUser('nobody', of),
    byUser('signing', { ...of, auth: 'SHA-256' }),
    byUser('sealing', { ...of, auth: 'SHA-256', priv: 'AES' }),
    byUser('strong', { ...of, auth: 'SHA-512', priv: 'AES-256' }),
  ]
}

describe.skipIf(!isInstalled)(title, () => {
  let witness: Witness
  let listening: Listening

  beforeAll(async () => {
    const table = new UserTable(USERS)
    const trapEngines = new Map(USERS.map(({ name }) => [name, [SENDER]]))
    witness = receiverWith({ users: table, trapEngines })
    const addresses = [{ address: '127.0.0.1', port: 0 }]
    listening = await listen(witness.receiver, { addresses })
  })
  afterAll(async () => {
    await listening.close()
  })
  beforeEach(() => {
    ;(witness.received as unknown[]).length = 0
    ;(witness.events as unknown[]).length = 0
  })

  const to = (): string => `127.0.0.1:${listening.addresses[0]?.port}`
  const version2 = (): string[] => [to(), '4711', LINK_DOWN.join('.'), OBJECT, 'i', '7']

  const varbinds = [
    {
      oid: OBJECT.split('.').map(Number),
      value: { type: 'Integer32', value: 7 },
    },
  ]

  test('takes a trap of version 1, by the name that RFC 3584 gives it', async () => {
    const trap = ['-v', '1', '-c', 'public', to(), '1.3.6.1.4.1.8072.3', '10.1.2.3']
    await runTool('snmptrap', [...trap, '2', '0', '4711', OBJECT, 'i', '7'])
    await runTool('snmptrap', [...trap, '6', '42', '4711', OBJECT, 'i', '7'])
    await expect.poll(() => witness.received.length).toBe(2)
    const common = {
      version: '1',
      pdu: 'trap1',
      source: '127.0.0.1',
      uptime: 4711,
      enterprise: [1, 3, 6, 1, 4, 1, 8072, 3],
      agentAddress: '10.1.2.3',
      purposes: ['log', 'execute'],
      varbinds,
    }
    expect(witness.received[0]).toMatchObject({ ...common, trapOid: LINK_DOWN })
    const trapOid = [1, 3, 6, 1, 4, 1, 8072, 3, 0, 42]
    expect(witness.received[1]).toMatchObject({ ...common, trapOid })
  })

  test('takes traps and informs of version 2c, and acknowledges these', async () => {
    await runTool('snmptrap', ['-v', '2c', '-c', 'public', ...version2()])
    await expect.poll(() => witness.received.length).toBe(1)
    expect(witness.received[0]).toMatchObject({
      version: '2c',
      pdu: 'trap2',
      trapOid: LINK_DOWN,
      uptime: 4711,
      varbinds,
      reasons: [{ code: 'in-view' }],
    })
    const { code } = await runTool('snmpinform', ['-v', '2c', '-c', 'public', ...version2()])
    expect(code).toBe(0)
    expect(witness.received[1]).toMatchObject({ pdu: 'inform', trapOid: LINK_DOWN, varbinds })
  })

  test('takes no notification with an unknown community, or one of another source', async () => {
    for (const community of ['wrong', 'elsewhere']) {
      await runTool('snmptrap', ['-v', '2c', '-c', community, ...version2()])
      const inform = ['-v', '2c', '-c', community, '-r', '0', '-t', '0.3', ...version2()]
      expect((await runTool('snmpinform', inform)).code).not.toBe(0)
    }
    await expect.poll(() => witness.events.length).toBe(4)
    expect(witness.received).toEqual([])
    expect(witness.events.map(({ kind, pdu, reasons }) => [kind, pdu, reasons?.[0].code])).toEqual([
      ['refused', 'trap2', 'community-unknown'],
      ['refused', 'inform', 'community-unknown'],
      ['refused', 'trap2', 'source-not-listed'],
      ['refused', 'inform', 'source-not-listed'],
    ])
  })

  test('takes traps of version 3 of every level, of an engine that is configured', async () => {
    for (const parameters of senders(SENDER)) {
      await runTool('snmptrap', [...parameters, ...version2()])
    }
    await expect.poll(() => witness.received.length).toBe(4)
    const seen = witness.received.map(({ user, level, pdu, purposes }) => [
      user,
      level,
      pdu,
      purposes,
    ])
    expect(seen).toEqual([
      ['nobody', 'noAuthNoPriv', 'trap2', ['log']],
      ['signing', 'authNoPriv', 'trap2', ['log', 'net']],
      ['sealing', 'authPriv', 'trap2', ['log']],
      ['strong', 'authPriv', 'trap2', ['log']],
    ])
    expect(witness.received[3]).toMatchObject({ trapOid: LINK_DOWN, uptime: 4711, varbinds })
    expect(witness.received[3]?.engineId).toEqual(new Uint8Array(SENDER))
    expect(witness.events).toEqual([])
  })

  test('takes informs of version 3 of every level, after its own engine was discovered', async () => {
    for (const parameters of senders()) {
      expect((await runTool('snmpinform', [...parameters, ...version2()])).code).toBe(0)
    }
    const seen = witness.received.map(({ user, level, pdu }) => [user, level, pdu])
    expect(seen).toEqual([
      ['nobody', 'noAuthNoPriv', 'inform'],
      ['signing', 'authNoPriv', 'inform'],
      ['sealing', 'authPriv', 'inform'],
      ['strong', 'authPriv', 'inform'],
    ])
    expect(new Set(witness.events.map(({ kind }) => kind))).toEqual(new Set(['discovery']))
  })

  test('takes nothing of version 3 of another engine, user or passphrase, or below its level', async () => {
    const signing = byUser('signing', { auth: 'SHA-256', engine: SENDER })
    const attempts: readonly [string, string[]][] = [
      ['engine-unknown', byUser('signing', { auth: 'SHA-256', engine: OTHER_SENDER })],
      ['user-unknown', byUser('stranger', { auth: 'SHA-256', engine: SENDER })],
      ['digest-wrong', signing.map((word) => (word === AUTH ? 'another passphrase' : word))],
      ['digest-wrong', byUser('signing', { auth: 'SHA', engine: SENDER })],
      ['level-unsupported', byUser('signing', { auth: 'SHA-256', priv: 'AES', engine: SENDER })],
      ['level-too-low', byUser('sealing', { auth: 'SHA-256', engine: SENDER })],
    ]
    for (const [, parameters] of attempts) await runTool('snmptrap', [...parameters, ...version2()])
    await expect.poll(() => witness.events.length).toBe(attempts.length)
    expect(witness.received).toEqual([])
    expect(witness.events.map(({ reasons }) => reasons?.[0].code)).toEqual(
      attempts.map(([code]) => code),
    )
  })

  test('does not acknowledge an inform of version 3 with a wrong passphrase, user or level', async () => {
    const quick = ['-r', '0', '-t', '1']
    const signing = byUser('signing', { auth: 'SHA-256' })
    const wrong = signing.map((word) => (word === AUTH ? 'another passphrase' : word))
    for (const [parameters, sentence] of [
      [wrong, /Authentication failure/u],
      [byUser('stranger', { auth: 'SHA-256' }), /Unknown user name/u],
      [byUser('sealing', { auth: 'SHA-256' }), /Timeout/u],
    ] as const) {
      const { code, output } = await runTool('snmpinform', [...quick, ...parameters, ...version2()])
      expect(code).not.toBe(0)
      expect(output).toMatch(sentence)
    }
    expect(witness.received).toEqual([])
  })
})
