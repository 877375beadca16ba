/** Why a pattern is refused: key = stable code, value = what is wrong, comment = what to do about it. */
export const PATTERN_CODES = {
  /** Write a pattern, or remove the entry. */
  empty: 'pattern is empty',
  /** Look for text that was joined by mistake: two full IPv6 addresses are shorter than the limit. */
  'too-long': 'pattern is longer than 91 characters',
  /** Use a form that this place takes; the model that reads the file lists them. */
  'form-not-allowed': 'this form of pattern is not allowed here',
  /** Remove the space, tab or line break; there is none inside a pattern. */
  blank: 'blank in a pattern',
  /** Write the address in digits; a host name is no address. */
  'unexpected-character': 'character that no address has',
  /** Write octets in decimal. */
  hexadecimal: 'hexadecimal octet',
  /** Remove the zeros; some programs read such a number as octal, others as decimal. */
  'leading-zero': 'number with a leading zero',
  /** Write a number from 0 to 255. */
  'octet-out-of-range': 'octet above 255',
  /** Write the number that is missing beside the dot. */
  'octet-missing': 'octet without digits',
  /** Write all four octets; `127.1` and single numbers are read differently by different programs. */
  'octet-count': 'not four octets',
  /** Write at most four hexadecimal digits between colons. */
  'group-too-long': 'group of more than four digits',
  /** Write eight groups, or fewer with one `::`. */
  'groups-malformed': 'not eight groups, and not fewer with one `::`',
  /** Remove the `%` and what follows; a zone has a meaning on one host only. */
  'zone-id': 'zone identifier',
  /** Write the prefix length in decimal digits, or a mask of the same family. */
  'prefix-malformed': 'prefix length is not a number',
  /** Write 0 to 32 for IPv4, 0 to 128 for IPv6. */
  'prefix-out-of-range': 'prefix length above that of the address',
  /** Write the network (`10.0.0.0/24`) or the one address (`10.0.0.1`), whichever is meant. */
  'host-bits-set': 'address has bits set outside its mask',
  /** Write both sides as IPv4 or both as IPv6. */
  'mixed-families': 'IPv4 and IPv6 in one pattern',
  /** Write the lower address first. */
  'range-reversed': 'range ends before it starts',
  /** Write one to three whole octets, a dot and one `*`, such as `172.31.14.*`. */
  'wildcard-place': '`*` is not the whole last label after one to three octets',
  /** Write the IPv4 network itself, or a prefix of 96 or more. */
  'mapped-prefix': 'mask leaves open the 96 bits that mark an IPv4-mapped address',
  /** Write the IPv6 part and the IPv4 part as patterns of their own; `::/0` alone is taken as all of IPv6. */
  'covers-mapped': 'covers IPv4-mapped addresses together with others',
} as const

/** A code of {@link PATTERN_CODES}. */
export type PatternCode = keyof typeof PATTERN_CODES
