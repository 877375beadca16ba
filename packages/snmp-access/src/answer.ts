import type { NoPolicy } from '@gatehouse/core'
import { check } from './check.ts'
import type { Absence, Mib } from './mib.ts'
import type { Configuration, Profile } from './model.ts'
import type { Oid } from './oid.ts'
import type { Request } from './request.ts'
import { response, type ErrorStatus, type Reply, type Verdict } from './verdict.ts'
import { Walk, type WalkLimits } from './walk.ts'

/** One varbind of a response. */
export interface AnswerVarbind {
  readonly oid: Oid
  /** The value of the instance, an exception, or the varbind as the request had it. */
  readonly value: 'value' | Absence | 'endOfMibView' | 'unspecified'
}

/** A verdict with what the MIB has to it. */
export interface Answer extends Verdict {
  /** Varbinds of the response; none for a report or silence. */
  readonly varbinds: readonly AnswerVarbind[]
}

/** Varbinds, and the positions from 0 of those that version 1 cannot carry. */
interface Found {
  readonly varbinds: readonly AnswerVarbind[]
  readonly missing: readonly number[]
}

/**
 * Decides one command and carries it through a MIB up to the values: what GET finds, what a walk
 * steps on to, whether SET may go ahead. A SET is answered as a whole or not at all, and nothing is
 * set here: do so when `errorStatus` is `noError`.
 *
 * @param mib - The objects of a context that exists.
 */
export function answer(
  policy: Configuration | NoPolicy,
  request: Request,
  mib: (context: string) => Mib,
  limits: WalkLimits = {},
): Answer {
  const verdict = check(policy, request)
  // Without an access entry there is nothing to look up: the error goes back with the request.
  if (verdict.reply !== 'response') return { ...verdict, varbinds: [] }
  if (verdict.path.access === null || isRefused(verdict)) return withRequest(verdict, request)
  const profile = 'profile' in policy ? policy.profile : 'net-snmp'
  const objects = mib(verdict.path.context)
  switch (request.pdu) {
    case 'get':
      return answerGet(verdict, request, profile, objects)
    case 'set':
      return answerSet(verdict, request, objects)
    case 'getnext':
    case 'getbulk':
      return answerWalk(verdict, request, profile, objects, limits)
  }
}

function isRefused({ errorStatus, errorIndex }: Verdict): boolean {
  return errorStatus === 'authorizationError' || (errorStatus !== 'noError' && errorIndex === 0)
}

function withRequest(verdict: Verdict, { varbinds }: Request, reply: Reply = verdict): Answer {
  const { errorStatus, errorIndex } = reply
  const unchanged = varbinds.map(({ oid }) => ({ oid, value: 'unspecified' as const }))
  return { ...verdict, errorStatus, errorIndex, varbinds: unchanged }
}

/** A response, in version 1 an error where a varbind holds what that cannot carry. */
function respond(verdict: Verdict, request: Request, profile: Profile, found: Found): Answer {
  const { varbinds, missing } = found
  if (request.version !== '1' || missing.length === 0) return { ...verdict, varbinds }
  const position = (profile === 'net-snmp' ? missing.at(-1) : missing[0]) ?? 0
  return withRequest(verdict, request, response('noSuchName', position + 1))
}

function answerGet(verdict: Verdict, request: Request, profile: Profile, mib: Mib): Answer {
  const missing: number[] = []
  const varbinds = request.varbinds.map(({ oid }, position): AnswerVarbind => {
    const found = verdict.objects[position] === 'included' ? mib.find(oid) : 'noSuchObject'
    const absent = typeof found === 'string'
    if (absent || found.counter64 === true) missing.push(position)
    return { oid, value: absent ? found : 'value' }
  })
  return respond(verdict, request, profile, { varbinds, missing })
}

function answerSet(verdict: Verdict, request: Request, mib: Mib): Answer {
  if (verdict.outcome === 'deny') return withRequest(verdict, request)
  for (const [position, { oid }] of request.varbinds.entries()) {
    const status = mib.test(oid, position)
    if (status === 'noError') continue
    const shown = request.version === '1' ? statusOfVersion1(status) : status
    return withRequest(verdict, request, response(shown, position + 1))
  }
  return withRequest(verdict, request)
}

/** What version 1 says for an error that it does not have (RFC 3584 section 4.4). */
export function statusOfVersion1(status: ErrorStatus): ErrorStatus {
  switch (status) {
    case 'wrongValue':
    case 'wrongEncoding':
    case 'wrongType':
    case 'wrongLength':
    case 'inconsistentValue':
      return 'badValue'
    case 'noAccess':
    case 'notWritable':
    case 'noCreation':
    case 'inconsistentName':
    case 'authorizationError':
      return 'noSuchName'
    case 'resourceUnavailable':
    case 'commitFailed':
    case 'undoFailed':
      return 'genErr'
    case 'noError':
    case 'noSuchName':
    case 'badValue':
    case 'genErr':
    case 'tooBig':
      return status
  }
}

function answerWalk(
  verdict: Verdict,
  request: Request,
  profile: Profile,
  mib: Mib,
  limits: WalkLimits,
): Answer {
  const walk = new Walk(mib, verdict.view, request.version === '1', limits)
  const varbinds: AnswerVarbind[] = []
  const complete =
    request.pdu === 'getnext'
      ? stepAll(walk, request.varbinds, varbinds)
      : repeat(walk, request, varbinds)
  const inBadCommunityUses = profile === 'net-snmp' ? walk.excluded : 0
  const counted = { ...verdict, counters: { ...verdict.counters, inBadCommunityUses } }
  if (!complete && (request.pdu === 'getnext' || varbinds.length === 0)) {
    return limitReached(counted, request, varbinds.length + 1)
  }
  const missing = [...varbinds.keys()].filter((at) => varbinds[at]?.value === 'endOfMibView')
  return respond(counted, request, profile, { varbinds, missing })
}

function limitReached(verdict: Verdict, request: Request, errorIndex: number): Answer {
  const { path, view } = verdict
  const source = view === null ? path.access?.origin : { view: view.name }
  const reason = { code: 'walk-limit-reached', ...(source !== undefined && { source }) } as const
  const denied: Verdict = { ...verdict, outcome: 'deny', reasons: [reason, ...verdict.reasons] }
  return withRequest(denied, request, response('genErr', errorIndex))
}

/** One step for each name. @returns `false` when the steps are spent before all are made. */
function stepAll(
  walk: Walk,
  from: readonly { readonly oid: Oid }[],
  varbinds: AnswerVarbind[],
): boolean {
  for (const { oid } of from) {
    const instance = walk.next(oid)
    if (instance === undefined && walk.spent) return false
    varbinds.push(
      instance === undefined
        ? { oid, value: 'endOfMibView' }
        : { oid: instance.oid, value: 'value' },
    )
  }
  return true
}

/** RFC 3416 section 4.2.3. Ends after the repetition in which every walk has come to its end. */
function repeat(walk: Walk, request: Request, varbinds: AnswerVarbind[]): boolean {
  const single = Math.min(Math.max(request.nonRepeaters ?? 0, 0), request.varbinds.length)
  if (!stepAll(walk, request.varbinds.slice(0, single), varbinds)) return false
  let row: readonly { readonly oid: Oid; readonly value?: string }[] =
    request.varbinds.slice(single)
  const room = Math.max(1, Math.floor((walk.maxResponses - single) / row.length))
  const repetitions = row.length === 0 ? 0 : Math.min(request.maxRepetitions ?? 0, room)
  for (let count = 0; count < repetitions; count += 1) {
    const before = varbinds.length
    if (!stepAll(walk, row, varbinds)) return false
    row = varbinds.slice(before)
    if (row.every(({ value }) => value === 'endOfMibView')) break
  }
  return true
}

/** What the sender sees, as one word: `answered`, an exception, an error, a report, or `timeout`. */
export function resultOf({ reply, report, errorStatus, varbinds }: Answer): string {
  if (reply === 'silence') return 'timeout'
  if (reply === 'report') return `report:${report ?? ''}`
  if (errorStatus !== 'noError') return errorStatus
  const exceptions = (['noSuchObject', 'noSuchInstance', 'endOfMibView'] as const).filter((name) =>
    varbinds.some(({ value }) => value === name),
  )
  const answered = varbinds.some(({ value }) => value === 'value' || value === 'unspecified')
  const words = answered || exceptions.length === 0 ? ['answered', ...exceptions] : exceptions
  return words.join('+')
}
