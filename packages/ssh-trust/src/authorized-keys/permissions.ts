import type { EnvironmentEntry } from './model.ts'

/** OpenSSH's NI_MAXHOST: a host name this long is none. */
const HOST_LIMIT = 1025
/** OpenSSH's SSH_TUNID_MAX. */
const MAX_TUNNEL = 0x7fffffff - 2

/**
 * Reads the value of `permitopen=` or `permitlisten=`: `host:port`, IPv6 in brackets, `*` for any port.
 *
 * The name of a service in place of a port is refused: what it stands for depends on the system.
 *
 * @param barePort - Whether a port alone is taken, and stands for `*:port`.
 * @returns The value as OpenSSH records it; nothing when it is malformed.
 */
export function readPermission(value: string, barePort: boolean): string | undefined {
  const text = barePort && !value.includes(':') ? `*:${value}` : value
  const end = text.startsWith('[') ? text.indexOf(']') + 1 : text.search(/[:/]/u)
  const isSplit = end >= 0 && /[:/]/u.test(text.charAt(end))
  if (!isSplit || end >= HOST_LIMIT) return undefined
  const port = text.slice(end + 1)
  return port === '*' || isPort(port) ? text : undefined
}

/** Reads the value of `tunnel=`. */
export function readTunnel(value: string): number | 'any' | undefined {
  if (value.toLowerCase() === 'any') return 'any'
  const device = numberOf(value)
  return device <= MAX_TUNNEL ? device : undefined
}

/** Reads the value of `environment=`. */
export function readEnvironment(value: string): EnvironmentEntry | undefined {
  const equals = value.indexOf('=')
  const name = value.slice(0, Math.max(0, equals))
  return /^\w+$/u.test(name) ? { name, value: value.slice(equals + 1) } : undefined
}

function isPort(text: string): boolean {
  const port = numberOf(text)
  return port >= 1 && port <= 65535
}

/** As strtonum(3) reads it: blanks and a plus sign before it are taken. */
function numberOf(text: string): number {
  return /^[\t-\r ]*\+?\d+$/u.test(text) ? Number(text) : Number.NaN
}
