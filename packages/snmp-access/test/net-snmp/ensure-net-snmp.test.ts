import { expect, test } from 'vitest'
import { ensureMib, ensureNetSnmp, NET_SNMP_VERSION } from '../../src/net-snmp/ensure-net-snmp.ts'
import { createGuardedAgent, objectsOf } from '../../src/net-snmp/index.ts'
import { POLICY, makeMib, netSnmp } from './peer.ts'

const INSTALLED = { version: NET_SNMP_VERSION, module: netSnmp }

test('the module beside the package is taken, as default export and as namespace', () => {
  expect(ensureNetSnmp(netSnmp)).toBe(netSnmp)
  expect(ensureNetSnmp({ default: netSnmp })).toBe(netSnmp)
})

test.each(['3.29.1', '3.29.3', '3.29.2-1', '4.0.0'])('version %s is refused', (version) => {
  const installed = { ...INSTALLED, version }
  expect(() => ensureNetSnmp(netSnmp, installed)).toThrow(
    expect.objectContaining({ code: 'peer-version', message: expect.stringContaining(version) }),
  )
})

test('another copy of the module is refused: its version is not known', () => {
  const copy = { ...netSnmp }
  expect(() => ensureNetSnmp(copy)).toThrow(expect.objectContaining({ code: 'peer-copy' }))
})

test('a module of the version that works otherwise is refused', () => {
  const others = [
    { ObjectType: { ...netSnmp.ObjectType, Counter64: 71 } },
    {
      createMib: () => {
        const mib = netSnmp.createMib()
        mib.setScalarValue = () => undefined
        return mib
      },
    },
    {
      createMib: () => {
        const mib = netSnmp.createMib()
        const add = mib.addTableRow.bind(mib)
        mib.addTableRow = (table, row) => add(table, [row[0], `${String(row[1])}!`])
        return mib
      },
    },
    {
      createMib: () => {
        const mib = netSnmp.createMib()
        mib.deleteTableRow = () => true
        return mib
      },
    },
  ]
  for (const other of others) {
    const module = { ...netSnmp, ...other }
    expect(() => ensureNetSnmp(module, { ...INSTALLED, module })).toThrow(
      expect.objectContaining({ code: 'seam-changed' }),
    )
  }
})

test('a Mib of another module is refused, whoever asks', async () => {
  const refused = expect.objectContaining({ code: 'mib-unknown' })
  expect(() => ensureMib(netSnmp, { ...makeMib() })).toThrow(refused)
  expect(() => objectsOf(netSnmp, {})).toThrow(refused)
  const engine = { id: Buffer.alloc(5, 1), boots: 1, time: 0 }
  const options = { mib: {}, port: 0, policy: POLICY, engine: () => engine }
  await expect(createGuardedAgent(netSnmp, options)).rejects.toThrow(refused)
})
