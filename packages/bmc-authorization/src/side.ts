import type { Policy } from './model.ts'
import { readComputerName, type ComputerName } from './names.ts'
import { keysAround, type PeerNode } from './peer-tree.ts'
import { Standing } from './standing.ts'

/** What each peer stands by in one policy. */
export class Side {
  readonly policy: Policy
  /** Of host names, in the form in which they are compared. */
  readonly hosts: Map<string, Standing> = new Map()
  /** Of addresses, patterns and `*`, by canonical text. */
  readonly addresses: Map<string, Standing> = new Map()
  /** Of peers that match no entry. */
  readonly global: Standing

  constructor(policy: Policy) {
    this.policy = policy
    this.global = new Standing(policy, null)
    for (const computer of policy.computers) {
      const { kind, key } = readComputerName(computer.name) as ComputerName
      const standings = kind === 'host' ? this.hosts : this.addresses
      standings.set(key, new Standing(policy, computer))
    }
  }

  /** What a peer without a listed name stands by at any address that belongs to the node alone. */
  standingOf({ key }: PeerNode): Standing {
    return this.firstOf([key, ...keysAround(key)])
  }

  /** The standing of the first key that an entry has; the global one when none has. */
  firstOf(keys: readonly string[]): Standing {
    const best = keys.find((key) => this.addresses.has(key))
    return best === undefined ? this.global : (this.addresses.get(best) as Standing)
  }

  /** Whether an entry for this very address outranks names. */
  isExact({ key }: PeerNode): boolean {
    return this.addresses.get(key)?.computer?.kind === 'address'
  }
}
