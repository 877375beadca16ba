import { formatAddress, parseAddress } from '@gatehouse/address-set'
import { isDottedDecimal, readDotQuad } from './c-numbers.ts'
import type { Host } from './host-pattern.ts'
import type { Profile, Request } from './model.ts'
import type { Subject } from './rule-match.ts'
import { PARANOID, UNKNOWN } from './text-pattern.ts'

/** Longest text that libwrap keeps of a daemon, a user or a host name; it cuts off the rest. */
const KEPT_CHARACTERS = 127

/** Longest host name. */
const MAX_HOST_CHARACTERS = 253

/** The path of the field that is at fault. */
export interface Malformed {
  readonly malformed: string
}

/** Fills in, folds and checks a request. Never throws for what it holds. */
export function readSubject(request: Request, profile: Profile): Subject | Malformed {
  if (!isObject(request)) return { malformed: 'request' }
  const { daemon, client, server } = request
  if (!isWord(daemon, KEPT_CHARACTERS)) return { malformed: 'daemon' }
  if (!isObject(client)) return { malformed: 'client' }
  const caller = readHost(client, client.address, profile === 'libwrap', profile)
  if ('malformed' in caller) return { malformed: `client.${caller.malformed}` }
  const { user = null } = client
  if (user !== null && !isUser(user)) return { malformed: 'client.user' }
  if (server !== undefined && !isObject(server)) return { malformed: 'server' }
  const callee = server === undefined ? NO_HOST : readHost(server, server.address, true, profile)
  if ('malformed' in callee) return { malformed: `server.${callee.malformed}` }
  const port = server?.port
  if (port !== undefined && !isPort(port)) return { malformed: 'server.port' }
  return {
    daemon: daemon.toLowerCase(),
    client: caller,
    user: (user ?? UNKNOWN).slice(0, KEPT_CHARACTERS).toLowerCase(),
    server: callee,
    port,
  }
}

/** An end of a connection of which nothing is known. */
const NO_HOST: Host = Object.freeze({
  address: UNKNOWN,
  name: UNKNOWN,
  nameKnown: false,
  ipv4: undefined,
  netgroups: undefined,
})

function readHost(
  host: { readonly name?: string | null; readonly netgroups?: readonly string[] },
  written: string | undefined,
  mayBeUnknown: boolean,
  profile: Profile,
): Host | Malformed {
  const address = readAddress(written, mayBeUnknown, profile)
  if (address === undefined) return { malformed: 'address' }
  const name: unknown = host.name ?? UNKNOWN
  const isName = profile === 'strict' ? isHostName : isWrittenName
  if (typeof name !== 'string' || !isName(name)) return { malformed: 'name' }
  const { netgroups } = host
  if (netgroups !== undefined && !isListOfTexts(netgroups)) return { malformed: 'netgroups' }
  const folded = foldName(name, profile)
  const nameKnown = folded !== UNKNOWN && folded !== PARANOID
  return { address, name: folded, nameKnown, ipv4: readDotQuad(address), netgroups }
}

/**
 * The address that rules are asked about. The text of an IPv6 address is kept in profile `libwrap`,
 * where a pattern like `2001?db8*` may read it; IPv4-mapped ones become IPv4 in both.
 */
function readAddress(text: unknown, mayBeUnknown: boolean, profile: Profile): string | undefined {
  if ((text === UNKNOWN || text === undefined) && mayBeUnknown) return UNKNOWN
  if (typeof text !== 'string') return undefined
  if (isDottedDecimal(text)) return text
  const address = parseAddress(text)
  if (address === undefined) return undefined
  const keepsText = profile === 'libwrap' && address.family === 6
  return keepsText ? text.toLowerCase() : formatAddress(address)
}

/** A dot at the end of a name says nothing; libwrap knows no such names. */
function foldName(name: string, profile: Profile): string {
  const folded = name.toLowerCase()
  if (profile === 'libwrap') return folded.slice(0, KEPT_CHARACTERS)
  return folded.endsWith('.') ? folded.slice(0, -1) : folded
}

/** Whether a text has the form of a host name whose last label is no number, as addresses have. */
export function isHostName(text: string): boolean {
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  if (name.length > MAX_HOST_CHARACTERS || !HOST_NAME.test(name)) return false
  return !/(?:^|\.)(?:\d+|0[xX][\da-fA-F]*)$/.test(name)
}

const HOST_NAME = /^[\w-]{1,63}(?:\.[\w-]{1,63})*$/

function isWrittenName(text: string): boolean {
  return isWord(text, MAX_HOST_CHARACTERS)
}

/** Printable ASCII without blanks. */
function isWord(value: unknown, maxCharacters: number): value is string {
  return typeof value === 'string' && value.length <= maxCharacters && /^[!-~]+$/.test(value)
}

/** Printable ASCII, blanks inside. IDENT answers with what it likes; what is longer than 512 is no name. */
function isUser(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 512 && /^[!-~](?:[ -~]*[!-~])?$/.test(value)
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
