import { randomBytes } from 'node:crypto'
import { Secret } from '@gatehouse/core'
import {
  CommandResponder,
  listen,
  ObjectTree,
  type Listening,
  type ObjectInstance,
  type ResponderOptions,
  type SnmpEvent,
} from '../../src/engine/index.ts'
import { parse, parseOid, type Configuration, type Oid } from '../../src/index.ts'
import { UserTable, type EngineClock, type UsmUser, type Value } from '../../src/message/index.ts'

/** An identifier. */
export function oid(text: string): Oid {
  const parsed = parseOid(text)
  if (parsed === undefined) throw new TypeError(`not an object identifier: ${text}`)
  return parsed
}

/** An object instance that cannot be set. */
export function fixed(name: string, value: Value): ObjectInstance {
  return { oid: oid(name), value }
}

/** A whole number, a text. */
export const integer = (value: number): Value => ({ type: 'Integer32', value })
export const text = (value: string): Value => ({ type: 'OctetString', value: Buffer.from(value) })

/** One user of each kind. */
export const USERS: readonly UsmUser[] = [
  { name: 'u_none' },
  user('u_auth', 'SHA-256'),
  {
    ...user('u_priv', 'SHA-256'),
    priv: { protocol: 'AES', passphrase: new Secret('privpass123') },
  },
  {
    ...user('u_strong', 'SHA-512'),
    priv: { protocol: 'AES-256', passphrase: new Secret('privpass123') },
  },
]

function user(name: string, protocol: 'SHA-256' | 'SHA-512'): UsmUser {
  return { name, auth: { protocol, passphrase: new Secret('authpass123') } }
}

/** A configuration. */
export function policyOf(...lines: readonly string[]): Configuration {
  return parse(lines.join('\n'), { file: 'snmpd.conf' })
}

/** An engine whose clock stands still. */
export const ENGINE: EngineClock = {
  id: Buffer.from('80000000050102030405060708', 'hex'),
  boots: 3,
  time: 77,
}

/** A responder, what it was asked with, and what it told. */
export interface Made {
  readonly responder: CommandResponder
  readonly events: SnmpEvent[]
  readonly authenticationFailures: string[]
}

/** A responder for all versions over one tree. */
export function makeResponder(
  tree: ObjectTree,
  policy: ResponderOptions['policy'],
  options: Partial<ResponderOptions> = {},
): Made {
  const events: SnmpEvent[] = []
  const authenticationFailures: string[] = []
  const responder = new CommandResponder({
    policy,
    objects: () => tree,
    users: new UserTable(USERS),
    engine: () => ENGINE,
    versions: ['1', '2c', '3'],
    digestKey: randomBytes(16),
    onEvent: (event) => events.push(event),
    onAuthenticationFailure: (source) => authenticationFailures.push(source),
    ...options,
  })
  return { responder, events, authenticationFailures }
}

/** Serves on 127.0.0.1 and ::1. @returns Both as the tools take them. */
export async function serve(
  responder: Parameters<typeof listen>[0],
): Promise<Listening & { readonly ipv4: string; readonly ipv6: string }> {
  const listening = await listen(responder, {
    addresses: [
      { address: '127.0.0.1', port: 0 },
      { address: '::1', port: 0 },
    ],
  })
  const [ipv4, ipv6] = listening.addresses.map(({ address, port }) =>
    address.includes(':') ? `udp6:[${address}]:${port}` : `udp:${address}:${port}`,
  )
  return Object.assign(listening, { ipv4: ipv4 ?? '', ipv6: ipv6 ?? '' })
}
