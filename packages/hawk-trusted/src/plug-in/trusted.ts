import {
  claimed,
  deny,
  policyInForce,
  type Decision,
  type Deny,
  type PolicySource,
} from '@gatehouse/core'
import { check } from '../check.ts'
import { readUser } from '../fields.ts'
import type { Policy } from '../model.ts'
import type { PlugInCode } from './codes.ts'
import { decode, encode, knownOperation } from './encoding.ts'
import type {
  AgentPolicy,
  ConsolePolicy,
  Operation,
  PolicyDescription,
  Unpacked,
  ValidateCall,
} from './model.ts'
import { readOperation } from './operation.ts'

/** Class name of the policy whose clients send a login id: `user`. */
export const TRUSTED_CLASS = 'COM.TIBCO.hawk.security.trusted.Trusted'

/** Class name of the policy whose clients send a login id with its domain: `DOMAIN\user`. */
export const TRUSTED_WITH_DOMAIN_CLASS = 'COM.TIBCO.hawk.security.trusted.TrustedWithDomain'

/** What an agent's Trusted policy decides by. */
export interface TrustedPolicyOptions {
  /** The access control file, or where to find the one in force at each request. */
  readonly policy: PolicySource<Policy>
}

/**
 * The agent's side of Trusted, which decides by `Trusted.txt`.
 *
 * As in the vendor's agent, a client of the other class is taken too, unless the agent has a policy
 * of that class: it matches entries with a domain. Who the caller is, nobody checks.
 */
export function trustedPolicy(options: TrustedPolicyOptions): AgentPolicy {
  return agentSide(TRUSTED_CLASS, TRUSTED_WITH_DOMAIN_CLASS, options)
}

/** The agent's side of TrustedWithDomain, which decides by `TrustedWithDomain.txt`; else as {@link trustedPolicy}. */
export function trustedWithDomainPolicy(options: TrustedPolicyOptions): AgentPolicy {
  return agentSide(TRUSTED_WITH_DOMAIN_CLASS, TRUSTED_CLASS, options)
}

/**
 * The console's side of Trusted. What it packs is plain JSON: no secret, no signature, no time.
 *
 * @param options.user - Login id of the console's user, without a domain. Read it where the console
 *   runs; nothing here asks the system.
 * @throws TypeError when that is no login id or has a domain.
 */
export function trustedConsolePolicy(options: { readonly user: string }): ConsolePolicy {
  return consoleSide(TRUSTED_CLASS, options.user)
}

/**
 * The console's side of TrustedWithDomain; else as {@link trustedConsolePolicy}.
 *
 * @throws TypeError when domain and user are no login id together.
 */
export function trustedWithDomainConsolePolicy(options: {
  readonly domain: string
  readonly user: string
}): ConsolePolicy {
  return consoleSide(TRUSTED_WITH_DOMAIN_CLASS, `${options.domain}\\${options.user}`)
}

function description(className: string, accepts: readonly string[] = []): PolicyDescription {
  return Object.freeze({
    className,
    text: 'authorization by an access control file; the login id is what the client says',
    accepts,
    provides: ['authorization'] as const,
    reliesOn: [
      { guarantee: 'authentication', of: 'user name' },
      { guarantee: 'integrity', of: 'request' },
    ] as const,
  })
}

function consoleSide(className: string, user: string): ConsolePolicy {
  const isRight = isLoginId(user) && formFault(className, user) === undefined
  if (!isRight) throw new TypeError(`not a login id for \`${className}\``)
  return {
    describe: () => description(className),
    createId: () => new TextEncoder().encode(user),
    pack(id, operation) {
      const own = userOf(id)
      if (own === undefined) throw new TypeError('not an identification of this policy')
      return encode({ user: own, operation: knownOperation(operation) })
    },
  }
}

function agentSide(
  className: string,
  other: string,
  { policy }: TrustedPolicyOptions,
): AgentPolicy {
  return {
    describe: () => description(className, [other]),
    unpack,
    validateId: (id, operation, call) => validate(policy, id, operation, call),
  }
}

function unpack(packed: Uint8Array): Unpacked | Deny {
  const message = decode(packed, readMessage)
  if (message === undefined) return refuse('packed-malformed', 'packed')
  const { user, operation } = message
  if (!isLoginId(user)) return refuse('id-malformed', 'user')
  return { id: new TextEncoder().encode(user), user, operation }
}

/** The message with its fields in the one order that they are packed in. */
function readMessage(value: unknown): { user: string; operation: Operation } | undefined {
  const { user, operation } = Object(value) as Record<string, unknown>
  const known = readOperation(operation)
  return typeof user !== 'string' || 'fault' in known ? undefined : { user, operation: known }
}

function validate(
  policy: PolicySource<Policy>,
  id: Uint8Array,
  { microagent, method }: Operation,
  { policyClass, node, scope, impact }: ValidateCall,
): Decision {
  const user = userOf(id)
  if (user === undefined) return refuse('id-malformed', 'user')
  const fault = formFault(policyClass, user)
  if (fault !== undefined) return refuse(fault, 'user')
  const request = { user: claimed(user), node, scope, microagent, method, impact }
  return check(policyInForce(policy), request)
}

function userOf(id: Uint8Array): string | undefined {
  try {
    const user = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(id)
    return isLoginId(user) ? user : undefined
  } catch {
    return undefined
  }
}

/** What the user column of a file can hold, but `*`, and nothing that is not printed. */
function isLoginId(text: unknown): text is string {
  if (typeof text !== 'string' || text === '*' || /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text))
    return false
  return readUser({ text, column: 1, width: text.length, quoted: true }) !== undefined
}

function formFault(policyClass: string, user: string): PlugInCode | undefined {
  const hasDomain = user.includes('\\')
  if (policyClass === TRUSTED_CLASS) return hasDomain ? 'id-has-domain' : undefined
  return hasDomain ? undefined : 'id-without-domain'
}

function refuse(code: PlugInCode, field: string): Deny {
  return deny({ code, source: { request: field } })
}
