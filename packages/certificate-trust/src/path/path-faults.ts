import type { Budget } from '../budget.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { checkNames, prepareConstraints } from '../name/name-constraints.ts'
import type { Fault } from './fault.ts'
import { ANY_POLICY, PolicyGraph, type PolicyInputs } from './policy-graph.ts'

/** A chain of certificates from a peer's up to an anchor, or a part of one. */
export type Path = readonly Certificate[]

/** Whether more authorities stand below an issuer than it, or the caller, allows. Self-issued ones do not count. */
export function lengthFault(
  candidate: Path,
  issuer: Certificate,
  isAnchor: boolean,
  maxIntermediates: number,
): Fault | undefined {
  let between = 0
  for (let index = 1; index < candidate.length; index += 1) {
    if (candidate[index]?.isSelfIssued === false) between += 1
  }
  const limit = issuer.extensions.basicConstraints?.value.pathLength ?? null
  if (limit !== null && between > limit) {
    return { code: 'path-too-long', certificate: issuer, facts: { allowed: String(limit) } }
  }
  const own = isAnchor || issuer.isSelfIssued ? 0 : 1
  if (between + own <= maxIntermediates) return undefined
  const facts = { allowed: String(maxIntermediates) }
  return { code: 'chain-too-deep', certificate: issuer, facts }
}

/** The policies that a path is issued under, or why they do not suffice (RFC 5280, 6.1.3 to 6.1.5). */
export function checkPolicies(
  path: Path,
  inputs: Partial<PolicyInputs>,
): { readonly policies: readonly string[] } | { readonly fault: Fault } {
  const graph = new PolicyGraph({ ...ANY_POLICY, ...inputs }, path.length - 1)
  for (let depth = path.length - 2; depth >= 0; depth -= 1) {
    const certificate = path[depth] as Certificate
    if (!graph.add(certificate.extensions, certificate.isSelfIssued)) {
      return { fault: { code: 'policy-not-allowed', certificate } }
    }
  }
  if (graph.isAcceptable) return { policies: graph.valid }
  return { fault: { code: 'policy-not-allowed', certificate: path[0] as Certificate } }
}

/** Whether the names in a path fit the constraints above them; a self-issued one in between needs not. */
export function constraintFault(path: Path, budget: Budget): Fault | undefined {
  for (let depth = 1; depth < path.length; depth += 1) {
    const issuer = path[depth] as Certificate
    const constraints = issuer.extensions.nameConstraints
    if (constraints === undefined) continue
    const prepared = prepareConstraints(constraints.value)
    if (prepared === null) return { code: 'name-constraint-malformed', certificate: issuer }
    for (let below = 0; below < depth; below += 1) {
      const certificate = path[below] as Certificate
      if (below > 0 && certificate.isSelfIssued) continue
      const fault = checkNames(certificate, prepared, budget)
      if (fault !== undefined) return { ...fault, certificate }
    }
  }
  return undefined
}
