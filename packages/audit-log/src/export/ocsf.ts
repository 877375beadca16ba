import type { AuditRecord, RecordedOutcome } from '../record.ts'

/** Version of the Open Cybersecurity Schema Framework that the events follow. */
export const OCSF_VERSION = '1.1.0'

/** What made the log, as OCSF asks for it. */
export interface OcsfProduct {
  /** Name of the product. */
  readonly name: string
  /** Who makes it. */
  readonly vendorName: string
}

/** An event of OCSF class 6003, API Activity, with the attributes that a record can fill. */
export interface OcsfEvent {
  /** 6: Application Activity. */
  readonly category_uid: 6
  /** 6003: API Activity. */
  readonly class_uid: 6003
  /** 99: other. What a record tells of is not create, read, update or delete. */
  readonly activity_id: 99
  /** The record's `event`. */
  readonly activity_name: string
  /** Class and activity in one number. */
  readonly type_uid: 600399
  /** Milliseconds since 1970. */
  readonly time: number
  /** 1: informational, always: how grave a refusal is, the reader decides. */
  readonly severity_id: 1
  /** 0 unknown, 1 success (`allow`, `success`), 2 failure (`deny`, `failure`). */
  readonly status_id: 0 | 1 | 2
  /** The first code. */
  readonly status_code?: string
  /** The record's `message`. */
  readonly message?: string
  readonly metadata: {
    /** {@link OCSF_VERSION}. */
    readonly version: typeof OCSF_VERSION
    readonly product: { readonly name: string; readonly vendor_name: string }
    /** The record's `sequence`. */
    readonly sequence: number
    /** The record's `hash`. */
    readonly uid: string
    /** The record's `time`. */
    readonly original_time: string
  }
  /** `verifiedUser`, else `claimedUser`, else `unknown`; which of them, `unmapped` tells. */
  readonly actor: { readonly user: { readonly name: string } }
  /** `operation`, else the event, and `by`. */
  readonly api: { readonly operation: string; readonly service?: { readonly name: string } }
  /** `peer` and `peerName`; the name is `unknown` where there is neither. */
  readonly src_endpoint: {
    readonly ip?: string
    readonly hostname?: string
    readonly name?: string
  }
  /** `target`. */
  readonly resources?: readonly [{ readonly name: string }]
  /**
   * What OCSF has no attribute for: how the user is known, all codes, source, policy, facts, the
   * chain.
   */
  readonly unmapped: Readonly<Record<string, unknown>>
}

const STATUS: Record<RecordedOutcome, 1 | 2> = { allow: 1, success: 1, deny: 2, failure: 2 }

/** A record as an event of OCSF {@link OCSF_VERSION}, class API Activity. */
export function toOcsf(record: AuditRecord, product: OcsfProduct): OcsfEvent {
  const { event, outcome, codes = [], message, target, by, operation } = record
  const [code] = codes
  return {
    category_uid: 6,
    class_uid: 6003,
    activity_id: 99,
    activity_name: event,
    type_uid: 600399,
    time: Date.parse(record.time),
    severity_id: 1,
    status_id: outcome === undefined ? 0 : STATUS[outcome],
    ...(code === undefined ? {} : { status_code: code }),
    ...(message === undefined ? {} : { message }),
    metadata: {
      version: OCSF_VERSION,
      product: { name: product.name, vendor_name: product.vendorName },
      sequence: record.sequence,
      uid: record.hash,
      original_time: record.time,
    },
    actor: { user: { name: record.verifiedUser ?? record.claimedUser ?? 'unknown' } },
    api: {
      operation: operation ?? event,
      ...(by === undefined ? {} : { service: { name: by } }),
    },
    src_endpoint: endpointOf(record),
    ...(target === undefined ? {} : { resources: [{ name: target }] as const }),
    unmapped: unmappedOf(record),
  }
}

function endpointOf({ peer, peerName }: AuditRecord): OcsfEvent['src_endpoint'] {
  if (peer === undefined && peerName === undefined) return { name: 'unknown' }
  return {
    ...(peer === undefined ? {} : { ip: peer }),
    ...(peerName === undefined ? {} : { hostname: peerName }),
  }
}

function unmappedOf(record: AuditRecord): Record<string, unknown> {
  const { claimedUser, verifiedUser, codes, source, policy, facts, clockBack, previous } = record
  const all = { claimedUser, verifiedUser, codes, source, policy, facts, clockBack, previous }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
