import { deny, isNoPolicy, policyInForce, type Guard, type PolicySource } from '@gatehouse/core'
import { type HostCode } from './codes.ts'
import { decideHostKey, type HostDecisionOptions, type HostRequest } from './decide.ts'
import { insecureAcceptAnyHostKey, type FirstUsePolicy } from './first-use.ts'
import { type KnownHosts } from './store.ts'

/** Where {@link hostGuard} finds what it decides about. */
export interface HostGuardOptions<Request> extends HostDecisionOptions {
  /** The known_hosts files, or where to find those in force at each request. */
  readonly hosts: PolicySource<KnownHosts>
  /** The host that a request goes to, and what it has shown; nothing where there is no connection. */
  readonly hostOf: (request: Request) => HostRequest | undefined
}

const OPENINGS = new Map<FirstUsePolicy, string>([
  ['first-time', 'first-host-key-unverified'],
  [insecureAcceptAnyHostKey, 'insecureAcceptAnyHostKey'],
])

/**
 * Host keys as a guard for `compose`: the system is the one that its name says, for whoever has shown in the
 * key exchange that the system owns the key. It writes nothing, and says nothing about users.
 *
 * First keys that are taken on trust stand among the openings: `first-host-key-unverified`.
 */
export function hostGuard<Request>({
  hosts,
  hostOf,
  ...options
}: HostGuardOptions<Request>): Guard<Request, HostCode> {
  const { firstUse = 'first-time' } = options
  const opening = OPENINGS.get(firstUse)
  return Object.freeze({
    name: 'ssh-host',
    provides: [{ guarantee: 'authentication', of: 'system' }],
    reliesOn: [{ guarantee: 'authentication', of: 'host key' }],
    get openings() {
      const store = policyInForce(hosts)
      const isCopy = !isNoPolicy(store) && store.profile !== 'strict'
      return [...(opening === undefined ? [] : [opening]), ...(isCopy ? ['profile openssh'] : [])]
    },
    check: (request: Request) => {
      const asked = hostOf(request)
      return asked === undefined
        ? deny<HostCode>({ code: 'request-malformed', source: { request: 'host' } })
        : decideHostKey(asked, policyInForce(hosts), options)
    },
  } satisfies Guard<Request, HostCode>)
}
