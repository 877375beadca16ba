import { expect, test } from 'vitest'
import { openLog } from '../src/log.ts'
import { socketFaults } from '../src/snmp/socket-faults.ts'

test('what sockets report is told three times at once, however often it happens', () => {
  const lines: string[] = []
  const told = socketFaults(openLog('web01', 'agent.log', { write: (line) => lines.push(line) }))
  for (let count = 0; count < 1_000; count += 1) told(new Error('send ENETUNREACH \u001b[2J'))
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject(
    Array.from({ length: 3 }, () => ({
      event: 'snmp-socket-failed',
      detail: 'Error: send ENETUNREACH <U+001B>[2J',
    })),
  )
})
