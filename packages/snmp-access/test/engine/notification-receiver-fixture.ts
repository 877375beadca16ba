import { randomBytes } from 'node:crypto'
import { Secret } from '@gatehouse/core'

import {
  NotificationReceiver,
  type NotificationReceiverOptions,
  type ReceivedNotification,
  type SnmpEvent,
} from '../../src/engine/index.ts'
import type { EngineClock, UsmUser } from '../../src/message/index.ts'
import { parse, type Configuration, type Oid } from '../../src/index.ts'

export const AUTH = 'first passphrase'
export const PRIV = 'second passphrase'

export const USERS: readonly UsmUser[] = [
  { name: 'nobody' },
  { name: 'signing', auth: { protocol: 'SHA-256', passphrase: new Secret(AUTH) } },
  {
    name: 'sealing',
    auth: { protocol: 'SHA-256', passphrase: new Secret(AUTH) },
    priv: { protocol: 'AES', passphrase: new Secret(PRIV) },
  },
  {
    name: 'strong',
    auth: { protocol: 'SHA-512', passphrase: new Secret(AUTH) },
    priv: { protocol: 'AES-256', passphrase: new Secret(PRIV) },
  },
]

/** A user of {@link USERS}. */
export function userNamed(name: string): UsmUser {
  const user = USERS.find((one) => one.name === name)
  if (user === undefined) throw new TypeError(name)
  return user
}

/** Our own engine. */
export const OURS: EngineClock = {
  id: Buffer.from('80001f880501020304ff', 'hex'),
  boots: 4,
  time: 500,
}

/** An engine that sends traps. */
export const SENDER: Uint8Array = Buffer.from('80001f8804736e64', 'hex')

export const LINK_DOWN: Oid = [1, 3, 6, 1, 6, 3, 1, 1, 5, 3]

/** snmptrapd.conf with these lines. */
export function policyOf(...lines: readonly string[]): Configuration {
  return parse(lines.map((line) => `${line}\n`).join(''), {
    file: 'snmptrapd.conf',
    daemon: 'snmptrapd',
  })
}

const POLICY: Configuration = policyOf(
  'authCommunity log,execute public 127.0.0.0/8',
  'authCommunity log elsewhere 10.0.0.1',
  'authUser log nobody noauth',
  'authUser log,net signing auth',
  'authUser log sealing priv',
  'authUser log strong priv',
)

/** A receiver, and what it told. */
export interface Witness {
  readonly receiver: NotificationReceiver
  readonly received: readonly ReceivedNotification[]
  readonly events: readonly SnmpEvent[]
}

/** A receiver of all versions. */
export function receiverWith(options: Partial<NotificationReceiverOptions> = {}): Witness {
  const received: ReceivedNotification[] = []
  const events: SnmpEvent[] = []
  const receiver = new NotificationReceiver({
    policy: POLICY,
    versions: ['1', '2c', '3'],
    engine: () => OURS,
    digestKey: randomBytes(32),
    onNotification: (notification) => received.push(notification),
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { receiver, received, events }
}
