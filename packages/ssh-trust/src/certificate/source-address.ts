import { isInNetwork, readNetwork, readPeer, type Network } from '../authorized-keys/network.ts'
import { hasSwitch, type CertificateProfile } from './profile.ts'

/** An item is an address and a prefix length, nothing else: `addr_match_cidr_list` of OpenSSH. */
const ITEM = /^[\dA-Fa-f.:/]{1,49}$/u

/** What a list of addresses says about one. */
export type SourceAddressAnswer = 'listed' | 'not-listed' | 'malformed'

/**
 * Looks an address up in the `source-address` of a certificate: addresses and CIDR prefixes, with commas between.
 *
 * One item that cannot be read makes the whole list `malformed`, wherever it stands.
 *
 * @param address - Of the peer. A text that is no address is not listed.
 */
export function findSourceAddress(
  list: string,
  address: string,
  profile: CertificateProfile | undefined,
): SourceAddressAnswer {
  const networks: Network[] = []
  for (const item of list.split(',')) {
    const network = ITEM.test(item) ? readNetwork(item) : null
    if (network === null || typeof network === 'string') return 'malformed'
    if (network.ambiguous && hasSwitch(profile, 'plain-addresses')) return 'malformed'
    networks.push(network)
  }
  const peer = readPeer(address)
  const isListed = peer !== null && networks.some((network) => isInNetwork(peer, network))
  return isListed ? 'listed' : 'not-listed'
}
