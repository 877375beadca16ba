import type { AddressPattern } from '@gatehouse/address-set'
import type { Diagnostic, LineSource } from '@gatehouse/core'
import type { FaultCode } from './configuration/codes.ts'
import type { Oid } from './oid.ts'

export type { Oid } from './oid.ts'

/** How the security name was arrived at: by community of v1 or v2c, or by the user-based model. */
export type SecurityModel = 'v1' | 'v2c' | 'usm'

/**
 * A security model as an entry names it. `tsm` (TLS) and `ksm` (Kerberos) may stand in a file; no
 * request of ours ever has them.
 */
export type EntryModel = SecurityModel | 'tsm' | 'ksm' | 'any'

/** How a request was protected; a community's is always `noAuthNoPriv`. */
export type Level = 'noAuthNoPriv' | 'authNoPriv' | 'authPriv'

/**
 * What a view is asked for. The first three are those of RFC 3415; `log`, `execute` and `net` are
 * snmptrapd's: write to the log, run a handler, forward.
 */
export type ViewType = 'read' | 'write' | 'notify' | 'log' | 'execute' | 'net'

/** The address family whose list an entry is in. The two lists never mix. */
export type SourceFamily = 'ipv4' | 'ipv6'

/**
 * Whose rules decide where the two differ: the daemon's, which the vectors were observed from, or
 * the letter of RFC 3415.
 */
export type Profile = 'net-snmp' | 'rfc3415'

/** Which daemon the file is for. */
export type Daemon = 'snmpd' | 'snmptrapd'

/** A line of the file, or a table of the daemon's own for what it defines without being told. */
export type Origin = LineSource | { readonly table: string }

/** The SOURCE of a community, without its `!`. */
export interface SourcePattern {
  /** The source as the file spells it. */
  readonly text: string
  /** The addresses; `default` is every address of the family. Never of the other family. */
  readonly pattern: AddressPattern
}

/** One place of the ordered list of a family; the first entry whose community and source match ends the search. */
export interface CommunityEntry {
  /** The name that a `group` line is looked up by. */
  readonly securityName: string
  readonly source: SourcePattern
  /** Compared octet by octet and by length. At most 255 octets. */
  readonly community: Uint8Array
  /** The context that the request is put in, '' for the default one. */
  readonly context: string
  readonly family: SourceFamily
  /** Whether a match refuses and ends the search (`!SOURCE`). */
  readonly negated: boolean
  readonly origin: LineSource
}

/** Puts a security name into a group. Of entries with the same model and name the first counts. */
export interface GroupEntry {
  readonly group: string
  readonly model: EntryModel
  readonly securityName: string
  readonly origin: LineSource
}

/** One row of a view. */
export interface ViewEntry {
  readonly view: string
  readonly included: boolean
  readonly subtree: Oid
  /** First bit: first sub-identifier; a 0 bit matches any number. Bits beyond the mask are 1; empty is all ones. */
  readonly mask: Uint8Array
  readonly origin: Origin
}

/** What a group may see. Lines of `setaccess` with the same key are one entry. */
export interface AccessEntry {
  readonly group: string
  /** A context, or the prefix of one, by `contextMatch`. */
  readonly context: string
  readonly contextMatch: 'exact' | 'prefix'
  readonly model: EntryModel
  /** The least protection that a request must have. */
  readonly level: Level
  /** View name for each type. Absent: nothing. The view named need not exist, `none` usually does not. */
  readonly views: Readonly<Partial<Record<ViewType, string>>>
  /** The line that made the entry. */
  readonly origin: LineSource
  /** For each type the line that named its view, where that is not `origin`. */
  readonly viewOrigins?: Readonly<Partial<Record<ViewType, LineSource>>>
}

/** A user named by rouser, rwuser or authuser; its group and access entries stand in their lists. */
export interface UserEntry {
  readonly user: string
  readonly model: EntryModel
  readonly level: Level
  /** The group made for it. */
  readonly group: string
  readonly origin: LineSource
}

/** A receiver of the daemon's own notifications. */
export interface TrapSink {
  readonly kind: 'trapsink' | 'trap2sink' | 'informsink'
  /** Host or transport address as the file spells it. */
  readonly host: string
  /** Its own or that of the trapcommunity line before it; `null` where there is none: nothing is sent. */
  readonly community: Uint8Array | null
  /** Port as the file spells it, `null` for the default. */
  readonly port: string | null
  readonly origin: LineSource
}

/** One physical line of the file. */
export interface ConfigurationLine {
  /** Line number, from 1. */
  readonly line: number
  /** The line without its end, as it was given. */
  readonly text: string
  /** Its end; of a last line without a line feed '' or what is left of one. */
  readonly end: '\n' | '\r\n' | '\r' | ''
  /** The directive in lower case, `null` for a comment, a blank line or a line of another daemon's section. */
  readonly directive: string | null
  /**
   * `access`: took part in the entries; `dropped`: has an error (`lenient`), what the daemon still
   * makes of such a line stands in the entries; `other`: not access control, passed over.
   */
  readonly role: 'access' | 'dropped' | 'other'
}

/** A configuration as parsed: the policy that `check` decides by. */
export interface Configuration {
  /** Label of the text, as given. */
  readonly file: string
  readonly daemon: Daemon
  readonly profile: Profile
  /** Both lists in file order; ask only those of the peer's family. */
  readonly communities: readonly CommunityEntry[]
  readonly groups: readonly GroupEntry[]
  /** Rows in file order, the daemon's own `_all_` and `_none_` first. */
  readonly views: readonly ViewEntry[]
  readonly accesses: readonly AccessEntry[]
  readonly users: readonly UserEntry[]
  /** Contexts that exist besides the default one, as given to `parse`; the file does not name them. */
  readonly contexts: readonly string[]
  /** Whether authenticationFailure notifications are sent. */
  readonly authTrapEnabled: boolean
  /** Whether snmptrapd takes every community for every purpose (`disableAuthorization`). */
  readonly authorizationDisabled: boolean
  readonly trapSinks: readonly TrapSink[]
  /**
   * What is wrong with lines that were dropped or taken all the same (`lenient`). The daemon logs
   * each of them but those in `SILENT_FAULTS`.
   */
  readonly warnings: readonly Diagnostic<FaultCode>[]
  readonly lines: readonly ConfigurationLine[]
}
