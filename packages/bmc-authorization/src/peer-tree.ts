import { formatAddress, parseAddress, type Address } from '@gatehouse/address-set'
import { KEYWORDS } from './keywords.ts'

/** Addresses that one entry names, or all of them; inside it are those that other entries name. */
export interface PeerNode {
  /** Canonical address or pattern; `*` for the root, which is there whether an entry names it or not. */
  readonly key: string
  /** The innermost node around it; `null` for the root. */
  readonly parent: PeerNode | null
  /** The nodes directly inside it. */
  readonly children: PeerNode[]
}

/**
 * Arranges addresses and patterns as a tree, and leaves out patterns of which nothing is left.
 *
 * A pattern can be used up by the entries inside it, all of which outrank it. The root cannot: there
 * are more IPv6 addresses than any file can list.
 *
 * @param keys - Canonical texts, each once.
 * @returns The nodes, each before those inside it.
 */
export function growPeerTree(keys: readonly string[]): PeerNode[] {
  const nodes = new Map<string, PeerNode>()
  const place = (key: string): PeerNode => {
    const around = keysAround(key).find((outer) => nodes.has(outer))
    const parent = around === undefined ? null : (nodes.get(around) as PeerNode)
    const node = { key, parent, children: [] }
    nodes.set(key, node)
    parent?.children.push(node)
    return node
  }
  place(KEYWORDS.any)
  const inner = keys.filter((key) => key !== KEYWORDS.any)
  const widestFirst = inner.toSorted((a, b) => sizeOf(b) - sizeOf(a))
  const usedUp = new Set(
    widestFirst
      .map(place)
      .filter(isUsedUp)
      .map(({ key }) => key),
  )
  return usedUp.size === 0
    ? [...nodes.values()]
    : growPeerTree(keys.filter((key) => !usedUp.has(key)))
}

/** The texts of all patterns around an address or pattern, the innermost first, `*` last. */
export function keysAround(key: string): string[] {
  if (key === KEYWORDS.any) return []
  if (key.includes(':')) return [KEYWORDS.any]
  const labels = labelsOf(key)
  const around = labels.map((_, index) => [...labels.slice(0, index), KEYWORDS.any].join('.'))
  return around.toReversed()
}

/** The octets that a key fixes. */
function labelsOf(key: string): string[] {
  return key.split('.').filter((label) => label !== KEYWORDS.any)
}

/** How many addresses a key other than `*` covers. */
function sizeOf(key: string): number {
  return key.includes(':') ? 1 : 256 ** (4 - labelsOf(key).length)
}

function isUsedUp({ key, children }: PeerNode): boolean {
  const covered = children.reduce((sum, child) => sum + sizeOf(child.key), 0)
  return children.length > 0 && covered === sizeOf(key)
}

/** Octets in the order in which examples are looked for: hosts before the edges of a subnet. */
const OCTETS = [...Array.from({ length: 254 }, (_, index) => index + 1), 0, 255]

/** An address of a node that is in none of the nodes inside it. */
export function ownAddress({ key, parent, children }: PeerNode): string {
  const taken = new Set(children.map((child) => child.key))
  const isFree = (address: string): boolean =>
    ![address, ...keysAround(address)].some((each) => taken.has(each))
  if (key.includes(':')) return key
  if (parent !== null) return freeAddress(labelsOf(key), taken) ?? key
  for (const octet of OCTETS) {
    const address = `192.0.2.${octet}`
    if (isFree(address)) return address
  }
  let number = 1
  while (!isFree(documentationAddress(number))) number += 1
  return documentationAddress(number)
}

/** Addresses that are set aside for documentation, as many as a file could list. */
function documentationAddress(number: number): string {
  const groups = [number >>> 16, number & 0xffff].map((group) => group.toString(16))
  return formatAddress(parseAddress(`2001:db8::${groups.join(':')}`) as Address)
}

function freeAddress(labels: readonly string[], taken: ReadonlySet<string>): string | undefined {
  const isWhole = labels.length === 4
  const key = [...labels, ...(isWhole ? [] : [KEYWORDS.any])].join('.')
  if (isWhole) return taken.has(key) ? undefined : key
  for (const octet of OCTETS) {
    const next = [...labels, String(octet)]
    const inner = [...next, KEYWORDS.any].join('.')
    const found = taken.has(inner) ? undefined : freeAddress(next, taken)
    if (found !== undefined) return found
  }
  return undefined
}
