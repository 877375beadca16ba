import { describeWith, NO_POLICY_CODES, type Reason } from '@gatehouse/core'

const DECISION_CODES = {
  /** Nothing to do. */
  'in-view': 'a row of the view includes the object',
  /** Nothing to do; what is not in the view is stepped over. */
  'walk-granted': 'the view is asked at every step of the walk',
  /** Nothing to do; the object is missing in the MIB, not hidden. */
  'nothing-asked': 'the request names no object, and its sender may send it',
  /** Check the spelling with the sender, or add the community; it is compared octet by octet. */
  'community-unknown': 'no entry has this community',
  /** Add an entry for the address that it came from. */
  'source-not-listed': 'the community is known, but not from this address',
  /** Add rocommunity6, com2sec6 or their IPv4 kin: the two lists never mix. */
  'family-not-listed': 'the community is known in the list of the other address family only',
  /** Put an entry for the address before this one, if it should be let in. */
  'source-refused': 'the first entry that matches refuses the address with `!`',
  /** Mend the context of the request or of the com2sec line, or register the context. */
  'context-unknown': 'there is no such context',
  /** Add a group line for the security name. */
  'group-missing': 'the security name is in no group',
  /** Add a group line for the version or security model of the request. */
  'group-not-for-model': 'the security name is in a group, but not with this security model',
  /** Add an access line for the group; mind the spelling of its name. */
  'access-missing': 'the group has no access entry',
  /** Add an access line for the security model, or `any`. */
  'access-not-for-model': 'the access entries of the group are for other security models',
  /** Add an access line for the context, or with `prefix`. */
  'access-not-for-context': 'the access entries of the group are for other contexts',
  /** Send the request with the level named, or lower the level of the entry. */
  'level-too-low': 'the access entry needs more protection than the request has',
  /** Name a view for this kind of request in the access entry. */
  'view-not-named': 'the access entry names no view for this kind of request',
  /** Define the view, or mend its name; `none` usually means that nothing is granted. */
  'view-missing': 'the view that the access entry names has no rows',
  /** Remove or narrow the row that excludes the object. */
  'excluded-from-view': 'a row of the view excludes the object',
  /** Add a row for the object to the view. */
  'not-in-view': 'no row of the view covers the object',
  /** Widen the view, give the agent fewer hidden objects in one place, or raise the limit. */
  'walk-limit-reached': 'the walk came to the limit of objects that it may step over',
  /** Mend the agent that was asked, or its engine id. */
  'engine-unknown': 'the message is for another engine',
  /** Create the user, or mend the name. */
  'user-unknown': 'there is no such user',
  /** Mend the password or the protocol. */
  'digest-wrong': 'the digest of the message is wrong',
  /** Give the user keys for the level, or send with a level that it has. */
  'level-unsupported': 'the user has no keys for this level',
  /** Mend the clock or the boot counter of the sender: the message may be an old one. */
  'outside-time-window': 'the message is outside the time window',
  /** Mend the privacy password or protocol. */
  'decryption-failed': 'the message cannot be decrypted',
  /** Set `authCommunity` and remove disableAuthorization: everybody is taken. */
  'authorization-disabled': 'the configuration takes every notification',
  /** Mend the program that built the request: the field named is missing, or cannot be what it says. */
  'request-malformed': 'a field of the request is malformed',
} as const

/** Why a request was answered, refused or met with silence. Part of the interface. */
export const CODES: typeof DECISION_CODES & typeof NO_POLICY_CODES = {
  ...DECISION_CODES,
  ...NO_POLICY_CODES,
}

/** A code of {@link CODES}. */
export type Code = keyof typeof CODES

/** One line for people: the sentence of a reason's code, its facts and its source. */
export const describe: (reason: Reason<Code>) => string = describeWith(CODES)
