import {
  isNoPolicy,
  policyInForce,
  stateGuards,
  type Guard,
  type NoPolicy,
  type PolicySource,
  type Provision,
  type Statement,
} from '@gatehouse/core'
import {
  guard,
  type Configuration,
  type GroupEntry,
  type Level,
  type Version,
} from '@gatehouse/snmp-access'
import type { SnmpUsers } from './users.ts'

/** What is promised of requests over SNMP, by version: users prove who they are, communities do not. */
export interface SnmpStatements {
  /** Version 3; nothing where it is not answered. */
  readonly users: Statement | undefined
  /** Versions 1 and 2c; nothing where neither is answered. */
  readonly communities: Statement | undefined
}

/** What the statements stand on. */
export interface StatedParts {
  /** Guards of the source address. */
  readonly first: readonly Guard<never>[]
  readonly versions: readonly Version[]
  readonly policy: PolicySource<Configuration>
  readonly users: Pick<SnmpUsers, 'openings'>
}

/** What is promised by the policy in force. */
export function stateSnmp({ first, versions, policy, users }: StatedParts): SnmpStatements {
  const inForce = policyInForce(policy)
  return {
    users: versions.includes('3')
      ? stateGuards([...first, messageGuard(inForce, users), guard(withoutCommunities(inForce))])
      : undefined,
    communities: versions.some((version) => version !== '3')
      ? stateGuards([...first, guard(withoutUsers(inForce))])
      : undefined,
  }
}

type InForce = Configuration | NoPolicy

/** The user-based security model of the engine. What it guarantees is what the policy demands of every user. */
function messageGuard(policy: InForce, { openings }: StatedParts['users']): Guard<never> {
  return {
    name: 'snmp-users',
    provides: PROVIDED[leastLevel(policy)],
    reliesOn: [],
    openings,
    check: notAsked,
  }
}

const PROVEN: readonly Provision[] = [
  { guarantee: 'authentication', of: 'user name' },
  { guarantee: 'integrity', of: 'request' },
  { guarantee: 'freshness', of: 'request' },
]

const PROVIDED: Readonly<Record<Level, readonly Provision[]>> = {
  noAuthNoPriv: [],
  authNoPriv: PROVEN,
  authPriv: [...PROVEN, { guarantee: 'privacy', of: 'request' }],
}

/** The least protection that any user comes in with; none comes in without a policy. */
function leastLevel(policy: InForce): Level {
  if (isNoPolicy(policy)) return 'authPriv'
  const { accesses } = policy
  const groups = new Set(groupsOfUsers(policy).map(({ group }) => group))
  const levels = new Set(
    accesses
      .filter(({ group, model }) => groups.has(group) && (model === 'usm' || model === 'any'))
      .map(({ level }) => level),
  )
  if (levels.has('noAuthNoPriv')) return 'noAuthNoPriv'
  return levels.has('authNoPriv') ? 'authNoPriv' : 'authPriv'
}

/** The group lines that count for users: one with model `any` may be that of a community. */
function groupsOfUsers({ communities, groups }: Configuration): readonly GroupEntry[] {
  const taken = new Set(communities.map(({ securityName }) => securityName))
  return groups.filter(
    ({ model, securityName }) => model === 'usm' || (model === 'any' && !taken.has(securityName)),
  )
}

/** The same when no community lets anybody in. */
function withoutCommunities(policy: InForce): InForce {
  if (isNoPolicy(policy)) return policy
  return { ...policy, communities: policy.communities.map((one) => ({ ...one, negated: true })) }
}

/** The same when there is no user. */
function withoutUsers(policy: InForce): InForce {
  if (isNoPolicy(policy)) return policy
  const ofUsers = new Set(groupsOfUsers(policy))
  return { ...policy, groups: policy.groups.filter((entry) => !ofUsers.has(entry)) }
}

/** The engine decides; this guard only says what that comes to. */
function notAsked(): never {
  throw new TypeError('this guard decides nothing')
}
