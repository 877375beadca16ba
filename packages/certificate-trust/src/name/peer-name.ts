import { formatAddress, parseAddress } from '@gatehouse/address-set'
import { formatAddressBytes } from './address-bytes.ts'
import type { Certificate } from '../certificate/certificate.ts'
import type { Code } from '../codes.ts'
import { matchesHost, parseDnsName } from './dns-name.ts'
import type { GeneralName } from './general-name.ts'
import { splitMail } from './mail-name.ts'

/** The name by which a peer was looked for. */
export type PeerName =
  /** Host name, without a dot at its end. */
  | { readonly dns: string }
  /** IPv4 or IPv6 address as text. */
  | { readonly ip: string }
  /** Mail address. */
  | { readonly mail: string }

/** The form of general name that a peer name is compared with, and how. */
interface Matcher {
  readonly kind: GeneralName['kind']
  readonly matches: (name: GeneralName) => boolean
}

/**
 * Compares the alternative names of a certificate with the one that a peer was looked for by. The
 * common name does not count (RFC 9525, 2).
 *
 * @returns `undefined` when one of them is it.
 */
export function checkPeerName(
  { extensions }: Certificate,
  name: PeerName,
): Extract<Code, 'name-mismatch' | 'name-missing' | 'name-malformed'> | undefined {
  const names = extensions.subjectAltName?.value
  if (names === undefined) return 'name-missing'
  const matcher = matcherOf(name)
  if (matcher === undefined) return 'name-mismatch'
  const sameForm = names.filter(({ kind }) => kind === matcher.kind)
  if (sameForm.some(matcher.matches)) return undefined
  return sameForm.some(isMalformed) ? 'name-malformed' : 'name-mismatch'
}

function matcherOf(name: PeerName): Matcher | undefined {
  if ('dns' in name) {
    const host = parseDnsName(name.dns)
    if (host === undefined) return undefined
    const matches = (given: GeneralName): boolean => {
      const parsed = given.kind === 'dns' ? parseDnsName(given.value, WILDCARD) : undefined
      return parsed !== undefined && matchesHost(parsed, host)
    }
    return { kind: 'dns', matches }
  }
  if ('ip' in name) {
    const address = parseAddress(name.ip)
    if (address === undefined) return undefined
    const text = formatAddress(address)
    return { kind: 'ip', matches: (given) => textOfAddress(given) === text }
  }
  const mail = foldMail(name.mail)
  if (mail === undefined) return undefined
  return {
    kind: 'mail',
    matches: (given) => given.kind === 'mail' && foldMail(given.value) === mail,
  }
}

const WILDCARD = { wildcard: true } as const

function textOfAddress(name: GeneralName): string | undefined {
  return name.kind === 'ip' ? formatAddressBytes(name.value) : undefined
}

/** A mail address as it is compared: the domain without case, the local part as it is (RFC 5280, 7.5). */
export function foldMail(text: string): string | undefined {
  const parts = splitMail(text)
  return parts && `${parts.local}@${parts.domain.toLowerCase()}`
}

function isMalformed(name: GeneralName): boolean {
  if (name.kind === 'dns') return parseDnsName(name.value, WILDCARD) === undefined
  if (name.kind === 'ip') return formatAddressBytes(name.value) === undefined
  return name.kind === 'mail' && foldMail(name.value) === undefined
}
