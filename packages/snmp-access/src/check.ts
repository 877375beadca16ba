import { isNoPolicy, type NoPolicy, type Reason } from '@gatehouse/core'
import { deciderOf } from './access/decider.ts'
import { resolveSender } from './access/resolve.ts'
import type { Resolved, ResolvedPath, Stopped } from './access/resolved.ts'
import type { Code } from './codes.ts'
import type { Configuration } from './model.ts'
import { faultOfCommand, readSender, viewTypeOf, type Request, type Version } from './request.ts'
import { reasonOfUsm, replyOfUsm, type UsmFailure } from './usm.ts'
import {
  NO_COUNT,
  NO_PATH,
  reportOf,
  response,
  SILENCE,
  type AccessPath,
  type Reply,
  type Verdict,
} from './verdict.ts'
import type { Membership, ObjectState, Tally, View } from './view/view.ts'

const NO_ERROR: Reply = Object.freeze(response('noError', 0))

/**
 * Decides one command: who sends it, from where, for which objects, and what goes back.
 *
 * It knows no MIB: whether an object exists, and what a walk steps over, `answer` finds out. It
 * believes what `request.usm` says, and nothing proves the source address of UDP.
 *
 * @param policy - From `parse`, or the stand-in for a file that could not be had: silence.
 * @returns `allow` when every object is in the view. Never throws for what a request says.
 */
export function check(policy: Configuration | NoPolicy, request: Request): Verdict {
  if (isNoPolicy(policy)) {
    const [reason] = policy.decision.reasons
    return stop(SILENCE, reason, NO_PATH)
  }
  const read = readSender(request)
  const malformed = 'malformed' in read ? read.malformed : faultOfCommand(request)
  if ('malformed' in read || malformed !== undefined) {
    const source = { request: malformed ?? 'version' }
    return stop(SILENCE, { code: 'request-malformed', source }, NO_PATH)
  }
  const { usm } = request
  if (read.model === 'usm' && usm !== undefined && usm !== 'accepted') {
    return refuseMessage(policy, request, usm)
  }
  const decider = deciderOf(policy)
  const found = resolveSender(decider, request, read, decider.contexts)
  return 'stopped' in found
    ? refuseSender(policy, request.version, found)
    : askView(policy, request, found)
}

function refuseMessage(policy: Configuration, { user }: Request, failure: UsmFailure): Verdict {
  const path: AccessPath = { ...NO_PATH, securityName: user ?? null }
  const verdict = stop(replyOfUsm(failure, policy.profile), reasonOfUsm(failure), path)
  const trap = failure === 'wrong-digest' && policy.authTrapEnabled
  return { ...verdict, authFailureTrap: trap }
}

function refuseSender(
  { profile, authTrapEnabled }: Configuration,
  version: Version,
  { path, stopped }: Stopped,
): Verdict {
  if (path.status === 'noSecurityName') {
    const verdict = stop(SILENCE, stopped, path)
    const counters = { ...NO_COUNT, inBadCommunityNames: 1 }
    return { ...verdict, counters, authFailureTrap: authTrapEnabled }
  }
  if (path.status === 'noSuchContext') {
    const reported = profile === 'rfc3415' && version === '3'
    return stop(reported ? reportOf('unknownContexts') : SILENCE, stopped, path)
  }
  if (profile === 'rfc3415') return refuseUse(version, stopped, path)
  const reply = version === '3' ? response('authorizationError', 0) : SILENCE
  return { ...stop(reply, stopped, path), authFailureTrap: authTrapEnabled }
}

/** RFC 3413 section 3.2 step 5, and for version 1 RFC 3584 sections 4.2.2.1 and 4.4. */
function refuseUse(version: Version, reason: Reason<Code>, path: AccessPath): Verdict {
  const status = version === '1' ? 'noSuchName' : 'authorizationError'
  const verdict = stop(response(status, 0), reason, path)
  if (version === '3') return verdict
  return { ...verdict, counters: { ...NO_COUNT, inBadCommunityUses: 1 } }
}

function stop(reply: Reply, reason: Reason<Code>, path: AccessPath): Verdict {
  return {
    outcome: 'deny',
    reasons: [reason],
    reply: reply.reply,
    errorStatus: reply.errorStatus,
    errorIndex: reply.errorIndex,
    report: reply.report,
    counters: NO_COUNT,
    authFailureTrap: false,
    path,
    view: null,
    objects: [],
  }
}

function askView({ profile }: Configuration, request: Request, found: Resolved): Verdict {
  const { path } = found
  const view = found.view(viewTypeOf(request.pdu))
  if ('code' in view) {
    if (profile === 'rfc3415') return refuseUse(request.version, view, path)
    return withoutView(request, view, path)
  }
  const walks = request.pdu === 'getnext' || request.pdu === 'getbulk'
  return walks || request.varbinds.length === 0
    ? grantWalk(path, view, walks)
    : askObjects(profile === 'net-snmp', request, path, view)
}

/** The daemon takes a view without rows for an empty one. */
function withoutView(request: Request, reason: Reason<Code>, path: AccessPath): Verdict {
  const count = request.varbinds.length
  const walks = request.pdu === 'getnext' || request.pdu === 'getbulk'
  const objects = walks ? [] : Array.from({ length: count }, (): ObjectState => 'uncovered')
  const last = request.pdu === 'set' ? Math.min(count, 1) : count
  return { ...stop(hide(request, last), reason, path), objects }
}

function grantWalk(path: ResolvedPath, view: View, walks: boolean): Verdict {
  const code = walks ? 'walk-granted' : 'nothing-asked'
  const source = path.access.origin
  const granted = stop(response('noError', 0), { code, source, facts: { view: view.name } }, path)
  return { ...granted, outcome: 'allow', view }
}

function askObjects(asDaemon: boolean, request: Request, path: ResolvedPath, view: View): Verdict {
  const { pdu, varbinds } = request
  const [only] = varbinds
  const { objects, reasons, first, last, excluded } =
    varbinds.length === 1 && only !== undefined
      ? view.ask(only.oid).alone
      : tally(varbinds.map(({ oid }) => view.ask(oid)))
  const { errorStatus, errorIndex } = hide(request, asDaemon && pdu !== 'set' ? last : first)
  const isCounted = asDaemon && excluded > 0
  return {
    outcome: first === 0 ? 'allow' : 'deny',
    reasons,
    reply: 'response',
    errorStatus,
    errorIndex,
    report: null,
    counters: isCounted ? { inBadCommunityNames: 0, inBadCommunityUses: excluded } : NO_COUNT,
    authFailureTrap: false,
    path,
    view,
    objects,
  }
}

function tally(memberships: readonly Membership[]): Tally {
  const hidden = memberships.filter(({ state }) => state !== 'included')
  const shown = memberships.filter(({ state }) => state === 'included')
  return {
    objects: memberships.map(({ state }) => state),
    reasons: [
      ...new Set([...hidden, ...shown].map(({ reason }) => reason)),
    ] as unknown as Tally['reasons'],
    first: memberships.findIndex(({ state }) => state !== 'included') + 1,
    last: memberships.findLastIndex(({ state }) => state !== 'included') + 1,
    excluded: memberships.filter(({ state }) => state === 'excluded').length,
  }
}

/** How an object that is not in the view is passed off as missing, or a SET of it refused. */
function hide({ version, pdu }: Request, index: number): Reply {
  if (index === 0) return NO_ERROR
  if (version === '1') return response('noSuchName', index)
  return pdu === 'set' ? response('noAccess', index) : NO_ERROR
}
