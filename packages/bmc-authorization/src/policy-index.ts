import { AddressIndex, formatAddress, type Address } from '@gatehouse/address-set'
import type { Computer, Permission, User } from './model.ts'
import { foldHostName, patternKeysOf, type ComputerName } from './names.ts'
import { Ruling } from './ruling.ts'
import { UserTable } from './user-table.ts'

/** A computer with the reading of its name. */
export interface ComputerEntry {
  readonly computer: Computer
  readonly name: ComputerName
}

/** The entries of a file that count for one request. */
export interface Found {
  /** Every computer that matches, the one that counts first. */
  readonly computers: readonly Computer[]
  /** The user entry of that one. */
  readonly user: User | undefined
  /** What applies. */
  readonly ruling: Ruling
}

/** The entries of a file, each findable without looking at the others. A computer is its index in the file. */
export class PolicyIndex {
  readonly #global: Ruling
  readonly #computers: readonly Computer[]
  readonly #rulings: readonly Ruling[]
  readonly #users: UserTable
  readonly #addresses: AddressIndex<number>
  readonly #isExact: Uint8Array
  readonly #hosts: Map<string, number> = new Map()
  /** Addresses, patterns and `*` by their canonical text. */
  readonly #texts: Map<string, number> = new Map()
  readonly #any: number | undefined

  constructor(file: string, permission: Permission | null, entries: readonly ComputerEntry[]) {
    this.#global = new Ruling(file, permission, [])
    this.#computers = entries.map(({ computer }) => computer)
    this.#rulings = this.#computers.map((computer) =>
      rulingOf(file, computer.permission, [computer.name], this.#global),
    )
    this.#users = new UserTable(
      this.#computers.map(({ name, users }, index) =>
        users.map((user) => {
          const above = this.#rulings[index] as Ruling
          return { user, ruling: rulingOf(file, user.permission, [name, user.name], above) }
        }),
      ),
    )
    for (const [index, { name }] of entries.entries()) {
      ;(name.kind === 'host' ? this.#hosts : this.#texts).set(name.key, index)
    }
    this.#any = this.#texts.get('*')
    this.#isExact = Uint8Array.from(entries, ({ name }) => Number(name.kind === 'address'))
    this.#addresses = AddressIndex.of(
      entries.flatMap(({ name }, value) =>
        'pattern' in name ? [{ pattern: name.pattern, value }] : [],
      ),
      'most-specific',
    )
  }

  /** What applies to a peer and user. */
  find(address: Address, host: string | null, user: string): Ruling {
    const computer = this.#findComputer(address, host)
    if (computer === undefined) return this.#global
    const entry = this.#users.find(computer, user)
    return entry === -1 ? (this.#rulings[computer] as Ruling) : this.#users.rulingAt(entry)
  }

  /** What applies to a peer and user, and every entry that matched. */
  explain(address: Address, host: string | null, user: string): Found {
    const indices = [
      this.#texts.get(formatAddress(address)),
      this.#findHost(host),
      ...patternKeysOf(address).map((key) => this.#texts.get(key)),
      this.#any,
    ].filter((index) => index !== undefined)
    const [best] = indices
    const entry = best === undefined ? -1 : this.#users.find(best, user)
    return {
      computers: indices.map((index) => this.#computers[index] as Computer),
      user: entry === -1 ? undefined : this.#users.userAt(entry),
      ruling: this.find(address, host, user),
    }
  }

  /** Exact address, host name, longest pattern, `*`. */
  #findComputer(address: Address, host: string | null): number | undefined {
    const byAddress = this.#addresses.find(address)
    if (byAddress !== undefined && this.#isExact[byAddress] === 1) return byAddress
    return this.#findHost(host) ?? byAddress ?? this.#any
  }

  #findHost(host: string | null): number | undefined {
    return host === null ? undefined : this.#hosts.get(foldHostName(host))
  }
}

function rulingOf(
  file: string,
  permission: Permission | null,
  path: readonly string[],
  above: Ruling,
): Ruling {
  return permission === null ? above : new Ruling(file, permission, path)
}
