import { describeWith, type Finding } from '@gatehouse/core'

/** What a reviewer should worry about in a file. */
export const LINT_CODES = {
  /** Remove or narrow the line: name the users who should have everything. */
  'full-access-for-everyone': 'any user may do everything that no restriction takes away',
  /** Add the restriction, or grant ACTION by name: whoever runs commands owns the machine. */
  'commands-open-to-everyone': 'any user may run commands on the agent',
  /** Restrict `execute` of the RuleBaseEngine for the same users: it runs commands as well. */
  'commands-half-closed': 'the line closes commands of one microagent and leaves those of another',
  /**
   * Add the restriction if the named line was meant to keep others out. Grants add up: a line for
   * one user takes nothing from the others. The restriction closes the microagent to everybody.
   */
  'wildcard-opens-what-another-line-names':
    'the line gives any user a microagent that other lines grant by name',
  /** Remove the line, or the restriction that takes all of it. */
  'grant-unreachable': 'a restriction takes everything that the line grants',
  /** Remove the line; nothing changes. */
  'grant-redundant': 'another grant gives everything that the line gives',
  /** Remove the line; nothing changes. */
  'restriction-redundant': 'another restriction takes everything that the line takes',
  /** Check the spelling: users and nodes are right when a grant has them, microagents and methods exactly so. */
  'restriction-without-effect': 'no grant gives anything that the line takes',
  /** Remove one of the lines. */
  'line-repeated': 'the same line stands above',
  /** Spell the name alike, unless two are meant: grants, microagents and methods compare exactly. */
  'names-differ-in-case': 'the name differs only in case from another one',
  /** Add `<LogService> -log_dir FOLDER`: without it the agent keeps no record of who did what. */
  'log-service-missing': 'the file does not switch the log on',
} as const

/** A code of {@link LINT_CODES}. */
export type LintCode = keyof typeof LINT_CODES

/** One line for people: what a finding is about, and where. */
export const describeFinding: (finding: Finding<LintCode>) => string = describeWith(LINT_CODES)
