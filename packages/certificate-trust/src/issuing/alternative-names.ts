import { formatAddress, parseAddress } from '@gatehouse/address-set'
import { parseDnsName } from '../name/dns-name.ts'
import { splitMail } from '../name/mail-name.ts'
import { primitive } from '../der/reader.ts'
import { octets, sequence, text, type Asn1 } from './asn1.ts'
import { IssuingError } from './codes.ts'
import type { SubjectAttributes } from './subject.ts'

/** Alternative names: those that a peer is known by. */
export interface AlternativeNames {
  /** Host names in ASCII; `*` may stand for the first label. */
  readonly dns?: readonly string[]
  /** IPv4 and IPv6 addresses as text. */
  readonly addresses?: readonly string[]
  /** Mail addresses. */
  readonly mail?: readonly string[]
}

/** Names of a certificate: its subject, and the alternative names that decide. */
export interface SubjectNames extends SubjectAttributes, AlternativeNames {}

/** Alternative names as they are compared, each once. */
export interface CanonicalNames {
  readonly dns: readonly string[]
  readonly addresses: readonly string[]
  readonly mail: readonly string[]
}

/**
 * Brings names to the form in which they are issued: host names in lower case, addresses canonical.
 *
 * @throws IssuingError for what is no name of its form.
 */
export function canonicalNames({
  dns = [],
  addresses = [],
  mail = [],
}: AlternativeNames): CanonicalNames {
  return {
    dns: once(dns, (name) =>
      parseDnsName(name, { wildcard: true }) === undefined ? undefined : name.toLowerCase(),
    ),
    addresses: once(addresses, (name) => {
      const address = name.includes('%') ? undefined : parseAddress(name)
      return address === undefined ? undefined : formatAddress(address)
    }),
    mail: once(mail, canonicalMail),
  }
}

function canonicalMail(name: string): string | undefined {
  const parts = splitMail(name)
  if (parts === undefined || parseDnsName(parts.domain) === undefined) return undefined
  return `${parts.local}@${parts.domain.toLowerCase()}`
}

function once(
  names: readonly string[],
  canonical: (name: string) => string | undefined,
): readonly string[] {
  const found = names.map((name) => {
    const form = canonical(name)
    if (form === undefined) throw new IssuingError('name-malformed', { facts: { name } })
    return form
  })
  return [...new Set(found)]
}

/** Whether there is no name at all. */
export function isEmpty({ dns, addresses, mail }: CanonicalNames): boolean {
  return dns.length + addresses.length + mail.length === 0
}

/** The GeneralNames of names. */
export function encodeNames({ dns, addresses, mail }: CanonicalNames): Asn1 {
  return sequence([
    ...dns.map((name) => text(name, primitive(2))),
    ...addresses.map((address) => octets(addressBytes(address), primitive(7))),
    ...mail.map((name) => text(name, primitive(1))),
  ])
}

/** The bytes of an address in canonical text. */
function addressBytes(address: string): Uint8Array {
  if (!address.includes(':')) return Uint8Array.from(address.split('.'), Number)
  const [before = '', after] = address.split('::').map((half) => half.split(':').filter(Boolean))
  const head = before === '' ? [] : before
  const tail = after ?? []
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  const words = [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16))
  return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff]))
}
