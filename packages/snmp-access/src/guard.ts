import {
  isNoPolicy,
  policyInForce,
  type Guard,
  type NoPolicy,
  type PolicySource,
  type Reliance,
} from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { AccessEntry, Configuration } from './model.ts'
import type { Request } from './request.ts'
import { accessesOfCommunities, accessesOfUsers } from './review/accesses.ts'

/** What {@link guard} states to be open while the configuration in force grants it. */
export const OPENINGS = {
  /** Communities are claims: whoever reads one on the way has it. */
  clear: 'insecure-communities-in-clear',
  /** The same, for writing. */
  clearWrite: 'insecure-communities-write',
  /** Version 3 users need not prove who they are. */
  unauthenticated: 'insecure-users-without-authentication',
  /** snmptrapd takes every notification. */
  unauthorized: 'insecure-authorization-disabled',
} as const

const COMMUNITY: Reliance = Object.freeze({ guarantee: 'authentication', of: 'community' })
const ADDRESS: Reliance = Object.freeze({ guarantee: 'authentication', of: 'peer address' })
const USER: Reliance = Object.freeze({ guarantee: 'authentication', of: 'user name' })
const INTEGRITY: Reliance = Object.freeze({ guarantee: 'integrity', of: 'request' })
const FRESHNESS: Reliance = Object.freeze({ guarantee: 'freshness', of: 'request' })
const PRIVACY: Reliance = Object.freeze({ guarantee: 'privacy', of: 'request' })

/**
 * Makes a guard of a configuration, or of a holder whose configuration is looked up at each request.
 *
 * It provides `authorization` and nothing else. Versions 1 and 2c bring a community in clear, a
 * claim that nothing proves; for version 3 it believes what the user-based security model says of the
 * message. What it relies on, and what is open, is that of the configuration in force.
 */
export function guard(source: PolicySource<Configuration>): Guard<Request, Code> {
  return Object.freeze({
    name: 'snmp-access',
    provides: Object.freeze(['authorization'] as const),
    get reliesOn() {
      return reliancesOf(policyInForce(source))
    },
    get openings() {
      return openingsOf(policyInForce(source))
    },
    check: (request: Request) => check(policyInForce(source), request),
  })
}

function reliancesOf(policy: Configuration | NoPolicy): Reliance[] {
  if (isNoPolicy(policy)) return [ADDRESS]
  const users = accessesOfUsers(policy)
  const isAuthenticated = users.some(({ level }) => level !== 'noAuthNoPriv')
  return [
    ADDRESS,
    ...(accessesOfCommunities(policy).length > 0 ? [COMMUNITY] : []),
    ...(users.length > 0 ? [USER] : []),
    ...(isAuthenticated ? [INTEGRITY, FRESHNESS] : []),
    ...(users.some(({ level }) => level === 'authPriv') ? [PRIVACY] : []),
  ]
}

function openingsOf(policy: Configuration | NoPolicy): string[] {
  if (isNoPolicy(policy)) return []
  const communities = accessesOfCommunities(policy)
  const included = new Set(policy.views.filter((row) => row.included).map((row) => row.view))
  const writes = ({ views }: AccessEntry): boolean => included.has(views.write ?? '')
  const isOpen = accessesOfUsers(policy).some(({ level }) => level === 'noAuthNoPriv')
  return [
    ...(communities.length > 0 ? [OPENINGS.clear] : []),
    ...(communities.some(writes) ? [OPENINGS.clearWrite] : []),
    ...(isOpen ? [OPENINGS.unauthenticated] : []),
    ...(policy.authorizationDisabled ? [OPENINGS.unauthorized] : []),
  ]
}
