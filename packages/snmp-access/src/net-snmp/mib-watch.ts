import { MibIndex } from './mib-index.ts'
import type { NetSnmpMib } from './model.ts'

/** Methods through which every other one adds and removes nodes and providers. */
const REMOVING = ['registerProvider', 'unregisterProvider', 'deleteTableRow'] as const

/**
 * The index of a Mib, made anew after its methods have added or removed something. Values do not
 * matter: they are read when they are asked for.
 *
 * The methods of this one Mib are wrapped for it. Nodes that are put into the tree by hand are not
 * seen.
 */
export class WatchedMib {
  readonly mib: NetSnmpMib
  #index: MibIndex | undefined

  private constructor(mib: NetSnmpMib) {
    this.mib = mib
    const changed = (): void => {
      this.#index = undefined
    }
    for (const name of REMOVING) {
      const original: (...words: never[]) => unknown = mib[name].bind(mib)
      const wrapped = (...words: never[]): unknown => {
        try {
          return original(...words)
        } finally {
          changed()
        }
      }
      Object.assign(mib, { [name]: wrapped })
    }
    const add = mib.addNodesForAddress.bind(mib)
    mib.addNodesForAddress = (address) => {
      if (mib.lookupAddress(address) === null) changed()
      return add(address)
    }
  }

  /** One for each Mib, however often it is asked for. */
  static of(mib: NetSnmpMib): WatchedMib {
    const known = WATCHED.get(mib) ?? new WatchedMib(mib)
    WATCHED.set(mib, known)
    return known
  }

  get index(): MibIndex {
    this.#index ??= new MibIndex(this.mib)
    return this.#index
  }
}

const WATCHED = new WeakMap<NetSnmpMib, WatchedMib>()
