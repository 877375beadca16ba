import { isNoPolicy, type NoPolicy, type Reason, type Reasons } from '@gatehouse/core'
import { deciderOf } from '../access/decider.ts'
import { resolveSender } from '../access/resolve.ts'
import type { Resolved } from '../access/resolved.ts'
import type { Code } from '../codes.ts'
import type { Configuration, Oid, ViewType } from '../model.ts'
import { readSender } from '../request.ts'
import { reasonOfUsm, replyOfUsm } from '../usm.ts'
import { NO_PATH, type AccessPath, type ReportName } from '../verdict.ts'
import { nameOfNotification, type Notification } from './notification.ts'

/** What may be done with a notification: write it to the log, run a handler, forward it. */
export type Purpose = Extract<ViewType, 'log' | 'execute' | 'net'>

/** The decision on one notification. */
export interface NotificationVerdict {
  /** `allow` when it may be used for anything at all. */
  readonly outcome: 'allow' | 'deny'
  /** Why: rows of the views that let it in, or what kept it out of every use. */
  readonly reasons: Reasons<Code>
  /** What it may be used for; none: it is dropped without a word. */
  readonly purposes: readonly Purpose[]
  /** Whether an inform is answered. The daemon is silent to one that it drops: its sender repeats it. */
  readonly acknowledged: boolean
  /** The report that goes back for a version 3 message that was not accepted. */
  readonly report: ReportName | null
  /** The entries that access control went by. */
  readonly path: AccessPath
}

const PURPOSES: readonly Purpose[] = ['log', 'execute', 'net']

/**
 * Decides what snmptrapd may do with one notification.
 *
 * Contexts need not exist here, and no counter counts: the receiver of a notification has no MIB.
 *
 * @param policy - From `parse`, or the stand-in for a file that could not be had: dropped.
 * @returns Both profiles agree on notifications. Never throws for what a notification says.
 */
export function checkNotification(
  policy: Configuration | NoPolicy,
  notification: Notification,
): NotificationVerdict {
  if (isNoPolicy(policy)) return drop(policy.decision.reasons, NO_PATH)
  const read = readSender(notification)
  if ('malformed' in read) return refuse(read.malformed)
  const name = nameOfNotification(notification)
  if (typeof name === 'string') return refuse(name)
  const { usm } = notification
  if (read.model === 'usm' && usm !== undefined && usm !== 'accepted') {
    const { report } = replyOfUsm(usm, policy.profile)
    return { ...drop([reasonOfUsm(usm)], NO_PATH), report }
  }
  const decider = deciderOf(policy)
  if (decider.disabledBy !== null) {
    const reason = { code: 'authorization-disabled', source: decider.disabledBy } as const
    return take([reason], PURPOSES, notification, NO_PATH)
  }
  const found = resolveSender(decider, notification, read, null)
  return 'stopped' in found
    ? drop([found.stopped], found.path)
    : askViews(notification, name, found)
}

function refuse(field: string): NotificationVerdict {
  return drop([{ code: 'request-malformed', source: { request: field } }], NO_PATH)
}

function askViews(notification: Notification, name: Oid, found: Resolved): NotificationVerdict {
  const { path } = found
  const granted = new Set<Reason<Code>>()
  const refused: Reason<Code>[] = []
  const purposes: Purpose[] = []
  for (const purpose of PURPOSES) {
    const view = found.view(purpose)
    if ('code' in view) {
      refused.push(view)
      continue
    }
    const { state, reason } = view.ask(name)
    if (state === 'included') {
      purposes.push(purpose)
      granted.add(reason)
    } else {
      refused.push(reason)
    }
  }
  return purposes.length === 0
    ? drop([...new Set(refused)] as unknown as Reasons<Code>, path)
    : take([...granted] as unknown as Reasons<Code>, purposes, notification, path)
}

function drop(reasons: Reasons<Code>, path: AccessPath): NotificationVerdict {
  return { outcome: 'deny', reasons, purposes: [], acknowledged: false, report: null, path }
}

function take(
  reasons: Reasons<Code>,
  purposes: readonly Purpose[],
  { pdu }: Notification,
  path: AccessPath,
): NotificationVerdict {
  const acknowledged = pdu === 'inform'
  return { outcome: 'allow', reasons, purposes, acknowledged, report: null, path }
}
