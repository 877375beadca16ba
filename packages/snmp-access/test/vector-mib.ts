import { compareOids, parseOid, type Instance, type Mib, type Oid } from '../src/index.ts'

/** An object of a vector file. */
export interface VectorObject {
  readonly oid: string
  readonly type: string
  readonly access: 'ro' | 'rw'
  readonly value?: string | number
}

interface FixtureInstance extends Instance {
  readonly type: string
  readonly access: 'ro' | 'rw'
}

/** Numbers of the snmp group that the daemon has: 7 and 23 are not used. */
const SNMP_GROUP = Array.from({ length: 32 }, (_, index) => index + 1).filter(
  (number) => number !== 7 && number !== 23,
)

/** The live counters of the daemon. */
export const SNMP_GROUP_OBJECTS: readonly VectorObject[] = SNMP_GROUP.map((number) => ({
  oid: `1.3.6.1.2.1.11.${number}.0`,
  type: number === 30 ? 'integer' : 'counter32',
  access: 'ro',
}))

/** An identifier of a vector file. */
export function oidOf(text: string): Oid {
  const oid = parseOid(text)
  if (oid === undefined) throw new TypeError(`not an object identifier: ${text}`)
  return oid
}

/** A MIB of fixed objects. */
export class FixtureMib implements Mib {
  readonly #instances: readonly FixtureInstance[]
  readonly #types: readonly string[]

  /** @param types - Type of each value that a SET writes, by position. */
  constructor(objects: readonly VectorObject[], types: readonly string[]) {
    this.#instances = objects
      .map(({ oid, type, access }) => ({
        oid: oidOf(oid),
        type,
        access,
        counter64: type === 'counter64',
      }))
      .toSorted((a, b) => compareOids(a.oid, b.oid))
    this.#types = types
  }

  find(oid: Oid): FixtureInstance | 'noSuchObject' | 'noSuchInstance' {
    const found = this.#instances.find((instance) => compareOids(instance.oid, oid) === 0)
    if (found !== undefined) return found
    const below = this.#instances.some((instance) =>
      instance.oid.every((sub, index) => oid[index] === sub),
    )
    return below ? 'noSuchInstance' : 'noSuchObject'
  }

  next(oid: Oid): FixtureInstance | undefined {
    return this.#instances.find((instance) => compareOids(instance.oid, oid) > 0)
  }

  test(oid: Oid, position: number): 'noError' | 'notWritable' | 'wrongType' {
    const found = this.find(oid)
    if (typeof found === 'string' || found.access === 'ro') return 'notWritable'
    return found.type === this.#types[position] ? 'noError' : 'wrongType'
  }
}
