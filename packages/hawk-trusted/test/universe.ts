import { claimed } from '@gatehouse/core'
import fc from 'fast-check'
import * as hawk from '../src/index.ts'

/** Names that lines spell, and after them one that no line spells: it stands for all others. */
const USERS = ['ops', 'Ops', 'night', 'stranger'] as const
const NAMES = ['web01', 'Web01', 'elsewhere'] as const
const DNS = ['none', 'None', 'example.test'] as const
const DOMAINS = ['default', 'plant2'] as const
const MICROAGENTS = ['M.Custom', 'M.SysInfo', 'M.Other'] as const
const METHODS = ['execute', 'other'] as const
const IMPACTS = ['INFO', 'ACTION'] as const

function operationsOf(
  names: readonly string[],
  dnsNames: readonly string[],
  domains: readonly string[],
): hawk.AskedOperation[] {
  const nodes = names.flatMap((name) =>
    dnsNames.flatMap((dns) => domains.map((domain) => ({ name, dns, domain }))),
  )
  const methods = MICROAGENTS.flatMap((microagent) =>
    METHODS.flatMap((method) => IMPACTS.map((impact) => ({ microagent, method, impact }))),
  )
  return nodes.flatMap((node) =>
    (['point-to-point', 'group'] as const).flatMap((scope) =>
      methods.map((method) => ({ node, scope, ...method })),
    ),
  )
}

function requestsOf(
  users: readonly string[],
  operations: readonly hawk.AskedOperation[],
): hawk.Request[] {
  return users.flatMap((user) =>
    operations.map((operation) => ({ ...operation, user: claimed(user) })),
  )
}

/** Every operation of the universe. */
export const OPERATIONS: readonly hawk.AskedOperation[] = operationsOf(NAMES, DNS, DOMAINS)

/** Every user of the universe. */
export const CALLERS: readonly string[] = USERS

/** Every request of the universe. */
export const REQUESTS: readonly hawk.Request[] = requestsOf(USERS, OPERATIONS)

/** Every request of the universe, and of one more spelling for each name that restrictions fold. */
export const SPELLED_REQUESTS: readonly hawk.Request[] = requestsOf(
  [...USERS, 'OPS', 'NIGHT'],
  operationsOf([...NAMES, 'WEB01'], [...DNS, 'NONE'], [...DOMAINS, 'DEFAULT']),
)

const named = (names: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom<string>('*', ...names.slice(0, -1))

const node = fc.oneof(
  fc.constantFrom<string>('*', '+', ...NAMES.slice(0, -1)),
  fc.tuple(named(NAMES), named(DNS), named(DOMAINS)).map((parts) => parts.join(':')),
)

/** One access line of the universe. */
const line: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '', '!'),
    fc.tuple(
      named(USERS),
      node,
      named(MICROAGENTS),
      fc.constantFrom<string>('*', '+', ...METHODS.slice(0, -1)),
    ),
    fc.integer({ min: 1, max: 4 }),
  )
  .map(([mark, columns, count]) => mark + columns.slice(0, count).join(' '))

/** A file of the universe. */
export const lines: fc.Arbitrary<string[]> = fc.array(line, { maxLength: 7 })

/** Parses lines of the universe. */
export function policyOf(text: readonly string[]): hawk.Policy {
  return hawk.parse(text.map((each) => `${each}\n`).join(''), { file: 'T' })
}

/** Whether a request is allowed. */
export function isAllowed(policy: hawk.Policy, request: hawk.Request): boolean {
  return hawk.check(policy, request).outcome === 'allow'
}
