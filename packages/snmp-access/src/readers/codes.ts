import { TEXT_CODES } from '@gatehouse/core'

const SETTING_CODES = {
  /** Write a list number of 1 to 99 or 1300 to 1999, or a name, that the text also defines. */
  'list-missing': 'access list that is not in the text',
  /** Write `permit` or `deny`, then `any`, `host A` or an address with a wildcard mask. */
  'list-entry-malformed': 'entry of an access list that cannot be read',
  /** Write `snmp-server community STRING [view NAME] [ro | rw] [LIST]`. */
  'community-malformed': 'community that cannot be read',
  /** Keep one of the two: the later one would take the place of the earlier. */
  'community-twice': 'community that an earlier line has set',
  /** Write `snmp-server view NAME OID {included | excluded}`. */
  'view-malformed': 'view that cannot be read',
  /** Write a view that the text also defines. */
  'view-missing': 'view that is not in the text',
  /** Write out the text as the system shows it, where nothing is taken back. */
  'command-takes-back': 'command that takes back an earlier one',
  /** Export the key again: `reg export`. */
  'registry-line-malformed': 'line that is no registry entry',
  /** Write 1 (none), 2 (notify), 4 (read only), 8 (read write) or 16 (read create). */
  'rights-unknown': 'rights that are not one of 1, 2, 4, 8 and 16',
  /** Write an address, or give `resolve` with what the name stands for. */
  'name-unresolved': 'host name without a known address',
  /** Name the managers, or say `onEmptyManagers: 'everybody'` if everybody is meant. */
  'managers-missing': 'no permitted manager, which Windows takes for everybody',
  /** Write at least one character; an empty string is no community. */
  'community-empty': 'community without a character',
} as const

/** Errors of the readers for the settings of other systems. Part of the interface. */
export const READER_CODES: typeof SETTING_CODES & typeof TEXT_CODES = {
  ...TEXT_CODES,
  ...SETTING_CODES,
}

/** A code of {@link READER_CODES}. */
export type ReaderCode = keyof typeof READER_CODES
