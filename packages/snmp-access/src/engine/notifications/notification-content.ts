import type { AnyPdu, Trap1Pdu, Varbind } from '../../message/index.ts'
import type { Oid } from '../../model.ts'
import type { NotificationVerdict } from '../../notification/check-notification.ts'
import {
  nameOfNotification,
  type Notification,
  type NotificationPdu,
} from '../../notification/notification.ts'
import { compareOids } from '../../oid.ts'
import type { Sender } from '../../request.ts'
import type { ReceivedNotification } from './receiver-options.ts'

/** What a PDU says that carries a notification. */
export interface Content {
  readonly pdu: NotificationPdu
  /** Version 2c and 3; there `undefined` when it is not where it must be. */
  readonly trapOid: Oid | undefined
  readonly uptime: number
  readonly varbinds: readonly Varbind[]
  /** Version 1. */
  readonly trap1: Trap1Pdu | undefined
}

type Mutable<Type> = { -readonly [Field in keyof Type]: Type[Field] }

/** sysUpTime.0 */
export const SYS_UP_TIME: Oid = [1, 3, 6, 1, 2, 1, 1, 3, 0]

/** snmpTrapOID.0 */
export const SNMP_TRAP_OID: Oid = [1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0]

/** Beside the two that every notification begins with. */
const OWN_VARBINDS = 2

/**
 * The notification in a PDU; `undefined` for a PDU that carries none.
 *
 * Without uptime and name in their places (RFC 3416 section 4.2.6) it has no `trapOid`, and access
 * control finds it malformed.
 */
export function contentOf(pdu: AnyPdu): Content | undefined {
  switch (pdu.type) {
    case 'trap1': {
      const { type, timestamp: uptime, varbinds } = pdu
      return { pdu: type, trapOid: undefined, uptime, varbinds, trap1: pdu }
    }
    case 'trap2':
    case 'inform':
      return contentOfVersion2(pdu.type, pdu.varbinds)
    case 'get':
    case 'getnext':
    case 'getbulk':
    case 'set':
    case 'response':
    case 'report':
      return undefined
  }
}

function contentOfVersion2(pdu: 'trap2' | 'inform', varbinds: readonly Varbind[]): Content {
  const [first, second] = varbinds
  if (
    first?.value.type !== 'TimeTicks' ||
    second?.value.type !== 'ObjectIdentifier' ||
    compareOids(first.oid, SYS_UP_TIME) !== 0 ||
    compareOids(second.oid, SNMP_TRAP_OID) !== 0
  ) {
    return { pdu, trapOid: undefined, uptime: 0, varbinds, trap1: undefined }
  }
  const trapOid = second.value.value
  const uptime = first.value.value
  return { pdu, trapOid, uptime, varbinds: varbinds.slice(OWN_VARBINDS), trap1: undefined }
}

/** What access control is asked. */
export function notificationOf(sender: Sender, { pdu, trapOid, trap1 }: Content): Notification {
  const { version, source, community, user, level, context, usm } = sender
  // Field by field: spreading costs more than all the rest of a trap's way.
  const notification: Mutable<Notification> = { version, source, pdu }
  if (community !== undefined) notification.community = community
  if (user !== undefined) notification.user = user
  if (level !== undefined) notification.level = level
  if (context !== undefined) notification.context = context
  if (usm !== undefined) notification.usm = usm
  if (trapOid !== undefined) notification.trapOid = trapOid
  if (trap1 !== undefined) {
    notification.enterprise = trap1.enterprise
    notification.generic = trap1.generic
    notification.specific = trap1.specific
  }
  return notification
}

/** What is handed on of a notification that access control let in. */
export function receivedOf(
  asked: Notification,
  { uptime, varbinds, trap1 }: Content,
  { purposes, reasons }: NotificationVerdict,
  port: number,
  engineId: Uint8Array | undefined,
): ReceivedNotification {
  const { version, pdu, source } = asked
  const trapOid = asked.trapOid ?? nameOfVersion1(asked)
  const received: Mutable<ReceivedNotification> = {
    source,
    port,
    version,
    pdu,
    trapOid,
    uptime,
    varbinds,
    purposes,
    reasons,
  }
  if (trap1 !== undefined) {
    received.enterprise = trap1.enterprise
    received.agentAddress = trap1.agentAddress.join('.')
  }
  if (asked.user !== undefined) received.user = asked.user
  if (asked.level !== undefined) received.level = asked.level
  if (asked.context !== undefined) received.context = asked.context
  if (engineId !== undefined) received.engineId = engineId
  return received
}

function nameOfVersion1(asked: Notification): Oid {
  const name = nameOfNotification(asked)
  if (typeof name === 'string') throw new TypeError(name)
  return name
}
