import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CommandGenerator, NotificationOriginator } from '@gatehouse/snmp-access/engine'
import { expect, onTestFinished, test } from 'vitest'
import { readSnmpSettings } from '../src/snmp/settings.ts'
import { TrapDesk } from '../src/snmp/trap-desk.ts'
import { privateFile, until, USER } from './snmp-world.ts'

const COLD = [1, 3, 6, 1, 6, 3, 1, 1, 5, 1]
const ENGINE = Buffer.from('8000000005aabbccdd', 'hex')
const PROVEN = { id: ENGINE, boots: 3, time: 5, latest: 5 }

/** What comes of a trap of `ops` from an address of `db01`. */
async function trapFrom(
  provenAs: readonly string[],
  level: 'noAuthNoPriv' | 'authPriv' = 'authPriv',
): Promise<{ readonly event: unknown; readonly polled: readonly (string | undefined)[] }> {
  const users = [{ ...USER, engineIds: [ENGINE.toString('hex')] }]
  const file = await privateFile({ users, SnmpTrapPortAddress: 0, traps: {} })
  await writeFile(join(dirname(file), 'snmptrapd.conf'), 'authUser log,execute ops noauth\n')
  const settings = await readSnmpSettings(file)
  const { traps } = settings
  const user = settings.users.get('ops')?.user
  if (traps === undefined || user === undefined) throw new Error('no traps')
  const polled: (string | undefined)[] = []
  const desk = await TrapDesk.open({
    settings: { ...settings, traps },
    systemAt: () => 'db01',
    onTaken: (system) => polled.push(system),
  })
  onTestFinished(() => desk.close())
  for (const system of provenAs) desk.trust('ops', PROVEN, system)
  const generator = await CommandGenerator.open()
  onTestFinished(() => generator.close())
  const engine = { id: ENGINE, boots: 3, time: 7 }
  const originator = new NotificationOriginator({ generator, engine: () => engine })
  const port = desk.view.addresses[0]?.port ?? 0
  const sink = { host: '127.0.0.1', port, version: '3', user, level, kind: 'trap' } as const
  await originator.send(sink, { trapOid: COLD, uptime: 1, varbinds: [] })
  await until(() => desk.events.length === 1)
  return { event: desk.events[0], polled }
}

test('an authentic trap is that of the system whose engine sent it, whatever address it bears', async () => {
  const { event, polled } = await trapFrom(['web01'])
  expect(event).toMatchObject({ system: 'web01', user: 'ops', level: 'authPriv' })
  expect(polled).toEqual(['web01'])
})

test('of two systems with a copied engine id it is that of the address, or of none', async () => {
  expect((await trapFrom(['web01', 'db01'])).event).toMatchObject({ system: 'db01' })
  expect((await trapFrom(['web01', 'web02'])).event).not.toHaveProperty('system')
})

test('a trap that proves nothing is that of its address, and says so', async () => {
  const { event } = await trapFrom(['web01'], 'noAuthNoPriv')
  expect(event).toMatchObject({ system: 'db01', level: 'noAuthNoPriv' })
})
