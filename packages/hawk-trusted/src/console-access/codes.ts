import {
  describeWith,
  NO_POLICY_CODES,
  TEXT_CODES,
  type Finding,
  type Reason,
} from '@gatehouse/core'

const DECISION_CODES = {
  /** Nothing to do: this line gives the user the agent. */
  granted: 'a line grants it and no restriction covers it',
  /** Nothing to do, or list the user: whoever no grant names reaches every agent. */
  'access-by-default': 'no grant is for this user, and such users reach every agent',
  /** Remove or narrow the `!` line if the user should reach the agent. */
  restricted: 'a restriction covers it, which beats every grant',
  /** Add a line for the agent: a user with a grant reaches the granted agents only. */
  'not-granted': 'grants are for this user, and none covers the agent',
  /** Mend the caller: the field is missing, empty, of another type or not a possible name. */
  'request-malformed': 'a field of the request is missing, empty or not a name',
} as const

/** Why access was allowed or refused. */
export const CODES: typeof DECISION_CODES & typeof NO_POLICY_CODES = {
  ...DECISION_CODES,
  ...NO_POLICY_CODES,
}

/** A code of {@link CODES}. */
export type Code = keyof typeof CODES

/** One line for people: what a reason means, and where it comes from. */
export const describe: (reason: Reason<Code>) => string = describeWith(CODES)

const GRAMMAR_CODES = {
  /** Write `!user` without a blank. */
  'restriction-without-user': '`!` must stand directly before the user',
  /** Close the quote on the same line. */
  'quote-unterminated': 'quote without its end',
  /** A quote opens and closes a whole field. */
  'quote-misplaced': 'quote inside a field',
  /** Remove the empty quotes: an omitted field is not an empty one. */
  'field-empty': 'empty field',
  /** Name the user in full, or write `*` alone. */
  'user-malformed': 'not a user: a name, `DOMAIN\\name` or `*`',
  /** Write a name, `name:dns:domain` or `*`; these files know no `+`. */
  'node-malformed': 'not a node: `*`, a name or `name:dns:domain`',
  /** Remove the line; these files have no directives. */
  'directive-unknown': 'unknown directive',
} as const

/** Why a file was refused. Every error of a file is reported; one is enough to refuse it. */
export const LOAD_CODES: typeof GRAMMAR_CODES & typeof TEXT_CODES = {
  ...GRAMMAR_CODES,
  ...TEXT_CODES,
}

/** A code of {@link LOAD_CODES}. */
export type LoadCode = keyof typeof LOAD_CODES

/** What a reviewer should worry about in a file. */
export const LINT_CODES = {
  /** List every user who may do less: the default of these files is the opposite of `Trusted.txt`. */
  'others-reach-everything': 'users that no grant names reach every agent',
  /** Remove the columns, and write what they say into the agent's own file: here they decide nothing. */
  'columns-ignored':
    'the microagent and method columns decide nothing: the line is for the whole agent',
  /** Remove the line, or the restriction that takes all of it. */
  'grant-unreachable': 'a restriction takes everything that the line grants',
  /** Spell the name alike, unless two are meant: grants compare exactly. */
  'names-differ-in-case': 'the name differs only in case from another one',
} as const

/** A code of {@link LINT_CODES}. */
export type LintCode = keyof typeof LINT_CODES

/** One line for people: what a finding is about, and where. */
export const describeFinding: (finding: Finding<LintCode>) => string = describeWith(LINT_CODES)
