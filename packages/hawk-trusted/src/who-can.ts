import { claimed, isNoPolicy, type NoPolicy } from '@gatehouse/core'
import { fold, missedAspects } from './coverage.ts'
import type { Entry, Policy, Request } from './model.ts'
import { malformedField } from './request.ts'

/** A request without its user. */
export type AskedOperation = Omit<Request, 'user'>

/** The users that a file lets do something. */
export interface WhoCan {
  /** Whether any user id will do that is not in `except`. */
  readonly everyone: boolean
  /** When not everyone: the ids that may, spelled as they must be, in file order. */
  readonly users: readonly string[]
  /** When everyone: the ids that may not, in whatever case, in file order. */
  readonly except: readonly string[]
}

const NOBODY: WhoCan = Object.freeze({ everyone: false, users: [], except: [] })

/**
 * Lists the users that may carry an operation out: none missing, none too many, none twice.
 *
 * Does not say that such a user exists, nor who can claim the id. Reads the whole file.
 *
 * @returns Nobody when there is no policy or the operation is malformed: `check` refuses those.
 */
export function whoCan(policy: Policy | NoPolicy, operation: AskedOperation): WhoCan {
  const request: Request = { ...operation, user: claimed('anyone') }
  if (isNoPolicy(policy) || malformedField(request) !== undefined) return NOBODY
  const covering = policy.entries.filter((entry) => isForUsers(entry, request))
  const granted = usersOf(covering, 'grant')
  const restricted = usersOf(covering, 'restriction')
  if (restricted.includes('*')) return NOBODY
  const refused = new Map<string, string>()
  for (const user of restricted) {
    if (!refused.has(fold(user))) refused.set(fold(user), user)
  }
  if (granted.includes('*')) return { everyone: true, users: [], except: [...refused.values()] }
  const users = [...new Set(granted)].filter((user) => !refused.has(fold(user)))
  return { everyone: false, users, except: [] }
}

/** Whether a line covers a request for the users that the line is for. */
function isForUsers(entry: Entry, request: Request): boolean {
  return missedAspects(entry, request).every((aspect) => aspect === 'user')
}

function usersOf(entries: readonly Entry[], effect: Entry['effect']): string[] {
  return entries.filter((entry) => entry.effect === effect).map(({ user }) => user)
}
