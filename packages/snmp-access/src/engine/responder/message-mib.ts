import type { Value, Varbind } from '../../message/index.ts'
import type { Absence, Instance, Mib } from '../../mib.ts'
import type { Oid } from '../../model.ts'
import type { ErrorStatus } from '../../verdict.ts'
import type { CommitFailure, ContextObjects, ObjectInstance } from './objects.ts'

const EXCEPTIONS: ReadonlySet<Value['type']> = new Set<Value['type']>([
  'unspecified',
  'noSuchObject',
  'noSuchInstance',
  'endOfMibView',
])

interface Looked {
  /** The varbind of the request that led here, from 1. */
  readonly index: number
  readonly value?: Value
}

/** The objects of a context as the decision asks them for one message; keeps the values that it came by. */
export class MessageMib implements Mib {
  readonly #objects: ContextObjects
  readonly #varbinds: readonly Varbind[]
  /** By identity: names of the request and of instances are handed through as they are. */
  readonly #looked = new Map<Oid, Looked>()
  /** The varbind that is looked at, from 1; 0 before the first. */
  index = 0

  constructor(objects: ContextObjects, varbinds: readonly Varbind[]) {
    this.#objects = objects
    this.#varbinds = varbinds
    for (const [position, { oid }] of varbinds.entries()) {
      this.#looked.set(oid, { index: position + 1 })
    }
    objects.begin?.()
  }

  find(oid: Oid): Instance | Absence {
    this.index = this.indexOf(oid)
    const found = this.#objects.find(oid)
    return typeof found === 'string' ? found : this.#keep(oid, found)
  }

  next(after: Oid): Instance | undefined {
    this.index = this.indexOf(after)
    const found = this.#objects.next(after)
    return found === undefined ? undefined : this.#keep(found.oid, found)
  }

  test(_oid: Oid, position: number): ErrorStatus {
    this.index = position + 1
    return this.#objects.test(this.#varbinds, position)
  }

  /** Sets all of the request. @returns What failed. */
  commit(): CommitFailure | undefined {
    return this.#objects.commit(this.#varbinds)
  }

  /** The value that was found for a name. */
  valueOf(oid: Oid): Value {
    const value = this.#looked.get(oid)?.value
    if (value === undefined) throw new TypeError('a value that nobody looked up')
    return value
  }

  /** The varbind of the request that led to a name, from 1; 0 for none. */
  indexOf(oid: Oid): number {
    return this.#looked.get(oid)?.index ?? 0
  }

  #keep(oid: Oid, { value }: ObjectInstance): Instance {
    if (EXCEPTIONS.has(value.type)) throw new TypeError(`an object with the value ${value.type}`)
    this.#looked.set(oid, { index: this.index, value })
    return { oid, counter64: value.type === 'Counter64' }
  }
}
