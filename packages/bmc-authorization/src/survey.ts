import { KEYWORDS } from './keywords.ts'
import type { Computer, Policy } from './model.ts'
import { readComputerName, type ComputerName } from './names.ts'
import { growPeerTree, keysAround } from './peer-tree.ts'
import { Side } from './side.ts'
import type { Standing } from './standing.ts'

/** Which entries of a policy count for any peer, and what counts in their place. */
export class Survey {
  readonly policy: Policy
  /** What applies to peers that no entry but `*` names. */
  readonly root: Standing
  /** Computers that count for some peer, in the order of the file. */
  readonly reachable: readonly Standing[]
  /** The other computers. */
  readonly unreachable: readonly Computer[]
  readonly #side: Side
  /** The keys of addresses, patterns and `*` that count for some peer. */
  readonly #live: ReadonlySet<string>
  /** Of host names, one of each profile. */
  readonly #hosts: readonly Standing[]
  /** Of patterns, and of peers that none of them names, one of each profile. */
  readonly #nameless: readonly Standing[]

  constructor(policy: Policy) {
    const side = new Side(policy)
    const nodes = growPeerTree([...side.addresses.keys()])
    const all = [...side.addresses, ...side.hosts].map(([, standing]) => standing)
    const live = new Set(nodes.map(({ key }) => key))
    const counts = (computer: Computer | null): boolean =>
      computer?.kind === 'host' || (computer !== null && live.has(keyOf(computer)))
    this.policy = policy
    this.root = side.firstOf([KEYWORDS.any])
    this.reachable = all.filter(({ computer }) => counts(computer)).toSorted(byLine)
    this.unreachable = policy.computers.filter((computer) => !counts(computer))
    this.#side = side
    this.#live = live
    this.#hosts = distinct([...side.hosts.values()])
    this.#nameless = distinct(
      nodes.filter((node) => !side.isExact(node)).map((node) => side.standingOf(node)),
    )
  }

  /** What would count for the peers of an entry if it were not there: one of each profile. */
  withoutEntry(computer: Computer): Standing[] {
    if (computer.kind === 'host') return [...this.#nameless]
    const around = this.#side.firstOf(keysAround(keyOf(computer)))
    return computer.kind === 'address' ? distinct([...this.#hosts, around]) : [around]
  }

  /** What counts for peers by the entries that an entry outranks, and for peers of none. */
  outrankedBy(computer: Computer): Standing[] {
    if (computer.kind === 'host') return [...this.#nameless]
    if (computer.kind === 'any') return []
    const around = keysAround(keyOf(computer)).filter((key) => this.#live.has(key))
    const standings = around.map((key) => this.#side.firstOf([key]))
    return computer.kind === 'address' ? [...this.#hosts, ...standings] : standings
  }
}

function keyOf(computer: Computer): string {
  return (readComputerName(computer.name) as ComputerName).key
}

function byLine(a: Standing, b: Standing): number {
  return (a.computer?.line ?? 0) - (b.computer?.line ?? 0)
}

/** The first of each profile. */
function distinct(standings: readonly Standing[]): Standing[] {
  const first = new Map<string, Standing>()
  for (const standing of standings) {
    if (!first.has(standing.profile)) first.set(standing.profile, standing)
  }
  return [...first.values()]
}
