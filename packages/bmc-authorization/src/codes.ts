import { describeWith, NO_POLICY_CODES, TEXT_CODES, type Reason } from '@gatehouse/core'

const DECISION_CODES = {
  /** Nothing to do. */
  'level-suffices': 'the level is enough for the action',
  /** If the caller should be able to do this, raise the level on the line named. */
  'level-too-low': 'the level is too low for the action',
  /** Set a global PERMISSION, or one for the computer. */
  'no-permission-set': 'no PERMISSION applies, which counts as level NONE',
  /** Mend the caller, or the agent that maps its messages to actions: the name is not in the table. */
  'unknown-action': 'the action is not in the table of actions',
  /** Mend the program that built the request: the field named is missing, or cannot be what it says. */
  'request-malformed': 'a field of the request is malformed',
} as const

/** Reason codes of this package, with a sentence for each. Part of the interface. */
export const CODES: typeof NO_POLICY_CODES & typeof DECISION_CODES = {
  ...NO_POLICY_CODES,
  ...DECISION_CODES,
}

/** A code of {@link CODES}. */
export type Code = keyof typeof CODES

/** One line for people: the sentence of a reason's code, and its source. */
export const describe: (reason: Reason<Code>) => string = describeWith(CODES)

const GRAMMAR_CODES = {
  /** Put everything between BEGIN_AUTHORIZATION and END_AUTHORIZATION; an empty file is no policy. */
  'outer-block-missing': 'no BEGIN_AUTHORIZATION in the text',
  /** Move the line into the outer block, or make it a comment. */
  'text-outside-block': 'text outside the outer block',
  /** Close the block before it, or move this one: users stand in computers, computers in the outer block. */
  'block-misplaced': 'block cannot stand here',
  /** Close the innermost open block first. */
  'end-mismatch': 'does not close the innermost open block',
  /** Add the line that closes the block. */
  'end-missing': 'block is never closed',
  /** Mend the spelling; keywords are upper case. */
  'unknown-keyword': 'unknown keyword',
  /** Remove what follows, or put it on a line of its own. */
  'trailing-text': 'text after the end of the statement',
  /** Put the comment on a line of its own: `#` starts one only as the first character that is no blank. */
  'trailing-comment': 'comment behind a statement',
  /** Write KEYWORD = value. */
  'equals-missing': 'no `=` after the keyword',
  /** Put a blank on both sides of `=`. */
  'blanks-missing': 'no blank before or after `=`',
  /** Write the value after `=`. */
  'value-missing': 'no value after `=`',
  /** Use MANAGE, MODIFY, VIEW or NONE, in upper case. */
  'unknown-level': 'unknown permission level',
  /** Keep one PERMISSION a block. */
  'permission-repeated': 'second PERMISSION in a block',
  /** Keep one NAME a block. */
  'name-repeated': 'second NAME in a block',
  /** Add a NAME. */
  'name-missing': 'block without NAME',
  /** Move NAME into the computer or user that it names. */
  'name-misplaced': 'NAME outside a computer or user',
  /** Write each address, or `a.b.c.*`: this format has no prefix, mask or range. */
  'address-form': 'prefix, mask or range of addresses',
  /** Write four octets without leading zeros, one to three octets and `.*`, or an IPv6 address without zone. */
  'address-malformed': 'looks like an address or pattern, and is none',
  /** Use letters, digits, `-` and `_` in labels of at most 63 characters, or `*` alone. */
  'host-malformed': 'not an address, pattern or host name',
  /** Use a name, DOMAIN\name with one backslash, or `*` alone. */
  'user-malformed': 'not a user name',
  /** Merge the two computers: by value and case they are one. */
  'computer-repeated': 'computer is named a second time',
  /** Merge the two users: by name they are one. */
  'user-repeated': 'user is named a second time under one computer',
} as const

/** Codes of the errors that {@link parse} reports, with a fragment for each. Part of the interface. */
export const LOAD_CODES: typeof TEXT_CODES & typeof GRAMMAR_CODES = {
  ...TEXT_CODES,
  ...GRAMMAR_CODES,
}

/** A code of {@link LOAD_CODES}. */
export type LoadCode = keyof typeof LOAD_CODES
