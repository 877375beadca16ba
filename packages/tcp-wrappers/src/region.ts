import type { LineSource } from '@gatehouse/core'

/** A rule, as far as it says whom it is for. */
export interface RegionRule {
  /** A daemon list, such as `ALL EXCEPT bgsagent`. */
  readonly daemons: string
  /** A client list, such as `10.0.0. EXCEPT 10.0.0.1`. */
  readonly clients: string
  readonly source: LineSource
}

/**
 * Requests that both rules are for, and no rule that stands before either of them in its own files:
 * the one decides them before, the other after.
 */
export interface ChangedRegion {
  /** `null`: no rule matched. */
  readonly before: RegionRule | null
  /** `null`: no rule matches. */
  readonly after: RegionRule | null
}

/** One line for people: the rule that decides now, and the one that decided before. */
export function describeRegion({ before, after }: ChangedRegion): string {
  return `now ${describeRule(after)}; before ${describeRule(before)}`
}

function describeRule(rule: RegionRule | null): string {
  if (rule === null) return 'no rule'
  const { daemons, clients, source } = rule
  return `\`${daemons}: ${clients}\` (${source.file}:${source.line})`
}
