import { compareOids, parseOid, type Instance, type Mib, type Oid } from '@gatehouse/snmp-access'
import { FormError, record, string } from './form.ts'

interface TypedInstance extends Instance {
  readonly type: string
  readonly isWritable: boolean
}

/** The object identifier of a vector. @throws FormError when it is none. */
export function oidOf(value: unknown, where: string): Oid {
  const oid = parseOid(string(value, where))
  if (oid === undefined) throw new FormError(`${where} is no object identifier`)
  return oid
}

/** The counters that the daemon always has; 7 and 23 are not used. */
const SNMP_GROUP: readonly TypedInstance[] = Array.from({ length: 32 }, (_, index) => index + 1)
  .filter((number) => number !== 7 && number !== 23)
  .map((number) => ({
    oid: [1, 3, 6, 1, 2, 1, 11, number, 0],
    type: number === 30 ? 'integer' : 'counter32',
    isWritable: false,
  }))

/** The objects that a vector file gives its daemon. */
export class VectorMib implements Mib {
  readonly #instances: readonly TypedInstance[]
  readonly #types: readonly unknown[]

  /**
   * @param objects - As the file lists them: `{ oid, type, access }`.
   * @param hasSnmpGroup - Whether the counters of the snmp group are there as well.
   * @param types - Type of each value that a SET writes, by position.
   */
  constructor(objects: readonly unknown[], hasSnmpGroup: boolean, types: readonly unknown[]) {
    const own = objects.map((object, index): TypedInstance => {
      const { oid, type, access } = record(object, `mib[${index}]`)
      const name = string(type, `mib[${index}].type`)
      return {
        oid: oidOf(oid, `mib[${index}].oid`),
        type: name,
        isWritable: access === 'rw',
        counter64: name === 'counter64',
      }
    })
    const all = hasSnmpGroup ? [...own, ...SNMP_GROUP] : own
    this.#instances = all.toSorted((a, b) => compareOids(a.oid, b.oid))
    this.#types = types
  }

  find(oid: Oid): TypedInstance | 'noSuchObject' | 'noSuchInstance' {
    const found = this.#instances.find((instance) => compareOids(instance.oid, oid) === 0)
    if (found !== undefined) return found
    const isBelow = this.#instances.some((instance) =>
      instance.oid.every((sub, index) => oid[index] === sub),
    )
    return isBelow ? 'noSuchInstance' : 'noSuchObject'
  }

  next(oid: Oid): TypedInstance | undefined {
    return this.#instances.find((instance) => compareOids(instance.oid, oid) > 0)
  }

  test(oid: Oid, position: number): 'noError' | 'notWritable' | 'wrongType' {
    const found = this.find(oid)
    if (typeof found === 'string' || !found.isWritable) return 'notWritable'
    return found.type === this.#types[position] ? 'noError' : 'wrongType'
  }
}
