import { lowerCase } from '../text/bytes.ts'
import { matchesPattern } from '../text/pattern.ts'
import {
  isInNetwork,
  readNetwork,
  readPeer,
  type Network,
  type NetworkFault,
  type NumberedAddress,
} from './network.ts'

/** One entry of a `from=`. */
export interface FromEntry {
  /** The entry without its `!`. */
  readonly text: string
  /** A hit keeps the peer out, whatever else hits. */
  readonly negated: boolean
  /** The network that it names; null: a pattern for the address or the host name as text. */
  readonly network: Network | null
}

/** Why a `from=` lets nobody in. */
export type FromFault = NetworkFault | 'entry-empty'

/** A `from=`: who may use the line. */
export interface FromList {
  /** The value as it is written. */
  readonly text: string
  /** The entries that could be read. */
  readonly entries: readonly FromEntry[]
  /** Set when the list is malformed: it lets nobody in. */
  readonly fault: FromFault | null
}

/** Where a login comes from. */
export interface Peer {
  readonly address: NumberedAddress
  /** The address as sshd writes it, with its zone if it has one. */
  readonly text: string
  readonly zoned: boolean
  /** Verified host name in lower case; the address where there is none. */
  readonly hostName: string
}

/** sshd looks no further at host names from an entry of this length on. */
const LONG_ENTRY = 1023

/** Reads the value of `from=`. */
export function readFromList(text: string): FromList {
  const entries: FromEntry[] = []
  let fault: FromFault | null = null
  for (const written of text.split(',')) {
    const negated = written.startsWith('!')
    const entry = negated ? written.slice(1) : written
    const network = entry === '' ? 'entry-empty' : readNetwork(entry)
    if (typeof network === 'string') fault ??= network
    else entries.push({ text: entry, negated, network })
  }
  return { text, entries, fault }
}

/**
 * Reads where a login comes from.
 *
 * @returns Nothing when the text is no address.
 */
export function readPeerPlace(address: string, hostName: string | null): Peer | undefined {
  const percent = address.indexOf('%')
  const bare = percent < 0 ? address : address.slice(0, percent)
  const number = readPeer(bare)
  if (number === null) return undefined
  const zoned = percent >= 0
  const text = number.text + (zoned ? address.slice(percent) : '')
  return { address: number, text, zoned, hostName: lowerCase(hostName ?? text) }
}

/** Whether a `from=` without a fault lets a peer in: by address or name, and by neither kept out. */
export function isFrom(list: FromList, peer: Peer): boolean {
  const byAddress = list.entries.filter((entry) => hitsAddress(entry, peer))
  if (byAddress.some(({ negated }) => negated)) return false
  const long = list.entries.findIndex(({ text }) => text.length >= LONG_ENTRY)
  const named = long < 0 ? list.entries : list.entries.slice(0, long)
  const byName = named.filter(({ text }) => matchesPattern(lowerCase(text), peer.hostName))
  if (byName.some(({ negated }) => negated)) return false
  return byAddress.length > 0 || (byName.length > 0 && long < 0)
}

function hitsAddress(
  { text, network }: FromEntry,
  { address, text: written, zoned }: Peer,
): boolean {
  if (network === null) return matchesPattern(text, written)
  return !zoned && isInNetwork(address, network)
}
