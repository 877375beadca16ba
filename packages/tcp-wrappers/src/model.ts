import type { Claimed, NoPolicy, Verified } from '@gatehouse/core'

/**
 * How the files are read and asked: `strict` refuses every file that is not exact and grants nothing
 * by default; `libwrap` decides as libwrap 7.6.q does, its openings with it.
 */
export type Profile = 'strict' | 'libwrap'

/** Which of the two files: `hosts.allow`, which is asked first, or `hosts.deny`. */
export type TableName = 'allow' | 'deny'

/** The text or bytes of a file; `null` or the lack of a policy for one that could not be had. */
export type FileInput = string | Uint8Array | null | NoPolicy

/** What `parse` reads. */
export interface Files {
  /** `hosts.allow`: the first rule that matches grants. */
  readonly allow: FileInput
  /** `hosts.deny`: asked when no rule of the other matched. */
  readonly deny: FileInput
}

/** What is known of a caller's end of a connection. */
export interface Client {
  /** Address of the peer, as the socket names it; in profile `libwrap` also `unknown`. */
  readonly address: string
  /**
   * Host name after forward-confirmed reverse DNS. `null` or `unknown`: there is none. `paranoid`:
   * name and address contradict each other.
   */
  readonly name: string | null
  /** What the caller's host says of the user, over IDENT. Default: `null`, unknown. */
  readonly user?: Claimed<string> | Verified<string> | null
  /** Netgroups that the host is a member of. Without them a rule that asks for one refuses. */
  readonly netgroups?: readonly string[]
}

/** What is known of the server's end of a connection. */
export interface Server {
  /** Address that the caller connected to. Default: unknown. */
  readonly address?: string
  /** Host name of that address, as for a client. Default: unknown. */
  readonly name?: string | null
  /** Port that the caller connected to. Default: unknown; a port in a rule then never matches. */
  readonly port?: number
  /** Netgroups that this host is a member of. */
  readonly netgroups?: readonly string[]
}

/** A connection to a daemon. */
export interface Request {
  /** Process name of the daemon, such as `bgssd`. */
  readonly daemon: string
  readonly client: Client
  readonly server?: Server
}

/** The tokens of a list, divided at each `EXCEPT`: what matches, what of that does not, and so on. */
export type ListText = readonly (readonly string[])[]

/** One option of a rule. */
export interface Option {
  /** Its word in lower case; empty for an empty field. */
  readonly name: string
  /** Its value as written, `\:` read as `:`. */
  readonly value: string | null
}

/** One rule. */
export interface Rule {
  readonly kind: 'rule'
  /** Its last line: the number that libwrap reports. */
  readonly line: number
  /** Its first line; another one than `line` when a `\` continues it. */
  readonly firstLine: number
  /** Its text as it stands in the file, all its lines. */
  readonly text: string
  readonly daemons: ListText
  readonly clients: ListText
  /** `null` when there is no second colon. */
  readonly options: readonly Option[] | null
}

/** A comment, blank lines, a line without colon, or the rest of a file that libwrap does not read. */
export interface OtherLine {
  readonly kind: 'comment' | 'blank' | 'without-colon' | 'rest'
  /** Its last line. */
  readonly line: number
  /** Its first line. */
  readonly firstLine: number
  /** Its text as it stands in the file, all its lines. */
  readonly text: string
}

/** What stands in a file, in order. */
export type Line = Rule | OtherLine

/** One of the two files. */
export interface Table {
  /** Label that it was given under. */
  readonly file: string
  /** Whether there was a text to read. In profile `strict` there always is. */
  readonly state: 'read' | 'missing' | 'unreadable'
  readonly lines: readonly Line[]
  readonly rules: readonly Rule[]
}

/** The two files, read. Made by `parse`; immutable. */
export interface Policy {
  readonly profile: Profile
  readonly allow: Table
  readonly deny: Table
  /** Whether a rule asks for a host name: only then is a reverse lookup worth its time. */
  readonly usesNames: boolean
  /** Whether a rule asks for a user of the client's host. */
  readonly usesUsers: boolean
}
