import { allow, deny, escapeControls, NO_POLICY_CODES, type Decision } from '@gatehouse/core'
import { formatOid } from '@gatehouse/snmp-access'
import type { SnmpEvent } from '@gatehouse/snmp-access/engine'
import type { Journal } from '../audit/journal.ts'
import { canonical } from '../listeners/peer-name.ts'
import type { DecisionRecord, Log } from '../log.ts'
import type { RefusedSource } from './admission.ts'
import type { MessageCode } from './codes.ts'

/** What records of messages stand on. */
export interface RecordParts {
  readonly daemon: string
  readonly journal: Pick<Journal, 'record'>
  readonly log: Log
  /** Hash of the policy in force. */
  readonly policyHash: () => string | undefined
  /** Why the source of this message is not admitted; nothing when that is not decided. */
  readonly refusedSource: () => RefusedSource | undefined
}

/** Records what is refused and what a SET came to. What was read is counted, not recorded. */
export function createRecords(parts: RecordParts): (event: SnmpEvent) => void {
  const { journal, log } = parts
  return (event) => {
    if (event.kind === 'failed') {
      const detail = escapeControls(String(event.cause))
      log.error('an SNMP message was not answered', { event: 'internal-error', detail })
      return
    }
    const record = recordOf(event, parts)
    // Nothing waits for it, and what cannot be recorded the journal says itself.
    if (record !== undefined) void journal.record(record).catch(() => undefined)
  }
}

function recordOf(event: SnmpEvent, parts: RecordParts): DecisionRecord | undefined {
  const { source, user, leftOut } = event
  const base = {
    by: 'snmp',
    peer: { address: canonical(source) ?? '', verifiedName: null },
  } as const
  if (event.kind === 'not-admitted') {
    const refused = parts.refusedSource()
    if (refused === undefined) return undefined
    return { ...base, ...refused, request: { daemon: parts.daemon } }
  }
  const decision = decisionOf(event)
  if (decision === undefined) return undefined
  return {
    ...base,
    ...(user !== undefined && { claimedUser: user }),
    request: {
      ...requestOf(event),
      ...(leftOut > 0 && { leftOut: String(leftOut) }),
    },
    decision,
    policy: DECIDED_BY_POLICY.has(event.kind) ? parts.policyHash() : undefined,
  }
}

const DECIDED_BY_POLICY: ReadonlySet<SnmpEvent['kind']> = new Set([
  'refused',
  'answered',
  'changed',
] as const)

function requestOf(event: SnmpEvent): DecisionRecord['request'] & { readonly action: string } {
  const { version, communityDigest, errorStatus, objects: [first] = [], pdu = 'message' } = event
  return {
    action: `snmp.${pdu}`,
    ...(first !== undefined && { target: formatOid(first) }),
    ...(version !== undefined && { version }),
    ...(communityDigest !== undefined && { communityDigest }),
    ...(errorStatus !== undefined && errorStatus !== 'noError' && { errorStatus }),
  }
}

/** The decision on a message, where there is one to record. */
function decisionOf({ kind, pdu, reasons, fault }: SnmpEvent): Decision | undefined {
  switch (kind) {
    case 'malformed':
      return dropped('message-malformed', fault === undefined ? {} : { fault })
    case 'version-off':
      return dropped('version-off')
    case 'not-for-us':
      return dropped('message-not-for-us')
    case 'unauthenticated':
    case 'refused':
      return reasons && deny<string>(...reasons)
    case 'answered':
    case 'changed':
      return pdu === 'set' && reasons !== undefined ? allow<string>(...reasons) : undefined
    case 'discovery':
      // Answered, but where there is no policy.
      return reasons !== undefined && reasons[0].code in NO_POLICY_CODES
        ? deny<string>(...reasons)
        : undefined
    case 'not-admitted':
    case 'too-big':
    case 'failed':
      return undefined
  }
}

function dropped(code: MessageCode, facts: Readonly<Record<string, string>> = {}): Decision {
  return deny<MessageCode>({ code, facts })
}
