import { FormError, list, record, string } from '../form.ts'

/** The policy inputs that a case of NIST's suite sets, and what must come out. */
interface PolicyCase {
  readonly acceptable: readonly string[]
  readonly requireExplicit: boolean
  readonly inhibitMapping: boolean
  readonly inhibitAny: boolean
  /** Policies that the chain must be found valid for; `null` when that is not asked. */
  readonly expected: readonly string[] | null
}

/** One case: a chain, what is asked of it, and what must come out. */
export interface LimboCase {
  readonly id: string
  readonly trusted: readonly string[]
  readonly intermediates: readonly string[]
  readonly peer: string
  readonly lists: readonly string[]
  /** `null`: now. */
  readonly at: Date | null
  readonly names: readonly { readonly kind: string; readonly value: string }[]
  /** `SERVER` or `CLIENT`; `null` when nothing is asked. */
  readonly kind: string | null
  readonly purposes: readonly string[]
  readonly usages: readonly string[]
  readonly signatureAlgorithms: readonly string[]
  readonly maxDepth: number | null
  readonly policies: PolicyCase | null
  readonly isAccepted: boolean
}

/**
 * Reads the cases of a document in the form of x509-limbo: `{ version: 1, testcases: [...] }`.
 *
 * @throws FormError for anything else: what is not understood must not pass for agreement.
 * @see https://x509-limbo.com
 */
export function readLimbo(document: unknown): readonly LimboCase[] {
  const { version, testcases } = record(document, 'the document')
  if (version !== 1) throw new FormError('the document has another version than 1')
  const cases = list(testcases, 'testcases')
  if (cases.length === 0) throw new FormError('the document holds no case')
  return cases.map((item, index) => readCase(record(item, `testcases[${index}]`), index))
}

function readCase(fields: Record<string, unknown>, index: number): LimboCase {
  const id = string(fields['id'], `testcases[${index}].id`)
  const { expected_result: result, validation_time: at, max_chain_depth: depth = null } = fields
  if (result !== 'SUCCESS' && result !== 'FAILURE') {
    throw new FormError(`${id}.expected_result is neither SUCCESS nor FAILURE`)
  }
  if (depth !== null && typeof depth !== 'number') {
    throw new FormError(`${id}.max_chain_depth is no number`)
  }
  const kind = fields['validation_kind'] ?? null
  return {
    id,
    trusted: strings(fields['trusted_certs'], `${id}.trusted_certs`),
    intermediates: strings(fields['untrusted_intermediates'], `${id}.untrusted_intermediates`),
    peer: string(fields['peer_certificate'], `${id}.peer_certificate`),
    lists: strings(fields['crls'] ?? [], `${id}.crls`),
    at: at === null || at === undefined ? null : date(at, `${id}.validation_time`),
    names: names(fields, id),
    kind: kind === null ? null : string(kind, `${id}.validation_kind`),
    purposes: strings(fields['extended_key_usage'] ?? [], `${id}.extended_key_usage`),
    usages: strings(fields['key_usage'] ?? [], `${id}.key_usage`),
    signatureAlgorithms: strings(
      fields['signature_algorithms'] ?? [],
      `${id}.signature_algorithms`,
    ),
    maxDepth: depth,
    policies: policies(fields['pkits'], `${id}.pkits`),
    isAccepted: result === 'SUCCESS',
  }
}

function strings(value: unknown, where: string): string[] {
  return list(value, where).map((item, index) => string(item, `${where}[${index}]`))
}

function date(value: unknown, where: string): Date {
  const found = new Date(string(value, where))
  if (Number.isNaN(found.getTime())) throw new FormError(`${where} is no time`)
  return found
}

function names(fields: Record<string, unknown>, id: string): LimboCase['names'] {
  const { expected_peer_name: one, expected_peer_names: several } = fields
  const given = one === null || one === undefined ? (several ?? []) : [one]
  return list(given, `${id}.expected_peer_names`).map((item, index) => {
    const where = `${id}.expected_peer_names[${index}]`
    const { kind, value } = record(item, where)
    return { kind: string(kind, `${where}.kind`), value: string(value, `${where}.value`) }
  })
}

function policies(value: unknown, where: string): PolicyCase | null {
  if (value === null || value === undefined) return null
  const fields = record(value, where)
  const expected = fields['expected_user_constrained_policy_set'] ?? null
  const flag = (name: string): boolean => {
    const found = fields[name] ?? false
    if (typeof found !== 'boolean') throw new FormError(`${where}.${name} is no boolean`)
    return found
  }
  return {
    acceptable: policySet(fields['initial_policy_set'] ?? [ANY], `${where}.initial_policy_set`),
    requireExplicit: flag('initial_explicit_policy'),
    inhibitMapping: flag('initial_policy_mapping_inhibit'),
    inhibitAny: flag('initial_inhibit_any_policy'),
    expected: expected === null ? null : policySet(expected, `${where}.expected`),
  }
}

/** The policy that stands for any (RFC 5280, 4.2.1.4). */
const ANY = '2.5.29.32.0'
/** What NIST's suite calls its own policies stands behind this arc, by number. */
const TEST_POLICIES = '2.16.840.1.101.3.2.1.48'

/** Policies by dotted identifier, or by the names that NIST's suite has for them. */
function policySet(value: unknown, where: string): string[] {
  return strings(value, where).map((policy) => {
    if (/^any-?policy$/i.test(policy)) return ANY
    const number = /^NIST-test-policy-(\d+)$/i.exec(policy)?.[1]
    if (number !== undefined) return `${TEST_POLICIES}.${number}`
    if (!/^\d+(?:\.\d+)+$/.test(policy)) throw new FormError(`${where} names no policy`)
    return policy
  })
}
