import { deny, policyInForce, type Decision, type Guard, type PolicySource } from '@gatehouse/core'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import type { Impact, Invocation, Policy } from './model.ts'
import { malformedInvocationField } from './request.ts'

/** The agent's own table: microagent by full name, then method by name, then what the method does. */
export type MicroagentTable = ReadonlyMap<string, ReadonlyMap<string, Impact>>

/**
 * The Trusted model as a guard.
 *
 * A microagent or method that is not in the agent's table is refused before any file is asked, and
 * the impact comes from that table. What it relies on, the vendor says itself: nobody has checked
 * who the user is, and requests travel as plain text.
 *
 * @param source - The policy, or where to find the one in force at each request.
 * @param microagents - What the agent offers.
 */
export function guard(
  source: PolicySource<Policy>,
  microagents: MicroagentTable,
): Guard<Invocation, Code> {
  return Object.freeze({
    name: 'hawk-trusted',
    provides: ['authorization'],
    reliesOn: [
      { guarantee: 'authentication', of: 'user name' },
      { guarantee: 'integrity', of: 'request' },
    ],
    check: (invocation: Invocation) => checkInvocation(source, microagents, invocation),
  } as const)
}

function checkInvocation(
  source: PolicySource<Policy>,
  microagents: MicroagentTable,
  invocation: Invocation,
): Decision<Code> {
  const field = malformedInvocationField(invocation)
  if (field !== undefined) return deny({ code: 'request-malformed', source: { request: field } })
  const methods = microagents.get(invocation.microagent)
  if (methods === undefined) return deny({ code: 'unknown-microagent', source: AGENT_TABLE })
  const impact = methods.get(invocation.method)
  if (impact === undefined) return deny({ code: 'unknown-method', source: AGENT_TABLE })
  return check(policyInForce(source), { ...invocation, impact })
}

const AGENT_TABLE = { table: 'microagents' } as const
