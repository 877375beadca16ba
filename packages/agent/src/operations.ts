import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError, deny, escapeControls, type Decision, type Guard } from '@gatehouse/core'
import {
  loadAgentPolicy,
  openAuthorizer,
  TRUSTED_CLASS,
  trustedPolicy,
  trustedWithDomainPolicy,
  type AgentPolicy,
  type Authorizer,
  type PackedInvocation,
  type Packet,
  type PolicyDescription,
  type PolicyFailure,
  type PolicyHost,
  type Received,
} from '@gatehouse/hawk-trusted/plug-in'
import type { AgentConfig, SecurityPolicyConfig } from './config/model.ts'
import type { DecisionRecord, Log } from './log.ts'
import { impacts } from './microagents/table.ts'
import type { Policies } from './policies.ts'
import { Witness } from './witness.ts'

/** A decision about a packed operation, and what its record says about who made it. */
interface PackedDecision extends Pick<DecisionRecord, 'policy' | 'vendorLog'> {
  readonly decision: Decision
}

/** The security policies of an agent at work. */
export interface PackedOperations extends Pick<Authorizer, 'guard' | 'close'> {
  /** What each policy says of itself, in the order of the config. */
  readonly policies: readonly PolicyDescription[]
  /** Whether an invocation that nobody packed counts as one of a Trusted client. */
  readonly takesPlain: boolean
  /** Takes a packet apart. Never throws for what a packet holds or a policy does. */
  receive(packet: Packet): Promise<Received>
  /** Decides a received request by a guard that rests on {@link guard}. */
  decide(request: PackedInvocation, guard: Guard<PackedInvocation>): Promise<PackedDecision>
}

/**
 * Starts the security policies that a config names. Only the modules of those are imported.
 *
 * @throws {@link ConfigError} when a module cannot be imported or is none, when a policy does not
 * start, and when two have one class name.
 */
export async function openOperations(
  config: AgentConfig,
  policies: Policies,
  log: Log,
): Promise<PackedOperations | undefined> {
  const { policies: named, name, dns, domain } = config
  if (named === undefined) return undefined
  const witness = new Witness()
  const authorizer = await explaining(async () =>
    openAuthorizer({
      policies: await makePolicies(named, config, policies, witness),
      nodes: [{ name, dns, domain }],
      microagents: impacts,
      onFailure: (failure) => sayFailure(failure, log),
    }),
  )
  const { policies: descriptions } = authorizer
  return {
    receive: (packet) => authorizer.receive(packet),
    guard: authorizer.guard,
    close: () => authorizer.close(),
    policies: descriptions,
    takesPlain: named.some((policy) => 'class' in policy && policy.class === 'trusted'),
    decide: async (request, composed) => {
      const { result, policy } = await witness.during(async () => composed.check(request))
      const deciding = named[indexOf(descriptions, request.policyClass)]
      return {
        decision: result,
        policy: policy && policies.hashOf(policy),
        vendorLog: deciding && vendorLogOf(deciding),
      }
    },
  }
}

/** The guard of plain invocations on an agent without the policy Trusted, which they would come from. */
export const PACKED_ONLY: Guard<unknown> = Object.freeze({
  name: 'hawk-policies',
  provides: ['authorization'],
  reliesOn: [],
  check: () =>
    deny({
      code: 'policy-unknown',
      source: { table: 'security policies' },
      facts: { policy: TRUSTED_CLASS },
    }),
} as const)

async function makePolicies(
  named: readonly SecurityPolicyConfig[],
  { folder }: AgentConfig,
  { trusted, trustedWithDomain }: Policies,
  witness: Witness,
): Promise<AgentPolicy[]> {
  const host: PolicyHost = { folder, accessControl: witness.watch(trusted) }
  const load = (module: string) => import(pathToFileURL(resolve(folder, module)).href)
  const made: AgentPolicy[] = []
  for (const policy of named) {
    // oxlint-disable-next-line no-await-in-loop -- a few modules, in their order
    if ('module' in policy) made.push(await loadAgentPolicy(policy, load, host))
    else if (policy.class === 'trusted') made.push(trustedPolicy({ policy: host.accessControl }))
    else if (trustedWithDomain !== undefined) {
      made.push(trustedWithDomainPolicy({ policy: witness.watch(trustedWithDomain) }))
    }
  }
  return made
}

/** Puts the reason into the message, which is all that an operator sees of an error. */
async function explaining<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ConfigError) || !(error.cause instanceof Error)) throw error
    const { message, cause } = error
    throw new ConfigError(`${message}: ${cause.message}`, { cause })
  }
}

/** The policy that decides packets of a class: that of the name, else the first that accepts it. */
function indexOf(descriptions: readonly PolicyDescription[], policyClass: string): number {
  const own = descriptions.findIndex(({ className }) => className === policyClass)
  if (own !== -1) return own
  return descriptions.findIndex(({ accepts = [] }) => accepts.includes(policyClass))
}

function vendorLogOf(policy: SecurityPolicyConfig): DecisionRecord['vendorLog'] {
  if ('module' in policy) return undefined
  return policy.class === 'trusted' ? 'Trusted' : 'TrustedWithDomain'
}

function sayFailure({ className, step, code, cause }: PolicyFailure, log: Log): void {
  log.error('a security policy failed', {
    event: 'policy-failed',
    policy: className,
    step,
    code,
    detail: cause instanceof Error ? escapeControls(String(cause)) : '',
  })
}
