import { randomBytes } from 'node:crypto'
import {
  CommandResponder,
  NotificationReceiver,
  ObjectTree,
  type ObjectInstance,
} from '@gatehouse/snmp-access/engine'
import { UserTable } from '@gatehouse/snmp-access/message'
import { tlv } from './ber.ts'
import { ENGINE, POLICIES, USERS } from './fixture.ts'
import { COMMANDS, headerFor, pdu, scoped, varbind, withCommunity } from './good-packets.ts'
import { PDUS } from './message.ts'
import { seal, type Header } from './usm.ts'

/** How much longer an answer is than what asked for it. */
export interface Amplified {
  readonly name: string
  readonly asked: number
  readonly answered: number
}

/** The longest engine id, and the highest clock: both stand in each report. */
const LONGEST = { id: Buffer.alloc(32, 0x99), boots: 2 ** 31 - 2, time: 2 ** 31 - 1 }

/** The worst that each kind of sender can cause, by the shortest message that is answered. */
export function amplification(): readonly Amplified[] {
  return [
    ratio('report to nobody known, our engine id', discovery(), ENGINE),
    ratio('report to nobody known, longest engine id', discovery(), LONGEST),
    ratio('the same by a receiver of notifications', discovery(), LONGEST, 'receiver'),
    ratio('report on an unknown user', shortest({ engineId: ENGINE.id }), ENGINE),
    ratio('GET with a known community', withCommunity(1, 'public', COMMANDS[0]!), ENGINE),
    ratio('GETBULK with a known community', withCommunity(1, 'public', bulk()), ENGINE),
    ratio(
      'GETBULK by a user without authentication',
      seal({ ...headerFor(USERS[0]!, 0), maxSize: 65_507 }, scoped(bulk()), undefined),
      ENGINE,
    ),
  ]
}

/** What a manager sends first, no octet longer than it must be. */
function discovery(): Buffer {
  return shortest({})
}

/** A message in which nobody is named, and nothing is asked. */
function shortest(header: Partial<Header>): Buffer {
  const none = Buffer.alloc(0)
  const least = { messageId: 0, maxSize: 484, flags: 4, securityModel: 3, boots: 0, time: 0 }
  return seal({ ...least, engineId: none, user: none, ...header }, tlv(0x30), undefined)
}

function bulk(): Buffer {
  return pdu(PDUS.getbulk, [1, 0, 127], varbind([1, 3]))
}

/** An object of 200 octets. */
function text(at: number): ObjectInstance {
  return {
    oid: [1, 3, 6, 1, 2, 1, 1, at, 0],
    value: { type: 'OctetString', value: Buffer.alloc(200, 'x') },
  }
}

function ratio(
  name: string,
  octets: Buffer,
  engine: { readonly id: Uint8Array; readonly boots: number; readonly time: number },
  target: 'agent' | 'receiver' = 'agent',
): Amplified {
  const common = {
    versions: ['1', '2c', '3'] as const,
    engine: () => engine,
    users: new UserTable([{ name: 'u_none' }]),
    digestKey: randomBytes(16),
  }
  const tree = new ObjectTree()
  tree.register([1, 3, 6, 1, 2, 1, 1], () => Array.from({ length: 100 }, (_, at) => text(at + 1)))
  const receiver =
    target === 'agent'
      ? new CommandResponder({ ...common, policy: POLICIES.agent, objects: () => tree })
      : new NotificationReceiver({
          ...common,
          policy: POLICIES.receiver,
          onNotification: () => undefined,
        })
  const answered = receiver.receive(octets, '127.0.0.1', 1)
  if (answered === undefined) throw new Error(`${name}: no answer to ${octets.toString('hex')}`)
  return { name, asked: octets.length, answered: answered.length }
}
