import { describeWith, NO_POLICY_CODES, TEXT_CODES, type Reason } from '@gatehouse/core'

const DECISION_CODES = {
  /** Nothing to do: this line gives the user the method. */
  granted: 'a line grants it and no restriction covers it',
  /** Remove or narrow the `!` line if the user should have this; grants elsewhere do not help. */
  restricted: 'a restriction covers it, which beats every grant',
  /** Add a line for the user, or for `*`. Check spelling, case and domain: grants match them exactly. */
  'user-not-listed': 'no line of the file is for this user',
  /** Add a line that covers node, microagent and method; `explain` shows which field each line misses. */
  'not-granted': 'lines are for this user, but none covers node, microagent and method',
  /** Write `+`, or the method by name, where the line has `*`: `*` gives INFO methods only. */
  'impact-not-granted': 'the line gives INFO methods only, and this method acts',
  /** Write `+`, or the node by name, where the line has `*`: `*` gives point-to-point access only. */
  'group-not-granted': 'the line gives point-to-point access only, and this is a group operation',
  /** Have the caller name a microagent that the agent has. */
  'unknown-microagent': 'the agent has no such microagent',
  /** Have the caller name a method that the microagent has. */
  'unknown-method': 'the microagent has no such method',
  /** Mend the caller: the field is missing, empty, of another type or not a possible name. */
  'request-malformed': 'a field of the request is missing, empty or not a name',
} as const

/** Why a request was allowed or refused. */
export const CODES: typeof DECISION_CODES & typeof NO_POLICY_CODES = {
  ...DECISION_CODES,
  ...NO_POLICY_CODES,
}

/** A code of {@link CODES}. */
export type Code = keyof typeof CODES

/** One line for people: what a reason means, and where it comes from. */
export const describe: (reason: Reason<Code>) => string = describeWith(CODES)

const GRAMMAR_CODES = {
  /** An entry has user, node, microagent and method. A comment needs a line of its own. */
  'too-many-fields': 'more than four fields',
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
  /** Write a name, `name:dns:domain`, `*` or `+`. */
  'node-malformed': 'not a node: `*`, `+`, a name or `name:dns:domain`',
  /** Write the full name or `*`; there is no `+` and no prefix in this column. */
  'microagent-malformed': 'not a microagent: a full name or `*`',
  /** Write a method name, `*` or `+`. */
  'method-malformed': 'not a method: a name, `*` or `+`',
  /** The only directive is `<LogService>`. */
  'directive-unknown': 'unknown directive',
  /** Keep one `<LogService>` line. */
  'log-service-repeated': 'second `<LogService>` line',
  /** The options are `-log_dir`, `-log_max_size` and `-log_max_num`. */
  'log-option-unknown': 'unknown option of `<LogService>`',
  /** Give each option once. */
  'log-option-repeated': 'option given twice',
  /** Write the value after the option. */
  'log-value-missing': 'option without its value',
  /** Write KB as a number, or MB with the suffix `m`. */
  'log-size-malformed': 'not a size: a number from 1, optionally with the suffix `m`',
  /** Write a whole number. */
  'log-count-malformed': 'not a number of files',
} as const

/** Why a file was refused. Every error of a file is reported; one is enough to refuse it. */
export const LOAD_CODES: typeof GRAMMAR_CODES & typeof TEXT_CODES = {
  ...GRAMMAR_CODES,
  ...TEXT_CODES,
}

/** A code of {@link LOAD_CODES}. */
export type LoadCode = keyof typeof LOAD_CODES
