import type { Budget } from '../budget.ts'
import type { Certificate } from '../certificate/certificate.ts'
import type { Code } from '../codes.ts'
import { endsWith, parseDnsName, type DnsName } from './dns-name.ts'
import type { NameConstraints } from '../certificate/extensions.ts'
import type { GeneralName, GeneralNameKind } from './general-name.ts'
import { parseMailConstraint, splitMail, type MailConstraint } from './mail-name.ts'
import type { Name } from './name.ts'
import { OID } from '../der/oids.ts'
import { hostOfUri } from './uri-host.ts'

/** Why the names of a certificate do not fit the constraints above it. */
export interface NameFault {
  readonly code: Extract<
    Code,
    | 'name-not-permitted'
    | 'name-excluded'
    | 'name-constraint-malformed'
    | 'name-constraint-unsupported'
    | 'name-malformed'
  >
  readonly facts?: Readonly<Record<string, string>>
}

/** What one subtree holds: read once, asked often. */
type Subtree =
  | { readonly kind: 'dns'; readonly labels: readonly string[] }
  | { readonly kind: 'mail'; readonly mail: MailConstraint }
  | { readonly kind: 'uri'; readonly labels: readonly string[]; readonly below: boolean }
  | { readonly kind: 'ip'; readonly address: Uint8Array; readonly mask: Uint8Array }
  | { readonly kind: 'directory'; readonly name: Name }
  | { readonly kind: 'unsupported'; readonly form: GeneralNameKind }

/** Constraints of one authority, ready to be asked. */
export interface PreparedConstraints {
  readonly permitted: readonly Subtree[]
  readonly excluded: readonly Subtree[]
}

const PREPARED: WeakMap<NameConstraints, PreparedConstraints | null> = new WeakMap()

/** Reads the subtrees of an authority; `null` when one is malformed. */
export function prepareConstraints(constraints: NameConstraints): PreparedConstraints | null {
  let prepared = PREPARED.get(constraints)
  if (prepared === undefined) {
    const permitted = constraints.permitted.map(prepareSubtree)
    const excluded = constraints.excluded.map(prepareSubtree)
    prepared =
      permitted.includes(null) || excluded.includes(null)
        ? null
        : { permitted: permitted as Subtree[], excluded: excluded as Subtree[] }
    PREPARED.set(constraints, prepared)
  }
  return prepared
}

function prepareSubtree(name: GeneralName): Subtree | null {
  switch (name.kind) {
    case 'dns': {
      if (name.value === '') return { kind: 'dns', labels: [] }
      const parsed = parseDnsName(name.value)
      return parsed === undefined ? null : { kind: 'dns', labels: parsed.labels }
    }
    case 'mail': {
      const mail = parseMailConstraint(name.value)
      return mail === undefined ? null : { kind: 'mail', mail }
    }
    case 'uri': {
      const below = name.value.startsWith('.')
      const parsed = parseDnsName(below ? name.value.slice(1) : name.value)
      return parsed === undefined ? null : { kind: 'uri', labels: parsed.labels, below }
    }
    case 'ip': {
      const half = name.value.length / 2
      const mask = name.value.subarray(half)
      if ((half !== 4 && half !== 16) || !isPrefix(mask)) return null
      return { kind: 'ip', address: name.value.subarray(0, half), mask }
    }
    case 'directory':
      return { kind: 'directory', name: name.value }
    case 'other':
    case 'x400':
    case 'edi':
    case 'registered':
      return { kind: 'unsupported', form: name.kind }
  }
}

/** Ones, then zeros: the masks of prefixes (RFC 4632). */
function isPrefix(mask: Uint8Array): boolean {
  const bits = Array.from(mask, (byte) => byte.toString(2).padStart(8, '0')).join('')
  return /^1*0*$/.test(bits)
}

/** A name of a certificate, read as its form asks. */
type Subject =
  | { readonly kind: 'dns'; readonly name: DnsName; readonly text: string }
  | {
      readonly kind: 'mail'
      readonly local: string
      readonly domain: DnsName
      readonly text: string
    }
  | { readonly kind: 'uri'; readonly host: DnsName; readonly text: string }
  | { readonly kind: 'ip'; readonly address: Uint8Array; readonly text: string }
  | { readonly kind: 'directory'; readonly name: Name; readonly text: string }
  | { readonly kind: 'unsupported'; readonly form: GeneralNameKind; readonly text: string }

/**
 * Checks all names of a certificate against the constraints of one authority above it
 * (RFC 5280, 4.2.1.10 and 6.1.3 (b) and (c)).
 *
 * A wildcard is permitted when all names that it stands for are, and excluded when any of them is.
 */
export function checkNames(
  certificate: Certificate,
  { permitted, excluded }: PreparedConstraints,
  budget: Budget,
): NameFault | undefined {
  const constrained = new Set([...permitted, ...excluded].map(formOf))
  for (const name of namesOf(certificate)) {
    const form = name.kind === 'unsupported' ? name.form : name.kind
    if (!constrained.has(form)) continue
    const subject = readSubject(name)
    if (subject === undefined) return { code: 'name-malformed', facts: { name: textOf(name) } }
    if (subject.kind === 'unsupported') {
      return { code: 'name-constraint-unsupported', facts: { form: subject.form } }
    }
    const facts = { name: subject.text }
    let isConstrained = false
    let isPermitted = false
    for (const subtree of permitted) {
      if (subtree.kind !== subject.kind) continue
      budget.spend('nameComparisons')
      isConstrained = true
      isPermitted ||= isWithin(subject, subtree, 'all')
    }
    if (isConstrained && !isPermitted) return { code: 'name-not-permitted', facts }
    for (const subtree of excluded) {
      if (subtree.kind !== subject.kind) continue
      budget.spend('nameComparisons')
      if (isWithin(subject, subtree, 'any')) return { code: 'name-excluded', facts }
    }
  }
  return undefined
}

function formOf(subtree: Subtree): GeneralNameKind {
  return subtree.kind === 'unsupported' ? subtree.form : subtree.kind
}

/** A name of a certificate before it is read. */
type Given =
  | Extract<GeneralName, { kind: 'dns' | 'mail' | 'uri' | 'ip' | 'directory' }>
  | { readonly kind: 'unsupported'; readonly form: GeneralNameKind }

/** The subject, the alternative names and, only without any, mail addresses in the subject. */
function* namesOf({ subject, extensions }: Certificate): Generator<Given> {
  if (subject.parts.length > 0) yield { kind: 'directory', value: subject }
  const names = extensions.subjectAltName?.value
  if (names === undefined) {
    for (const { type, value } of subject.parts.flat()) {
      if (type === OID.emailAddress) yield { kind: 'mail', value }
    }
    return
  }
  for (const name of names) {
    if ('value' in name) yield name
    else yield { kind: 'unsupported', form: name.kind }
  }
}

function readSubject(given: Given): Subject | undefined {
  switch (given.kind) {
    case 'dns': {
      const name = parseDnsName(given.value, { wildcard: true })
      return name && { kind: 'dns', name, text: given.value }
    }
    case 'mail': {
      const parts = splitMail(given.value)
      const domain = parts && parseDnsName(parts.domain)
      return domain && { kind: 'mail', local: parts.local, domain, text: given.value }
    }
    case 'uri': {
      const host = hostOfUri(given.value)
      return host && { kind: 'uri', host, text: given.value }
    }
    case 'ip': {
      const { length } = given.value
      if (length !== 4 && length !== 16) return undefined
      return { kind: 'ip', address: given.value, text: textOf(given) }
    }
    case 'directory':
      return { kind: 'directory', name: given.value, text: textOf(given) }
    case 'unsupported':
      return { kind: 'unsupported', form: given.form, text: '' }
  }
}

function textOf(given: Given): string {
  if (given.kind === 'unsupported') return given.form
  if (given.kind === 'ip') return Buffer.from(given.value).toString('hex')
  return typeof given.value === 'string' ? given.value : given.value.key
}

/** @param scope - Of a wildcard: whether all or any of the names that it stands for must be within. */
function isWithin(subject: Subject, subtree: Subtree, scope: 'all' | 'any'): boolean {
  if (subject.kind === 'dns' && subtree.kind === 'dns') {
    return isHostWithin(subject.name, subtree.labels, scope)
  }
  if (subject.kind === 'mail' && subtree.kind === 'mail') {
    return isMailWithin(subject.local, subject.domain, subtree.mail)
  }
  if (subject.kind === 'uri' && subtree.kind === 'uri') {
    const { labels } = subject.host
    const isBelow = labels.length > subtree.labels.length && endsWith(labels, subtree.labels)
    return subtree.below ? isBelow : !isBelow && endsWith(labels, subtree.labels)
  }
  if (subject.kind === 'ip' && subtree.kind === 'ip') {
    return isAddressWithin(subject.address, subtree.address, subtree.mask)
  }
  if (subject.kind === 'directory' && subtree.kind === 'directory') {
    return subtree.name.keys.every((key, index) => subject.name.keys[index] === key)
  }
  return false
}

function isHostWithin(
  { labels, isWildcard }: DnsName,
  within: readonly string[],
  scope: 'all' | 'any',
): boolean {
  if (endsWith(labels, within)) return true
  return (
    isWildcard && scope === 'any' && within.length === labels.length + 1 && endsWith(within, labels)
  )
}

function isMailWithin(local: string, domain: DnsName, constraint: MailConstraint): boolean {
  const { labels } = constraint.domain
  const isSame = labels.length === domain.labels.length && endsWith(domain.labels, labels)
  if (constraint.kind === 'mailbox') return isSame && constraint.local === local
  if (constraint.kind === 'host') return isSame
  return domain.labels.length > labels.length && endsWith(domain.labels, labels)
}

function isAddressWithin(address: Uint8Array, base: Uint8Array, mask: Uint8Array): boolean {
  return (
    address.length === base.length &&
    address.every((byte, index) => ((byte ^ (base[index] ?? 0)) & (mask[index] ?? 0)) === 0)
  )
}
