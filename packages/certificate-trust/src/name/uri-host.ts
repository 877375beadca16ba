import { parseDnsName, type DnsName } from './dns-name.ts'

/**
 * The host of a URI with an authority part (RFC 3986, 3.2).
 *
 * @returns `undefined` for a URI without one, or with an address: no constraint can speak of it (RFC 5280, 4.2.1.10).
 */
export function hostOfUri(text: string): DnsName | undefined {
  const authority = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)/.exec(text)?.[1]
  const host = authority?.replace(/^.*@/, '').replace(/:\d*$/, '')
  return host === undefined ? undefined : parseDnsName(host)
}
