import { describeWith, type Finding, type Severity } from '@gatehouse/core'
import { LOAD_CODES, type LoadCode } from './codes.ts'

const REVIEW_CODES = {
  /** Narrow the clients, or the daemons: everybody is let in. */
  'open-to-all': '`ALL: ALL` lets everybody in to everything',
  /** Add `ALL: ALL` to hosts.deny. */
  'default-open': 'what no rule matches is let in, and hosts.deny does not end in `ALL: ALL`',
  /** Move the rule before those that answer first, or remove it. */
  'rule-contradicted':
    'earlier rules answer every request of this one, and not all in the same way',
  /** Remove the rule. */
  'rule-unreachable': 'earlier rules answer every request of this one in the same way',
  /** Remove the rule, or mend it: its exceptions may take away all that it is for. */
  'rule-never-matches': 'no request matches the rule',
  /** Write a prefix (`172.31.14.`) or a net: whoever owns a name that looks so satisfies it, too. */
  'name-satisfies-address-pattern': 'pattern for addresses that a host name can satisfy',
  /** Write addresses: whoever can break the reverse lookup can have the name. */
  'rests-on-reverse-dns': 'rule rests on a host name, and so on reverse DNS',
  /** Do not rely on it: the caller's own host says who the user is. */
  'rests-on-ident': "rule rests on what the caller's host says of its user",
  /** Write addresses: a failing name server makes callers unknown. */
  'grants-unknown': 'lets in who has no host name, or one in doubt',
  /** Let libwrap itself decide, or rewrite the rule. */
  'execution-needed': 'verdict needs a command to run, and is a refusal here',
  /** Read what the command does with what a caller sends. */
  'runs-command': 'libwrap runs a command when the rule matches',
} as const

/** What keeps a text from being read at all, or is about lists, which lint does not read. */
const NEVER_FOUND = [
  'file-missing',
  'file-unreadable',
  'text-too-large',
  'not-utf-8',
  'list-unavailable',
  'list-missing',
  'list-too-deep',
  'list-malformed',
] as const

type TrapCode = Exclude<LoadCode, (typeof NEVER_FOUND)[number]>

const TRAP_CODES = Object.fromEntries(
  Object.entries(LOAD_CODES).filter(([code]) => !NEVER_FOUND.some((never) => never === code)),
) as Readonly<Record<TrapCode, string>>

/** What lint finds: what a reviewer asks, and all that the strict profile refuses in a text. */
export const LINT_CODES: typeof REVIEW_CODES & Readonly<Record<TrapCode, string>> = {
  ...TRAP_CODES,
  ...REVIEW_CODES,
}

/** A code of {@link LINT_CODES}. */
export type LintCode = keyof typeof LINT_CODES

const DESCRIBE = describeWith(LINT_CODES)

/** One line for people: the sentence of a finding, its facts and its place. */
export function describeFinding({ code, source, facts = {} }: Finding<LintCode>): string {
  return DESCRIBE({ code, source, facts })
}

const SEVERITIES: Readonly<Partial<Record<LintCode, Severity>>> = {
  'open-to-all': 'error',
  'default-open': 'error',
  'rule-contradicted': 'error',
  'rule-unreachable': 'note',
  'rule-never-matches': 'warning',
  'rests-on-ident': 'warning',
  'rests-on-reverse-dns': 'warning',
  'grants-unknown': 'warning',
  'runs-command': 'note',
  'execution-needed': 'warning',
  'not-ascii': 'note',
}

/** How much a finding matters. What libwrap reads otherwise than it looks is an error. */
export function severityOf(code: LintCode): Severity {
  return SEVERITIES[code] ?? 'error'
}
