import type { Request } from '@gatehouse/bmc-authorization'
import { sameOwner, type Activity, type Owner, type Store } from '../store.ts'
import type { AgentControl } from './control.ts'

/** The facts about who started what. Facts only: what they permit is the guard's to say. */
export type OwnershipFacts = Pick<Request, 'startedByCaller' | 'othersHaveRequests'>

/**
 * The actions whose facts may change between decision and deed, or that change such facts. In one
 * process they are decided and carried out one after the other.
 */
export const IN_TURN: ReadonlySet<string> = new Set([
  'collect.start',
  'collect.stop',
  'policy.activate',
  'policy.stop',
  'agent.stop',
])

/** What is assumed where nothing hangs on it: the worse of both. */
const NOTHING_OWNED: OwnershipFacts = { startedByCaller: false, othersHaveRequests: true }

/** Looks up who started what an action is about. */
export async function ownershipFacts(
  action: string,
  target: string,
  caller: Owner,
  { store, control }: { readonly store: Store; readonly control: AgentControl | undefined },
): Promise<OwnershipFacts> {
  switch (action) {
    case 'collect.stop':
      return startedBy(caller, await store.collections.read(target))
    case 'policy.stop':
      return startedBy(caller, await store.policies.read(target))
    case 'agent.stop':
      return {
        startedByCaller: control?.startedBy !== undefined && sameOwner(control.startedBy, caller),
        othersHaveRequests: await othersHaveRequests(caller, store),
      }
    default:
      return NOTHING_OWNED
  }
}

function startedBy(caller: Owner, activity: Activity | undefined): OwnershipFacts {
  if (activity === undefined) return NOTHING_OWNED
  return { ...NOTHING_OWNED, startedByCaller: sameOwner(activity.owner, caller) }
}

async function othersHaveRequests(caller: Owner, store: Store): Promise<boolean> {
  const [collections, policies] = await Promise.all([
    store.collections.list(),
    store.policies.list(),
  ])
  const activities = [...collections.values(), ...policies.values()]
  return activities.some(({ owner }) => !sameOwner(owner, caller))
}
