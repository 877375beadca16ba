import { afterEach, expect, it } from 'vitest'
import { attack } from '../bench/src/snmp-hostile/attack.ts'
import { startAttacked, type Attacked, type Target } from '../bench/src/snmp-hostile/servers.ts'

const PACKETS = 2_500

let attacked: Attacked | undefined
afterEach(() => attacked?.listening.close())

async function attackOf(target: Target, seed: number) {
  attacked = await startAttacked(target)
  const port = attacked.listening.addresses[0]?.port ?? 0
  const outcome = await attack(port, target, { seed, count: PACKETS })
  return { outcome, doings: attacked.doings() }
}

it('answers mutated packets as the core decides, and good requests between them', async () => {
  const { outcome, doings } = await attackOf('agent', 1)
  expect(outcome.faults).toEqual([])
  expect(doings.failures).toEqual([])
  expect(outcome.good).toBe(PACKETS)
  expect(outcome.kinds.response).toBeGreaterThan(PACKETS / 20)
  expect(outcome.kinds.report).toBeGreaterThan(PACKETS / 100)
  expect(outcome.kinds.silence).toBeGreaterThan(PACKETS / 20)
})

it('hands on no notification, and acknowledges no inform, that the core does not let in', async () => {
  const { outcome, doings } = await attackOf('receiver', 2)
  expect(outcome.faults).toEqual([])
  expect(doings.failures).toEqual([])
  expect(doings.notifications).toBe(outcome.taken)
  expect(outcome.good).toBe(PACKETS)
  expect(outcome.kinds.response).toBeGreaterThan(PACKETS / 50)
})
