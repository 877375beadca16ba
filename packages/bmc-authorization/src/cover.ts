import type { Level } from './level.ts'
import type { Host, PeerMap, Place } from './peer-map.ts'
import type { PeerNode } from './peer-tree.ts'
import { levelOf } from './standing.ts'
import { includesAll, UserSets, type UserSet } from './user-set.ts'

/** Which users are meant, by the level that each policy of the map gives them. */
export type Pick = (levels: readonly Level[]) => boolean

/** Peers at a node, with one host name or any, less some; and users. All of them are meant. */
export interface Cell {
  readonly node: PeerNode
  /** The one name; `null`: any that is not in `lessHosts`. */
  readonly host: Host | null
  readonly lessNodes: readonly PeerNode[]
  readonly lessHosts: readonly Host[]
  readonly users: UserSet
}

/** Hosts for which every place has the same users. */
interface HostGroup {
  readonly hosts: Host[]
  readonly layer: Layer
}

/** The users that are meant at each node, for peers of one name. */
class Layer {
  readonly #map: PeerMap
  readonly #users: ReadonlyMap<Place, UserSet>

  constructor(map: PeerMap, users: ReadonlyMap<Place, UserSet>) {
    this.#map = map
    this.#users = users
  }

  at(node: PeerNode): UserSet {
    return this.atPlace(this.#map.placeOf(node))
  }

  atPlace(place: Place): UserSet {
    return this.#users.get(place) as UserSet
  }

  /** Whether what is meant at `top` is meant at a node inside it too, and at all nodes between. */
  reaches(top: PeerNode, node: PeerNode): boolean {
    for (let each: PeerNode | null = node; each !== null && each !== top; each = each.parent) {
      if (!includesAll(this.at(each), this.at(top))) return false
    }
    return true
  }

  /** Divides what is inside a node: the nodes reached, and the outermost of those that are not. */
  divide(top: PeerNode): { reached: PeerNode[]; less: PeerNode[] } {
    const reached = [top]
    const less: PeerNode[] = []
    for (const node of reached) {
      for (const child of node.children) {
        if (includesAll(this.at(child), this.at(top))) reached.push(child)
        else less.push(child)
      }
    }
    return { reached, less }
  }
}

/**
 * Describes who is meant by as few and as wide cells as there are entries that tell them apart.
 *
 * The cells may overlap. Together they hold every peer and user that is meant, and no other, and none
 * has an exception to spare. With one policy none is held by the others together.
 *
 * @returns The cells of any name first, the widest first.
 */
export function coverOf(map: PeerMap, pick: Pick): Cell[] {
  return new Cover(map, pick).cells()
}

class Cover {
  readonly #map: PeerMap
  readonly #sets: UserSets = new UserSets()
  readonly #pick: Pick
  readonly #picked: Map<string, UserSet> = new Map()
  readonly #places: ReadonlySet<Place>
  /** For peers without a listed name. */
  readonly #nameless: Layer
  readonly #groups: readonly HostGroup[]
  /** The nodes that have a cell of any name. */
  readonly #kept: Set<PeerNode> = new Set()
  readonly #barred: Map<PeerNode, ReadonlySet<HostGroup>> = new Map()

  constructor(map: PeerMap, pick: Pick) {
    this.#map = map
    this.#pick = pick
    this.#places = new Set(map.nodes.map((node) => map.placeOf(node)))
    this.#nameless = this.#layerOf(null)
    this.#groups = this.#groupHosts()
  }

  cells(): Cell[] {
    for (const node of this.#map.nodes) if (!this.#isCovered(node)) this.#kept.add(node)
    const named = this.#groups.flatMap((group) => this.#cellsOf(group))
    const nameless = [...this.#kept].map((node) => this.#cellOf(node))
    return [...nameless, ...named]
  }

  #cellOf(node: PeerNode): Cell {
    return {
      node,
      host: null,
      lessNodes: this.#nameless.divide(node).less,
      lessHosts: [...this.#barredAt(node)].flatMap(({ hosts }) => hosts),
      users: this.#nameless.at(node),
    }
  }

  /** Whether the peers without a listed name that are at the node alone need no cell of their own. */
  #isCovered(node: PeerNode): boolean {
    const layer = this.#nameless
    const users = layer.at(node)
    if (users === this.#sets.none) return true
    return upFrom(node).some(
      (top) => this.#kept.has(top) && layer.at(top) === users && layer.reaches(top, node),
    )
  }

  /** What the cells of any name leave out for the hosts of a group. */
  #cellsOf(group: HostGroup): Cell[] {
    const { layer, hosts } = group
    const tops = new Set<PeerNode>()
    for (const node of this.#map.nodes) {
      const users = layer.at(node)
      if (users === this.#sets.none || this.#isCoveredFor(group, node)) continue
      const same = upFrom(node).filter((top) => layer.at(top) === users && layer.reaches(top, node))
      if (same.some((top) => tops.has(top))) continue
      if (this.#nameless.at(node) === users && !this.#barredAt(node).has(group)) {
        this.#kept.add(node)
      } else {
        tops.add(same.at(-1) ?? node)
      }
    }
    return [...tops].flatMap((node) => {
      const { less } = layer.divide(node)
      const users = layer.at(node)
      return hosts.map((host) => ({ node, host, lessNodes: less, lessHosts: [], users }))
    })
  }

  /** Whether cells of any name hold the peers of such a name that are at the node alone. */
  #isCoveredFor(group: HostGroup, node: PeerNode): boolean {
    const users = group.layer.at(node)
    return upFrom(node).some(
      (top) =>
        this.#kept.has(top) &&
        this.#nameless.reaches(top, node) &&
        includesAll(this.#nameless.at(top), users) &&
        !this.#barredAt(top).has(group),
    )
  }

  /** The hosts that a cell of any name at this node has to leave out. */
  #barredAt(node: PeerNode): ReadonlySet<HostGroup> {
    const known = this.#barred.get(node)
    if (known !== undefined) return known
    const users = this.#nameless.at(node)
    const { reached } = this.#nameless.divide(node)
    const places = new Set(reached.map((each) => this.#map.placeOf(each)))
    const barred = new Set(
      this.#groups.filter(({ layer }) =>
        [...places].some((place) => !includesAll(layer.atPlace(place), users)),
      ),
    )
    this.#barred.set(node, barred)
    return barred
  }

  #groupHosts(): HostGroup[] {
    const groups = new Map<string, HostGroup>()
    for (const host of this.#map.hosts) {
      const profile = this.#map.profileOf(host.standings)
      const group = groups.get(profile) ?? { hosts: [], layer: this.#layerOf(host) }
      group.hosts.push(host)
      groups.set(profile, group)
    }
    return [...groups.values()]
  }

  #layerOf(host: Host | null): Layer {
    return new Layer(
      this.#map,
      new Map([...this.#places].map((place) => [place, this.#usersAt(place, host)])),
    )
  }

  #usersAt(place: Place, host: Host | null): UserSet {
    const standings = this.#map.standingsAt(place, host)
    const profile = this.#map.profileOf(standings)
    const known = this.#picked.get(profile)
    if (known !== undefined) return known
    const isMeant = (key: string): boolean => this.#pick(standings.map((one) => one.levelOf(key)))
    const everyone = this.#pick(standings.map(({ rest }) => levelOf(rest)))
    const keys = new Set(standings.flatMap(({ named }) => [...named.keys()]))
    const users = this.#sets.of(
      everyone,
      [...keys].filter((key) => isMeant(key) !== everyone),
    )
    this.#picked.set(profile, users)
    return users
  }
}

/** A node and those around it, the innermost first. */
function upFrom(node: PeerNode): PeerNode[] {
  return node.parent === null ? [node] : [node, ...upFrom(node.parent)]
}
