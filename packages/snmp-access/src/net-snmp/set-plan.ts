import type { CommitFailure } from '../engine/responder/objects.ts'
import type { Varbind } from '../message/model.ts'
import type { Oid } from '../oid.ts'
import type { ErrorStatus } from '../verdict.ts'
import { testValue } from './constraints.ts'
import { accessOf, columnOf, type IndexedInstance, type PlacedProvider } from './mib-index.ts'
import type { ReportFault } from './mib-objects.ts'
import type { WatchedMib } from './mib-watch.ts'
import {
  isTable,
  MAX_ACCESS,
  ROW_STATUS,
  type NetSnmpMib,
  type ScalarProvider,
  type TableColumn,
  type TableProvider,
} from './model.ts'
import { NewRow } from './new-row.ts'
import { readRowIndex } from './row-index.ts'
import { fromValue } from './values.ts'

/** One thing that a commit does, and how it is taken back. */
interface Step {
  readonly position: number
  readonly run: () => void
  readonly undo: () => void
}

/** Where a cell of a table stands. */
interface Cell {
  readonly provider: TableProvider
  readonly column: TableColumn
  readonly instance: Oid
}

/**
 * What a SET would do, found out before anything is done; RFC 3416 section 4.2.5 and the RowStatus
 * of RFC 2579. It asks no access control: that is done before.
 *
 * A row is created by its RowStatus alone, with what the same message sets in its other columns.
 */
export class SetPlan {
  /** For each varbind whether it could be set. */
  readonly statuses: ErrorStatus[]
  /** The instances that would be written, where there are any yet. */
  readonly written: readonly (IndexedInstance | undefined)[]
  readonly #watched: WatchedMib
  readonly #report: ReportFault
  readonly #rows = new Map<string, NewRow>()
  readonly #steps: Step[] = []

  constructor(watched: WatchedMib, varbinds: readonly Varbind[], report: ReportFault) {
    this.#watched = watched
    this.#report = report
    const { index } = watched
    this.written = varbinds.map(({ oid }) => index.at(oid))
    for (const [position, varbind] of varbinds.entries()) this.#openRow(varbind, position)
    this.statuses = varbinds.map((varbind, position) => this.#plan(varbind, position))
  }

  /** Asks the create handlers, when all else could be set. Until then nothing of the integrator's ran. */
  makeRows(): void {
    for (const row of this.#rows.values()) {
      if (this.statuses.every((status) => status === 'noError')) this.#makeRow(row)
    }
  }

  /** Does all of it, or takes back what was done. */
  commit(): CommitFailure | undefined {
    const steps = this.#steps
    for (const [at, { run, position }] of steps.entries()) {
      try {
        run()
      } catch (error) {
        this.#report('', 'a SET could not be carried out', error)
        return { errorStatus: this.#takeBack(steps.slice(0, at + 1)), errorIndex: position + 1 }
      }
    }
    return undefined
  }

  #takeBack(done: readonly Step[]): ErrorStatus {
    try {
      for (const { undo } of done.toReversed()) undo()
      return 'commitFailed'
    } catch (error) {
      this.#report('', 'a SET could not be taken back', error)
      return 'undoFailed'
    }
  }

  #openRow(varbind: Varbind, position: number): void {
    const { oid, value } = varbind
    const cell = this.#cellOf(oid)
    if (cell?.column.rowStatus !== true || this.written[position] !== undefined) return
    const isCreation =
      value.type === 'Integer32' &&
      (value.value === ROW_STATUS.createAndGo || value.value === ROW_STATUS.createAndWait)
    if (!isCreation) return
    const { provider, instance, column } = cell
    const row = new NewRow(provider, instance, { position, column, action: value.value })
    this.#rows.set(row.key, row)
  }

  #plan(varbind: Varbind, position: number): ErrorStatus {
    const placed = this.#watched.index.providerOf(varbind.oid)
    if (placed === undefined) return 'notWritable'
    const { provider } = placed
    if (!isTable(provider)) return this.#planScalar(provider, placed, varbind, position)
    const cell = this.#cellOf(varbind.oid)
    if (cell === undefined || accessOf(provider, cell.column) < MAX_ACCESS.readWrite) {
      return 'notWritable'
    }
    const tested = testValue(varbind.value, cell.column)
    if (tested !== 'noError') return tested
    const status = cell.column.rowStatus === true
    return status
      ? this.#planStatus(cell, varbind, position)
      : this.#planCell(cell, varbind, position)
  }

  #planScalar(
    provider: ScalarProvider,
    { oid }: PlacedProvider,
    varbind: Varbind,
    position: number,
  ): ErrorStatus {
    const access = accessOf(provider, undefined)
    if (access < MAX_ACCESS.readWrite) return 'notWritable'
    const rules = { type: provider.scalarType, constraints: provider.constraints }
    const tested = testValue(varbind.value, rules)
    if (tested !== 'noError') return tested
    const isInstance = varbind.oid.length === oid.length + 1 && varbind.oid.at(-1) === 0
    if (!isInstance) return 'noCreation'
    if (this.#write(varbind, position)) return 'noError'
    if (access < MAX_ACCESS.readCreate || provider.createHandler === null) return 'noCreation'
    const { mib } = this.#watched
    this.#steps.push({
      position,
      run: () => mib.setScalarValue(provider.name, fromValue(varbind.value)),
      // The instance stays, without a value: nobody sees it.
      undo: () => forget(mib, varbind.oid),
    })
    return 'noError'
  }

  #planCell(cell: Cell, varbind: Varbind, position: number): ErrorStatus {
    if (this.#write(varbind, position)) return 'noError'
    const row = this.#rows.get(NewRow.keyOf(cell.provider, cell.instance))
    if (row === undefined) {
      const isCreatable = cell.provider.tableColumns.some(
        ({ rowStatus, maxAccess }) => rowStatus === true && maxAccess === MAX_ACCESS.readCreate,
      )
      return isCreatable ? 'inconsistentName' : 'noCreation'
    }
    row.set(cell.column, varbind.value, position)
    return 'noError'
  }

  /** Overwrites an instance that there is. */
  #write({ value }: Varbind, position: number): boolean {
    const node = this.written[position]?.node
    if (node === undefined || node.value === undefined || node.value === null) return false
    const before = node.value
    this.#steps.push({
      position,
      run: () => {
        node.value = fromValue(value)
      },
      undo: () => {
        node.value = before
      },
    })
    return true
  }

  #planStatus(
    { provider, column, instance }: Cell,
    { value }: Varbind,
    position: number,
  ): ErrorStatus {
    const action = 'value' in value ? value.value : undefined
    const exists = this.written[position] !== undefined
    switch (action) {
      case ROW_STATUS.active:
      case ROW_STATUS.notInService:
        if (!exists) return 'inconsistentValue'
        this.#write({ oid: [], value }, position)
        return 'noError'
      case ROW_STATUS.createAndGo:
      case ROW_STATUS.createAndWait:
        if (exists) return 'inconsistentValue'
        return column.maxAccess === MAX_ACCESS.readCreate ? 'noError' : 'noCreation'
      case ROW_STATUS.destroy:
        return exists ? this.#planRemoval(provider, instance, position) : 'noError'
      case undefined:
      default:
        return 'wrongValue'
    }
  }

  #planRemoval(provider: TableProvider, instance: Oid, position: number): ErrorStatus {
    const { mib } = this.#watched
    const index = readRowIndex(instance, provider.tableIndex)
    const columns = Object.values(mib.providerNodes[provider.name]?.children ?? {})
    const cells = columns.map(({ address }) => mib.lookupAddress([...address, ...instance]))
    // net-snmp deletes a row that lacks a cell by half and throws.
    if (index === undefined || cells.includes(null)) return 'resourceUnavailable'
    const held = cells.flatMap((cell) =>
      cell === null ? [] : [{ ...cell, address: [...cell.address] }],
    )
    this.#steps.push({
      position,
      run: () => mib.deleteTableRow(provider.name, index),
      undo: () => {
        for (const { address, value, valueType } of held) {
          Object.assign(mib.addNodesForAddress(address), { value, valueType })
        }
      },
    })
    return 'noError'
  }

  #makeRow(row: NewRow): void {
    const { position } = row.status
    const { mib } = this.#watched
    const values = row.values(mib, this.#report)
    if (typeof values === 'string') {
      this.statuses[position] = values
      return
    }
    this.#steps.push({
      position,
      run: () => mib.addTableRow(row.provider.name, values),
      undo: () => {
        for (const { number } of row.provider.tableColumns) forget(mib, row.oidOf(number))
      },
    })
  }

  #cellOf(oid: Oid): Cell | undefined {
    const placed = this.#watched.index.providerOf(oid)
    if (placed === undefined || !isTable(placed.provider)) return undefined
    const { provider } = placed
    const column = columnOf(provider, oid[placed.oid.length])
    if (column === undefined) return undefined
    return { provider, column, instance: oid.slice(placed.oid.length + 1) }
  }
}

function forget(mib: NetSnmpMib, oid: Oid): void {
  const node = mib.lookupAddress(oid)
  if (node !== null) node.value = undefined
}
