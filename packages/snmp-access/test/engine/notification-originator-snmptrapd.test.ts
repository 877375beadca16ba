import { Secret } from '@gatehouse/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  CommandGenerator,
  NotificationOriginator,
  SnmpError,
  type NotificationSink,
} from '../../src/engine/index.ts'
import type { Oid } from '../../src/index.ts'
import { AUTH, LINK_DOWN, OURS, PRIV, userNamed } from './notification-receiver-fixture.ts'
import { areInstalled, startSnmptrapd, type Daemon } from './peer-daemons.ts'

const isInstalled = areInstalled('snmptrapd')
const title = isInstalled ? 'NotificationOriginator, with snmptrapd' : 'needs snmptrapd'

const ENGINE = `0x${Buffer.from(OURS.id).toString('hex')}`
const ENTERPRISE: Oid = [1, 3, 6, 1, 4, 1, 8072, 9999]

const USERS = [
  'nobody',
  `signing SHA-256 "${AUTH}"`,
  `sealing SHA-256 "${AUTH}" AES "${PRIV}"`,
  `strong SHA-512 "${AUTH}" AES-256 "${PRIV}"`,
]
const CONFIG = [
  'authCommunity log ours 127.0.0.1',
  ...USERS.flatMap((user) => [`createUser ${user}`, `createUser -e ${ENGINE} ${user}`]),
  'authUser log nobody noauth',
  'authUser log signing auth',
  'authUser log sealing priv',
  'authUser log strong priv',
]

describe.skipIf(!isInstalled)(title, () => {
  let snmptrapd: Daemon
  let generator: CommandGenerator
  let originator: NotificationOriginator
  let serial = 0

  beforeAll(async () => {
    // Generic and specific number, agent address, enterprise, and all varbinds.
    snmptrapd = await startSnmptrapd(CONFIG, '<%w|%q|%a|%N|%P|%v>\\n')
    generator = await CommandGenerator.open()
    originator = new NotificationOriginator({
      generator,
      engine: () => OURS,
      enterprise: ENTERPRISE,
    })
  })
  afterAll(async () => {
    await generator.close()
    await snmptrapd.stop()
  })

  function sinkOf(changes: Partial<NotificationSink>): NotificationSink {
    const { port } = snmptrapd
    return { host: '127.0.0.1', port, version: '3', kind: 'trap', timeoutMs: 5000, ...changes }
  }

  /** Sends one, and gives the line that snmptrapd wrote of it. */
  async function logged(sink: NotificationSink, trapOid: Oid = LINK_DOWN): Promise<string> {
    serial += 1
    const text = `notification ${serial}.`
    const value = { type: 'OctetString', value: new TextEncoder().encode(text) } as const
    const varbinds = [{ oid: [...ENTERPRISE, 1, 0], value }]
    await originator.send(sink, { trapOid, uptime: 4711, varbinds })
    return await snmptrapd.logged(new RegExp(`<[^<]*${text}[^>]*>`, 'u'))
  }

  const community = new Secret('ours')

  test('sends traps of version 1, generic and specific', async () => {
    const generic = await logged(sinkOf({ version: '1', community }))
    expect(generic).toMatch(/^<2\|0\|0\.0\.0\.0\|\.1\.3\.6\.1\.4\.1\.8072\.9999\|/u)
    const specific = await logged(sinkOf({ version: '1', community }), [...ENTERPRISE, 0, 42])
    expect(specific).toMatch(/^<6\|\.42\|0\.0\.0\.0\|\.1\.3\.6\.1\.4\.1\.8072\.9999\|/u)
  })

  test.each(['trap', 'inform'] as const)('sends a %s of version 2c', async (kind) => {
    const line = await logged(sinkOf({ version: '2c', kind, community }))
    expect(line).toContain(kind === 'trap' ? 'TRAP2, SNMP v2c' : 'INFORM, SNMP v2c')
    expect(line).toContain(`.1.3.6.1.6.3.1.1.4.1.0 = OID: .${LINK_DOWN.join('.')}`)
    expect(line).toContain('.1.3.6.1.2.1.1.3.0 = Timeticks: (4711)')
    expect(line).toContain(`.1.3.6.1.6.3.1.1.4.3.0 = OID: .${ENTERPRISE.join('.')}`)
  })

  const cases = (['nobody', 'signing', 'sealing', 'strong'] as const).flatMap((name) => [
    ['trap', name] as const,
    ['inform', name] as const,
  ])
  test.each(cases)('sends a %s of version 3 as %s', async (kind, name) => {
    const line = await logged(sinkOf({ kind, user: userNamed(name) }))
    expect(line).toContain(`${kind === 'trap' ? 'TRAP2' : 'INFORM'}, SNMP v3, user ${name}`)
    expect(line).toContain(`.1.3.6.1.6.3.1.1.4.1.0 = OID: .${LINK_DOWN.join('.')}`)
  })

  test('tells that nobody acknowledges an inform', async () => {
    const quick = { kind: 'inform', timeoutMs: 150, retries: 1 } as const
    const unknown = sinkOf({ ...quick, version: '2c', community: new Secret('not ours') })
    expect(await codeOf(logged(unknown))).toBe('timeout')
    const tooLow = sinkOf({
      ...quick,
      timeoutMs: 1000,
      retries: 0,
      user: userNamed('sealing'),
      level: 'authNoPriv',
    })
    expect(await codeOf(logged(tooLow))).toBe('timeout')
    const stranger = { ...userNamed('signing'), name: 'stranger' }
    const strange = sinkOf({ kind: 'inform', user: stranger })
    expect(await codeOf(logged(strange))).toBe('report:unknownUserNames')
  })
})

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(SnmpError)
  return (error as SnmpError).code
}
