import { claimed, isNoPolicy, type Difference, type NoPolicy } from '@gatehouse/core'
import { BoxIndex, maximal, trim } from './box-index.ts'
import { boxOf, foldedName, meet, type Box } from './box.ts'
import { check } from './check.ts'
import type { Code } from './codes.ts'
import { fold } from './coverage.ts'
import type { Effect, Impact, Policy, Request, Scope } from './model.ts'
import { regionsOf, type NamePattern, type RequestRegion } from './region.ts'

/**
 * Compares two policies: every request whose outcome changes is in a region of the answer, and every
 * request in one changes in the way that its example shows. The reasons of requests whose outcome
 * stays may change all the same.
 *
 * @returns New access first (from deny to allow), then access that is lost. Empty: both decide
 *   alike. No policy decides as an empty one: it refuses everything.
 */
export function diff(
  before: Policy | NoPolicy,
  after: Policy | NoPolicy,
): Difference<RequestRegion, Request, Code>[] {
  const old = new Side(before)
  const young = new Side(after)
  const names = new Set([...old.names, ...young.names])
  return [...opened(old, young), ...opened(young, old)].map((region) => {
    const example = exampleOf(region, names)
    return {
      region,
      example,
      before: check(before, example),
      after: check(after, example),
    }
  })
}

/** One of the two policies, as boxes. */
class Side {
  readonly grants: readonly Box[]
  readonly restrictions: readonly Box[]
  /** Every name in lower case. */
  readonly names: ReadonlySet<string>

  constructor(policy: Policy | NoPolicy) {
    const entries = isNoPolicy(policy) ? [] : policy.entries
    const boxes = (effect: Effect): Box[] =>
      entries.filter((entry) => entry.effect === effect).map(boxOf)
    this.grants = boxes('grant')
    this.restrictions = boxes('restriction')
    this.names = new Set(
      [...this.grants, ...this.restrictions].flatMap(({ spans }) =>
        spans.flatMap((span) => foldedName(span) ?? []),
      ),
    )
  }
}

/** What one side refuses and the other allows: what was not granted, then what was restricted. */
function opened(from: Side, to: Side): RequestRegion[] {
  const taken = new BoxIndex(to.restrictions)
  const settled = new BoxIndex([...from.grants, ...from.restrictions, ...to.restrictions])
  const granted = regionsOf(maximal(trim(to.grants, settled)), settled)
  const giving = new BoxIndex(to.grants)
  const released = trim(from.restrictions, taken).flatMap((box) =>
    [...giving.across(box)].flatMap((grant) => meet(grant, box) ?? []),
  )
  return [...granted, ...regionsOf(maximal(trim(released, taken)), taken)]
}

/** A request of a region. Where the region takes any name, one that no line has. */
function exampleOf(region: RequestRegion, names: ReadonlySet<string>): Request {
  const pick = (pattern: NamePattern, usual: string): string =>
    pattern.match === 'any' ? freshName(usual, names) : pattern.name
  const { user, node, scopes, microagent, method, impacts } = region
  return {
    user: claimed(pick(user, 'anyone')),
    node: {
      name: pick(node.name, 'anywhere'),
      dns: pick(node.dns, 'none'),
      domain: pick(node.domain, 'default'),
    },
    scope: scopes[0] as Scope,
    microagent: pick(microagent, 'any.Microagent'),
    method: pick(method, 'anything'),
    impact: impacts[0] as Impact,
  }
}

function freshName(usual: string, names: ReadonlySet<string>): string {
  let name = usual
  for (let number = 2; names.has(fold(name)); number += 1) name = `${usual}${number}`
  return name
}
