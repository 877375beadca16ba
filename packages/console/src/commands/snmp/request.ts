import { isIP } from 'node:net'
import { ConfigError } from '@gatehouse/core'
import {
  parseOid,
  type Level,
  type Notification,
  type NotificationPdu,
  type Oid,
  type Pdu,
  type Request,
  type Sender,
  type UsmStatus,
  type Version,
} from '@gatehouse/snmp-access'
import { readCommunity, type CommunityOptions } from '../../snmp/secrets.ts'
import type { Terminal } from '../../terminal.ts'

/** Who sends a message, and what it asks for, as `snmp check` and `snmp explain` take it. */
export interface AskedOptions extends CommunityOptions {
  /** Protocol version. Default: 3 with `--user`, else 2c. */
  readonly version?: Version
  /** Version 3: the user. */
  readonly user?: string
  /** Version 3: how the message is protected. Default `authPriv`. */
  readonly level?: Level
  /** Version 3: the context. Default: the empty one. */
  readonly context?: string
  /** Version 3: what the user-based model said of the message. Default `accepted`. */
  readonly usm?: UsmStatus
  /** Address that it comes from. */
  readonly address?: string
  /** What is asked; the last three are snmptrapd's. Default `get`, of snmptrapd `trap2`. */
  readonly pdu?: Pdu | NotificationPdu
  /** Objects; of a notification its name. */
  readonly oid?: readonly string[]
  /** Of `trap1`. */
  readonly enterprise?: string
  /** Of `trap1`: 0 to 6. */
  readonly generic?: number
  /** Of `trap1`. */
  readonly specific?: number
}

/** What can be asked for, commands first. */
export const PDUS = ['get', 'getnext', 'getbulk', 'set', 'trap1', 'trap2', 'inform'] as const

/** Ways to protect a message, as options name them. */
export const LEVELS = ['noAuthNoPriv', 'authNoPriv', 'authPriv'] as const

/** What the user-based model can say. */
export const USM_STATUSES = [
  'accepted',
  'unknown-engine',
  'unknown-user',
  'unsupported-level',
  'wrong-digest',
  'not-in-time-window',
  'decryption-error',
] as const

const NOTIFICATIONS: ReadonlySet<string> = new Set(['trap1', 'trap2', 'inform'])

/** Options any of which asks something. */
const QUESTION = [
  'version',
  'user',
  'level',
  'context',
  'usm',
  'address',
  'pdu',
  'oid',
  'enterprise',
  'generic',
  'specific',
  'communityFile',
  'insecureCommunity',
] as const satisfies readonly (keyof AskedOptions)[]

/** A request or a notification as a command line states it. */
export type Asked =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'notification'; readonly notification: Notification }

/**
 * What a command line asks; undefined when it asks nothing.
 *
 * @throws ConfigError when it is incomplete.
 */
export async function readAsked(
  options: AskedOptions,
  daemon: 'snmpd' | 'snmptrapd',
  terminal: Terminal,
): Promise<Asked | undefined> {
  const isAsked = QUESTION.some((name) => options[name] !== undefined)
  if (!isAsked) return undefined
  const pdu = options.pdu ?? (daemon === 'snmpd' ? 'get' : 'trap2')
  const sender = await readSender({ ...options, pdu }, terminal)
  if (isNotification(pdu)) {
    if (daemon === 'snmpd')
      throw new ConfigError(`\`--pdu ${pdu}\` goes with \`--daemon snmptrapd\``)
    return { kind: 'notification', notification: { ...sender, pdu, ...nameOf(pdu, options) } }
  }
  if (daemon === 'snmptrapd') {
    throw new ConfigError(
      `\`--pdu ${pdu}\` goes with \`--daemon snmpd\`: snmptrapd takes no commands`,
    )
  }
  const { oid } = options
  if (oid === undefined) throw new ConfigError('`--oid` is missing')
  return {
    kind: 'request',
    request: { ...sender, pdu, varbinds: oid.map((text) => ({ oid: readOid(text) })) },
  }
}

function isNotification(pdu: string): pdu is NotificationPdu {
  return NOTIFICATIONS.has(pdu)
}

async function readSender(options: AskedOptions, terminal: Terminal): Promise<Sender> {
  const { address, user, context, usm = 'accepted', level = 'authPriv', pdu } = options
  const usual = pdu === 'trap1' ? '1' : '2c'
  const version = options.version ?? (user === undefined ? usual : '3')
  if (address === undefined) throw new ConfigError('`--address` is missing: where it comes from')
  if (isIP(address) === 0) throw new ConfigError('`--address` is no IP address')
  if (version === '3') {
    if (user === undefined) throw new ConfigError('`--user` is missing, which version 3 needs')
    return { version, user, level, usm, source: address, ...(context !== undefined && { context }) }
  }
  if (user !== undefined || context !== undefined) {
    throw new ConfigError('`--user` and `--context` go with `--version 3`')
  }
  const community = await readCommunity(options, terminal)
  if (community !== undefined) {
    return { version, community: community.expose(), source: address }
  }
  throw new ConfigError('a community is missing: `--community-file`, or GATEHOUSE_SNMP_COMMUNITY')
}

function nameOf(
  pdu: NotificationPdu,
  { oid, enterprise, generic, specific }: AskedOptions,
): Partial<Notification> {
  if (pdu === 'trap1') {
    if (enterprise === undefined || generic === undefined) {
      throw new ConfigError('`--pdu trap1` needs `--enterprise` and `--generic`')
    }
    return {
      enterprise: readOid(enterprise),
      generic,
      ...(specific !== undefined && { specific }),
    }
  }
  const [name, ...more] = oid ?? []
  if (name === undefined || more.length > 0) {
    throw new ConfigError('a notification has one name: `--oid OID`')
  }
  return { trapOid: readOid(name) }
}

/** An object identifier in numbers. @throws ConfigError for anything else. */
export function readOid(text: string): Oid {
  const oid = parseOid(text)
  if (oid !== undefined) return oid
  throw new ConfigError(`\`${text.slice(0, 64)}\` is no object identifier in numbers`)
}
