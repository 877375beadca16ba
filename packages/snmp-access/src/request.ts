import { parseAddress, type Address } from '@gatehouse/address-set'
import type { Level, SecurityModel, ViewType } from './model.ts'
import { MAX_SUB_IDENTIFIER, MAX_SUB_IDENTIFIERS, type Oid } from './oid.ts'

/** Protocol version of a message. */
export type Version = '1' | '2c' | '3'

/** What a command asks for. `getbulk` does not exist in version 1. */
export type Pdu = 'get' | 'getnext' | 'getbulk' | 'set'

/**
 * What the user-based security model said of a version 3 message. Nothing but `accepted` goes on to
 * access control.
 */
export type UsmStatus =
  | 'accepted'
  | 'unknown-engine'
  | 'unknown-user'
  | 'unsupported-level'
  | 'wrong-digest'
  | 'not-in-time-window'
  | 'decryption-error'

/** Who sends a message, and from where. */
export interface Sender {
  readonly version: Version
  /** Versions 1 and 2c: the octets as received; text stands for its UTF-8 octets. Required there. */
  readonly community?: Uint8Array | string
  /** Version 3: the user name. Required there. */
  readonly user?: string
  /** Version 3: how the message was protected. Required there. */
  readonly level?: Level
  /** Version 3: the context, default ''. A community's context comes from its entry. */
  readonly context?: string
  /** Version 3: what the user-based security model said. Required there; nothing is assumed. */
  readonly usm?: UsmStatus
  /** Address that the message came from, without port. UDP does not prove it. */
  readonly source: string
}

/** One command as received. */
export interface Request extends Sender {
  readonly pdu: Pdu
  /** The objects asked for, in order. */
  readonly varbinds: readonly { readonly oid: Oid }[]
  /** `getbulk` only, default 0; a negative number counts as 0. */
  readonly nonRepeaters?: number
  /** `getbulk` only, default 0; a negative number counts as 0. */
  readonly maxRepetitions?: number
}

/** A sender whose fields are all there and can be what they say. */
export interface ReadSender {
  readonly model: SecurityModel
  readonly level: Level
  /** Key of the community's octets, '' for version 3. */
  readonly community: string
  readonly address: Address
}

/** Path of a field that makes a request malformed. */
export interface Malformed {
  readonly malformed: string
}

const MODELS: ReadonlyMap<unknown, SecurityModel> = new Map<Version, SecurityModel>([
  ['1', 'v1'],
  ['2c', 'v2c'],
  ['3', 'usm'],
])

/** Levels in rising order of protection. */
export const LEVELS: Readonly<Record<Level, number>> = {
  noAuthNoPriv: 1,
  authNoPriv: 2,
  authPriv: 3,
}

const USM_STATUSES: ReadonlySet<unknown> = new Set<UsmStatus>([
  'accepted',
  'unknown-engine',
  'unknown-user',
  'unsupported-level',
  'wrong-digest',
  'not-in-time-window',
  'decryption-error',
])

const PDUS: ReadonlySet<unknown> = new Set<Pdu>(['get', 'getnext', 'getbulk', 'set'])

/** The view that a command is checked against. */
export function viewTypeOf(pdu: Pdu): ViewType {
  return pdu === 'set' ? 'write' : 'read'
}

/** Octets as a string of as many characters, one for one: equal octets, equal keys. */
export function octetKey(octets: Uint8Array | string): string {
  const bytes =
    typeof octets === 'string'
      ? Buffer.from(octets, 'utf8')
      : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  return bytes.toString('latin1')
}

/** The sender of a message, or the first field that is not as it must be. */
export function readSender(sender: Sender): ReadSender | Malformed {
  const model = MODELS.get((sender as Sender | undefined)?.version)
  if (model === undefined) return { malformed: 'version' }
  const address = typeof sender.source === 'string' ? parseAddress(sender.source) : undefined
  if (address === undefined) return { malformed: 'source' }
  if (model === 'usm') return readUser(sender, address)
  const { community } = sender
  if (typeof community !== 'string' && !(community instanceof Uint8Array)) {
    return { malformed: 'community' }
  }
  return { model, level: 'noAuthNoPriv', community: octetKey(community), address }
}

function readUser(sender: Sender, address: Address): ReadSender | Malformed {
  const { user, level, context = '', usm } = sender
  if (!USM_STATUSES.has(usm)) return { malformed: 'usm' }
  if (typeof user !== 'string') return { malformed: 'user' }
  if (typeof level !== 'string' || !Object.hasOwn(LEVELS, level)) return { malformed: 'level' }
  if (typeof context !== 'string') return { malformed: 'context' }
  return { model: 'usm', level, community: '', address }
}

/** The first field beyond the sender's that is not as it must be. */
export function faultOfCommand(request: Request): string | undefined {
  const { version, pdu, varbinds } = request
  if (!PDUS.has(pdu) || (pdu === 'getbulk' && version === '1')) return 'pdu'
  if (!Array.isArray(varbinds)) return 'varbinds'
  for (let index = 0; index < varbinds.length; index += 1) {
    if (!isOid(varbinds[index]?.oid)) return `varbinds[${index}].oid`
  }
  if (!isCount(request.nonRepeaters)) return 'nonRepeaters'
  return isCount(request.maxRepetitions) ? undefined : 'maxRepetitions'
}

/** Whether a value is an object identifier: 1 to 128 whole numbers up to 2^32 - 1. */
export function isOid(value: unknown): value is Oid {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_SUB_IDENTIFIERS) {
    return false
  }
  for (const sub of value as unknown[]) {
    if (!Number.isInteger(sub) || (sub as number) < 0 || (sub as number) > MAX_SUB_IDENTIFIER) {
      return false
    }
  }
  return true
}

function isCount(value: number | undefined): boolean {
  return value === undefined || Number.isInteger(value)
}
