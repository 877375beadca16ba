import { expect, test } from 'vitest'
import { formatOid, parse } from '../../src/index.ts'
import { ask, integer, makeMib, named, oid, SCALARS, startGuarded } from './peer.ts'

const BAD_NAMES = '1.3.6.1.2.1.11.4.0'
const ENABLE_TRAPS = '1.3.6.1.2.1.11.30.0'
const RESOURCE_UNAVAILABLE = 13

const policy = parse('rwcommunity private 127.0.0.1\n', { file: 'snmpd.conf' })

async function walked(port: number): Promise<string[]> {
  const names: string[] = []
  for (let at = '1.3'; ; at = names.at(-1) as string) {
    // oxlint-disable-next-line no-await-in-loop -- a walk is one step after the other
    const answer = await ask(port, { community: 'private', pdu: 'getnext', varbinds: [named(at)] })
    const [varbind] = answer?.varbinds ?? []
    if (varbind === undefined || varbind.value.type === 'endOfMibView') return names
    names.push(formatOid(varbind.oid))
  }
}

test('counters of the agent and objects of the Mib are walked as one, in order', async () => {
  const mib = makeMib(1)
  for (const [name, text] of [
    ['before', '1.3.6.1.2.1.1.1'],
    ['taken', '1.3.6.1.2.1.11.4'],
    ['within', '1.3.6.1.2.1.11.77'],
  ] as const) {
    mib.registerProvider({ name, type: 1, oid: text, scalarType: 2, maxAccess: 2 })
    mib.setScalarValue(name, 4711)
  }
  const { port } = await startGuarded(mib, { policy })
  const names = await walked(port)
  expect(names[0]).toBe('1.3.6.1.2.1.1.1.0')
  const sorted = names.map(oid).toSorted((a, b) => {
    const at = a.findIndex((arc, index) => arc !== b[index])
    return (a[at] ?? 0) - (b[at] ?? 0)
  })
  expect(names).toEqual(sorted.map(formatOid))
  expect(names).toContain(BAD_NAMES)
  expect(names).toContain(`${SCALARS.word.oid}.0`)
  expect(names).not.toContain('1.3.6.1.2.1.11.77.0')
  const answer = await ask(port, { community: 'private', pdu: 'get', varbinds: [named(BAD_NAMES)] })
  expect(answer?.varbinds[0]?.value).toEqual({ type: 'Counter32', value: 0 })
})

test('a SET writes to the agent or to the Mib, not to both', async () => {
  const mib = makeMib()
  const { port } = await startGuarded(mib, { policy })
  const own = { oid: oid(ENABLE_TRAPS), value: integer(1) }
  const other = { oid: oid(`${SCALARS.number.oid}.0`), value: integer(1) }
  const set = { community: 'private', pdu: 'set' } as const
  const both = await ask(port, { ...set, varbinds: [other, own] })
  expect([both?.errorStatus, both?.errorIndex]).toEqual([RESOURCE_UNAVAILABLE, 1])
  expect(mib.getScalarValue('number')).toBe(7)
  for (const varbind of [own, other]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect((await ask(port, { ...set, varbinds: [varbind] }))?.errorStatus).toBe(0)
  }
  expect(mib.getScalarValue('number')).toBe(1)
})

test('versions 1 and 2c are not answered unless they are switched on', async () => {
  const { port } = await startGuarded(makeMib(), { policy, versions: ['3'] })
  const varbinds = [named(`${SCALARS.word.oid}.0`)]
  expect(await ask(port, { community: 'private', pdu: 'get', varbinds }, 300)).toBeUndefined()
})
