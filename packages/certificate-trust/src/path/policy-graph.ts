import type { Extensions, PolicyMapping } from '../certificate/extensions.ts'
import { OID } from '../der/oids.ts'

/** What the caller asks of policies (RFC 5280, 6.1.1). */
export interface PolicyInputs {
  /** Policies that are acceptable, dotted. Default: any. */
  readonly acceptable: readonly string[] | 'any'
  /** Whether the chain must be issued under one of them. Default `false`: only where a certificate says so. */
  readonly requireExplicit: boolean
  /** Whether mappings count for nothing. Default `false`. */
  readonly inhibitMapping: boolean
  /** Whether "any policy" counts for nothing. Default `false`. */
  readonly inhibitAny: boolean
}

/** Inputs that hold unless others are given: policies decide nothing but where a certificate requires them. */
export const ANY_POLICY: PolicyInputs = {
  acceptable: 'any',
  requireExplicit: false,
  inhibitMapping: false,
  inhibitAny: false,
}

/** A policy that is valid at one depth. */
interface PolicyNode {
  /** Nodes above that it comes from; none at the top. */
  readonly parents: readonly PolicyNode[]
  readonly policy: string
}

/** Nodes of one depth: those to be matched from below, by the policy that is expected there. */
interface Level {
  readonly expected: ReadonlyMap<string, readonly PolicyNode[]>
  readonly any: PolicyNode | undefined
}

const TOP: PolicyNode = { parents: [], policy: OID.anyPolicy }
const EMPTY: Level = { expected: new Map(), any: undefined }

/**
 * The policies of a chain, from the certificate after the anchor down to the peer's, as a graph with
 * one node for each policy and depth: no chain makes it grow faster than what stands in it.
 *
 * @see RFC 9618, which replaces the tree of RFC 5280, 6.1
 */
export class PolicyGraph {
  readonly #inputs: PolicyInputs
  readonly #length: number
  #level: Level = { expected: new Map(), any: TOP }
  #nodes: readonly PolicyNode[] = [TOP]
  #explicit: number
  #mapping: number
  #anyPolicy: number
  #depth = 0

  /** @param length - Certificates in the chain, the anchor not counted. */
  constructor(inputs: PolicyInputs, length: number) {
    this.#inputs = inputs
    this.#length = length
    this.#explicit = inputs.requireExplicit ? 0 : length + 1
    this.#mapping = inputs.inhibitMapping ? 0 : length + 1
    this.#anyPolicy = inputs.inhibitAny ? 0 : length + 1
  }

  /**
   * Takes the next certificate in.
   *
   * @returns `false` when a policy is required and none is left.
   */
  add(extensions: Extensions, isSelfIssued: boolean): boolean {
    this.#depth += 1
    const isLast = this.#depth === this.#length
    const allowsAny = this.#anyPolicy > 0 || (!isLast && isSelfIssued)
    this.#nodes = this.#match(extensions.certificatePolicies?.value ?? [], allowsAny)
    if (this.#explicit === 0 && this.#nodes.length === 0) return false
    if (isLast) this.#wrapUp(extensions)
    else this.#prepareNext(extensions, isSelfIssued)
    return true
  }

  /** The policies that are valid for the whole chain, as the caller names them; `any` when all are. */
  get valid(): readonly string[] {
    const { acceptable } = this.#inputs
    const roots = rootsOf(this.#nodes)
    if (acceptable === 'any' || acceptable.includes(OID.anyPolicy)) return [...roots]
    if (roots.has(OID.anyPolicy)) return [...acceptable]
    return acceptable.filter((policy) => roots.has(policy))
  }

  /** Whether what is left is enough. */
  get isAcceptable(): boolean {
    return this.#explicit > 0 || this.valid.length > 0
  }

  /** RFC 5280, 6.1.3 (d) and (e). */
  #match(policies: readonly string[], allowsAny: boolean): PolicyNode[] {
    const { expected, any } = this.#level
    const nodes = new Map<string, PolicyNode>()
    for (const policy of policies) {
      if (policy === OID.anyPolicy) continue
      const parents = expected.get(policy) ?? (any === undefined ? undefined : [any])
      if (parents !== undefined) nodes.set(policy, { policy, parents })
    }
    if (policies.includes(OID.anyPolicy) && allowsAny) {
      for (const [policy, parents] of expected) {
        if (!nodes.has(policy)) nodes.set(policy, { policy, parents })
      }
      if (any !== undefined) {
        nodes.set(OID.anyPolicy, { policy: OID.anyPolicy, parents: [any] })
      }
    }
    return [...nodes.values()]
  }

  /** RFC 5280, 6.1.4 (b), (h), (i) and (j). */
  #prepareNext(
    { policyMappings, policyConstraints, inhibitAnyPolicy }: Extensions,
    isSelfIssued: boolean,
  ): void {
    this.#level = this.#map(policyMappings?.value ?? [])
    if (!isSelfIssued) {
      this.#explicit = Math.max(0, this.#explicit - 1)
      this.#mapping = Math.max(0, this.#mapping - 1)
      this.#anyPolicy = Math.max(0, this.#anyPolicy - 1)
    }
    const { requireExplicitPolicy, inhibitPolicyMapping } = policyConstraints?.value ?? {}
    this.#explicit = Math.min(this.#explicit, requireExplicitPolicy ?? Infinity)
    this.#mapping = Math.min(this.#mapping, inhibitPolicyMapping ?? Infinity)
    this.#anyPolicy = Math.min(this.#anyPolicy, inhibitAnyPolicy?.value ?? Infinity)
  }

  #map(mappings: readonly PolicyMapping[]): Level {
    const any = this.#nodes.find(({ policy }) => policy === OID.anyPolicy)
    const named = this.#nodes.filter((node) => node !== any)
    const mapped = new Map<string, string[]>()
    for (const { issuerPolicy, subjectPolicy } of mappings) {
      append(mapped, issuerPolicy, subjectPolicy)
    }
    if (this.#nodes.length === 0) return EMPTY
    const expected = new Map<string, PolicyNode[]>()
    const expect = (policy: string, node: PolicyNode): void => append(expected, policy, node)
    const known = new Set(named.map(({ policy }) => policy))
    for (const node of named) {
      const subjects = mapped.get(node.policy)
      if (subjects === undefined) expect(node.policy, node)
      else if (this.#mapping > 0) for (const subject of subjects) expect(subject, node)
    }
    if (any !== undefined && this.#mapping > 0) {
      for (const [policy, subjects] of mapped) {
        if (known.has(policy)) continue
        const node = { policy, parents: any.parents }
        for (const subject of subjects) expect(subject, node)
      }
    }
    return { expected, any }
  }

  /** RFC 5280, 6.1.5 (a) and (b). */
  #wrapUp({ policyConstraints }: Extensions): void {
    this.#explicit = Math.max(0, this.#explicit - 1)
    if (policyConstraints?.value.requireExplicitPolicy === 0) this.#explicit = 0
  }
}

/** Adds to the values of a key; a list is not copied, as a peer chooses how long it is. */
function append<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

/** Where the nodes come from: the first policy below "any" of each line up; "any" itself for a line of that only. */
function rootsOf(nodes: readonly PolicyNode[]): Set<string> {
  const roots = new Set<string>()
  const seen = new Set<PolicyNode>()
  const open = [...nodes]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    const isRoot =
      node.policy === OID.anyPolicy || node.parents.some(({ policy }) => policy === OID.anyPolicy)
    if (isRoot) roots.add(node.policy)
    else for (const parent of node.parents) open.push(parent)
  }
  return roots
}
