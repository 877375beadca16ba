import type { AccessEntry, Configuration, EntryModel } from '../model.ts'

/** Whether a model is one of versions 1 and 2c, or takes them in. */
export function isForCommunities(model: EntryModel): boolean {
  return model === 'v1' || model === 'v2c' || model === 'any'
}

/** Whether a model is the user-based one, or takes it in. */
function isForUsers(model: EntryModel): boolean {
  return model === 'usm' || model === 'any'
}

/** The access entries that a community may come to, by its security name. */
export function accessesByName({
  groups,
  accesses,
}: Pick<Configuration, 'groups' | 'accesses'>): ReadonlyMap<string, readonly AccessEntry[]> {
  const byGroup = new Map<string, AccessEntry[]>()
  for (const access of accesses) {
    if (access.level !== 'noAuthNoPriv' || !isForCommunities(access.model)) continue
    byGroup.set(access.group, [...(byGroup.get(access.group) ?? []), access])
  }
  const byName = new Map<string, readonly AccessEntry[]>()
  for (const { securityName, group, model } of groups) {
    if (!isForCommunities(model)) continue
    const known = byName.get(securityName) ?? []
    byName.set(securityName, [...known, ...(byGroup.get(group) ?? [])])
  }
  return byName
}

/** The access entries that some community may come to. */
export function accessesOfCommunities(configuration: Configuration): readonly AccessEntry[] {
  const byName = accessesByName(configuration)
  const permitting = configuration.communities.filter(({ negated }) => !negated)
  const names = new Set(permitting.map(({ securityName }) => securityName))
  return [...new Set([...names].flatMap((name) => byName.get(name) ?? []))]
}

/**
 * The access entries that some user of version 3 may come to. A group line with model `any` is for
 * users, too, unless its security name is that of a community.
 */
export function accessesOfUsers({
  communities,
  groups,
  accesses,
}: Configuration): readonly AccessEntry[] {
  const taken = new Set(communities.map(({ securityName }) => securityName))
  const named = groups.filter(
    ({ model, securityName }) => model === 'usm' || (model === 'any' && !taken.has(securityName)),
  )
  const withUsers = new Set(named.map(({ group }) => group))
  return accesses.filter(
    ({ group, model, views }) =>
      withUsers.has(group) && isForUsers(model) && Object.keys(views).length > 0,
  )
}
