import type { Claimed, Verified } from '@gatehouse/core'
import type { AgentNode, Blank, Comment, Effect, NodePattern } from '../model.ts'

/** One line of a console's access file: may this user see this agent. */
export interface AccessEntry {
  readonly kind: 'entry'
  /** Line number, from 1. */
  readonly line: number
  /** `restriction` when the line starts with `!`. */
  readonly effect: Effect
  /** User id, or `*` for all users. */
  readonly user: string
  /** `*` for all agents, or one pattern. Absent: all agents. */
  readonly node?: '*' | NodePattern
  /** The fields after the second. They decide nothing; kept for `lint` and `format`. */
  readonly ignored: readonly string[]
}

/** One line of a console's access file. */
export type AccessLine = AccessEntry | Comment | Blank

/** A parsed access file of a console. Made by `parse`; immutable. */
export interface AccessPolicy {
  /** Label that the text was given under. */
  readonly file: string
  /** Every line in order, comments and blank lines too. */
  readonly lines: readonly AccessLine[]
  /** The access lines in order. */
  readonly entries: readonly AccessEntry[]
}

/** Whether a user of the console may reach an agent. */
export interface AccessRequest {
  /** User id of the console. */
  readonly user: Claimed<string> | Verified<string>
  /** The agent. */
  readonly node: AgentNode
}
