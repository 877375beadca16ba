import type { Oid } from '@gatehouse/snmp-access'
import type { Varbind } from '@gatehouse/snmp-access/message'

/** A part of a Gatehouse agent, as its status table has it. */
export interface AgentPart {
  readonly kind: (typeof KINDS)[number]
  /** Unescaped. */
  readonly name: string
  readonly state: (typeof STATES)[number]
  /** Decisions since the agent started, where the part makes any. */
  readonly allowed?: number
  readonly denied?: number
}

/** What a part is, by its number in the table from 1. */
export const KINDS = ['listener', 'microagent', 'policy', 'record'] as const

/** How a part is doing, by its number in the table from 1. */
export const STATES = ['up', 'down', 'degraded'] as const

/**
 * The status table of a Gatehouse agent, under the arc that net-snmp gives everybody to try things out with: what
 * does not look like a row of it is another program's, and left out.
 */
export const STATUS_TABLE: Oid = [1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 1, 1]

const COLUMN = { kind: 2, name: 3, state: 4, allowed: 5, denied: 6 } as const

/** Most parts that are shown. */
const MAX_PARTS = 100

/** Most objects that hold them: five columns. */
export const MAX_STATUS_OBJECTS: number = MAX_PARTS * 5

/** Longest name of a part. */
const MAX_NAME_OCTETS = 255

/** The rows of the table in their order. */
export function partsOf(varbinds: readonly Varbind[]): readonly AgentPart[] {
  const rows = new Map<number, Map<number, Varbind['value']>>()
  for (const { oid, value } of varbinds) {
    const [column, row, ...more] = oid.slice(STATUS_TABLE.length)
    if (column === undefined || row === undefined || more.length > 0) continue
    const columns = rows.get(row) ?? new Map<number, Varbind['value']>()
    rows.set(row, columns.set(column, value))
  }
  return [...rows.values()].flatMap(partOf).slice(0, MAX_PARTS)
}

function partOf(columns: ReadonlyMap<number, Varbind['value']>): AgentPart[] {
  const kind = KINDS[(numberOf(columns.get(COLUMN.kind)) ?? 0) - 1]
  const state = STATES[(numberOf(columns.get(COLUMN.state)) ?? 0) - 1]
  const name = columns.get(COLUMN.name)
  if (kind === undefined || state === undefined || name?.type !== 'OctetString') return []
  const allowed = numberOf(columns.get(COLUMN.allowed))
  const denied = numberOf(columns.get(COLUMN.denied))
  return [
    {
      kind,
      name: new TextDecoder().decode(name.value.subarray(0, MAX_NAME_OCTETS)),
      state,
      ...(allowed !== undefined && { allowed }),
      ...(denied !== undefined && { denied }),
    },
  ]
}

/** A number that a value is, if it is one. */
export function numberOf(value: Varbind['value'] | undefined): number | undefined {
  if (value === undefined || !('value' in value)) return undefined
  return typeof value.value === 'number' ? value.value : undefined
}

/** A part for people. Unescaped. */
export function partText({ kind, name, state, allowed, denied }: AgentPart): string {
  const counts = allowed === undefined ? '' : `, allowed ${allowed}, denied ${denied ?? 0}`
  return `${kind} ${name}: ${state}${counts}`
}
