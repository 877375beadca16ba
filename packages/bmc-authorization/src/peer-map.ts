import { KEYWORDS } from './keywords.ts'
import type { Computer, Policy } from './model.ts'
import { growPeerTree, type PeerNode } from './peer-tree.ts'
import { Side } from './side.ts'
import type { Standing } from './standing.ts'

/** Nodes that are alike in what their peers stand by. */
export interface Place {
  /** By side, for peers without a listed name. */
  readonly standings: readonly Standing[]
  /** By side, whether that holds for peers with a listed name as well. */
  readonly outranksNames: readonly boolean[]
}

/** A host name that some entry lists. */
export interface Host {
  readonly key: string
  /** By side; `undefined` where no entry lists the name. */
  readonly standings: readonly (Standing | undefined)[]
}

/**
 * All peers, divided so that within one part every peer stands by the same entries.
 *
 * A part is a node of the tree of addresses, less the nodes inside it, together with a listed host
 * name or none. With two policies the division is that of both.
 */
export class PeerMap {
  /** Each before those inside it. */
  readonly nodes: readonly PeerNode[]
  readonly hosts: readonly Host[]
  readonly #sides: readonly Side[]
  readonly #places: Map<PeerNode, Place>
  readonly #profiles: Map<string, number> = new Map()
  readonly #numbers: Map<Standing, number> = new Map()

  constructor(policies: readonly Policy[]) {
    const sides = policies.map((policy) => new Side(policy))
    const addresses = new Set(sides.flatMap((side) => [...side.addresses.keys()]))
    const hosts = new Set(sides.flatMap((side) => [...side.hosts.keys()]))
    this.#sides = sides
    this.nodes = growPeerTree([...addresses])
    this.hosts = [...hosts].map((key) => ({
      key,
      standings: sides.map((side) => side.hosts.get(key)),
    }))
    const alike = new Map<string, Place>()
    this.#places = new Map(this.nodes.map((node) => [node, this.#placeOf(node, alike)]))
  }

  /** The one object that all nodes share which are alike. */
  placeOf(node: PeerNode): Place {
    return this.#places.get(node) as Place
  }

  /** What peers stand by, by side. */
  standingsAt({ standings, outranksNames }: Place, host: Host | null): readonly Standing[] {
    if (host === null) return standings
    return standings.map((standing, side) =>
      outranksNames[side] === true ? standing : (host.standings[side] ?? standing),
    )
  }

  /** A text that lists of standings have in common which give every user the same levels. */
  profileOf(standings: readonly (Standing | undefined)[]): string {
    return standings.map((standing) => (standing ? this.#numberOf(standing) : '-')).join()
  }

  /** The entry behind a node or host, and the policy that it stands in; the first side's if any. */
  entryOf(part: PeerNode | Host): { computer: Computer; policy: Policy } | undefined {
    for (const { addresses, hosts, policy } of this.#sides) {
      const computer = ('standings' in part ? hosts : addresses).get(part.key)?.computer
      if (computer) return { computer, policy }
    }
    return undefined
  }

  #placeOf(node: PeerNode, alike: Map<string, Place>): Place {
    const standings = this.#sides.map((side) => side.standingOf(node))
    const outranksNames = this.#sides.map((side) => side.isExact(node))
    const text = `${this.profileOf(standings)} ${outranksNames.join()}`
    const place = alike.get(text) ?? { standings, outranksNames }
    alike.set(text, place)
    return place
  }

  #numberOf(standing: Standing): number {
    let number = this.#numbers.get(standing)
    if (number === undefined) {
      number = this.#profiles.get(standing.profile) ?? this.#profiles.size
      this.#profiles.set(standing.profile, number)
      this.#numbers.set(standing, number)
    }
    return number
  }
}

/** The key of the node of all peers. */
export const ROOT_KEY: string = KEYWORDS.any
