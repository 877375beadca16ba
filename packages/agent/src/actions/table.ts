import type { ACTIONS } from '@gatehouse/bmc-authorization'
import { Failure } from '../failure.ts'
import type { Owner, Store } from '../store.ts'
import type { AgentControl } from './control.ts'

/** What an allowed action works on. */
interface ActionContext {
  /** Who asked. */
  readonly caller: Owner
  /** Name of the collection or policy, if the request gave one. */
  readonly target: string | undefined
  readonly store: Store
  /** Absent in a local command. */
  readonly control: AgentControl | undefined
}

/** The collection or policy that is meant when a request names none. */
export const DEFAULT_TARGET = 'default'

/** Most samples that one answer of each action carries. */
const MOST = { transfer: 3000, chart: 60, drilldown: 1 }

/** Carries one allowed action out and gives its result. */
export type RunAction = (context: ActionContext) => Promise<unknown>

/** What each action of the closed table does. */
export const actions: Readonly<Record<keyof typeof ACTIONS, RunAction>> = {
  'collect.start': startCollection,
  'collect.query': queryCollections,
  'collect.stop': async ({ store, target = DEFAULT_TARGET }) => ({
    collection: target,
    stopped: await store.collections.remove(target),
  }),
  'data.transfer': async ({ store, target = DEFAULT_TARGET }) => ({
    collection: target,
    ...(await store.samples.newest(target, MOST.transfer)),
  }),
  'policy.activate': async ({ store, caller, target = DEFAULT_TARGET }) => ({
    policy: target,
    activated: await store.policies.add(target, { owner: caller, since: now() }),
  }),
  'policy.stop': async ({ store, target = DEFAULT_TARGET }) => ({
    policy: target,
    stopped: await store.policies.remove(target),
  }),
  'policy.updates': async ({ store }) => {
    const active = [...(await store.policies.list())]
    return {
      policies: active.map(([policy, { owner, since }]) => ({ policy, since, user: owner.user })),
    }
  },
  chart: async ({ store, target = DEFAULT_TARGET }) => {
    const { samples } = await store.samples.newest(target, MOST.chart)
    const points = samples.map(({ at, load, freeMemory }) => ({ at, load: load[0], freeMemory }))
    return { collection: target, points }
  },
  drilldown: async ({ store, target = DEFAULT_TARGET }) => {
    const { samples } = await store.samples.newest(target, MOST.drilldown)
    return { collection: target, sample: samples.at(-1) ?? null }
  },
  'agent.start': async ({ control, caller }) => ({
    started: await controlled(control).start(caller),
  }),
  'agent.stop': async ({ control }) => {
    controlled(control).stop()
    return { stopped: true }
  },
}

async function startCollection({ store, caller, target = DEFAULT_TARGET }: ActionContext) {
  const started = await store.collections.add(target, { owner: caller, since: now() })
  if (started) await store.samples.append(target)
  return { collection: target, started }
}

async function queryCollections({ store, target, control }: ActionContext) {
  const running = await store.collections.list()
  const names = target === undefined ? [...running.keys()] : [target]
  const collections = names.map((collection) => {
    const since = running.get(collection)?.since
    return since === undefined
      ? { collection, running: false }
      : { collection, running: true, since }
  })
  return control === undefined ? { collections } : { agent: control.running, collections }
}

function controlled(control: AgentControl | undefined): AgentControl {
  if (control !== undefined) return control
  throw new Failure('not-supported', { message: 'a local command has no agent to start or stop' })
}

function now(): string {
  return new Date().toISOString()
}
