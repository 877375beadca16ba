import * as snmp from '@gatehouse/snmp-access'
import { int, oidOf, tlv } from './ber.ts'
import type { Known } from './usm.ts'

/** snmpd.conf of the agent that is attacked. */
const SNMPD_CONF: readonly string[] = [
  'sysLocation passed over',
  'authtrapenable 1',
  'view part included .1.3.6.1.2.1.1',
  'view part excluded .1.3.6.1.2.1.1.5',
  'view part included .1.3.6.1.4.1.99999.1.1.0.2 ff:a0',
  'rocommunity fence 127.0.0.1 .1.3.6.1.4.1.99999.9',
  'rocommunity public 127.0.0.0/8',
  'rwcommunity private 127.0.0.1',
  'rocommunity part 127.0.0.1 -V part',
  'rocommunity elsewhere 10.0.0.0/8',
  'rocommunity "two words" 127.0.0.1',
  'rouser u_none noauth -V part',
  'rouser u_auth auth',
  'rwuser u_priv priv',
  'rouser u_strong priv -V part',
]

/** snmptrapd.conf of the receiver that is attacked. */
const SNMPTRAPD_CONF: readonly string[] = [
  'authCommunity log fence 127.0.0.1',
  'authCommunity log,execute,net public 127.0.0.0/8',
  'authCommunity log part 127.0.0.1 .1.3.6.1.6.3.1.1.5',
  'authUser log u_none noauth',
  'authUser log,net u_auth auth',
  'authUser log u_priv priv',
  'authUser log u_strong priv',
]

/** Both configurations as the core reads them. */
export const POLICIES: Readonly<Record<'agent' | 'receiver', snmp.Configuration>> = {
  agent: snmp.parse(SNMPD_CONF.join('\n'), { file: 'snmpd.conf' }),
  receiver: snmp.parse(SNMPTRAPD_CONF.join('\n'), { file: 'snmptrapd.conf', daemon: 'snmptrapd' }),
}

/** One user of each kind. */
export const USERS: readonly Known[] = [
  { name: 'u_none' },
  { name: 'u_auth', auth: { protocol: 'SHA-256', passphrase: 'authpass123' } },
  {
    name: 'u_priv',
    auth: { protocol: 'SHA-256', passphrase: 'authpass123' },
    priv: { protocol: 'AES', passphrase: 'privpass123' },
  },
  {
    name: 'u_strong',
    auth: { protocol: 'SHA-512', passphrase: 'authpass456' },
    priv: { protocol: 'AES-256', passphrase: 'privpass456' },
  },
]

/** The engine that is attacked; its clock stands still. */
export const ENGINE: { readonly id: Buffer; readonly boots: number; readonly time: number } = {
  id: Buffer.from('80000000050102030405060708', 'hex'),
  boots: 3,
  time: 1077,
}

/** An engine that may send traps of version 3 for `u_auth` and `u_priv`. */
export const TRAP_ENGINE: Uint8Array = Buffer.from('80001f8804736e64', 'hex')

/** Largest message that is sent. */
export const MAX_RESPONSE = 1472
/** Largest message that is read. */
export const MAX_MESSAGE = 8192

/** An object, with its value in octets. */
export interface Fixed {
  readonly oid: snmp.Oid
  readonly type: string
  /** As it stands in a message. */
  readonly value: Buffer
}

const BASE = [1, 3, 6, 1, 4, 1, 99_999]
/** Read in between to see that good requests are answered. */
export const FENCE: snmp.Oid = [...BASE, 9, 1, 0]
/** May be set to 0 … 100. */
export const NUMBER: snmp.Oid = [...BASE, 2, 1, 0]
/** May be set to at most 64 octets. */
export const TEXT: snmp.Oid = [...BASE, 2, 2, 0]

const text = (oid: snmp.Oid, value: string): Fixed => ({
  oid,
  type: 'OctetString',
  value: tlv(4, Buffer.from(value)),
})
const number = (oid: snmp.Oid, value: number): Fixed => ({
  oid,
  type: 'Integer32',
  value: int(value),
})

/** All that can be read, beside what a responder has of its own, with the first values. */
export const OBJECTS: readonly Fixed[] = [
  text([1, 3, 6, 1, 2, 1, 1, 1, 0], 'an agent under attack'),
  {
    oid: [1, 3, 6, 1, 2, 1, 1, 2, 0],
    type: 'ObjectIdentifier',
    value: oidOf([1, 3, 4294967295, 1]),
  },
  { oid: [1, 3, 6, 1, 2, 1, 1, 3, 0], type: 'TimeTicks', value: int(2 ** 32 - 1, 0x43) },
  text([1, 3, 6, 1, 2, 1, 1, 4, 0], ''),
  text([1, 3, 6, 1, 2, 1, 1, 5, 0], 'hidden from part'),
  text([1, 3, 6, 1, 2, 1, 1, 6, 0], 'somewhere'),
  number([1, 3, 6, 1, 2, 1, 1, 7, 0], 72),
  ...Array.from({ length: 60 }, (_, at) => number([...BASE, 1, 1, 1, at + 1], at - 30)),
  ...Array.from({ length: 60 }, (_, at) => text([...BASE, 1, 1, 2, at + 1], 'row '.repeat(at))),
  ...Array.from({ length: 60 }, (_, at): Fixed => {
    const value = int(2n ** 64n - 1n - BigInt(at), 0x46)
    return { oid: [...BASE, 1, 1, 3, at + 1], type: 'Counter64', value }
  }),
  number(NUMBER, 50),
  text(TEXT, 'first'),
  number([...BASE, 3, 2147483647, 0], 1),
  number([...BASE, 3, 2147483648, 0], 2),
  number([...BASE, 3, 4294967295, 0], 3),
  { oid: [...BASE, 4, 1, 0], type: 'IpAddress', value: tlv(0x40, [192, 0, 2, 1]) },
  text([...BASE, 4, 2, 0], 'x'.repeat(1000)),
  text([...BASE, 4, 3, 0], 'y'.repeat(2000)),
  { oid: [...BASE, 4, 4, 0], type: 'Opaque', value: tlv(0x44, [0x9f, 0x78, 4, 0, 0, 0, 0]) },
  number(FENCE, 7),
]
