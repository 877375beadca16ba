import type { LineSource } from '@gatehouse/core'
import type { KeyFaultCode } from '../key/codes.ts'
import type { PublicKey } from '../key/model.ts'
import type { OptionFault } from './codes.ts'
import type { ExpiryTime } from './expiry-time.ts'
import type { FromList } from './from-list.ts'

/** One `NAME=VALUE` for the environment of the session. */
export interface EnvironmentEntry {
  /** Letters, digits and underscores. */
  readonly name: string
  /** The value as it is written; may hold anything but a NUL. */
  readonly value: string
}

/** What a session may do, after all options were read in order. */
export interface Permissions {
  readonly portForwarding: boolean
  readonly agentForwarding: boolean
  readonly x11Forwarding: boolean
  /** Whether a terminal may be asked for. */
  readonly pty: boolean
  /** Whether `~/.ssh/rc` is run. */
  readonly userRc: boolean
}

/** The options of a line. */
export interface KeyOptions extends Permissions {
  /** The key is an authority: it signs certificates, and is no login key itself. */
  readonly certAuthority: boolean
  /** A security key need not be touched. */
  readonly noTouchRequired: boolean
  /** A security key has to have verified its user. */
  readonly verifyRequired: boolean
  /** The only command that is run, or null. */
  readonly command: string | null
  /** Principals, one of which a certificate must name; null: the name of the account. */
  readonly principals: readonly string[] | null
  /** Where the login may come from, or null: from anywhere. */
  readonly from: FromList | null
  /** The earliest of these ends the line. */
  readonly expiryTimes: readonly ExpiryTime[]
  /** First entry of each name, in order. sshd sets them only under `PermitUserEnvironment`. */
  readonly environment: readonly EnvironmentEntry[]
  /** `host:port` that may be connected to; none: any. */
  readonly permitOpen: readonly string[]
  /** `host:port` that may be listened on, a bare port as `*:port`; none: any. */
  readonly permitListen: readonly string[]
  /** The tunnel device that must be used, or null. */
  readonly tunnel: number | 'any' | null
}

/** Why a line holds no key. */
export type LineFault = KeyFaultCode | 'quote-open'

interface Written {
  /** The line without its newline, as it stands in the file. */
  readonly text: string
  /** Where it stands. */
  readonly source: LineSource
}

/** A line that is empty or a comment. */
export interface CommentLine extends Written {
  readonly kind: 'comment'
}

/** A line in which no key could be read: it lets nobody in. */
export interface UnreadLine extends Written {
  readonly kind: 'unread'
  /** What is wrong with it. */
  readonly fault: LineFault
}

/** A line with a key and at least one bad option: it lets nobody in. */
export interface RefusedLine extends Written {
  readonly kind: 'refused'
  /** The key that does not get in by this line. */
  readonly key: PublicKey
  /** What is wrong with its options: the first fault. */
  readonly fault: OptionFault
  /** What follows the key. */
  readonly comment: string
}

/** A line with a key and good options. */
export interface KeyLine extends Written {
  readonly kind: 'key'
  /** The key that gets in, or that of the authority. */
  readonly key: PublicKey
  /** What the line asks for and grants. */
  readonly options: KeyOptions
  /** The options as they are written; empty without any. */
  readonly writtenOptions: string
  /** What follows the key. */
  readonly comment: string
}

/** One line of an authorized_keys file. */
export type AuthorizedLine = CommentLine | UnreadLine | RefusedLine | KeyLine

/** An authorized_keys file: the keys that get in as one account. */
export interface AuthorizedKeys {
  /** Label of the file. */
  readonly file: string
  /** All lines; joined by newlines they are the text. */
  readonly lines: readonly AuthorizedLine[]
  /** The lines with a key, by its fingerprint, in the order of the file. */
  readonly linesByKey: ReadonlyMap<string, readonly (KeyLine | RefusedLine)[]>
}
