import { createHmac, hash } from 'node:crypto'
import { lowerCase, toByteText } from '../text/bytes.ts'

/** The port that is left out of a name. */
const DEFAULT_PORT = 22

/** A host as it was asked for. */
export interface HostName {
  /** Name or address that was connected to; a peer cannot choose it. */
  readonly host: string
  /** Port; default 22. */
  readonly port?: number
  /** Stands in the place of host and port in the files and in certificates, as `HostKeyAlias` does. */
  readonly alias?: string
}

/** The names that a host is looked up by, in lower case; those of lines have one character a byte. */
export interface LookupName {
  /** The name of its lines: `host`, `[host]:port`, or the alias. */
  readonly name: string
  /** The name without the port; given only where it differs and may be fallen back on. */
  readonly bareName?: string
  /** The name that a certificate must be made out to: alias or host, in lower case. */
  readonly principal: string
}

/** Longest name or alias, in bytes: more is no host name (`NI_MAXHOST`). */
const MAX_NAME_BYTES = 1025

/**
 * The names to look a host up by.
 *
 * @returns Nothing if host, alias or port are not possible: empty, too long, with NUL, or no port number.
 */
export function lookupName({ host, port = DEFAULT_PORT, alias }: HostName): LookupName | undefined {
  if (!isPossible(host) || (alias !== undefined && !isPossible(alias))) return undefined
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined
  const principal = lowerCase(alias ?? host)
  const name = toByteText(principal)
  if (alias !== undefined || port === DEFAULT_PORT) return { name, principal }
  return { name: `[${name}]:${port}`, bareName: name, principal }
}

function isPossible(name: unknown): boolean {
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_BYTES) return false
  return !name.includes('\0')
}

/** Whether a name can stand in a line and mean only itself: no pattern, separator, marker or quote in it. */
export function isWritable({ principal }: LookupName): boolean {
  return /^[^\0-\x20\x7f!"#'*,?@[\\\]|]+$/u.test(principal)
}

/** Length of a salt in bytes: that of SHA-1. */
const SALT_BYTES = 20

/** A hashed name: `|1|salt|hash`, both parts 20 bytes in canonical base64. */
const HASHED_NAME =
  /^\|1\|([A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=)\|[A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=$/u

/**
 * Hashes a name as `ssh-keygen -H` does: HMAC-SHA1 with the salt as key.
 *
 * @param salt - 20 random bytes, new for every name.
 */
export function hashName(name: string, salt: Uint8Array): string {
  if (salt.length !== SALT_BYTES) throw new TypeError('a salt has 20 bytes')
  const digest = createHmac('sha1', salt).update(name, 'latin1').digest('base64')
  return `|1|${Buffer.from(salt).toString('base64')}|${digest}`
}

/** Whether a hashed name, as it stands in a line, is the hash of this name. */
export function matchesHash(hashed: string, name: string): boolean {
  const salt = HASHED_NAME.exec(hashed)?.[1]
  return salt !== undefined && hashName(name, Buffer.from(salt, 'base64')) === hashed
}

/** Length of a hashed name; there is no other. */
const HASHED_LENGTH = 60
const SALT_AT = 3
const DIGEST_AT = 32
/** Block of SHA-1, in bytes. */
const BLOCK_BYTES = 64

/** The six bits that a character of base64 stands for; of others `NO_DIGIT`. */
const DIGITS = new Uint8Array(256)
const NO_DIGIT = 64
DIGITS.fill(NO_DIGIT)
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
for (let digit = 0; digit < BASE64.length; digit += 1) DIGITS[BASE64.charCodeAt(digit)] = digit
/** Characters of a salt without the `=` that fills it up. */
const SALT_CHARACTERS = 27

/**
 * Makes a quick {@link matchesHash} for one name and many lines: HMAC as two plain hashes over kept buffers.
 *
 * @returns Whether the hashed name that begins at a place of a text is the hash of `name`.
 */
export function hashMatcher(name: string): (text: string, at: number) => boolean {
  const inner = Buffer.alloc(BLOCK_BYTES + name.length, 0x36)
  const outer = Buffer.alloc(BLOCK_BYTES + SALT_BYTES, 0x5c)
  inner.write(name, BLOCK_BYTES, 'latin1')
  return (text, at) => {
    if (!maskSalt(text, at + SALT_AT, inner, outer)) return false
    outer.write(hash('sha1', inner, 'binary'), BLOCK_BYTES, 'latin1')
    const digest = hash('sha1', outer, 'base64')
    if (!text.startsWith(digest, at + DIGEST_AT)) return false
    const field = /^[^\0\t\n ]*/u.exec(text.slice(at, at + HASHED_LENGTH + 1))?.[0] ?? ''
    return matchesHash(field, name)
  }
}

/** Writes the salt that stands at a place into both blocks, masked as HMAC has it; false where there is none. */
function maskSalt(text: string, at: number, inner: Buffer, outer: Buffer): boolean {
  let bits = 0
  let count = 0
  let byte = 0
  for (let index = at; index < at + SALT_CHARACTERS; index += 1) {
    const digit = DIGITS[text.charCodeAt(index)] ?? NO_DIGIT
    if (digit === NO_DIGIT) return false
    bits = ((bits << 6) | digit) & 0xffff
    count += 6
    if (count < 8) continue
    count -= 8
    const value = (bits >> count) & 0xff
    inner[byte] = value ^ 0x36
    outer[byte] = value ^ 0x5c
    byte += 1
  }
  return true
}

/** Whether OpenSSH can take the salt out of a hashed name; if not, it takes the line for void. */
export function hasSalt(hashed: string): boolean {
  const salt = /^\|1\|([^|]*)\|/u.exec(hashed)?.[1]
  return salt !== undefined && /^[A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=$/u.test(salt)
}
