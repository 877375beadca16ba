import { formatAddress, parseAddress } from '@gatehouse/address-set'
import type { Secret } from '@gatehouse/core'
import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { communityOctets } from '../../community.ts'
import type { UsmUser } from '../../message/index.ts'
import type { Level } from '../../model.ts'
import type { Version } from '../../request.ts'
import { tableOf } from './peer-keys.ts'
import { SnmpError } from './snmp-error.ts'

/** A peer, and how to talk to it. */
export interface SnmpTarget {
  /** An address or a name; a name is looked up for every request. */
  readonly host: string
  /** UDP port: agents are at 161, receivers of notifications at 162. */
  readonly port: number
  readonly version: Version
  /** Versions 1 and 2c, required there: octets, or text for its UTF-8 octets. */
  readonly community?: Secret | Secret<Uint8Array>
  /** Version 3, required there. Give the same object each time: what the peer proved is kept by it. */
  readonly user?: UsmUser
  /** Version 3. Default: all that the user has keys for. */
  readonly level?: Level
  /** Version 3, default ''. */
  readonly context?: string
  /** Version 3: the engine id that the peer must have. Default: the peer is asked for it, which proves nothing for noAuthNoPriv. */
  readonly engineId?: Uint8Array
  /** How long each try waits, in milliseconds. Default 1000, as RFC 3414 lets the caller choose. */
  readonly timeoutMs?: number
  /** How often a message is repeated after its first time. Default 3. */
  readonly retries?: number
}

/** What targets of every version have. */
interface Common {
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
  readonly retries: number
}

/** A target of version 1 or 2c whose fields can be what they say. */
export interface CommunityTarget extends Common {
  readonly version: '1' | '2c'
  readonly community: Uint8Array
}

/** A target of version 3 whose fields can be what they say. */
export interface UserTarget extends Common {
  readonly version: '3'
  readonly user: UsmUser
  readonly level: Level
  readonly context: string
  readonly engineId: Uint8Array | undefined
}

/** A target whose fields can be what they say. */
export type ReadTarget = CommunityTarget | UserTarget

/** A transport address. */
export interface Place {
  /** As the socket is to be given it. */
  readonly address: string
  /** The canonical form without a zone: two that are equal are the same address. */
  readonly key: string
  readonly port: number
  readonly family: 4 | 6
}

const DEFAULT_TIMEOUT_MS = 1000
const MAX_TIMEOUT_MS = 600_000
const DEFAULT_RETRIES = 3
const MAX_RETRIES = 100
const MIN_ENGINE_ID_OCTETS = 5
const MAX_ENGINE_ID_OCTETS = 32

/** @throws SnmpError `target-malformed`, which names the field. */
export function readTarget(target: SnmpTarget): ReadTarget {
  const { host, port, timeoutMs = DEFAULT_TIMEOUT_MS, retries = DEFAULT_RETRIES } = target
  if (typeof host !== 'string' || host === '') throw malformed('host')
  if (!isWithin(port, 1, 65_535)) throw malformed('port')
  if (!isWithin(timeoutMs, 1, MAX_TIMEOUT_MS)) throw malformed('timeoutMs')
  if (!isWithin(retries, 0, MAX_RETRIES)) throw malformed('retries')
  const common: Common = { host, port, timeoutMs, retries }
  switch (target.version) {
    case '1':
    case '2c':
      return readCommunity(target, target.version, common)
    case '3':
      return readUser(target, common)
    default:
      throw malformed('version')
  }
}

function readCommunity(target: SnmpTarget, version: '1' | '2c', common: Common): CommunityTarget {
  const community = target.community?.expose()
  if (typeof community !== 'string' && !(community instanceof Uint8Array)) {
    throw malformed('community')
  }
  const octets = typeof community === 'string' ? communityOctets(community) : community
  return { ...common, version, community: octets }
}

function readUser(target: SnmpTarget, common: Common): UserTarget {
  const { user, context = '', engineId } = target
  if (user === undefined) throw malformed('user')
  try {
    tableOf(user)
  } catch {
    throw malformed('user')
  }
  const highest = levelOf(user)
  const { level = highest } = target
  const has: Readonly<Record<Level, boolean>> = {
    noAuthNoPriv: true,
    authNoPriv: user.auth !== undefined,
    authPriv: highest === 'authPriv',
  }
  if (!Object.hasOwn(has, level) || !has[level]) throw malformed('level')
  if (typeof context !== 'string') throw malformed('context')
  if (engineId !== undefined && !isEngineId(engineId)) throw malformed('engineId')
  return { ...common, version: '3', user, level, context, engineId }
}

function levelOf({ auth, priv }: UsmUser): Level {
  if (auth === undefined) return 'noAuthNoPriv'
  return priv === undefined ? 'authNoPriv' : 'authPriv'
}

/** Whether octets can be an engine id (RFC 3411 section 5). */
export function isEngineId(octets: Uint8Array): boolean {
  return octets.length >= MIN_ENGINE_ID_OCTETS && octets.length <= MAX_ENGINE_ID_OCTETS
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most
}

function malformed(field: string): SnmpError {
  return new SnmpError('target-malformed', { message: field })
}

/** Where a target is now. @throws SnmpError `host-unknown`. */
export async function locate({ host, port }: ReadTarget): Promise<Place> {
  const family = isIP(host)
  if (family !== 0) return placeOf(host, port, family === 4 ? 4 : 6)
  try {
    const found = await lookUpOnce(host)
    return placeOf(found.address, port, found.family === 4 ? 4 : 6)
  } catch (cause) {
    throw new SnmpError('host-unknown', { cause })
  }
}

/** Look-ups under way. Each has a thread until it ends, and Node has four for all names and files. */
const lookingUp = new Map<string, Promise<LookupAddress>>()

function lookUpOnce(host: string): Promise<LookupAddress> {
  const known = lookingUp.get(host)
  if (known !== undefined) return known
  const looking = lookup(host).finally(() => lookingUp.delete(host))
  lookingUp.set(host, looking)
  return looking
}

function placeOf(address: string, port: number, family: 4 | 6): Place {
  return { address, key: addressKey(address), port, family }
}

/** The canonical form of an address of a socket. */
export function addressKey(address: string): string {
  const parsed = parseAddress(address)
  return parsed === undefined ? address : formatAddress(parsed)
}
