import { expect, it } from 'vitest'
import { startSnmp } from './snmp-world.ts'

it.each([
  ['a community', 'rocommunity  wonderful-secret 10.0.0.300\n'],
  ['a community behind a word that is misspelt', 'rocommunty wonderful-secret\n'],
  ['the end of a long line', `com2sec ${'x'.repeat(200)} 10.0.0.300 wonderful-secret\n`],
])('an snmpd.conf with errors is told in the log by line, without %s', async (_, policy) => {
  const { log } = await startSnmp({ policy })
  const refused = log.find(({ event }) => event === 'policy-refused')
  expect(refused).toMatchObject({ code: 'policy-malformed', file: 'snmpd.conf' })
  expect(String(refused?.['detail'])).toContain('snmpd.conf:1:')
  expect(JSON.stringify(log)).not.toContain('wonderful')
})
