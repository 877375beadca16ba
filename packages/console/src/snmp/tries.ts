import type { Secret } from '@gatehouse/core'
import { listTries, type HpSimSettings, type Level } from '@gatehouse/snmp-access'
import type { UsmUser } from '@gatehouse/snmp-access/message'
import type { SnmpSettings } from './settings.ts'

/** One credential to try on a system. */
export type Try = {
  /** Which it is, without what it is: `own read community`, `global read community 2`, `user ops`. */
  readonly ref: string
  /** From the system's own settings, or from what is global. */
  readonly from: 'system' | 'global'
} & (
  | { readonly version: '1' | '2c'; readonly community: Secret }
  | { readonly version: '3'; readonly user: UsmUser; readonly level: Level }
)

/** Which credential worked where, by reference; in memory, so that the file stays as it is. */
export class WorkingTries {
  readonly #refs = new Map<string, string>()

  /** What worked last on a system. */
  of(system: string): string | undefined {
    return this.#refs.get(system)
  }

  /** Remembers what worked. */
  remember(system: string, ref: string): void {
    this.#refs.set(system, ref)
  }

  /** On how many systems a credential worked last. */
  uses(ref: string): number {
    let count = 0
    for (const one of this.#refs.values()) if (one === ref) count += 1
    return count
  }
}

/**
 * The credentials to try on a system for reading, in order: what worked there last, its own, then, if it has none of its
 * own or others may be tried, global users and global read communities, the most used first. Communities of users' systems
 * go last: they travel in clear.
 *
 * Communities and their order are those of `listTries`. At most `maxTries`.
 */
export function triesFor(settings: SnmpSettings, system: string, working: WorkingTries): Try[] {
  const own = settings.systems.get(system)
  if (own === undefined) return []
  const mayTryOthers = own.tryOthers || (own.user === undefined && own.read === undefined)
  const users = [
    ...(own.user === undefined ? [] : [userTry(settings, own.user, 'system')]),
    ...(mayTryOthers
      ? mostUsed(
          settings.globalUsers.map((name) => userTry(settings, name, 'global')),
          working,
        )
      : []),
  ].flat()
  const communities = communityTries(settings, system, working)
  const isOwnFirst = own.user === undefined
  const ordered = isOwnFirst
    ? [
        ...communities.filter(({ from }) => from === 'system'),
        ...users,
        ...communities.filter(({ from }) => from === 'global'),
      ]
    : [...users, ...(mayTryOthers ? communities : [])]
  const last = working.of(system)
  const first = ordered.filter(({ ref }) => ref === last)
  const unique = new Map([...first, ...ordered].map((one) => [one.ref, one]))
  return [...unique.values()].slice(0, settings.poll.maxTries)
}

function userTry(settings: SnmpSettings, name: string, from: Try['from']): Try[] {
  const known = settings.users.get(name)
  if (known === undefined) return []
  return [{ ref: `user ${name}`, from, version: '3', user: known.user, level: known.level }]
}

/** By how many systems they work on; those that work on as many stay in their order. */
function mostUsed(tries: readonly Try[][], working: WorkingTries): Try[] {
  return tries.flat().toSorted((a, b) => working.uses(b.ref) - working.uses(a.ref))
}

function communityTries(settings: SnmpSettings, system: string, working: WorkingTries): Try[] {
  const { globalRead } = settings
  const refs = new Map(
    globalRead.map((secret, index) => [secret.expose(), `global read community ${index + 1}`]),
  )
  const own = settings.systems.get(system)
  const usesOf = (text: string): number => working.uses(refs.get(text) ?? '')
  const plain: HpSimSettings = {
    globalRead: globalRead
      .map((secret) => secret.expose())
      .toSorted((a, b) => usesOf(b) - usesOf(a)),
    systems: new Map([
      [
        system,
        {
          ...(own?.read !== undefined && { read: own.read.expose() }),
          tryOthers: own?.tryOthers ?? false,
        },
      ],
    ]),
  }
  const version = own?.version ?? '2c'
  const secrets = [...(own?.read === undefined ? [] : [own.read]), ...globalRead]
  return listTries(plain, system, 'read').map(({ community, from }): Try => {
    const ref = from === 'system' ? 'own read community' : (refs.get(community) ?? 'global')
    const secret = secrets.find((one) => one.expose() === community) as Secret
    return { ref, from, version, community: secret }
  })
}
