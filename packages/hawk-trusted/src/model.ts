import type { Claimed, Verified } from '@gatehouse/core'

/** How a request reaches the agent: addressed to it alone, or to a group of agents at once. */
export type Scope = 'point-to-point' | 'group'

/**
 * What a method does, as the agent's own table of methods says. `ACTION_INFO` and `VOID` count as
 * `ACTION`: only a method that is known to read and nothing else is `INFO`.
 */
export type Impact = 'INFO' | 'ACTION' | 'ACTION_INFO' | 'VOID'

/** The identity of an agent, printed `name:dns:domain`. */
export interface AgentNode {
  /** Agent name, by default the host name. */
  readonly name: string
  /** Agent domain; Hawk's default is `none`. */
  readonly dns: string
  /** Hawk domain; Hawk's default is `default`. */
  readonly domain: string
}

/** A method invocation as it reaches the agent, before the agent looks the method up. */
export interface Invocation {
  /** Login id, with its domain (`DOMAIN\user`) under TrustedWithDomain, without it under Trusted. */
  readonly user: Claimed<string> | Verified<string>
  /** The agent that decides. */
  readonly node: AgentNode
  /** Whether the request is a group operation. */
  readonly scope: Scope
  /** Full name, such as `COM.TIBCO.hawk.microagent.Custom`. */
  readonly microagent: string
  /** Method name, such as `execute`. */
  readonly method: string
}

/** An invocation together with the impact that the agent's table gives the method. */
export interface Request extends Invocation {
  /** Taken from the agent's table, never from what the caller sent. */
  readonly impact: Impact
}

/** What a line does: give or take away. */
export type Effect = 'grant' | 'restriction'

/** A named node. A part that is `*` matches anything; a bare name has `*` for dns and domain. */
export type NodePattern = AgentNode

/** One access line of the file. An omitted field is absent, which is not the same as `*`. */
export interface Entry {
  readonly kind: 'entry'
  /** Line number, from 1. */
  readonly line: number
  /** `restriction` when the line starts with `!`. */
  readonly effect: Effect
  /** User id, or `*` for all users. */
  readonly user: string
  /** `*` point-to-point, `+` group operations, or one node. */
  readonly node?: '*' | '+' | NodePattern
  /** Full name, or `*` for all microagents. */
  readonly microagent?: string
  /** `*` INFO methods, `+` ACTION methods, or one method by name. */
  readonly method?: string
}

/** The settings of the `<LogService>` line. Absent ones were not given. */
export interface LogService {
  readonly kind: 'log-service'
  /** Line number, from 1. */
  readonly line: number
  /** `-log_dir`: folder of the log. */
  readonly directory?: string
  /** `-log_max_size` in KB as written; with the suffix `m` it was given in MB. */
  readonly maxSize?: { readonly amount: number; readonly unit: 'KB' | 'MB' }
  /** `-log_max_num`: number of rotated files. */
  readonly maxFiles?: number
}

/** A comment line, its `#` included, leading blanks not. */
export interface Comment {
  readonly kind: 'comment'
  readonly text: string
}

/** An empty line. */
export interface Blank {
  readonly kind: 'blank'
}

/** One line of an access control file. */
export type Line = Entry | LogService | Comment | Blank

/** A parsed access control file. Made by `parse`; immutable. */
export interface Policy {
  /** Label that the text was given under. */
  readonly file: string
  /** Every line in order, comments and blank lines too. */
  readonly lines: readonly Line[]
  /** The access lines in order. */
  readonly entries: readonly Entry[]
  /** The `<LogService>` line, if there is one. Without it the vendor's agent writes no log. */
  readonly logService?: LogService
}
