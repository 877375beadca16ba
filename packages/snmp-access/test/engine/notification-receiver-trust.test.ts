import { expect, test } from 'vitest'
import { sealMessage, UserTable } from '../../src/message/index.ts'
import {
  LINK_DOWN,
  receiverWith,
  SENDER,
  userNamed,
  USERS,
} from './notification-receiver-fixture.ts'

const TABLE = new UserTable(USERS)

/** A trap of `signing`, as its engine sent it at that time. */
function trapAt(boots: number, time: number): Uint8Array {
  const engine = { id: SENDER, boots, time }
  const varbinds = [
    { oid: [1, 3, 6, 1, 2, 1, 1, 3, 0], value: { type: 'TimeTicks', value: 1 } },
    {
      oid: [1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0],
      value: { type: 'ObjectIdentifier', value: LINK_DOWN },
    },
  ] as const
  const pdu = { type: 'trap2', requestId: 9, errorStatus: 0, errorIndex: 0, varbinds } as const
  const outer = { messageId: 5, maxSize: 65_507, level: 'authNoPriv', reportable: false } as const
  return sealMessage(
    { ...outer, engine, user: 'signing' },
    { contextEngineId: SENDER, contextName: '', pdu },
    TABLE.keysFor(userNamed('signing'), SENDER),
  )
}

test('of an engine whose clock is known when it is trusted nothing older is ever taken', () => {
  const { receiver, received } = receiverWith({ users: TABLE, now: () => 0 })
  const isTaken = (boots: number, time: number): boolean => {
    const before = received.length
    receiver.receive(trapAt(boots, time), '127.0.0.1', 5000)
    return received.length > before
  }
  const clock = { id: SENDER, boots: 7, time: 1000, latest: 990 }
  expect(receiver.trust('signing', SENDER, clock)).toBe(true)
  expect([isTaken(6, 5000), isTaken(7, 849), isTaken(7, 850)]).toEqual([false, false, true])
  expect(isTaken(9, 10)).toBe(true)
  // What is told later and was earlier changes nothing.
  expect(receiver.trust('signing', SENDER, clock)).toBe(true)
  expect([isTaken(7, 1000), isTaken(9, 10)]).toEqual([false, true])
})
