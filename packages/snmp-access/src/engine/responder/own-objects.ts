import type { NoPolicy } from '@gatehouse/core'
import type { EngineClock } from '../../message/index.ts'
import type { Configuration, Oid } from '../../model.ts'
import { compareOids } from '../../oid.ts'
import type { AuthenTraps } from './authen-traps.ts'
import { MPD_STATS, SNMP_GROUP, TARGET_OBJECTS, USM_STATS, type SnmpCounters } from '../counters.ts'
import type { ObjectInstance } from './objects.ts'

/** snmpEngine (RFC 3411). */
const SNMP_ENGINE: Oid = [1, 3, 6, 1, 6, 3, 10, 2, 1]

/** What a responder knows of itself. */
export interface OwnObjectParts {
  readonly counters: SnmpCounters
  readonly authenTraps: AuthenTraps
  readonly policy: () => Configuration | NoPolicy
  readonly engine: () => EngineClock
  readonly maxMessageBytes: number
}

/** The groups of objects that a responder has of its own, each with a subtree of its own. */
export function ownGroups(
  parts: OwnObjectParts,
): ReadonlyMap<Oid, () => readonly ObjectInstance[]> {
  const { counters, authenTraps, policy } = parts
  return new Map([
    [
      SNMP_GROUP,
      () =>
        [...counters.objects(SNMP_GROUP), authenTraps.object(policy())].toSorted((a, b) =>
          compareOids(a.oid, b.oid),
        ),
    ],
    [SNMP_ENGINE, () => engineObjects(parts)],
    [MPD_STATS, () => counters.objects(MPD_STATS)],
    [TARGET_OBJECTS, () => counters.objects(TARGET_OBJECTS)],
    [USM_STATS, () => counters.objects(USM_STATS)],
  ])
}

function engineObjects({ engine, maxMessageBytes }: OwnObjectParts): readonly ObjectInstance[] {
  const { id, boots, time } = engine()
  return [
    { oid: [...SNMP_ENGINE, 1, 0], value: { type: 'OctetString', value: id } },
    { oid: [...SNMP_ENGINE, 2, 0], value: { type: 'Integer32', value: boots } },
    { oid: [...SNMP_ENGINE, 3, 0], value: { type: 'Integer32', value: time } },
    { oid: [...SNMP_ENGINE, 4, 0], value: { type: 'Integer32', value: maxMessageBytes } },
  ]
}
