import { describeWith, escapeControls, formatSource, type Reason } from '@gatehouse/core'
import { CODES, type Code } from '../codes.ts'

/** Why a packed operation was refused, beside the codes of the access control file and of custom policies. */
export const PLUG_IN_CODES = {
  /** Send `policyClass`, a string, and `packed`, bytes. */
  'packet-malformed': 'not a packet: a policy class and bytes',
  /** Name fewer nodes or send less; the limit is `maxPackedBytes`. */
  'packet-too-large': 'the packed operation is larger than the limit',
  /** Give agent and console the same policy class. */
  'policy-unknown': 'the agent has no policy of that class',
  /** See what `onFailure` was told, and mend the policy. */
  'policy-failed': 'the policy threw',
  /** Have the policy answer in time, or raise `timeoutMs`. */
  'policy-timed-out': 'the policy did not answer in time',
  /** Nothing to do: the agent ended the request. */
  'policy-aborted': 'the request was ended before the policy answered',
  /** Mend the policy: it must answer with what its interface says, decisions with reasons above all. */
  'policy-answer-malformed': 'the answer of the policy is not what its interface says',
  /** Nothing to do: the agent is stopping. */
  'policies-closed': 'the policies of the agent are closed',
  /** Mend the console: the source names the field that is missing, of another type or no possible name. */
  'operation-malformed': 'a field of the operation is missing, empty or not a name',
  /** Split the group. */
  'group-too-large': 'the group operation names more nodes than the limit',
  /** Send the operation to the agents that it names; name and case must be the agent's own. */
  'operation-not-for-this-agent': 'the operation does not name this agent',
  /** Pack with the console's side of the same policy: the encoding is exact to the byte. */
  'packed-malformed': 'the packed operation is not in the encoding of the policy',
  /** Send a login id: a name, or `DOMAIN\name`. */
  'id-malformed': 'the identification is not a login id',
  /** Use TrustedWithDomain on the console, or send the login id alone. */
  'id-has-domain': 'a client of the class Trusted sent a domain',
  /** Use Trusted on the console, or send the domain as well. */
  'id-without-domain': 'a client of the class TrustedWithDomain sent no domain',
} as const

/** A code of {@link PLUG_IN_CODES}. */
export type PlugInCode = keyof typeof PLUG_IN_CODES

const ALL_CODES: Readonly<Record<Code | PlugInCode, string>> = { ...CODES, ...PLUG_IN_CODES }

const describeOwn = describeWith(ALL_CODES)

/**
 * One line for people: what a reason means, and where it comes from. Of a code that a custom policy
 * brought along, the code itself.
 */
export function describe(reason: Reason): string {
  if (isOwn(reason)) return describeOwn(reason)
  const place = reason.source === undefined ? '' : ` (${formatSource(reason.source)})`
  return `${escapeControls(reason.code)}${place}`
}

function isOwn(reason: Reason): reason is Reason<Code | PlugInCode> {
  return Object.hasOwn(ALL_CODES, reason.code)
}
