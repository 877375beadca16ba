import { formatAddress, parseAddress } from '@gatehouse/address-set'
import type { LineSource } from '@gatehouse/core'
import type { Cell } from './cover.ts'
import type { ComputerKind, Policy, Request } from './model.ts'
import {
  findUserNameFault,
  foldHostName,
  foldUserName,
  isHostName,
  readComputerName,
  type ComputerName,
} from './names.ts'
import { ROOT_KEY, type Host, type PeerMap } from './peer-map.ts'
import { keysAround, type PeerNode } from './peer-tree.ts'

/** Who asks, without what is asked. */
export type Caller = Pick<Request, 'peer' | 'claimedUser'>

/** A computer entry, as the description of peers. */
export interface ComputerRef {
  /** Name as written. */
  readonly name: string
  /** How the name is compared. */
  readonly kind: ComputerKind
  /** Its `NAME` statement. */
  readonly source: LineSource
}

/** Peers that match every entry of the first list and none of the second. */
export interface PeerRegion {
  /** None: every peer. Two: an address or pattern, and a host name. */
  readonly matches: readonly ComputerRef[]
  /** The peers that match one of these are not meant: it outranks, and grants less or something else. */
  readonly butNot: readonly ComputerRef[]
}

/** Users by the name that they claim. */
export interface UserRegion {
  /** Whether every user is meant, less `except`; else only `users` are. */
  readonly everyone: boolean
  /** Names as written in the file; empty when `everyone` is set. */
  readonly users: readonly string[]
  /** Names as written in the file; empty unless `everyone` is set. */
  readonly except: readonly string[]
}

/** Callers: these users at these peers. */
export interface Region {
  /** Where they come from. */
  readonly peers: PeerRegion
  /** Who they claim to be. */
  readonly users: UserRegion
}

/**
 * Whether a caller is one of a region.
 *
 * @returns `false` too for a caller that {@link check} refuses as malformed.
 */
export function includes({ peers, users }: Region, { peer, claimedUser }: Caller): boolean {
  const address = parseAddress(peer.address)
  const isSound = peer.verifiedName === null || isHostName(peer.verifiedName)
  if (address === undefined || !isSound || findUserNameFault(claimedUser) !== -1) return false
  const key = formatAddress(address)
  const keys = new Set([key, ...keysAround(key)])
  const host = peer.verifiedName === null ? undefined : foldHostName(peer.verifiedName)
  const isMatch = ({ name }: ComputerRef): boolean => {
    const computer = readComputerName(name) as ComputerName
    return computer.kind === 'host' ? computer.key === host : keys.has(computer.key)
  }
  const user = foldUserName(claimedUser)
  const isListed = [...users.users, ...users.except].some((name) => foldUserName(name) === user)
  return peers.matches.every(isMatch) && !peers.butNot.some(isMatch) && isListed !== users.everyone
}

/** Puts cells in the words of the files that they come from. */
export class RegionWriter {
  readonly #map: PeerMap
  /** The first spelling of each user. */
  readonly #spellings: Map<string, string> = new Map()

  constructor(map: PeerMap, policies: readonly Policy[]) {
    this.#map = map
    for (const { computers } of policies) {
      for (const { users } of computers) {
        for (const { name } of users) {
          const key = foldUserName(name)
          if (!this.#spellings.has(key)) this.#spellings.set(key, name)
        }
      }
    }
  }

  write({ node, host, lessNodes, lessHosts, users }: Cell): Region {
    const names = [...users.keys].map((key) => this.#spellings.get(key) as string)
    const isAnyNode = host !== null && node.key === ROOT_KEY
    return {
      peers: {
        matches: [...(isAnyNode ? [] : [node]), ...(host === null ? [] : [host])].flatMap((part) =>
          this.#refsOf(part),
        ),
        butNot: [...lessNodes, ...lessHosts].flatMap((part) => this.#refsOf(part)),
      },
      users: {
        everyone: users.everyone,
        users: users.everyone ? [] : names,
        except: users.everyone ? names : [],
      },
    }
  }

  /** A user that no policy names. */
  unlistedUser(): string {
    let name = 'anyone'
    for (let number = 1; this.#spellings.has(name); number += 1) name = `anyone-${number}`
    return name
  }

  /** None for the root when no entry is `*`. */
  #refsOf(part: PeerNode | Host): ComputerRef[] {
    const entry = this.#map.entryOf(part)
    if (entry === undefined) return []
    const { computer, policy } = entry
    const { name, kind, line } = computer
    return [{ name, kind, source: { file: policy.file, line } }]
  }
}
