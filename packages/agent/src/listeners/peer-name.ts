import { Resolver } from 'node:dns/promises'
import { formatAddress, parseAddress } from '@gatehouse/address-set'

/** Longest time for finding a peer's name, both ways together, in milliseconds. */
const LOOKUP_MS = 2_000

/** Most names of one address that are confirmed: a second look-up each. */
const MAX_NAMES = 4

/** What a look-up asks of DNS. */
export interface NameService {
  /** Names of an address. */
  reverse(address: string): Promise<string[]>
  /** Addresses of a name, IPv4 and IPv6. */
  forward(name: string): Promise<string[]>
  /** Gives up whatever is under way. */
  cancel(): void
}

/** What DNS says of an address: a name that leads back to it, names that do not, or nothing. */
export type PeerName =
  { readonly confirmed: string } | { readonly confirmed: null; readonly contradicted: boolean }

/** Nothing is known of a name. */
export const NAMELESS: PeerName = { confirmed: null, contradicted: false }

/**
 * Finds the host name of a peer by forward-confirmed reverse DNS: a name counts only when it leads
 * back to the very address.
 *
 * @returns the name in lower case; none when there is none, or when it takes too long. `contradicted`:
 * there are names, and none was confirmed.
 */
export async function lookUpName(
  address: string,
  service: NameService = dnsService(),
): Promise<PeerName> {
  const timer = setTimeout(() => service.cancel(), LOOKUP_MS)
  let names: string[] = []
  try {
    names = await service.reverse(address)
    for (const name of names.map(normalised).toSorted().slice(0, MAX_NAMES)) {
      // oxlint-disable-next-line no-await-in-loop -- the first confirmed name ends the search
      if (isHostName(name) && (await leadsBack(name, address, service))) return { confirmed: name }
    }
  } catch {
    // Whatever failed, no name is confirmed.
  } finally {
    clearTimeout(timer)
  }
  return names.length === 0 ? NAMELESS : { confirmed: null, contradicted: true }
}

async function leadsBack(name: string, address: string, service: NameService): Promise<boolean> {
  const addresses = await service.forward(name)
  return addresses.some((candidate) => canonical(candidate) === address)
}

/** Peer addresses are compared in this form. */
export function canonical(address: string): string | undefined {
  const parsed = parseAddress(address)
  return parsed === undefined ? undefined : formatAddress(parsed)
}

function normalised(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

/** Labels of letters, digits and hyphens; never something that reads as an address. */
function isHostName(name: string): boolean {
  return name.length <= 253 && /^(?:[a-z0-9_-]{1,63}\.)*[a-z_-][a-z0-9_-]{0,62}$/.test(name)
}

/** Asks DNS. A file such as `/etc/hosts` may propose a name, but only DNS can lead back from it. */
function dnsService(): NameService {
  const resolver = new Resolver({ timeout: LOOKUP_MS, tries: 1 })
  return {
    reverse: (address) => resolver.reverse(address),
    forward: async (name) => {
      const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
      return found.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
    },
    cancel: () => resolver.cancel(),
  }
}
