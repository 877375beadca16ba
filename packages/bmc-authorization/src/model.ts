import type { Claimed, Decision, Edit } from '@gatehouse/core'
import type { Code } from './codes.ts'
import type { Level } from './level.ts'

/** Who is at the other end of the connection. */
export interface Peer {
  /** Address of the socket's peer, IPv4 or IPv6; `::ffff:a.b.c.d` counts as `a.b.c.d`. */
  readonly address: string
  /** Its host name, only after forward-confirmed reverse DNS; `null` when there is none or nobody looked. */
  readonly verifiedName: string | null
}

/** One question to an Authorization.cfg. */
export interface Request {
  /** From the socket, never from the message. */
  readonly peer: Peer
  /** The user name that the caller states. Nobody checks it; see {@link guard}. */
  readonly claimedUser: Claimed<string>
  /** A key of {@link ACTIONS}; any other is denied. */
  readonly action: string
  /** Whether the caller started what it wants to stop. */
  readonly startedByCaller: boolean
  /** Whether other users have requests running on the agent. */
  readonly othersHaveRequests: boolean
}

/** A `PERMISSION` statement. */
export interface Permission {
  /** The level that it sets. */
  readonly level: Level
  /** Line of the statement, from 1. */
  readonly line: number
}

/** Comment lines of a block, each from its `#` on, by the statement that they stand before. */
export interface BlockComments {
  /** Before the line that opens the block. */
  readonly begin: readonly string[]
  /** Before `NAME`. */
  readonly name: readonly string[]
  /** Before `PERMISSION`. */
  readonly permission: readonly string[]
  /** Before the line that closes the block. */
  readonly end: readonly string[]
}

/** Where a block stands in the text. */
export interface BlockLines {
  /** Line that opens the block, from 1. */
  readonly beginLine: number
  /** Line that closes it. */
  readonly endLine: number
}

/** One user of a computer. */
export interface User extends BlockLines {
  /** As written: `*`, a name, or `DOMAIN\name`. */
  readonly name: string
  /** Line of its `NAME` statement, from 1. */
  readonly line: number
  /** Its own level; `null`: that of its computer applies. */
  readonly permission: Permission | null
  /** Comments of its block. */
  readonly comments: BlockComments
}

/** How a computer entry is compared, the best rank first. */
export type ComputerKind = 'address' | 'host' | 'pattern' | 'any'

/** One computer of the file. */
export interface Computer extends BlockLines {
  /** As written: an address, a host name, `a.b.c.*`, or `*`. */
  readonly name: string
  /** How the name is compared. */
  readonly kind: ComputerKind
  /** Line of its `NAME` statement, from 1. */
  readonly line: number
  /** Its own level; `null`: the global one applies. */
  readonly permission: Permission | null
  /** Its users in the order of the file. */
  readonly users: readonly User[]
  /** Comments of its block. */
  readonly comments: BlockComments
}

/** The content of one Authorization.cfg, frozen. Made by {@link parse} only. */
export interface Policy extends BlockLines {
  /** Label of the text. */
  readonly file: string
  /** The global level; `null`: `NONE` applies. */
  readonly permission: Permission | null
  /**
   * The computers in the order of the file, which decides nothing. They are made on demand, and made
   * again when nobody held them meanwhile: to go through them, ask once.
   */
  readonly computers: readonly Computer[]
  /** Whether any entry is a host name: only then can a reverse lookup of the peer change an answer. */
  readonly usesNames: boolean
  /** Comments of the outer block; `name` is always empty. */
  readonly comments: BlockComments
  /** Comments after the outer block. */
  readonly trailingComments: readonly string[]
}

/** An entry of the file that a request matched. */
export interface Match {
  /** Name as written. */
  readonly name: string
  /** Line of its `NAME` statement, from 1. */
  readonly line: number
}

/** A computer entry that a request matched. */
export interface ComputerMatch extends Match {
  /** What made it match. */
  readonly kind: ComputerKind
}

/** Why a request is decided as it is. Where the file was not asked, all but `decision` is `null` or empty. */
export interface Explanation {
  /** The very decision of {@link check}. */
  readonly decision: Decision<Code>
  /** The level that the file grants. */
  readonly granted: Level | null
  /** The level that the action needs. */
  readonly needed: Level | null
  /** The node whose `PERMISSION` applied: `global`, `computer NAME`, or `computer NAME user NAME`. */
  readonly decidedBy: string | null
  /** The computer entry that counts. */
  readonly computer: ComputerMatch | null
  /** The user entry that counts, under that computer. */
  readonly user: Match | null
  /** Computer entries that matched as well but rank lower, the best first. They count for nothing. */
  readonly outranked: readonly ComputerMatch[]
  /**
   * The edit of the text that changes the outcome: one line that sets a level. Of those, the one that
   * changes the fewest other answers, then the first in the text. Names are left as they are. Absent
   * where the file was not asked, and for what level `NONE` may do, which no edit can refuse.
   */
  readonly smallestEdit?: Edit
}
