import { deny, type Deny } from './decision.ts'

/** Why there is no policy to decide by, as reason codes that every file-based model shares. */
export const NO_POLICY_CODES = {
  /** Write the file, or mend the path in the configuration. */
  'policy-missing': 'the policy file does not exist',
  /** Mend owner and mode, or the path: it may name a directory. */
  'policy-unreadable': 'the policy file cannot be read',
  /** Check the file with `gatehouse check` and mend every line that it names. */
  'policy-malformed': 'the policy file has errors, and no earlier good one is in force',
  /** Split the file, or raise the limit when its size is meant. */
  'policy-too-large': 'the policy file is larger than the limit',
} as const

/** A code of {@link NO_POLICY_CODES}. */
export type NoPolicyCode = keyof typeof NO_POLICY_CODES

/** Stands where a policy should be and there is none. Whatever is asked of it is refused. */
export interface NoPolicy {
  /** Why there is none. */
  readonly noPolicy: NoPolicyCode
  /** The one answer to every request. */
  readonly decision: Deny<NoPolicyCode>
}

/** Makes the stand-in for a policy that could not be had. */
export function noPolicy(code: NoPolicyCode, file: string): NoPolicy {
  return Object.freeze({ noPolicy: code, decision: deny({ code, source: { file } }) })
}

/** Whether there is no policy to decide by. */
export function isNoPolicy(policy: object): policy is NoPolicy {
  return 'noPolicy' in policy
}

/** A place that holds the policy in force and may be given another; read once for each request. */
export interface PolicyHolder<Policy extends object> {
  readonly current: Policy | NoPolicy
}

/** A policy, the lack of one, or a place to look for it at each request. */
export type PolicySource<Policy extends object> = Policy | NoPolicy | PolicyHolder<Policy>

/** The policy in force now. */
export function policyInForce<Policy extends object>(
  source: PolicySource<Policy>,
): Policy | NoPolicy {
  return 'current' in source ? source.current : source
}
