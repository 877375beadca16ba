import type { Level, Oid } from '../model.ts'

/** A value of a varbind, by its type of RFC 2578, or what RFC 3416 has in the place of one. */
export type Value =
  | { readonly type: 'Integer32'; readonly value: number }
  | { readonly type: 'OctetString'; readonly value: Uint8Array }
  | { readonly type: 'ObjectIdentifier'; readonly value: Oid }
  /** Four octets. */
  | { readonly type: 'IpAddress'; readonly value: Uint8Array }
  | { readonly type: 'Counter32'; readonly value: number }
  | { readonly type: 'Gauge32'; readonly value: number }
  /** Hundredths of a second. */
  | { readonly type: 'TimeTicks'; readonly value: number }
  | { readonly type: 'Opaque'; readonly value: Uint8Array }
  | { readonly type: 'Counter64'; readonly value: bigint }
  | { readonly type: 'unspecified' }
  | { readonly type: 'noSuchObject' }
  | { readonly type: 'noSuchInstance' }
  | { readonly type: 'endOfMibView' }

/** A name and its value. */
export interface Varbind {
  readonly oid: Oid
  readonly value: Value
}

/** What every PDU but version 1's trap begins with. */
export interface PlainPdu {
  readonly type: 'get' | 'getnext' | 'set' | 'response' | 'inform' | 'trap2' | 'report'
  /** -2^31 to 2^31 - 1. */
  readonly requestId: number
  /** As in RFC 3416 section 3: 0 is noError. */
  readonly errorStatus: number
  /** The varbind at fault, from 1. */
  readonly errorIndex: number
  readonly varbinds: readonly Varbind[]
}

/** RFC 3416 section 4.2.3. */
export interface BulkPdu {
  readonly type: 'getbulk'
  readonly requestId: number
  readonly nonRepeaters: number
  readonly maxRepetitions: number
  readonly varbinds: readonly Varbind[]
}

/** RFC 1157 section 4.1.6. */
export interface Trap1Pdu {
  readonly type: 'trap1'
  readonly enterprise: Oid
  /** Four octets. */
  readonly agentAddress: Uint8Array
  readonly generic: number
  readonly specific: number
  /** Hundredths of a second. */
  readonly timestamp: number
  readonly varbinds: readonly Varbind[]
}

/** A PDU of any version. */
export type AnyPdu = PlainPdu | BulkPdu | Trap1Pdu

/** A message of version 1 or 2c. */
export interface CommunityMessage {
  readonly version: '1' | '2c'
  /** As received, octet by octet. */
  readonly community: Uint8Array
  readonly pdu: AnyPdu
}

/** The header of a version 3 message for the user-based model (RFC 3412 section 6, RFC 3414 section 2.4). */
export interface UsmHeader {
  /** 0 to 2^31 - 1. */
  readonly messageId: number
  /** Largest message that the sender takes, in octets; 484 at least. */
  readonly maxSize: number
  readonly level: Level
  /** Whether the sender wants a report. */
  readonly reportable: boolean
  /** Engine that decides about time and keys; empty to discover it. */
  readonly engineId: Uint8Array
  readonly engineBoots: number
  /** Seconds since its last boot. */
  readonly engineTime: number
  /** As received; not every name is text. */
  readonly user: Uint8Array
}

/** A version 3 message as received: nothing in it is proven yet. */
export interface SealedMessage {
  readonly version: '3'
  readonly header: UsmHeader
  /** The whole message, over which the digest is. */
  readonly octets: Uint8Array
  /** Where the authentication parameters stand in `octets`, and how many octets they are. */
  readonly authAt: number
  readonly authLength: number
  readonly privParameters: Uint8Array
  /** The scoped PDU, encrypted when the level says so. */
  readonly payload: Uint8Array
}

/** What stands inside a version 3 message. */
export interface ScopedPdu {
  readonly contextEngineId: Uint8Array
  readonly contextName: string
  readonly pdu: AnyPdu
}

/** Why octets are no message that anyone has to answer. */
export type MessageFault =
  /** No message, or one that is not written as RFC 3417 section 8 allows: counts snmpInASNParseErrs. */
  | 'malformed'
  /** Neither 0, 1 nor 3: counts snmpInBadVersions. */
  | 'version-unknown'
  /** Version 3 with another security model: counts snmpUnknownSecurityModels. */
  | 'security-model-unknown'
  /** Version 3 with flags that RFC 3412 section 7.2 forbids: counts snmpInvalidMsgs. */
  | 'flags-invalid'
  /** A PDU that its version or the receiver does not know: counts snmpUnknownPDUHandlers. */
  | 'pdu-unknown'
