import { describeWith, NO_POLICY_CODES, type Reason } from '@gatehouse/core'

const DECISION_CODES = {
  /** Nothing to do; the source is the first authorization of the file that covers the target. */
  authorized: 'an authorization covers the tool on the target',
  /** Nothing to do; make sure that this account is meant, above all when it is an administrator. */
  'runs-as': 'the tool runs as the account of its definition',
  /** Nothing to do; running the tool gives this access to the Web agent without a further grant. */
  'web-agent-access': 'the tool reaches Web agents',
  /** Nothing to do: the address may sign in, and the account, where one is asked about, is known. Credentials are for somebody else to check. */
  'sign-in-permitted': 'sign-in from the address is permitted',
  /** Nothing to do. */
  'right-suffices': 'the configuration right is enough for the action',
  /** Nothing to do: whoever started a job may stop it. */
  'own-job': 'the job is the caller’s own',
  /** Nothing to do. */
  changed: 'the change was made',
  /** Mend the program that built the request: the field named is missing, or cannot be what it says. */
  'request-malformed': 'a field of the request is malformed',
  /** Add the user, or a group that the user is in. */
  'user-unknown': 'neither the user nor a group of the user is listed',
  /** Give the address that the user signed in from: the account has sign-in ranges. */
  'sign-in-address-missing': 'the account has sign-in ranges, and the request has no address',
  /** Sign in by IPv4: ranges hold nothing else, so where there are some no other address passes. */
  'sign-in-address-not-ipv4': 'there are sign-in ranges, and the address is not IPv4',
  /** Sign in from elsewhere, or take the address out of the exclusion ranges. */
  'sign-in-address-excluded': 'the address is in an exclusion range',
  /** Sign in from an included address, or include this one. */
  'sign-in-address-not-included': 'the address is in no inclusion range',
  /** Ask for a tool that is defined; names compare exactly. */
  'tool-unknown': 'the tool is not defined',
  /** Name targets: the tool's definition has none for a request without. */
  'targets-missing': 'the request names no target, and neither does the tool',
  /** Authorize the user somewhere by a toolbox that holds the tool; without targets it runs on all such systems. */
  'no-authorized-system': 'the request names no target, and the caller may run the tool nowhere',
  /** Name no targets: the tool takes none. */
  'targets-not-accepted': 'the tool takes no targets',
  /** Name fewer targets, run by run. */
  'too-many-targets': 'more targets than the tool or one request takes',
  /** Discover the system, or mend its name. Do not tell the caller: to whom it is not listed it does not exist. */
  'system-unknown': 'the target is not a known system',
  /** Authorize the user on the system by a toolbox that holds the tool. */
  'no-toolbox-on-system': 'the caller has no toolbox on the target',
  /** Put the tool into the toolbox named, or authorize the user by another one. */
  'tool-not-in-toolbox': 'no toolbox that the caller has on the target holds the tool',
  /** Enable the toolbox, or authorize the user by another one. */
  'toolbox-disabled': 'the toolbox that would authorize the tool is disabled',
  /** Set the tool's toolbox-enabled, or authorize the user by All Tools. */
  'tool-disabled': 'the tool is disabled in all toolboxes but All Tools',
  /** Let an administrator remove the owner from the tool's definition. */
  'tool-owned':
    'the tool has an owner, and until an administrator removes it only All Tools counts',
  /** Authorize the user on the management server by a toolbox that holds the tool. */
  'cms-not-authorized': 'the tool acts on the management server, where the caller lacks it',
  /** Give the user the configuration right that the action needs. */
  'right-too-low': 'the configuration right is too low for the action',
  /** Mend the caller: the name is not in the table of actions. */
  'unknown-action': 'the action is not in the table of actions',
  /** Give another user full rights first. */
  'last-full-rights-user': 'it is the last user with full configuration rights',
  /** Choose another name. */
  'name-taken': 'the name is taken',
  /** Choose a name of the form that the model's document describes. */
  'name-malformed': 'the name is not of the form that names have',
  /** Name something that exists. */
  'name-unknown': 'there is nothing of this name',
} as const

/** Reason codes of this package, with a sentence for each. Part of the interface. */
export const CODES: typeof NO_POLICY_CODES & typeof DECISION_CODES = {
  ...NO_POLICY_CODES,
  ...DECISION_CODES,
}

/** A code of {@link CODES}. */
export type Code = keyof typeof CODES

/** One line for people: the sentence of a reason's code, its facts and its source. */
export const describe: (reason: Reason<Code>) => string = describeWith(CODES)
