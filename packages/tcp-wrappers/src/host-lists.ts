import type { LoadCode } from './codes.ts'
import { readHostPattern, type HostPattern } from './host-pattern.ts'
import type { Profile } from './model.ts'
import { readStrictHost } from './strict-host.ts'

/** Most lists that may stand within each other. libwrap has no limit, and falls over a list that names itself. */
const MAX_DEPTH = 8

/** Gives the text of a list of hosts; `null` when there is no such file. */
export type ReadList = (path: string) => string | Uint8Array | null

/** The lists of hosts that rules name by a path. Each is read once. */
export class HostLists {
  readonly #readList: ReadList | undefined
  readonly #profile: Profile
  readonly #maxBytes: number
  readonly #known = new Map<string, readonly HostPattern[]>()
  #depth = 0
  #fault: LoadCode | undefined

  constructor(readList: ReadList | undefined, profile: Profile, maxBytes: number) {
    this.#readList = readList
    this.#profile = profile
    this.#maxBytes = maxBytes
  }

  /** The items of a list; `null` when no way to read it was given. Faults are kept. */
  readonly read = (path: string): readonly HostPattern[] | null => {
    const known = this.#known.get(path)
    if (known !== undefined) return known
    if (this.#readList === undefined) {
      if (this.#profile === 'strict') this.#fault = 'list-unavailable'
      return null
    }
    if (this.#depth === MAX_DEPTH) {
      this.#fault = 'list-too-deep'
      return []
    }
    this.#depth += 1
    const hosts = this.#readItems(this.#readList(path))
    this.#depth -= 1
    this.#known.set(path, hosts)
    return hosts
  }

  /** What was wrong with a list since the last call. */
  takeFault(): LoadCode | undefined {
    const fault = this.#fault
    this.#fault = undefined
    return fault
  }

  #readItems(input: string | Uint8Array | null): readonly HostPattern[] {
    if (input === null) {
      if (this.#profile === 'strict') this.#fault = 'list-missing'
      return []
    }
    if (input.length > this.#maxBytes) {
      this.#fault = 'text-too-large'
      return []
    }
    const text = typeof input === 'string' ? input : new TextDecoder().decode(input)
    const items = text.match(/[^ \t-\r]+/g) ?? []
    return Object.freeze(items.flatMap((item) => this.#readItem(item)))
  }

  #readItem(item: string): HostPattern[] {
    if (this.#profile === 'libwrap') return [readHostPattern(item, this.read)]
    const host = readStrictHost(item, this.read)
    if (!('fault' in host)) return [host]
    this.#fault = 'list-malformed'
    return []
  }
}
