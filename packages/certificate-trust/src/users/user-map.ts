import { ConfigError, type FileSource } from '@gatehouse/core'
import { parseDnsName } from '../name/dns-name.ts'
import { foldMail } from '../name/peer-name.ts'

/** Which certificates an entry is about. */
export type MappedCertificate =
  /** One, by the SHA-256 of its DER form, lower-case hexadecimal. */
  | { readonly certificate: string }
  /** Those with this host name or mail address among their alternative names. */
  | { readonly name: string }

/** Whom they stand for. */
export type MappedUser =
  /** One user, spelled exactly. */
  | { readonly user: string }
  /** Whatever user the console names: it is relied on to have authenticated that user itself. */
  | { readonly users: 'any' }

/** One line of a user map. */
export type UserMapping = MappedCertificate & MappedUser & { readonly source?: FileSource }

/** Whose certificate is whose. The order of its entries decides nothing. */
export interface UserMap {
  readonly entries: readonly UserMapping[]
  /** Entries by SHA-256. */
  readonly byCertificate: ReadonlyMap<string, UserMapping>
  /** Entries by name, host names without regard to case. */
  readonly byName: ReadonlyMap<string, UserMapping>
}

/** Longest user name in characters, as requests can have them. */
const MAX_USER = 256

/**
 * A user map.
 *
 * @throws ConfigError when a certificate or a name stands twice: whose it is would be a matter of luck.
 * RangeError for what is no SHA-256, no host name or mail address, or no user name.
 */
export function userMap(entries: Iterable<UserMapping> = []): UserMap {
  const byCertificate = new Map<string, UserMapping>()
  const byName = new Map<string, UserMapping>()
  const kept: UserMapping[] = []
  for (const entry of entries) {
    const exact = exactly(entry)
    const [known, key] =
      'certificate' in exact ? [byCertificate, exact.certificate] : [byName, exact.name]
    if (known.has(key)) throw new ConfigError(`\`${key}\` is mapped twice`)
    known.set(key, exact)
    kept.push(exact)
  }
  return Object.freeze({ entries: Object.freeze(kept), byCertificate, byName })
}

function exactly(entry: UserMapping): UserMapping {
  const { source } = entry
  const place = source === undefined ? {} : { source }
  const whose = 'users' in entry ? { users: entry.users } : { user: entry.user }
  if ('user' in whose && !isUserName(whose.user)) throw new RangeError('`user` is no user name')
  if ('certificate' in entry) {
    const { certificate } = entry
    if (!isSha256(certificate)) throw new RangeError('`certificate` is no SHA-256')
    return Object.freeze({ certificate, ...whose, ...place })
  }
  const name = foldName(entry.name)
  if (name === undefined) throw new RangeError('`name` is no host name and no mail address')
  return Object.freeze({ name, ...whose, ...place })
}

/** Whether a text is a SHA-256 in lower-case hexadecimal. */
export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}

/** Whether a text can be a user: something that can be read, in 256 characters at most. */
export function isUserName(text: string): boolean {
  return text.length <= MAX_USER && /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u.test(text)
}

/**
 * A name as it is compared: a host name without case and without wildcard, a mail address with its
 * domain without case and its local part as it is.
 */
export function foldName(text: string): string | undefined {
  if (!/^[\x21-\x7e]+$/.test(text)) return undefined
  if (!text.includes('@')) return parseDnsName(text)?.labels.join('.')
  const folded = foldMail(text)
  const domain = folded?.slice(folded.indexOf('@') + 1)
  return domain !== undefined && parseDnsName(domain) !== undefined ? folded : undefined
}
