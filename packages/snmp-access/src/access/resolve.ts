import type { Reason } from '@gatehouse/core'
import type { Code } from '../codes.ts'
import type { CommunityEntry, GroupEntry } from '../model.ts'
import type { ReadSender, Sender } from '../request.ts'
import { NO_PATH, type AccessPath } from '../verdict.ts'
import { Resolved, type Stopped } from './resolved.ts'
import type { CommunityMatch } from './community-table.ts'
import type { AccessQuery } from './access-table.ts'
import type { Decider } from './decider.ts'

/** Who a message is from, as far as the lists know. */
interface Principal {
  readonly securityName: string
  readonly context: string
  readonly community: CommunityEntry | null
}

/**
 * From the sender to its access entry: community and source, context, group, access entry.
 *
 * @param contexts - The contexts that exist; `null` where it does not matter, as for notifications.
 */
export function resolveSender(
  decider: Decider,
  sender: Sender,
  read: ReadSender,
  contexts: ReadonlySet<string> | null,
): Resolved | Stopped {
  const { model } = read
  if (model === 'usm') {
    const { user = '', context = '' } = sender
    const principal = { securityName: user, context, community: null }
    return contexts?.has(context) === false
      ? noContext(principal)
      : resolvePrincipal(decider, principal, read)
  }
  const match = decider.communities.find(read.community, read.address)
  if (match.found !== 'granted') {
    return { path: { ...NO_PATH, status: 'noSecurityName' }, stopped: noCommunity(match) }
  }
  const { entry, leadsTo } = match
  if (contexts?.has(entry.context) === false) return noContext(principalOf(entry))
  leadsTo[model] ??= resolvePrincipal(decider, principalOf(entry), read)
  return leadsTo[model]
}

function principalOf(community: CommunityEntry): Principal {
  return { securityName: community.securityName, context: community.context, community }
}

function noContext(principal: Principal): Stopped {
  const source = principal.community?.origin ?? { request: 'context' }
  const path: AccessPath = { ...NO_PATH, ...principal, status: 'noSuchContext' }
  return { path, stopped: { code: 'context-unknown', source } }
}

function resolvePrincipal(
  decider: Decider,
  principal: Principal,
  { model, level }: ReadSender,
): Resolved | Stopped {
  const group = decider.groups.find(model, principal.securityName)
  if (group === undefined) {
    const path: AccessPath = { ...NO_PATH, ...principal, status: 'noGroup' }
    return { path, stopped: noGroup(decider, principal) }
  }
  const query = { group: group.group, context: principal.context, model, level }
  const access = decider.accesses.find(query)
  if (access === undefined) {
    const path: AccessPath = { ...NO_PATH, ...principal, group, status: 'noAccessEntry' }
    return { path, stopped: noAccess(decider, query, group) }
  }
  return new Resolved({ ...principal, status: 'ok', group, access }, decider.views)
}

function noCommunity(match: CommunityMatch): Reason<Code> {
  switch (match.found) {
    case 'refused':
      return { code: 'source-refused', source: match.entry.origin }
    case 'other-source':
      return { code: 'source-not-listed', source: match.entry.origin }
    case 'other-family':
      return { code: 'family-not-listed', source: match.entry.origin }
    case 'granted':
    case 'nothing':
      return { code: 'community-unknown', source: { request: 'community' } }
  }
}

function noGroup({ groups }: Decider, { securityName, community }: Principal): Reason<Code> {
  const facts = { 'security name': securityName }
  const other = groups.findOther(securityName)
  if (other !== undefined) return { code: 'group-not-for-model', source: other.origin, facts }
  return { code: 'group-missing', source: community?.origin ?? { request: 'user' }, facts }
}

function noAccess({ accesses }: Decider, query: AccessQuery, group: GroupEntry): Reason<Code> {
  const { lacking, nearest } = accesses.explain(query)
  const source = nearest?.origin ?? group.origin
  const facts: Record<string, string> = { group: group.group }
  switch (lacking) {
    case 'level':
      return {
        code: 'level-too-low',
        source,
        facts: { ...facts, level: query.level, needed: nearest?.level ?? '' },
      }
    case 'context':
      return { code: 'access-not-for-context', source, facts }
    case 'model':
      return { code: 'access-not-for-model', source, facts: { ...facts, model: query.model } }
    case 'everything':
      return { code: 'access-missing', source, facts }
  }
}
