import { createRequire } from 'node:module'
import { MAX_ACCESS, OBJECT_TYPES, PROVIDER_TYPES, type NetSnmp, type NetSnmpMib } from './model.ts'
import { NetSnmpError } from './net-snmp-error.ts'

/** The one version that is taken. */
export const NET_SNMP_VERSION = '3.29.2'

/** What stands beside this package. */
export interface InstalledPeer {
  readonly version: string
  readonly module: unknown
}

/**
 * The module, once it is known to be what this package was made for: the copy beside this package,
 * in the one version, with the undocumented parts of a Mib where they have to be.
 *
 * @param given - What `import netSnmp from 'net-snmp'` gives, or the namespace of `import *`.
 * @throws NetSnmpError saying what is wrong.
 */
export function ensureNetSnmp(given: unknown, installed: InstalledPeer = readPeer()): NetSnmp {
  const { version, module } = installed
  if (version !== NET_SNMP_VERSION) {
    throw new NetSnmpError('peer-version', `${version} in place of ${NET_SNMP_VERSION}`)
  }
  const { default: inner } = given as { readonly default?: unknown }
  if (given !== module && inner !== module) throw new NetSnmpError('peer-copy')
  tried ??= new WeakSet()
  const peer = module as NetSnmp
  if (!tried.has(peer)) trySeam(peer)
  tried.add(peer)
  return peer
}

let tried: WeakSet<NetSnmp> | undefined

/** @throws NetSnmpError for a Mib that another module has made. */
export function ensureMib(peer: NetSnmp, mib: unknown): asserts mib is NetSnmpMib {
  if (!(mib instanceof peer.createMib().constructor)) throw new NetSnmpError('mib-unknown')
}

function readPeer(): InstalledPeer {
  const require = createRequire(import.meta.url)
  try {
    const { version } = require('net-snmp/package.json') as { readonly version: string }
    return { version, module: require('net-snmp') }
  } catch (cause) {
    throw new NetSnmpError('peer-missing', undefined, { cause })
  }
}

/** Registers a scalar and a table, and looks whether everything is where the adapter looks for it. */
function trySeam(peer: NetSnmp): void {
  const failed = seamFault(peer)
  if (failed !== undefined) throw new NetSnmpError('seam-changed', failed)
}

function seamFault(peer: NetSnmp): string | undefined {
  const { MibProviderType, ObjectType, MaxAccess } = peer
  const isAsNumbered =
    MibProviderType.Scalar === PROVIDER_TYPES.scalar &&
    MibProviderType.Table === PROVIDER_TYPES.table &&
    ObjectType['Integer'] === OBJECT_TYPES.integer &&
    ObjectType['Counter64'] === OBJECT_TYPES.counter64 &&
    MaxAccess['read-only'] === MAX_ACCESS.readOnly &&
    MaxAccess['read-create'] === MAX_ACCESS.readCreate
  if (!isAsNumbered) return 'numbers of types'
  const mib = peer.createMib()
  const calls = watchCalls(mib)
  const common = { maxAccess: MAX_ACCESS.readOnly }
  mib.registerProvider({ ...common, name: 's', type: 1, oid: '1.3.1', scalarType: 2 })
  mib.setScalarValue('s', 7)
  const column = { ...common, name: 'c', number: 2, type: OBJECT_TYPES.octetString }
  const index = { number: 1, name: 'i', type: OBJECT_TYPES.integer, maxAccess: 0 }
  const tableIndex = [{ columnName: 'i' }]
  mib.registerProvider({
    name: 't',
    type: 2,
    oid: '1.3.2',
    tableColumns: [index, column],
    tableIndex,
  })
  mib.addTableRow('t', [5, 'five'])
  const scalar = mib.lookupAddress([1, 3, 1, 0])
  if (scalar?.value !== 7 || scalar.valueType !== 2) return 'value of a scalar'
  const cell = mib.root.children[1]?.children[3]?.children[2]?.children[2]?.children[5]
  if (cell?.value !== 'five' || cell.valueType !== 4) return 'value of a table'
  if (mib.lookupAddress([1, 3, 2])?.provider?.name !== 't') return 'provider of a node'
  if (Object.keys(mib.providers).join(' ') !== 's t') return 'list of providers'
  if (calls.length < 2) return 'nodes are added in another way'
  if (!mib.deleteTableRow('t', [5])) return 'deletion of a row'
  return mib.lookupAddress([1, 3, 2, 2, 5]) === null ? undefined : 'deletion of a row'
}

function watchCalls(mib: NetSnmpMib): readonly unknown[] {
  const calls: unknown[] = []
  const add = mib.addNodesForAddress.bind(mib)
  mib.addNodesForAddress = (address) => {
    calls.push(address)
    return add(address)
  }
  return calls
}
