import { isIP } from 'node:net'
import type { LinkFormat } from '@gatehouse/certificate-trust'

/** The host of a URL or a `Host` field, with its port unless that is the usual one. Lower case. */
export function authorityOf(host: string, port: number, usualPort: number): string {
  const written = (isIP(host) === 6 ? `[${host}]` : host).toLowerCase()
  return port === usualPort ? written : `${written}:${port}`
}

/** What a system is called, for links to it. */
export interface LinkedSystem {
  /** Name in the systems file. */
  readonly name: string
  /** Where the console connects to. */
  readonly address: string
  /** Name that its certificate is asked for. */
  readonly certificateName: string
}

/**
 * The host in links to a system, in the words of HP SIM: by name, by address, by full DNS name.
 *
 * @param format - Default: the name that the certificate is asked for, which a browser will not warn about.
 * @returns Undefined when the system has no name of that format.
 */
export function linkHost(
  { name, address, certificateName }: LinkedSystem,
  format: LinkFormat | undefined,
): string | undefined {
  switch (format) {
    case undefined:
      return certificateName
    case 'name':
      return name
    case 'address':
      return isIP(address) === 0 ? undefined : address
    case 'full-name':
      return [certificateName, address].find((host) => isIP(host) === 0 && host.includes('.'))
  }
}
