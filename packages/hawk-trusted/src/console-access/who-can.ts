import { claimed, isNoPolicy, type NoPolicy } from '@gatehouse/core'
import { fold } from '../coverage.ts'
import type { AgentNode } from '../model.ts'
import { malformedAccessField } from './check.ts'
import type { AccessEntry, AccessPolicy, AccessRequest } from './model.ts'
import { missesOf } from './policy.ts'

/** The users that a file lets reach an agent. */
export interface WhoCanReach {
  /** Whether any user id will do that is not in `except`. */
  readonly everyone: boolean
  /** Ids that may, spelled as they must be, in file order; beside everyone, those that `except` would take. */
  readonly users: readonly string[]
  /** When everyone: the ids that may not, in whatever case but the spellings in `users`, in file order. */
  readonly except: readonly string[]
}

const NOBODY: WhoCanReach = Object.freeze({ everyone: false, users: [], except: [] })

/**
 * Lists the users that may reach an agent: none missing, none too many, none twice.
 *
 * @returns Nobody when there is no policy or the node is malformed: `check` refuses those.
 */
export function whoCan(policy: AccessPolicy | NoPolicy, node: AgentNode): WhoCanReach {
  const request: AccessRequest = { user: claimed('anyone'), node }
  if (isNoPolicy(policy) || malformedAccessField(request) !== undefined) return NOBODY
  const grants = policy.entries.filter(({ effect }) => effect === 'grant')
  const covering = policy.entries.filter((entry) => !missesOf(entry, request).includes('node'))
  const restricted = spellings(covering.filter(({ effect }) => effect === 'restriction'))
  if (restricted.has('*')) return NOBODY
  const giving = covering.filter(({ effect }) => effect === 'grant').map(({ user }) => user)
  const users = [...new Set(giving)].filter((user) => user !== '*' && !restricted.has(fold(user)))
  if (giving.includes('*')) return { everyone: true, users: [], except: [...restricted.values()] }
  const listed = spellings(grants)
  if (listed.has('*')) return { everyone: false, users, except: [] }
  const except = spellings(
    policy.entries.filter(({ user }) => listed.has(fold(user)) || restricted.has(fold(user))),
  )
  return { everyone: true, users, except: [...except.values()] }
}

/** The users of lines, by their id in lower case, as the first line spells each. */
function spellings(entries: readonly AccessEntry[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const { user } of entries) {
    if (!found.has(fold(user))) found.set(fold(user), user)
  }
  return found
}
