/**
 * What is used of npm net-snmp 3.29.2, which has no types of its own. Fields and methods that its
 * documentation does not name are part of the seam that {@link ensureNetSnmp} tries.
 */
export interface NetSnmp {
  createMib(options?: object): NetSnmpMib
  /** Kinds of providers by their names. */
  readonly MibProviderType: { readonly Scalar: number; readonly Table: number }
  /** Types of values by their names. */
  readonly ObjectType: Readonly<Record<string, number | string>>
  /** Kinds of access by their names, in rising order. */
  readonly MaxAccess: Readonly<Record<string, number | string>>
}

/** What a value may be. Sizes count octets. */
export interface Constraints {
  readonly enumeration?: Readonly<Record<string, string>>
  readonly ranges?: readonly Range[]
  readonly sizes?: readonly Range[]
}

/** Both bounds are within; an absent one does not bound. */
export interface Range {
  readonly min?: number
  readonly max?: number
}

/** Called before a value is read, and twice for a SET: to test it, and to commit it. */
export type ProviderHandler = (request: MibRequest) => unknown

/** What a handler gets: the fields of net-snmp's own MibRequest. */
export interface MibRequest {
  /** The PDU type by its tag, such as 160 for a GET. */
  readonly operation: number
  readonly address: readonly number[]
  readonly oid: string
  readonly providerNode: MibNode | null
  readonly provider: Provider
  readonly instanceNode: MibNode
  /** Of a SET: type and value that it would write. */
  readonly setType?: number
  readonly setValue?: unknown
  /** Of a SET: exactly one of the two. */
  readonly testSet?: true
  readonly commitSet?: true
  isScalar(): boolean
  isTabular(): boolean
  /** Says that the value may be read, or with an error status other than 0 why not. */
  done(error?: { readonly errorStatus?: number }): void
}

/** One object. */
export interface ScalarProvider {
  readonly name: string
  readonly type: number
  readonly oid: string
  readonly scalarType: number
  readonly maxAccess?: number
  readonly constraints?: Constraints
  readonly handler?: ProviderHandler | undefined
  readonly createHandler?: ((request: CreateRequest) => unknown) | null
}

/** One column of a table. */
export interface TableColumn {
  readonly number: number
  readonly name: string
  readonly type: number
  readonly maxAccess?: number
  readonly rowStatus?: boolean
  readonly constraints?: Constraints
  readonly defVal?: unknown
}

/** One part of a row's index, as registering makes it. */
export interface IndexPart {
  readonly columnNumber: number
  readonly type: number
  readonly foreign?: string
  readonly implied?: boolean
  readonly length?: number
}

/** The objects of a table. */
export interface TableProvider {
  readonly name: string
  readonly type: number
  readonly oid: string
  readonly tableColumns: readonly TableColumn[]
  readonly tableIndex: readonly IndexPart[]
  readonly handler?: ProviderHandler | undefined
  /** `null`: rows are not created. */
  readonly createHandler?: ((request: CreateRequest) => unknown) | null
}

/** What a create handler gets. */
interface CreateRequest {
  readonly provider: Provider
  readonly action?: string
  /** The values of the index. */
  readonly row?: readonly (number | string)[]
}

/** A provider of either kind. */
export type Provider = ScalarProvider | TableProvider

/** One arc of the tree. */
export interface MibNode {
  readonly address: readonly number[]
  readonly oid: string
  readonly children: Readonly<Record<number, MibNode>>
  readonly parent: MibNode | null
  readonly provider?: Provider
  /** Of an instance only. */
  readonly valueType?: number
  value?: unknown
}

/** A Mib of `createMib` or of an agent. */
export interface NetSnmpMib {
  readonly root: MibNode
  /** By name. */
  readonly providers: Readonly<Record<string, Provider>>
  readonly providerNodes: Readonly<Record<string, MibNode>>
  registerProvider(provider: object): void
  unregisterProvider(name: string): void
  lookupAddress(address: readonly number[]): MibNode | null
  addNodesForAddress(address: readonly number[]): MibNode
  setScalarValue(name: string, value: unknown): void
  addTableRow(table: string, row: readonly unknown[]): void
  deleteTableRow(table: string, index: readonly unknown[]): boolean
  getTableRowInstanceFromRow(provider: Provider, row: readonly unknown[]): (number | string)[]
}

/** Numbers of net-snmp's kinds of providers. */
export const PROVIDER_TYPES = { scalar: 1, table: 2 } as const

/** Numbers of net-snmp's kinds of access, in rising order. */
export const MAX_ACCESS = { readOnly: 2, readWrite: 3, readCreate: 4 } as const

/** Numbers of RFC 2579's RowStatus. */
export const ROW_STATUS = {
  active: 1,
  notInService: 2,
  notReady: 3,
  createAndGo: 4,
  createAndWait: 5,
  destroy: 6,
} as const

/** Numbers of net-snmp's types of values: the tags of BER. */
export const OBJECT_TYPES = {
  integer: 2,
  octetString: 4,
  oid: 6,
  ipAddress: 64,
  counter: 65,
  gauge: 66,
  timeTicks: 67,
  opaque: 68,
  counter64: 70,
} as const

/** Whether it is a table's. */
export function isTable(provider: Provider): provider is TableProvider {
  return provider.type === PROVIDER_TYPES.table
}
