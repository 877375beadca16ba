import { parseAddress } from '@gatehouse/address-set'
import type { Certificate } from '../certificate/certificate.ts'
import { formatAddressBytes } from '../name/address-bytes.ts'
import { parseDnsName } from '../name/dns-name.ts'
import { checkPeerName, type PeerName } from '../name/peer-name.ts'

/** How a console writes the host in its links to a system, in the words of HP SIM. */
export const LINK_FORMATS = ['name', 'address', 'full-name'] as const

/** A format of system links: `web01`, `192.0.2.1` or `web01.example.com`. */
export type LinkFormat = (typeof LINK_FORMATS)[number]

/** What a system is called, as far as it is known. */
export type SystemNames = { readonly [Format in LinkFormat]?: string }

/** Whether links of one format lead to a page without a warning about the name. */
export interface LinkFit {
  readonly format: LinkFormat
  /** The host in such links; `null` when it is not known. */
  readonly host: string | null
  /** Whether it is a name of the certificate; `null` when it is not known. */
  readonly fits: boolean | null
  /** Names of this format that stand in the certificate. */
  readonly names: readonly string[]
}

/** For each format of links, whether it would fit a certificate. */
export function linkFits(certificate: Certificate, system: SystemNames): readonly LinkFit[] {
  const names = namesOf(certificate)
  return LINK_FORMATS.map((format) => {
    const host = system[format] ?? null
    const fits = host === null ? null : checkPeerName(certificate, peerNameOf(host)) === undefined
    return { format, host, fits, names: names.filter((name) => formatOf(name) === format) }
  })
}

/** Host names and addresses that a certificate is for, as written there; what is no such name is left out. */
export function namesOf({ extensions }: Certificate): readonly string[] {
  return (extensions.subjectAltName?.value ?? []).flatMap((name) => {
    if (name.kind === 'dns') return isName(name.value) ? [name.value] : []
    return name.kind === 'ip' ? (formatAddressBytes(name.value) ?? []) : []
  })
}

function isName(text: string): boolean {
  return parseDnsName(text, { wildcard: true }) !== undefined
}

/** What a system is called, from the one name that it was looked for by and others that are known. */
export function systemNames(name: PeerName | undefined, known: SystemNames): SystemNames {
  if (name === undefined || 'mail' in name) return known
  const host = 'dns' in name ? name.dns : name.ip
  const format = formatOf(host)
  const short = format === 'full-name' ? { name: host.slice(0, host.indexOf('.')) } : {}
  return { ...short, [format]: host, ...known }
}

/** A host as the name that a certificate is asked for. */
export function peerNameOf(host: string): PeerName {
  return parseAddress(host) === undefined ? { dns: host } : { ip: host }
}

function formatOf(host: string): LinkFormat {
  if (parseAddress(host) !== undefined) return 'address'
  return host.includes('.') ? 'full-name' : 'name'
}
