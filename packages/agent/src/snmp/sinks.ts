import { isIPv6 } from 'node:net'
import { formatSource, Secret } from '@gatehouse/core'
import type { Configuration, TrapSink } from '@gatehouse/snmp-access'
import type { SnmpTarget } from '@gatehouse/snmp-access/engine'
import type { UserTable } from '@gatehouse/snmp-access/message'
import type { SnmpConfig, SnmpSinkConfig } from '../config/model.ts'

/** A receiver of notifications. */
export type Sink = SnmpTarget & { readonly kind: 'trap' | 'inform' }

/** A receiver that nothing is sent to, and why. */
interface UnusedSink {
  /** Where it is named. */
  readonly place: string
  readonly reason: 'version-off' | 'community-missing' | 'transport-unknown' | 'user-unknown'
}

/** The receivers that config and policy name. */
export interface Sinks {
  readonly used: readonly Sink[]
  readonly unused: readonly UnusedSink[]
}

/** Port of receivers (RFC 3417). */
const RECEIVER_PORT = 162

/** Finds the receivers by what is in force now. */
export function sinksOf(
  { sinks, versions }: Pick<SnmpConfig, 'sinks' | 'versions'>,
  users: UserTable,
  policy: Pick<Configuration, 'trapSinks'> | undefined,
): Sinks {
  const found = [
    ...sinks.map((sink) => userSink(sink, users)),
    ...(policy?.trapSinks ?? []).map((sink) => communitySink(sink, versions)),
  ]
  return {
    used: found.flatMap((one) => ('reason' in one ? [] : [one])),
    unused: found.flatMap((one) => ('reason' in one ? [one] : [])),
  }
}

function userSink(
  { host, port, kind, user: name }: SnmpSinkConfig,
  users: UserTable,
): Sink | UnusedSink {
  const user = users.get(name)
  if (user === undefined) return { place: `snmp.sinks, user ${name}`, reason: 'user-unknown' }
  return { host, port, kind, version: '3', user }
}

function communitySink(
  { kind, host, community, port, origin }: TrapSink,
  versions: SnmpConfig['versions'],
): Sink | UnusedSink {
  const place = formatSource(origin)
  const version = kind === 'trapsink' ? '1' : '2c'
  if (!versions.includes(version)) return { place, reason: 'version-off' }
  if (community === null) return { place, reason: 'community-missing' }
  const at = readPlace(host, port)
  if (at === undefined) return { place, reason: 'transport-unknown' }
  return {
    ...at,
    kind: kind === 'informsink' ? 'inform' : 'trap',
    version,
    community: new Secret(community),
  }
}

/** `[udp:|udp6:]HOST[:PORT]`, an IPv6 address with a port in brackets (snmpcmd(1)); no other transport. */
function readPlace(
  text: string,
  ownPort: string | null,
): { readonly host: string; readonly port: number } | undefined {
  const rest = text.replace(/^udp6?:(?=.)/i, '')
  const [, bracketed, plain, written] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.-]+))(?::(\d{1,5}))?$/.exec(rest) ?? []
  const host = isIPv6(rest) ? rest : (bracketed ?? plain)
  const port = Number(ownPort ?? written ?? RECEIVER_PORT)
  if (host === undefined || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined
  return { host, port }
}
