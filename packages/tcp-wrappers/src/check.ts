import { deny, isNoPolicy, type Decision, type NoPolicy } from '@gatehouse/core'
import type { Code } from './codes.ts'
import type { Policy, Request } from './model.ts'
import { deciderOf } from './policy.ts'
import { readSubject } from './request.ts'

/**
 * Decides one connection: the first rule that matches, in `hosts.allow` and then in `hosts.deny`.
 *
 * It does not know whether the address, the name or the user are the caller's own.
 *
 * @param policy - From `parse`, or the stand-in for files that could not be had.
 * @returns `allow` with `allowed-by-rule`, `allowed-by-option` or, in profile `libwrap` only,
 *   `allowed-by-default`; else `deny`. The source is the line of the rule, as libwrap counts: the
 *   last of its lines.
 */
export function check(policy: Policy | NoPolicy, request: Request): Decision<Code> {
  if (isNoPolicy(policy)) return policy.decision
  const subject = readSubject(request, policy.profile)
  if ('malformed' in subject) {
    return deny({ code: 'request-malformed', source: { request: subject.malformed } })
  }
  const { rules, verdicts } = deciderOf(policy)
  const found = rules.index.find(subject)
  if (found === undefined) return verdicts.unmatched
  return found.match === true
    ? verdicts.of(found.index, subject)
    : verdicts.unanswerable(found.index)
}
