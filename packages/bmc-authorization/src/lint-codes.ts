import { describeWith, type Finding, type Severity } from '@gatehouse/core'

/** What {@link lint} can find, with a sentence for each. Part of the interface. */
export const LINT_CODES = {
  /** Write the computers and users that need a level, and a low global PERMISSION. */
  'vendor-default-allow-all': 'the file as shipped lets everybody do everything',
  /** Give MANAGE to the computers that need it, and less to every other. */
  'manage-open-to-every-peer': 'every peer that no entry names has level MANAGE',
  /** Give MODIFY to the computers that need it, and less to every other. */
  'modify-open-to-every-peer': 'every peer that no entry names has level MODIFY',
  /** Refuse by address, or grant by entry: a peer without a verified name escapes the refusal. */
  'host-deny-evadable': 'a refusal by host name is escaped by breaking the reverse lookup',
  /** Limit by address: a peer without a verified name escapes the limit. */
  'host-limit-evadable': 'a lower level by host name is escaped by breaking the reverse lookup',
  /** Grant by address, unless the reverse lookup of the host is in good hands. */
  'host-grant-rests-on-dns': 'a higher level by host name rests on reverse DNS',
  /** Remove the entry, or those inside it that are not meant. */
  'computer-unreachable': 'every address of the pattern has an entry that outranks it',
  /** Remove the entry, or give it the level that it was meant to have. */
  'computer-redundant': 'the computer changes no answer',
  /** Write the level that is meant: the global one applies, not that of the entry around it. */
  'computer-without-permission': 'the computer takes the global level, not that of one it outranks',
  /** Remove the entry, or give it the level that it was meant to have. */
  'user-redundant': 'the user has the level that it would have without the entry',
  /** Write the level that is meant: that of the computer applies, not that of `*`. */
  'user-without-permission': 'the user takes the level of the computer, not that of user *',
  /** Use one spelling; names compare exactly, and the caller chooses which it claims. */
  'user-case-differs': 'user names that differ in case only are different users',
  /** Lower the level of every other user of the computer: the caller may claim any name. */
  'user-deny-evadable': 'the refused user has more by claiming another name',
  /** Lower the level of every other user of the computer: the caller may claim any name. */
  'user-limit-evadable': 'the limited user has more by claiming another name',
  /** Refuse the user there as well, if it is meant to be refused everywhere. */
  'user-deny-open-elsewhere': 'the refused user has more by an entry that this computer outranks',
  /** Keep only programs on that computer that may be trusted with the level. */
  'grant-rests-on-claim': 'a level above that of other users rests on a claimed user name',
  /** Remove the line, or the PERMISSION lines below it that make it void. */
  'permission-unused': 'the PERMISSION applies to nobody',
  /** Set it: NONE says what now applies. */
  'global-permission-missing': 'no global PERMISSION: level NONE applies',
  /** Refuse the connection before the file is asked, if not even this much is meant. */
  'none-still-allows': 'NONE lets collect.query and agent.stop of an own, idle agent through',
} as const

/** A code of {@link LINT_CODES}. */
export type LintCode = keyof typeof LINT_CODES

/** How much each finding matters. */
export const SEVERITIES: Readonly<Record<LintCode, Severity>> = {
  'vendor-default-allow-all': 'error',
  'manage-open-to-every-peer': 'error',
  'modify-open-to-every-peer': 'warning',
  'host-deny-evadable': 'error',
  'host-limit-evadable': 'warning',
  'host-grant-rests-on-dns': 'warning',
  'computer-unreachable': 'warning',
  'computer-redundant': 'note',
  'computer-without-permission': 'warning',
  'user-redundant': 'note',
  'user-without-permission': 'warning',
  'user-case-differs': 'warning',
  'user-deny-evadable': 'error',
  'user-limit-evadable': 'warning',
  'user-deny-open-elsewhere': 'warning',
  'grant-rests-on-claim': 'warning',
  'permission-unused': 'note',
  'global-permission-missing': 'note',
  'none-still-allows': 'note',
}

/** One line for people: the sentence of a finding's code, its facts and its line. */
export const describeFinding: (finding: Finding<LintCode>) => string = describeWith(LINT_CODES)
