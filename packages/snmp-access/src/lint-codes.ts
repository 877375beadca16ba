import { describeWith, type Finding, type Severity } from '@gatehouse/core'

/** What lint finds. Part of the interface. */
export const LINT_CODES = {
  /** Remove the view named `none`, or rename it: rocommunity writes to the view of that name. */
  'view-named-none': 'a view named `none` makes every rocommunity writable inside it',
  /** Write com2sec, group and access lines with the community as one quoted word. */
  'community-cut': 'the daemon grants a shorter community than the line names',
  /** Write two hexadecimal digits an octet. */
  'mask-truncated': 'the daemon takes only the last two digits of an octet of the mask',
  /** Write the network itself, or the one address without a mask. */
  'host-bits-set': 'the daemon drops the line: its source has bits set outside the mask',
  /** Mend the line that the fact names the fault of. */
  'line-dropped': 'the daemon drops the line',
  /** Mend the line: what it excludes is granted without it. */
  'exclusion-dropped': 'the daemon drops a line that excludes something',
  /** Mend the line: the daemon does not take it as it looks. */
  'line-misread': 'the daemon reads the line otherwise than it looks',
  /** Put the line before those that permit. */
  'refusal-too-late': 'earlier lines permit all that this one refuses',
  /** Remove the line, or put it before those that answer first. */
  'line-unreachable': 'earlier lines answer every request of this one',
  /** Name the addresses that may send the community. */
  'source-open': 'the community is good for everybody',
  /** Choose another community: this one is tried first by everybody. */
  'community-well-known': 'community that everybody knows',
  /** Let users of version 3 write, with priv. */
  'write-in-clear': 'whoever reads or guesses a community may write',
  /** Define the view, or mend its name. */
  'view-missing': 'access line names a view that has no rows',
  /** Remove the view, or name it in an access line. */
  'view-unused': 'no access line names the view',
  /** Write a group line for the security name. */
  'group-missing': 'security name without a group: its requests are dropped',
  /** Write an access line for the group, or mend its name. */
  'access-missing': 'group without an access line: its requests are dropped',
  /** Write one line for each model. */
  'group-any-model': 'group line with model any wins over those of each model',
  /** Add users of version 3, with auth or priv. */
  'version-3-missing': 'nobody may use version 3, the only one that authenticates',
  /** Write auth, better priv. */
  'user-unauthenticated': 'users of the group need not prove who they are',
  /** Write priv. */
  'user-without-privacy': 'everybody on the way can read what users of the group do',
  /** Remove the line and write authCommunity lines. */
  'authorization-disabled': 'every notification is taken, whatever its community',
} as const

/** A code of {@link LINT_CODES}. */
export type LintCode = keyof typeof LINT_CODES

const DESCRIBE = describeWith(LINT_CODES)

/** One line for people: the sentence of a finding, its facts and its place. */
export function describeFinding({ code, source, facts = {} }: Finding<LintCode>): string {
  return DESCRIBE({ code, source, facts })
}

/** How much a finding matters, where its code alone says so. */
export const SEVERITIES: Readonly<Record<LintCode, Severity>> = {
  'view-named-none': 'error',
  'community-cut': 'error',
  'mask-truncated': 'error',
  'host-bits-set': 'warning',
  'line-dropped': 'warning',
  'exclusion-dropped': 'error',
  'line-misread': 'warning',
  'refusal-too-late': 'error',
  'line-unreachable': 'warning',
  'source-open': 'warning',
  'community-well-known': 'error',
  'write-in-clear': 'error',
  'view-missing': 'warning',
  'view-unused': 'note',
  'group-missing': 'warning',
  'access-missing': 'warning',
  'group-any-model': 'warning',
  'version-3-missing': 'note',
  'user-unauthenticated': 'error',
  'user-without-privacy': 'warning',
  'authorization-disabled': 'error',
}
