import type { Reason } from '@gatehouse/core'
import type { Code } from './codes.ts'
import type { Profile } from './model.ts'
import type { UsmStatus } from './request.ts'
import { reportOf, SILENCE, type Reply, type ReportName } from './verdict.ts'

/** A way in which the user-based model refuses a message. */
export type UsmFailure = Exclude<UsmStatus, 'accepted'>

const FAILURES: Readonly<Record<UsmFailure, { code: Code; field: string; report: ReportName }>> = {
  'unknown-engine': { code: 'engine-unknown', field: 'usm', report: 'unknownEngineIDs' },
  'unknown-user': { code: 'user-unknown', field: 'user', report: 'unknownUserNames' },
  'unsupported-level': {
    code: 'level-unsupported',
    field: 'level',
    report: 'unsupportedSecLevels',
  },
  'wrong-digest': { code: 'digest-wrong', field: 'usm', report: 'wrongDigests' },
  'not-in-time-window': { code: 'outside-time-window', field: 'usm', report: 'notInTimeWindows' },
  'decryption-error': { code: 'decryption-failed', field: 'usm', report: 'decryptionErrors' },
}

/** Why the user-based model refused a message. */
export function reasonOfUsm(failure: UsmFailure): Reason<Code> {
  const { code, field } = FAILURES[failure]
  return { code, source: { request: field } }
}

/** What goes back (RFC 3414 section 3.2); the daemon says nothing to what it cannot decrypt. */
export function replyOfUsm(failure: UsmFailure, profile: Profile): Reply {
  if (failure === 'decryption-error' && profile === 'net-snmp') return SILENCE
  return reportOf(FAILURES[failure].report)
}
