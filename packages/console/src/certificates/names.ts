import type { PeerName } from '@gatehouse/certificate-trust'
import type { SubjectNames } from '@gatehouse/certificate-trust/issuing'
import { hostname, networkInterfaces } from 'node:os'

/** Options that name a peer, or whoever a certificate is for. */
export interface NameOptions {
  /** Host names. */
  readonly name?: readonly string[]
  /** IPv4 or IPv6 addresses. */
  readonly address?: readonly string[]
  /** Mail addresses. */
  readonly mail?: readonly string[]
}

/** The names that a peer was looked for by. */
export function peerNames({ name = [], address = [], mail = [] }: NameOptions): PeerName[] {
  return [
    ...name.map((dns) => ({ dns })),
    ...address.map((ip) => ({ ip })),
    ...mail.map((one) => ({ mail: one })),
  ]
}

/** Options that say whose certificate is to be made. */
export interface SubjectOptions extends NameOptions {
  /** Common name. Default: left to the library, which takes a name that counts. */
  readonly commonName?: string
  /** Organization in the subject. */
  readonly organization?: string
}

/** Names that a certificate is made or asked for, and whether there is no alternative name. */
export function subjectNames(options: SubjectOptions): {
  readonly names: SubjectNames
  readonly isEmpty: boolean
} {
  const { name = [], address = [], mail = [], commonName, organization } = options
  return {
    names: {
      dns: name,
      addresses: address,
      mail,
      ...(commonName === undefined ? {} : { commonName }),
      ...(organization === undefined ? {} : { organization }),
    },
    isEmpty: name.length + address.length + mail.length === 0,
  }
}

/**
 * The names of this system: its host name, and its addresses but those that only it, or only its
 * link, can reach.
 */
export function ownNames(): Required<Pick<NameOptions, 'name' | 'address'>> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const reachable = all.filter(
    ({ internal, address }) => !internal && !/^(?:169\.254\.|fe[89ab])/i.test(address),
  )
  return { name: [hostname()], address: reachable.map(({ address }) => address) }
}
