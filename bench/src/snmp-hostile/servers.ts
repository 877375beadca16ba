import { randomBytes } from 'node:crypto'
import { Secret } from '@gatehouse/core'
import {
  CommandResponder,
  listen,
  NotificationReceiver,
  ObjectTree,
  type Listening,
  type ObjectInstance,
} from '@gatehouse/snmp-access/engine'
import { decodeMessage, UserTable, type UsmUser, type Value } from '@gatehouse/snmp-access/message'
import { int, oidOf, signed, tlv, only } from './ber.ts'
import { ENGINE, NUMBER, OBJECTS, POLICIES, TEXT, TRAP_ENGINE, USERS } from './fixture.ts'
import { nameOf } from './message.ts'

/** What is attacked. */
export type Target = 'agent' | 'receiver'

/** What a server did until now. */
export interface Doings {
  /** Keys that were asked for; each first time for a user and engine derives them. */
  readonly keysAsked: number
  readonly events: number
  readonly eventsLeftOut: number
  readonly authenticationFailures: number
  readonly notifications: number
  /** Events of the kind `failed`, and what sockets reported. */
  readonly failures: readonly string[]
}

/** A server that is attacked. */
export interface Attacked {
  readonly listening: Listening
  readonly receiver: CommandResponder | NotificationReceiver
  doings(): Doings
}

class CountingUsers extends UserTable {
  asked = 0
  override keysFor(...args: Parameters<UserTable['keysFor']>): ReturnType<UserTable['keysFor']> {
    this.asked += 1
    return super.keysFor(...args)
  }
}

/** Starts the agent or the receiver on 127.0.0.1. */
export async function startAttacked(target: Target): Promise<Attacked> {
  const failures: string[] = []
  let events = 0
  let authenticationFailures = 0
  let notifications = 0
  const users = new CountingUsers(USERS.map(userOf))
  const common = {
    versions: ['1', '2c', '3'],
    engine: () => ENGINE,
    users,
    digestKey: randomBytes(16),
    onEvent: ({ kind, cause }: { kind: string; cause?: unknown }) => {
      events += 1
      if (kind === 'failed') failures.push((cause as Error).stack ?? 'failed')
    },
  } as const
  const receiver =
    target === 'agent'
      ? makeAgent({ ...common, onAuthenticationFailure: () => (authenticationFailures += 1) })
      : new NotificationReceiver({
          ...common,
          policy: POLICIES.receiver,
          trapEngines: new Map(['u_auth', 'u_priv'].map((name) => [name, [TRAP_ENGINE]])),
          onNotification: () => (notifications += 1),
        })
  const listening = await listen(receiver, {
    addresses: [{ address: '127.0.0.1', port: 0 }],
    receiveBufferBytes: 4_000_000,
    onError: (error) => failures.push(String(error)),
  })
  return {
    listening,
    receiver,
    doings: () => ({
      keysAsked: users.asked,
      events,
      eventsLeftOut: receiver.eventsLeftOut,
      authenticationFailures,
      notifications,
      failures,
    }),
  }
}

function makeAgent(
  options: Omit<ConstructorParameters<typeof CommandResponder>[0], 'policy' | 'objects'>,
): CommandResponder {
  const tree = new ObjectTree()
  const responder = new CommandResponder({
    ...options,
    policy: POLICIES.agent,
    objects: () => tree,
  })
  const values = new Map<string, Value>()
  const instances = OBJECTS.map(({ oid, value }): ObjectInstance => {
    const name = nameOf(oid)
    const isWritable = name === nameOf(NUMBER) || name === nameOf(TEXT)
    values.set(name, valueIn(value))
    const object = {
      oid,
      get value(): Value {
        return values.get(name)!
      },
    }
    if (!isWritable) return object
    const commit = (given: Value): 'noError' => {
      // What stands in a packet is a view of it.
      const isText = given.type === 'OctetString'
      values.set(name, isText ? { ...given, value: Uint8Array.from(given.value) } : given)
      return 'noError'
    }
    return Object.assign(object, { write: { test: testOf, commit } })
  })
  const within = (prefix: string): readonly ObjectInstance[] =>
    instances.filter(({ oid }) => nameOf(oid).startsWith(prefix))
  const system = within('1.3.6.1.2.1.1.')
  const own = within('1.3.6.1.4.1.99999.')
  tree.register([1, 3, 6, 1, 2, 1, 1], () => system)
  tree.register([1, 3, 6, 1, 4, 1, 99_999], () => own, { maxAgeMs: 3_600_000 })
  responder.registerObjects(tree)
  return responder
}

function testOf(value: Value): 'noError' | 'wrongLength' | 'wrongValue' {
  if (value.type === 'OctetString') return value.value.length <= 64 ? 'noError' : 'wrongLength'
  const isNumber = value.type === 'Integer32' && value.value >= 0 && value.value <= 100
  return isNumber ? 'noError' : 'wrongValue'
}

/** A value from its octets. */
function valueIn(octets: Buffer): Value {
  const { tag, contents } = only(octets)
  if (tag === 2) return { type: 'Integer32', value: signed(only(octets)) }
  const around = tlv(
    0x30,
    int(1),
    tlv(4),
    tlv(0xa2, int(0), int(0), int(0), tlv(0x30, tlv(0x30, oidOf([1, 3]), octets))),
  )
  const message = decodeMessage(around)
  if (typeof message === 'string' || message.version === '3')
    throw new TypeError(contents.toString('hex'))
  return message.pdu.varbinds[0]!.value
}

function userOf({ name, auth, priv }: (typeof USERS)[0]): UsmUser {
  return {
    name,
    ...(auth !== undefined && { auth: withSecret(auth) }),
    ...(priv !== undefined && { priv: withSecret(priv) }),
  }
}

function withSecret<Protocol>({
  protocol,
  passphrase,
}: {
  readonly protocol: Protocol
  readonly passphrase: string
}): { readonly protocol: Protocol; readonly passphrase: Secret } {
  return { protocol, passphrase: new Secret(passphrase) }
}
