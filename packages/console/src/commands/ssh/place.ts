import { ConfigError } from '@gatehouse/core'
import { lookupName, type HostName } from '@gatehouse/ssh-trust'

/** A host as it was named on a command line. */
const PLACE = /^(?:\[(?<address>[^\]]+)\]|(?<name>[^:[\]]+))(?::(?<port>\d{1,5}))?$/

/**
 * Reads `HOST[:PORT]`; an IPv6 address stands in brackets where a port follows, and needs none alone.
 *
 * @throws ConfigError for what names no host.
 */
export function readHost(text: string, alias?: string): HostName {
  const { address, name = text, port } = PLACE.exec(text)?.groups ?? {}
  const host = {
    host: address ?? name,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(alias === undefined ? {} : { alias }),
  }
  const isAddress = name === text && /^[\da-f:.]+(?:%\w+)?$/i.test(text)
  if ((PLACE.test(text) || isAddress) && lookupName(host) !== undefined) return host
  throw new ConfigError(`\`${text}\` is not HOST[:PORT]`)
}

/** The name of a host as a known_hosts line has it. */
export function nameOf(host: HostName): string {
  const { name = '' } = lookupName(host) ?? {}
  return Buffer.from(name, 'latin1').toString('utf8')
}
