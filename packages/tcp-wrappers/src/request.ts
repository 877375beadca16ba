import { formatAddress, parseAddress } from '@gatehouse/address-set'
import { readDecimalQuad, readDotQuad } from './c-numbers.ts'
import type { Host } from './host-pattern.ts'
import type { Profile, Request } from './model.ts'
import type { Subject } from './rule-match.ts'
import { foldCase, PARANOID, UNKNOWN } from './text-pattern.ts'

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
  const process = foldWord(daemon, KEPT_CHARACTERS)
  if (process === undefined) return { malformed: 'daemon' }
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
    daemon: process,
    client: caller,
    user: user === null ? UNKNOWN : foldCase(user.slice(0, KEPT_CHARACTERS)),
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
  const ipv4 = typeof written === 'string' ? readDecimalQuad(written) : -1
  const address = ipv4 === -1 ? readAddress(written, mayBeUnknown, profile) : written
  if (address === undefined) return { malformed: 'address' }
  const name = readName(host.name ?? UNKNOWN, profile)
  if (name === undefined) return { malformed: 'name' }
  const { netgroups } = host
  if (netgroups !== undefined && !isListOfTexts(netgroups)) return { malformed: 'netgroups' }
  return {
    address,
    name,
    nameKnown: name !== UNKNOWN && name !== PARANOID,
    ipv4: ipv4 === -1 ? readDotQuad(address) : ipv4 === BROADCAST ? undefined : ipv4,
    netgroups,
  }
}

/** libwrap takes names of any form, and cuts off what is too long. */
function readName(name: unknown, profile: Profile): string | undefined {
  if (name === UNKNOWN) return UNKNOWN
  if (profile === 'libwrap') return foldWord(name, MAX_HOST_CHARACTERS)?.slice(0, KEPT_CHARACTERS)
  return typeof name === 'string' ? foldHostName(name) : undefined
}

/** What C cannot tell from an error, so that no net takes it in. */
const BROADCAST = 0xffffffff

/**
 * An address that is not in four octets. The text of an IPv6 address is kept in profile `libwrap`,
 * where a pattern like `2001?db8*` may read it; IPv4-mapped ones become IPv4 in both.
 */
function readAddress(text: unknown, mayBeUnknown: boolean, profile: Profile): string | undefined {
  if ((text === UNKNOWN || text === undefined) && mayBeUnknown) return UNKNOWN
  if (typeof text !== 'string') return undefined
  const address = parseAddress(text)
  if (address === undefined) return undefined
  const keepsText = profile === 'libwrap' && address.family === 6
  return keepsText ? text.toLowerCase() : formatAddress(address)
}

/** Whether a text has the form of a host name whose last label is no number, as addresses have. */
export function isHostName(text: string): boolean {
  return foldHostName(text) !== undefined
}

/** A host name in lower case, without the dot at its end, which says nothing. */
function foldHostName(text: string): string | undefined {
  const { length } = text
  const end = text.charCodeAt(length - 1) === DOT ? length - 1 : length
  if (end > MAX_HOST_CHARACTERS) return undefined
  let label = 0
  let seen = 0
  for (let at = 0; at < end; at += 1) {
    const code = text.charCodeAt(at)
    const kind = code < 128 ? (KINDS[code] as number) : SIGN
    seen |= kind
    if (kind !== DOT_KIND) continue
    if (at === label || at - label > MAX_LABEL_CHARACTERS) return undefined
    label = at + 1
  }
  if ((seen & SIGN) !== 0 || label >= end || end - label > MAX_LABEL_CHARACTERS) return undefined
  if (isNumber(text, label, end)) return undefined
  const name = end === length ? text : text.slice(0, end)
  return (seen & UPPER) === 0 ? name : foldCase(name)
}

const MAX_LABEL_CHARACTERS = 63
const DOT = 0x2e

/** Kinds of characters, as bits: those of labels, of them the capitals, the dot, and all others. */
const LABEL = 0
const UPPER = 1
const DOT_KIND = 2
const SIGN = 4
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (character === '.') return DOT_KIND
  if (/[A-Z]/.test(character)) return UPPER
  return /[\w-]/.test(character) ? LABEL : SIGN
})

/** Whether a label is a number, in decimal or hexadecimal. */
function isNumber(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start)
  if (first < ZERO || first > NINE) return false
  return /^(?:\d+|0[xX][\da-fA-F]*)$/.test(text.slice(start, end))
}

const ZERO = 0x30
const NINE = 0x39

/** A text of printable ASCII without blanks in lower case; `undefined` for anything else. */
function foldWord(value: unknown, maxCharacters: number): string | undefined {
  if (typeof value !== 'string') return undefined
  const { length } = value
  if (length === 0 || length > maxCharacters) return undefined
  let hasUpper = false
  for (let at = 0; at < length; at += 1) {
    const code = value.charCodeAt(at)
    if (code < 0x21 || code > 0x7e) return undefined
    if (code < 0x5b && code > 0x40) hasUpper = true
  }
  return hasUpper ? foldCase(value) : value
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
