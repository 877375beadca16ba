import type { Oid } from '@gatehouse/snmp-access'
import type { ObjectInstance } from '@gatehouse/snmp-access/engine'
import type { Varbind } from '@gatehouse/snmp-access/message'
import { KINDS, STATES, type Part } from '../status.ts'
import { GATEHOUSE } from './arcs.ts'
import { counter, integer, table, text } from './values.ts'

/** The table of the agent's parts. */
export const STATUS_TABLE: Oid = [...GATEHOUSE, 1]

const ENTRY: Oid = [...STATUS_TABLE, 1]

/** Columns of a row. */
const COLUMN = { kind: 2, name: 3, state: 4, allowed: 5, denied: 6 }

/** One row for each part, numbered from 1. */
export function statusTable(parts: readonly Part[]): readonly ObjectInstance[] {
  return table(
    ENTRY,
    parts.map(({ kind, name, state, count }, at) => ({
      index: at + 1,
      columns: {
        [COLUMN.kind]: integer(KINDS[kind]),
        [COLUMN.name]: text(name),
        [COLUMN.state]: integer(STATES[state]),
        ...(count && {
          [COLUMN.allowed]: counter(count.allowed),
          [COLUMN.denied]: counter(count.denied),
        }),
      },
    })),
  )
}

/** What a notification tells of a part: its kind, name and state, by the names of its row. */
export function statusVarbinds(part: Part, row: number): readonly Varbind[] {
  return statusTable([part])
    .map(({ oid, value }) => ({ oid: [...oid.slice(0, -1), row], value }))
    .filter(({ oid }) => oid.at(-2) !== COLUMN.allowed && oid.at(-2) !== COLUMN.denied)
}
