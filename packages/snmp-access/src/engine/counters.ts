import type { MessageFault } from '../message/model.ts'
import type { Oid } from '../model.ts'
import type { UsmStatus } from '../request.ts'
import type { ErrorStatus, ReportName } from '../verdict.ts'
import type { ObjectInstance } from './responder/objects.ts'

/** The snmp group (RFC 3418), with the counters that RFC 1213 had. */
export const SNMP_GROUP: Oid = [1, 3, 6, 1, 2, 1, 11]

/** snmpMPDStats (RFC 3412). */
export const MPD_STATS: Oid = [1, 3, 6, 1, 6, 3, 11, 2, 1]

/** snmpTargetObjects (RFC 3413): of them the two counters of contexts. */
export const TARGET_OBJECTS: Oid = [1, 3, 6, 1, 6, 3, 12, 1]

/** usmStats (RFC 3414). */
export const USM_STATS: Oid = [1, 3, 6, 1, 6, 3, 15, 1, 1]

const SNMP_NUMBERS = {
  snmpInPkts: 1,
  snmpOutPkts: 2,
  snmpInBadVersions: 3,
  snmpInBadCommunityNames: 4,
  snmpInBadCommunityUses: 5,
  snmpInASNParseErrs: 6,
  snmpInTooBigs: 8,
  snmpInNoSuchNames: 9,
  snmpInBadValues: 10,
  snmpInReadOnlys: 11,
  snmpInGenErrs: 12,
  snmpInTotalReqVars: 13,
  snmpInTotalSetVars: 14,
  snmpInGetRequests: 15,
  snmpInGetNexts: 16,
  snmpInSetRequests: 17,
  snmpInGetResponses: 18,
  snmpInTraps: 19,
  snmpOutTooBigs: 20,
  snmpOutNoSuchNames: 21,
  snmpOutBadValues: 22,
  snmpOutGenErrs: 24,
  snmpOutGetRequests: 25,
  snmpOutGetNexts: 26,
  snmpOutSetRequests: 27,
  snmpOutGetResponses: 28,
  snmpOutTraps: 29,
  snmpSilentDrops: 31,
  snmpProxyDrops: 32,
} as const

const MPD_NUMBERS = {
  snmpUnknownSecurityModels: 1,
  snmpInvalidMsgs: 2,
  snmpUnknownPDUHandlers: 3,
} as const

const TARGET_NUMBERS = {
  snmpUnavailableContexts: 4,
  snmpUnknownContexts: 5,
} as const

const USM_NUMBERS = {
  usmStatsUnsupportedSecLevels: 1,
  usmStatsNotInTimeWindows: 2,
  usmStatsUnknownUserNames: 3,
  usmStatsUnknownEngineIDs: 4,
  usmStatsWrongDigests: 5,
  usmStatsDecryptionErrors: 6,
} as const

/** A counter by its name in its MIB. */
export type CounterName =
  | keyof typeof SNMP_NUMBERS
  | keyof typeof MPD_NUMBERS
  | keyof typeof TARGET_NUMBERS
  | keyof typeof USM_NUMBERS

/** The counters of each group in the order of a walk, with their numbers in it. */
const GROUPS: ReadonlyMap<Oid, readonly (readonly [CounterName, number])[]> = new Map([
  [SNMP_GROUP, entriesOf(SNMP_NUMBERS)],
  [MPD_STATS, entriesOf(MPD_NUMBERS)],
  [TARGET_OBJECTS, entriesOf(TARGET_NUMBERS)],
  [USM_STATS, entriesOf(USM_NUMBERS)],
])

function entriesOf(numbers: Partial<Record<CounterName, number>>): [CounterName, number][] {
  return Object.entries(numbers) as [CounterName, number][]
}

/** The counter of each failure of the user-based model. */
export const USM_COUNTERS: Readonly<Record<Exclude<UsmStatus, 'accepted'>, CounterName>> = {
  'unknown-engine': 'usmStatsUnknownEngineIDs',
  'unknown-user': 'usmStatsUnknownUserNames',
  'unsupported-level': 'usmStatsUnsupportedSecLevels',
  'wrong-digest': 'usmStatsWrongDigests',
  'not-in-time-window': 'usmStatsNotInTimeWindows',
  'decryption-error': 'usmStatsDecryptionErrors',
}

/** The counter that each report carries. */
export const REPORT_COUNTERS: Readonly<Record<ReportName, CounterName>> = {
  unsupportedSecLevels: 'usmStatsUnsupportedSecLevels',
  notInTimeWindows: 'usmStatsNotInTimeWindows',
  unknownUserNames: 'usmStatsUnknownUserNames',
  unknownEngineIDs: 'usmStatsUnknownEngineIDs',
  wrongDigests: 'usmStatsWrongDigests',
  decryptionErrors: 'usmStatsDecryptionErrors',
  unknownContexts: 'snmpUnknownContexts',
}

/** The counter of each fault of a message. */
export const FAULT_COUNTERS: Readonly<Record<MessageFault, CounterName>> = {
  malformed: 'snmpInASNParseErrs',
  'version-unknown': 'snmpInBadVersions',
  'security-model-unknown': 'snmpUnknownSecurityModels',
  'flags-invalid': 'snmpInvalidMsgs',
  'pdu-unknown': 'snmpUnknownPDUHandlers',
}

/** The counter of each error status that has one. */
export const ERROR_COUNTERS: ReadonlyMap<ErrorStatus, CounterName> = new Map([
  ['tooBig', 'snmpOutTooBigs'],
  ['noSuchName', 'snmpOutNoSuchNames'],
  ['badValue', 'snmpOutBadValues'],
  ['genErr', 'snmpOutGenErrs'],
])

/** The counters of an engine since it began. */
export class SnmpCounters {
  readonly #counts = new Map<CounterName, number>()

  /** Since the beginning; the object of the MIB wraps at 2^32, this does not. */
  get(name: CounterName): number {
    return this.#counts.get(name) ?? 0
  }

  /** Counts one, or as many as are given. @returns The new count. */
  add(name: CounterName, count = 1): number {
    const counted = this.get(name) + count
    this.#counts.set(name, counted)
    return counted
  }

  /** The counters of a group as objects, in the order of a walk. */
  objects(group: Oid): readonly ObjectInstance[] {
    return (GROUPS.get(group) ?? []).map(([name, number]) => ({
      oid: [...group, number, 0],
      value: { type: 'Counter32', value: this.get(name) % 2 ** 32 },
    }))
  }
}
