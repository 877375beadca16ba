import { formatAddress, type Address } from '@gatehouse/address-set'
import { NOTHING } from './hash-slots.ts'
import { valueOf } from './ipv4-nodes.ts'
import type { Peer } from './model.ts'
import { foldHostName, foldUserName } from './names.ts'
import { OUTER } from './node-table.ts'
import type { SoundRequest } from './request.ts'
import { ANY_NAME, type Tree } from './tree.ts'

/** Finds the nodes of a file that count for a request, without looking at the others. */
export class PolicyIndex {
  readonly #tree: Tree

  constructor(tree: Tree) {
    this.#tree = tree
  }

  /** The node whose level applies: the deepest on the path that sets one, else the outer block. */
  rulingFor({ peer, claimedUser }: SoundRequest, address: Address): number {
    const computer = this.computerFor(peer, address)
    if (computer === OUTER) return OUTER
    const { nodes } = this.#tree
    const entry = this.userUnder(computer, claimedUser)
    if (entry !== NOTHING && nodes.permissionLineOf(entry) !== 0) return entry
    return nodes.permissionLineOf(computer) === 0 ? OUTER : computer
  }

  /** The computer that counts: exact address, host name, longest pattern, `*`; else {@link OUTER}. */
  computerFor({ address: text, verifiedName }: Peer, address: Address): number {
    const { ipv4 } = this.#tree
    const isIpv4 = address.family === 4
    const value = isIpv4 ? ipv4ValueOf(text, address) : 0
    const exact = isIpv4 ? ipv4.find(value) : this.#findText(formatAddress(address))
    if (exact !== NOTHING) return exact
    const named = verifiedName === null ? NOTHING : this.#findText(foldHostName(verifiedName))
    if (named !== NOTHING) return named
    const around = isIpv4 ? ipv4.longestAround(value) : ipv4.any
    return around === NOTHING ? OUTER : around
  }

  /** Every computer that matches, the one that counts first. */
  computersFor({ address: text, verifiedName }: Peer, address: Address): number[] {
    const { ipv4 } = this.#tree
    const isIpv4 = address.family === 4
    const value = isIpv4 ? ipv4ValueOf(text, address) : 0
    return [
      isIpv4 ? ipv4.find(value) : this.#findText(formatAddress(address)),
      verifiedName === null ? NOTHING : this.#findText(foldHostName(verifiedName)),
      ...(isIpv4 ? ipv4.patternsAround(value) : [ipv4.any]),
    ].filter((computer) => computer !== NOTHING)
  }

  /** The entry of this very user under a computer, else the one of any user; else {@link NOTHING}. */
  userUnder(computer: number, user: string): number {
    const { nodes, children, texts } = this.#tree
    if (!nodes.hasChild(computer)) return NOTHING
    return children.findEither(computer, texts.find(foldUserName(user)), ANY_NAME)
  }

  /** The computer that is a host name or an IPv6 address. */
  #findText(text: string): number {
    const { children, texts } = this.#tree
    const key = texts.find(text)
    return key === NOTHING ? NOTHING : children.find(OUTER, key)
  }
}

/** The value of an IPv4 address, which may be written as an IPv6 one. No dotted text but the canonical is read. */
function ipv4ValueOf(text: string, address: Address): number {
  return valueOf(text.includes(':') ? formatAddress(address) : text)
}
