import { TEXT_CODES, type TextCode } from '@gatehouse/core'

/** What may be wrong with a directive: key = stable code, value = what is wrong, comment = what to do. */
export const DIRECTIVE_FAULT_CODES = {
  /** Write the word that is missing; the table of directives names them in order. */
  'field-missing': 'word missing',
  /** Close the quotation mark; the daemon takes all that follows as part of the word. */
  'quote-unclosed': 'quotation mark without its pair',
  /** Put a blank after the quotation mark; the daemon begins a new word there. */
  'text-after-quote': 'text joined to a closing quotation mark',
  /** Remove what follows the last word that the directive takes; the daemon passes it over in silence. */
  'word-too-many': 'more words than the directive takes',
  /** Shorten it to 32 octets, the size of the tables that it goes to. */
  'name-too-long': 'name longer than 32 octets',
  /** Remove the blank; the daemon rebuilds the line without quotation marks and cuts it there. */
  'name-malformed': 'blank or quotation mark in a name or source',
  /** Shorten the community to 255 octets. */
  'community-too-long': 'community longer than 256 octets',
  /** Shorten the community by one; the daemon takes it and never matches it. */
  'community-never-matches': 'community of 256 octets',
  /** Write a community; an empty one is not taken. */
  'community-empty': 'community is empty',
  /** Write the community as one quoted word of a com2sec line, with its group and access lines. */
  'community-quoted-again':
    'community with an apostrophe or a backslash, which the daemon reads a second time and cuts',
  /** Put your own network and community in place of the words of the example. */
  'example-not-edited': 'word of the example file was not replaced',
  /** Write an address, a prefix or `default`. */
  'source-malformed': 'source is no address of the family',
  /** Write the line as com2sec6 or rocommunity6. */
  'ipv6-source-in-ipv4-list': 'IPv6 address in a list of IPv4',
  /** Write the line as com2sec or rocommunity. */
  'ipv4-source-in-ipv6-list': 'IPv4 address in a list of IPv6',
  /** Write the address, or give the addresses of the name with `resolve`. */
  'source-not-resolved': 'host name without a known address',
  /** Write a length that the family has, 0 to 32 or 0 to 128. */
  'mask-length': 'prefix length out of range',
  /** Write a prefix length or a bit mask of the same family. */
  'mask-malformed': 'mask is neither a number nor an address',
  /** Write the network itself, or the one address without a mask, whichever is meant. */
  'host-bits-set': 'source has bits set outside its mask',
  /** Write numbers joined by dots; names of a MIB are not resolved. */
  'oid-malformed': 'not an object identifier in numbers',
  /** Write `included` or `excluded`. */
  'view-type-unknown': 'neither included nor excluded',
  /** Write hexadecimal octets joined by `:` or `.`, such as `ff:a0`. */
  'view-mask-malformed': 'mask of a view is not hexadecimal octets',
  /** Write two hexadecimal digits an octet: `fff0` counts as `f0`, `ff:f0` is what was meant. */
  'view-mask-truncated': 'octet of a mask with more than two digits',
  /** Write v1, v2c or usm (tsm and ksm are taken too). */
  'model-unknown': 'security model unknown',
  /** Name the models in lines of their own; `any` wins over each of them. */
  'model-any': 'security model any in a group line',
  /** Write noauth, auth or priv. */
  'level-unknown': 'security level unknown',
  /** Write `exact` or `prefix`. */
  'match-unknown': 'neither exact nor prefix',
  /** Write `exact`; that is what the daemon takes `0` for. */
  'match-zero': '0 in place of exact',
  /** Write read, write, notify, log, execute or net, joined by commas. */
  'view-use-unknown': 'use of a view unknown',
  /** Write 1 or 2 for authtrapenable, yes or no for disableAuthorization. */
  'switch-malformed': 'value of a switch that it does not take',
  /** Close the bracket: `[snmpd]`. */
  'section-malformed': 'section without its closing bracket',
  /** Put the lines of the file in its place, or pass them over by `includes: 'passed-over'`. */
  'include-not-read': 'the text of another file belongs here',
  /** Write it as view, group or access; this is the form in which the daemon saves its tables. */
  'saved-table': 'saved table of the daemon, which is not read here',
  /** Write the directive in lower case; the daemon takes `authGroup` for `authuser`. */
  'authgroup-case': 'authgroup with capitals is read as authuser',
  /** Move the line to the file of the daemon that knows it. */
  'directive-misplaced': 'directive of the other daemon',
  /** Mend the spelling. */
  'directive-unknown': 'directive unknown, one letter off one of access control',
} as const

/** What a directive, or any text, may have wrong with it: a key of {@link FAULT_CODES}. */
export type FaultCode = TextCode | keyof typeof DIRECTIVE_FAULT_CODES

/**
 * Every code that a refused file or a warning may have.
 *
 * The daemon drops a line with such a fault and starts; by default `parse` refuses the file.
 */
export const FAULT_CODES: Readonly<Record<FaultCode, string>> = {
  ...TEXT_CODES,
  ...DIRECTIVE_FAULT_CODES,
}

/**
 * The faults that the daemon passes in silence: it takes the line, but not as its author meant, or
 * drops it without a word.
 */
export const SILENT_FAULTS: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'quote-unclosed',
  'text-after-quote',
  'word-too-many',
  'name-malformed',
  'community-never-matches',
  'community-quoted-again',
  'ipv4-source-in-ipv6-list',
  'view-mask-truncated',
  'authgroup-case',
])
