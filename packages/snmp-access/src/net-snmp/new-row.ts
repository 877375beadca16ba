import type { Value } from '../message/model.ts'
import { formatOid, parseOid, type Oid } from '../oid.ts'
import type { ErrorStatus } from '../verdict.ts'
import { testValue } from './constraints.ts'
import type { ReportFault } from './mib-objects.ts'
import { ROW_STATUS, type NetSnmpMib, type TableColumn, type TableProvider } from './model.ts'
import { readRowIndex } from './row-index.ts'
import { fromValue, toValue } from './values.ts'

/** The varbind that creates a row. */
interface RowStatusSet {
  readonly position: number
  readonly column: TableColumn
  readonly action: number
}

/** A row that a SET would create. */
export class NewRow {
  readonly provider: TableProvider
  readonly status: RowStatusSet
  readonly #instance: Oid
  readonly #given = new Map<TableColumn, { readonly value: Value; readonly position: number }>()

  constructor(provider: TableProvider, instance: Oid, status: RowStatusSet) {
    this.provider = provider
    this.status = status
    this.#instance = instance
  }

  static keyOf({ name }: TableProvider, instance: Oid): string {
    return `${name} ${formatOid(instance)}`
  }

  get key(): string {
    return NewRow.keyOf(this.provider, this.#instance)
  }

  /** Name of the cell in a column. */
  oidOf(column: number): Oid {
    return [...(parseOid(this.provider.oid) ?? []), column, ...this.#instance]
  }

  /** A value for another column, of the same message. */
  set(column: TableColumn, value: Value, position: number): void {
    this.#given.set(column, { value, position })
  }

  /**
   * What `addTableRow` takes: a value for each column, from the message, from the index, from the
   * create handler or else the defaults.
   *
   * @returns An error status when there is a column without a value.
   */
  values(mib: NetSnmpMib, report: ReportFault): readonly unknown[] | ErrorStatus {
    const { tableColumns, tableIndex, createHandler } = this.provider
    const index = readRowIndex(this.#instance, tableIndex)
    const isForeign = tableIndex.some(({ foreign }) => foreign !== undefined)
    if (index === undefined || isForeign || createHandler === null) return 'noCreation'
    const proposed = this.#propose(index, report)
    if (proposed === undefined) return 'noCreation'
    const values = tableColumns.map((column, at) => {
      const part = tableIndex.findIndex(({ columnNumber }) => columnNumber === column.number)
      if (part !== -1) return index[part]
      if (column === this.status.column) return this.#state()
      const given = this.#given.get(column)
      return given === undefined ? proposed[at] : fromValue(given.value)
    })
    const fault = tableColumns.find((column, at) => !this.#fits(column, values[at]))
    if (fault !== undefined) {
      const isSilent = values[tableColumns.indexOf(fault)] === undefined
      if (!isSilent)
        report(formatOid(this.oidOf(fault.number)), 'a default is no value of its column')
      return 'inconsistentValue'
    }
    const instance = mib.getTableRowInstanceFromRow(this.provider, values)
    return instance.join('.') === formatOid(this.#instance) ? values : 'noCreation'
  }

  #state(): number {
    const { action } = this.status
    return action === ROW_STATUS.createAndGo ? ROW_STATUS.active : ROW_STATUS.notInService
  }

  /** @returns `undefined` when the create handler refuses the row or does not know its part. */
  #propose(
    index: readonly (number | string)[],
    report: ReportFault,
  ): readonly unknown[] | undefined {
    const { provider, status } = this
    const { tableColumns, createHandler } = provider
    if (typeof createHandler !== 'function') return tableColumns.map(({ defVal }) => defVal)
    const action = status.action === ROW_STATUS.createAndGo ? 'createAndGo' : 'createAndWait'
    try {
      const made = createHandler({ provider, action, row: index })
      if (made === undefined) return undefined
      if (Array.isArray(made) && made.length === tableColumns.length) return made as unknown[]
      report(provider.oid, 'the create handler gives no value for each column')
    } catch (error) {
      report(provider.oid, 'the create handler throws', error)
    }
    return undefined
  }

  #fits(column: TableColumn, held: unknown): boolean {
    const value = toValue(column.type, held)
    return value !== undefined && testValue(value, column) === 'noError'
  }
}
