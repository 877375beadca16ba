import { compareOids, parseOid, type Oid } from '../oid.ts'
import {
  isTable,
  MAX_ACCESS,
  type MibNode,
  type NetSnmpMib,
  type Provider,
  type TableColumn,
} from './model.ts'

/** An instance of a Mib: its value is read from the node at the time. */
export interface IndexedInstance {
  readonly oid: Oid
  readonly node: MibNode
  readonly provider: Provider
  /** Of a table: its column. */
  readonly column: TableColumn | undefined
}

/** The provider that a name belongs to. */
export interface PlacedProvider {
  readonly oid: Oid
  readonly provider: Provider
}

/** A Mib in order, to be searched by halves. Made anew when the Mib has other nodes. */
export class MibIndex {
  /** Whether any provider has a handler. */
  readonly hasHandlers: boolean
  readonly #instances: readonly IndexedInstance[]
  readonly #providers: readonly PlacedProvider[]
  /** Where the last step ended: a walk goes on from there. */
  #last = -1

  constructor(mib: NetSnmpMib) {
    const instances: IndexedInstance[] = []
    collect(mib.root, undefined, instances)
    this.#instances = instances
    this.#providers = Object.values(mib.providers)
      .flatMap((provider) => {
        const oid = parseOid(provider.oid)
        return oid === undefined ? [] : [{ oid, provider }]
      })
      .toSorted((a, b) => compareOids(a.oid, b.oid))
    this.hasHandlers = this.#providers.some(({ provider: { handler } }) => handler !== undefined)
  }

  /** The instance with exactly this name, hidden or not. */
  at(oid: Oid): IndexedInstance | undefined {
    const found = this.#instances[this.#firstNotBefore(oid)]
    return found !== undefined && compareOids(found.oid, oid) === 0 ? found : undefined
  }

  /** Where the instances after a name begin. */
  positionAfter(oid: Oid): number {
    if (this.#instances[this.#last]?.oid === oid) return this.#last + 1
    const at = this.#firstNotBefore(oid)
    const found = this.#instances[at]
    return found !== undefined && compareOids(found.oid, oid) === 0 ? at + 1 : at
  }

  /** The instance at a position; `undefined` at the end. */
  instanceAt(position: number): IndexedInstance | undefined {
    this.#last = position
    return this.#instances[position]
  }

  /** The provider whose objects would have this name. */
  providerOf(oid: Oid): PlacedProvider | undefined {
    let [low, high] = [0, this.#providers.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareOids(this.#placed(middle).oid, oid) <= 0) low = middle + 1
      else high = middle
    }
    const found = this.#providers[low - 1]
    return found !== undefined && isWithin(oid, found.oid) ? found : undefined
  }

  #placed(at: number): PlacedProvider {
    return this.#providers[at] as PlacedProvider
  }

  #firstNotBefore(oid: Oid): number {
    let [low, high] = [0, this.#instances.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareOids((this.#instances[middle] as IndexedInstance).oid, oid) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Whether a name stands below another one. */
export function isWithin(oid: Oid, subtree: Oid): boolean {
  return oid.length > subtree.length && subtree.every((arc, at) => oid[at] === arc)
}

/** Whether objects may be read at all: net-snmp takes nothing said for `not-accessible`. */
export function isReadable({
  provider,
  column,
}: Pick<IndexedInstance, 'provider' | 'column'>): boolean {
  return accessOf(provider, column) >= MAX_ACCESS.readOnly
}

/** What may be done with objects, as a number of {@link MAX_ACCESS}. */
export function accessOf(provider: Provider, column: TableColumn | undefined): number {
  return (isTable(provider) ? column?.maxAccess : provider.maxAccess) ?? 0
}

/** Keys that are array indices come in rising order. */
function collect(node: MibNode, above: PlacedProvider | undefined, into: IndexedInstance[]): void {
  const { provider, address } = node
  const placed = provider === undefined ? above : { oid: address, provider }
  if (placed !== undefined && node.valueType !== undefined) {
    const number = address[placed.oid.length]
    const column = isTable(placed.provider) ? columnOf(placed.provider, number) : undefined
    into.push({ oid: [...address], node, provider: placed.provider, column })
  }
  for (const child of Object.values(node.children)) collect(child, placed, into)
}

/** A column by its number. */
export function columnOf(
  { tableColumns }: { readonly tableColumns: readonly TableColumn[] },
  number: number | undefined,
): TableColumn | undefined {
  return tableColumns.find((column) => column.number === number)
}
