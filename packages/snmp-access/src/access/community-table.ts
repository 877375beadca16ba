import { AddressIndex, type Address } from '@gatehouse/address-set'
import { MAX_COMMUNITY_OCTETS } from '../community.ts'
import type { CommunityEntry, SourceFamily } from '../model.ts'
import { octetKey } from '../request.ts'
import type { Resolved, Stopped } from './resolved.ts'

/** Entries of one index: no more than the masks with holes that an index takes. */
const ENTRIES_OF_INDEX = 64

/** An entry that lets a sender in. */
interface GrantingMatch {
  readonly found: 'granted'
  readonly entry: CommunityEntry
  /** What the entry leads to, by model; kept by the one who looked it up. */
  readonly leadsTo: { v1?: Resolved | Stopped; v2c?: Resolved | Stopped }
}

/** How a community and an address were looked up. */
export type CommunityMatch =
  | GrantingMatch
  | { readonly found: 'refused'; readonly entry: CommunityEntry }
  /** The first entry with the community in the list of the address family. */
  | { readonly found: 'other-source'; readonly entry: CommunityEntry }
  /** The first entry with the community, in the list of the other family. */
  | { readonly found: 'other-family'; readonly entry: CommunityEntry }
  | { readonly found: 'nothing' }

interface SourceList {
  readonly indexes: readonly AddressIndex<CommunityMatch>[]
  readonly unlisted: CommunityMatch
}

type Lists = Partial<Record<SourceFamily, SourceList>>

const NOTHING: CommunityMatch = Object.freeze({ found: 'nothing' })

/** The ordered lists of both families, by community. */
export class CommunityTable {
  readonly #lists = new Map<string, Lists>()

  constructor(entries: readonly CommunityEntry[]) {
    const byCommunity = new Map<string, CommunityEntry[]>()
    for (const entry of entries) {
      if (entry.community.length > MAX_COMMUNITY_OCTETS) continue
      const key = octetKey(entry.community)
      const known = byCommunity.get(key)
      if (known === undefined) byCommunity.set(key, [entry])
      else known.push(entry)
    }
    for (const [key, listed] of byCommunity) {
      const lists: Lists = {}
      for (const family of ['ipv4', 'ipv6'] as const) {
        const own = listed.filter((entry) => entry.family === family)
        const [first] = own
        if (first !== undefined) lists[family] = listOf(own, first)
      }
      this.#lists.set(key, lists)
    }
  }

  /**
   * The first entry with the community whose source has the address.
   *
   * @param community - From {@link octetKey}.
   */
  find(community: string, address: Address): CommunityMatch {
    const lists = this.#lists.get(community)
    if (lists === undefined) return NOTHING
    const list = address.family === 4 ? lists.ipv4 : lists.ipv6
    if (list === undefined) return otherFamily(lists)
    for (const index of list.indexes) {
      const match = index.find(address)
      if (match !== undefined) return match
    }
    return list.unlisted
  }
}

function listOf(entries: readonly CommunityEntry[], first: CommunityEntry): SourceList {
  const indexes: AddressIndex<CommunityMatch>[] = []
  for (let start = 0; start < entries.length; start += ENTRIES_OF_INDEX) {
    const some = entries.slice(start, start + ENTRIES_OF_INDEX).map((entry) => ({
      pattern: entry.source.pattern,
      value: matchOf(entry),
    }))
    indexes.push(AddressIndex.of(some, 'first'))
  }
  return { indexes, unlisted: Object.freeze({ found: 'other-source', entry: first }) }
}

function matchOf(entry: CommunityEntry): CommunityMatch {
  return entry.negated ? { found: 'refused', entry } : { found: 'granted', entry, leadsTo: {} }
}

function otherFamily({ ipv4, ipv6 }: Lists): CommunityMatch {
  const unlisted = (ipv4 ?? ipv6)?.unlisted
  if (unlisted === undefined || unlisted.found === 'nothing') return NOTHING
  return { found: 'other-family', entry: unlisted.entry }
}
