import { describeWith, NO_POLICY_CODES, TEXT_CODES, type Reason } from '@gatehouse/core'

const DECISION_CODES = {
  /** Nothing to do. */
  'allowed-by-rule': 'the first rule that matches stands in hosts.allow',
  /** Put a rule for the caller into hosts.allow if it should get in. */
  'denied-by-rule': 'the first rule that matches stands in hosts.deny',
  /** Nothing to do. */
  'allowed-by-option': 'the first rule that matches ends in `allow`',
  /** Put a rule for the caller before this one if it should get in. */
  'denied-by-option': 'the first rule that matches ends in `deny`',
  /** Add a rule for the caller to hosts.allow if it should get in. */
  'no-rule-matched': 'no rule matches, and the strict profile grants nothing by default',
  /** Write `ALL: ALL` into hosts.deny, unless everybody else is meant to get in. */
  'allowed-by-default': 'no rule matches, and libwrap then grants',
  /** Mend the option; libwrap refuses at the first one that is at fault. */
  'option-failed': 'an option of the rule that matches is at fault',
  /** Let libwrap itself decide, or rewrite the rule: nothing is executed here. */
  'execution-needed': 'the verdict of the rule that matches needs a command to run',
  /** Give the netgroups with the request, or the list when the files are read. */
  'lookup-needed': 'a rule asks for a netgroup or a list that was not given',
  /** Mend the line, or end it with a newline: libwrap reads nothing from there on. */
  'rest-ignored': 'the rest of the file is ignored from this line on',
  /** Mend the program that built the request: the field named is missing, or cannot be what it says. */
  'request-malformed': 'a field of the request is malformed',
} as const

/** Why a connection was allowed or refused. Part of the interface. */
export const CODES: typeof DECISION_CODES & typeof NO_POLICY_CODES = {
  ...DECISION_CODES,
  ...NO_POLICY_CODES,
}

/** A code of {@link CODES}. */
export type Code = keyof typeof CODES

/** One line for people: the sentence of a reason's code, and its source. */
export const describe: (reason: Reason<Code>) => string = describeWith(CODES)

const GRAMMAR_CODES = {
  /** Write the file; an empty one is enough. */
  'file-missing': 'there is no such file',
  /** Mend owner and mode, or the path. */
  'file-unreadable': 'the file cannot be read',
  /** Remove the first character; libwrap takes it for part of the first rule. */
  'byte-order-mark': 'byte order mark',
  /** End the last line with a newline; libwrap ignores the line. */
  'last-newline-missing': 'last line without newline',
  /** Break the rule up into several; libwrap ignores the rest of the file. */
  'rule-too-long': 'line with its continuations is longer than 2,047 bytes',
  /** Write `daemons : clients`. */
  'colon-missing': 'no `:` between daemons and clients',
  /** Begin the comment in the first column. */
  'comment-indented': 'comment that does not begin in the first column is a rule',
  /** Remove the `\` at the end; it makes the next line part of the comment. */
  'comment-continued': 'comment that ends in a backslash takes in the next line',
  /** Put the comment on a line of its own. */
  'trailing-comment': 'comment behind a rule is read as names',
  /** Name a daemon, or `ALL`. */
  'daemons-missing': 'no daemon before the first `:`',
  /** Name a client, or `ALL`. */
  'clients-missing': 'no client after the first `:`',
  /** Write something on both sides of `EXCEPT`. */
  'except-dangling': '`EXCEPT` with nothing before or after it',
  /** Write a process name, `ALL`, a port from 0 to 65535, or one of them and `@` and a server. */
  'daemon-malformed': 'not a daemon',
  /** Use the word where it has a meaning: `LOCAL` and `PARANOID` for hosts, `KNOWN` and `UNKNOWN` for hosts and users. */
  'word-misplaced': 'word that has no meaning here',
  /** Write a user name, `ALL`, `KNOWN` or `UNKNOWN`. */
  'user-malformed': 'not a user name',
  /** Write four octets without leading zeros, one to three of them and a dot, or IPv6 in brackets. */
  'address-malformed': 'looks like an address, and is none',
  /** Write the network (`10.0.0.0/24`) or the one address (`10.0.0.1`): as written it never matches. */
  'host-bits-set': 'address has bits set outside its mask',
  /** Write a number from 1 to 32, for IPv6 0 to 128, or a mask of four octets. */
  'mask-malformed': 'not a prefix length or mask',
  /** Write `0.0.0.0/0.0.0.0` for all of IPv4, the address alone for one. */
  'mask-never-matches': 'mask with which libwrap never matches',
  /** Write the IPv4 address: a mapped one is turned into it before the rules are asked. */
  'mapped-never-matches': 'IPv4-mapped IPv6 address, which never matches',
  /** Write `ALL`, or a pattern that can only be meant for addresses, or only for names. */
  'pattern-ambiguous': 'pattern that both addresses and names could satisfy',
  /** Use letters, digits, `-` and `_` in labels of at most 63 characters, with `*` and `?` if need be. */
  'host-malformed': 'not a host name or pattern',
  /** Name the netgroup after `@`. */
  'netgroup-malformed': 'not a netgroup',
  /** Give `parse` a way to read lists, or write the hosts into the rule. */
  'list-unavailable': 'list of hosts, and no way to read it was given',
  /** Write the list, or mend the path. */
  'list-missing': 'there is no such list of hosts',
  /** Take the list out of itself, or lists out of lists. */
  'list-too-deep': 'lists of hosts within lists of hosts, too many of them',
  /** Mend the list: libwrap reads every word of it as a host, also those of a comment. */
  'list-malformed': 'list with an entry that is no host',
  /** Remove the colon, or write the option. */
  'option-missing': 'colon without an option after it',
  /** Mend the spelling. */
  'option-unknown': 'unknown option',
  /** Write the value after the option. */
  'option-value-missing': 'option without its value',
  /** Remove the value. */
  'option-value-unexpected': 'option that takes no value',
  /** Mend the value. */
  'option-value-malformed': 'value that the option does not take',
  /** Move it to the end of the rule. */
  'option-not-last': 'option that must be the last of its rule',
} as const

/** Codes of the errors that `parse` reports, with a fragment for each. Part of the interface. */
export const LOAD_CODES: typeof TEXT_CODES & typeof GRAMMAR_CODES = {
  ...TEXT_CODES,
  ...GRAMMAR_CODES,
}

/** A code of {@link LOAD_CODES}. */
export type LoadCode = keyof typeof LOAD_CODES
