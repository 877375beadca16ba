import { ParseError, type Edit, type Finding, type LineSource } from '@gatehouse/core'
import { outcomeOtherwise, statementsOf, type Statement } from './clauses.ts'
import { HostLists } from './host-lists.ts'
import { LINT_CODES, severityOf, type LintCode } from './lint-codes.ts'
import type { Policy, Table } from './model.ts'
import type { ClientPattern } from './rule-match.ts'
import { findIdleRules } from './review/idle-rules.ts'
import { RuleCollector } from './rules/rule-collector.ts'
import { TableLoader } from './table-loader.ts'

/**
 * Finds what a reviewer should worry about: what is open, what rests on names, what has no effect,
 * and, in profile `libwrap`, all that the strict profile would refuse.
 *
 * Rules that decide nothing are found exactly, over all requests that there can be, as `diff` takes
 * them; only where rules are too entangled are those behind them left out. Lists of hosts are not
 * read again.
 *
 * @returns The findings of `hosts.allow` in the order of the text, then those of `hosts.deny`.
 */
export function lint(policy: Policy): Finding<LintCode>[] {
  const statements = statementsOf(policy)
  const findings = [
    ...[policy.allow, policy.deny].flatMap((table) => findTraps(policy, table)),
    ...statements.flatMap((each) => findInRule(each)),
    ...findIdle(policy, statements),
    ...findOpenDefault(policy, statements),
  ]
  const order = [policy.allow.file, policy.deny.file]
  return findings.toSorted(
    ({ source: a }, { source: b }) =>
      order.indexOf(a.file) - order.indexOf(b.file) || a.line - b.line,
  )
}

function finding(
  code: LintCode,
  source: LineSource,
  more: Partial<Pick<Finding, 'related' | 'facts' | 'fix'>> = {},
): Finding<LintCode> {
  return { code, severity: severityOf(code), source, related: [], ...more }
}

/** What libwrap reads otherwise than it looks. */
function findTraps({ profile }: Policy, table: Table): Finding<LintCode>[] {
  if (profile === 'strict' || table.state !== 'read') return []
  const loader = new TableLoader(
    { file: table.file },
    'strict',
    new HostLists(() => '', 'strict', 0),
    new RuleCollector(),
  )
  loader.load(table.lines.map(({ text, kind }) => (kind === 'rest' ? text : `${text}\n`)).join(''))
  try {
    loader.throwIfAny()
    return []
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return error.diagnostics.flatMap(({ code, source: { file, line } }) =>
      isLintCode(code) ? [finding(code, { file, line }, fixOf(code, line, table))] : [],
    )
  }
}

function fixOf(code: string, line: number, { lines }: Table): { readonly fix?: Edit } {
  const found = lines.find(({ firstLine, line: last }) => firstLine <= line && line <= last)
  const text = found?.text.split('\n')[line - found.firstLine]
  if (text === undefined) return {}
  const replace = (by: string): { fix: Edit } => ({ fix: [{ change: 'replace', line, text: by }] })
  if (code === 'last-newline-missing' && !text.endsWith('\\')) return replace(text)
  if (code === 'comment-indented') return replace(text.trimStart())
  return code === 'comment-continued' ? replace(text.replace(/\\+$/, '')) : {}
}

function findInRule({ rule, patterns, outcome, source }: Statement): Finding<LintCode>[] {
  const options = (rule.options ?? []).map(({ name }) => name)
  const clients = patterns.clients.flat()
  const words = rule.clients.flat()
  const naming = words.filter((_, index) => restsOnName(clients[index]))
  const codes: [LintCode, boolean, Readonly<Record<string, string>>?][] = [
    ['open-to-all', outcome === 'allow' && isForAll(rule.daemons) && isForAll(rule.clients)],
    ['rests-on-reverse-dns', naming.length > 0, { clients: naming.join(' ') }],
    ['rests-on-ident', clients.some(({ user }) => user !== undefined && user.kind !== 'all')],
    ['grants-unknown', outcome === 'allow' && patterns.clients[0]?.some(isUnknown) === true],
    ['execution-needed', options.includes('twist') || options.includes('aclexec')],
    ['runs-command', options.includes('spawn')],
  ]
  const addresses = words.filter((_, index) => isLooseAddress(clients[index]))
  const loose = addresses.map((pattern) =>
    finding('name-satisfies-address-pattern', source, { facts: { pattern } }),
  )
  const found = codes
    .filter(([, applies]) => applies)
    .map(([code, , facts]) => finding(code, source, facts === undefined ? {} : { facts }))
  return [...found, ...loose]
}

function isForAll(list: Statement['rule']['daemons']): boolean {
  return list.length === 1 && list[0]?.some((word) => word.toLowerCase() === 'all') === true
}

function isUnknown({ host }: ClientPattern): boolean {
  if (host.kind !== 'text' || host.pattern.kind !== 'equals') return false
  return host.pattern.text === 'unknown' || host.pattern.text === 'paranoid'
}

function restsOnName(client: ClientPattern | undefined): boolean {
  if (client === undefined || isUnknown(client) || isLooseAddress(client)) return false
  const { host } = client
  if (host.kind === 'text') return host.satisfiedBy !== 'address' && host.pattern.kind !== 'all'
  return host.kind === 'known' || host.kind === 'local' || host.kind === 'netgroup'
}

/** A pattern of digits that libwrap also holds against the name. */
function isLooseAddress(client: ClientPattern | undefined): boolean {
  const host = client?.host
  if (host?.kind !== 'text' || host.satisfiedBy !== 'either') return false
  return host.pattern.kind === 'glob' && /^[\d.*?]*$/.test(host.pattern.text)
}

/** The rules that have nothing to say. */
function findIdle(policy: Policy, statements: readonly Statement[]): Finding<LintCode>[] {
  return findIdleRules(policy).flatMap(({ rule, earlier }) => {
    const idle = statements[rule] as Statement
    const deciding = earlier.map((number) => statements[number] as Statement)
    const related = deciding.map(({ source }) => source)
    const isSame = deciding.every(({ outcome }) => outcome === idle.outcome)
    const shadowed = isSame ? 'rule-unreachable' : 'rule-contradicted'
    const code = related.length === 0 ? 'rule-never-matches' : shadowed
    return [finding(code, idle.source, { related, fix: removal(idle) })]
  })
}

function removal({ rule: { firstLine, line } }: Statement): Edit {
  return Array.from({ length: line - firstLine + 1 }, (_, index) => ({
    change: 'remove',
    line: firstLine + index,
  }))
}

function findOpenDefault(policy: Policy, statements: readonly Statement[]): Finding<LintCode>[] {
  if (outcomeOtherwise(policy) === 'deny') return []
  const isClosed = statements.some(
    ({ rule, outcome }) => outcome === 'deny' && isForAll(rule.daemons) && isForAll(rule.clients),
  )
  if (isClosed) return []
  const { file, lines, state } = policy.deny
  const after = lines.at(-1)?.line ?? 0
  const fix: Edit = [{ change: 'insert', after, text: 'ALL: ALL' }]
  const source = { file, line: Math.max(1, after) }
  return [finding('default-open', source, state === 'unreadable' ? {} : { fix })]
}

function isLintCode(code: string): code is LintCode {
  return Object.hasOwn(LINT_CODES, code)
}
