import { claimed } from '@gatehouse/core'
import fc from 'fast-check'
import { ACTIONS, LEVELS, type Caller, type Operation, type Request } from '../src/index.ts'

/** Entries that overlap in every way: by address, by pattern inside pattern, and by name. */
const COMPUTERS = [
  '10.1.2.3',
  '10.1.2.4',
  '2001:db8::1',
  '10.1.2.*',
  '10.1.*',
  '10.*',
  '*',
  'gw1',
  'gw2.test',
]
const USERS = ['*', 'ann', 'Ann', 'CORP\\ann']

const level = fc.option(fc.constantFrom(...LEVELS), { freq: 3 })

const blocks = (kind: string, names: string[], inner: fc.Arbitrary<string[]>, max: number) =>
  fc
    .uniqueArray(
      fc.record({ name: fc.constantFrom(...names), level, inner, nameLast: fc.boolean() }),
      { maxLength: max, selector: ({ name }) => name },
    )
    .map((nodes) => nodes.flatMap((node) => block(kind, node)))

function block(
  kind: string,
  node: { name: string; level: string | null; inner: string[]; nameLast: boolean },
): string[] {
  const name = `NAME = ${node.name}`
  const body = [...permission(node.level), ...node.inner]
  return [`BEGIN_${kind}`, ...(node.nameLast ? [...body, name] : [name, ...body]), `END_${kind}`]
}

function permission(word: string | null): string[] {
  return word === null ? [] : [`PERMISSION = ${word}`]
}

/** The text of a file over the few names of {@link CALLERS}, without an error. */
export const fileText: fc.Arbitrary<string> = fc
  .record({
    level,
    computers: blocks('COMPUTER', COMPUTERS, blocks('USER', USERS, fc.constant([]), 3), 6),
    crlf: fc.boolean(),
    lastLineEnd: fc.boolean(),
  })
  .map(({ level: global, computers, crlf, lastLineEnd }) =>
    [
      '# a file',
      'BEGIN_AUTHORIZATION',
      ...permission(global),
      ...computers,
      'END_AUTHORIZATION',
      ...(lastLineEnd ? [''] : []),
    ].join(crlf ? '\r\n' : '\n'),
  )

const ADDRESSES = ['10.1.2.3', '10.1.2.4', '10.1.2.9', '10.1.9.9', '10.9.9.9', '192.0.2.77']
const NAMES = [null, 'gw1', 'GW2.test.', 'else.test']

/** One caller of each kind that a {@link fileText} can tell apart. */
export const CALLERS: readonly Caller[] = [...ADDRESSES, '2001:db8::1', '2001:db8::9'].flatMap(
  (address) =>
    NAMES.flatMap((verifiedName) =>
      ['ann', 'Ann', 'corp\\ANN', 'nobody'].map((user) => ({
        peer: { address, verifiedName },
        claimedUser: claimed(user),
      })),
    ),
)

/** Every action with every fact about ownership. */
export const OPERATIONS: readonly Operation[] = Object.keys(ACTIONS).flatMap((action) =>
  [false, true].flatMap((startedByCaller) =>
    [false, true].map((othersHaveRequests) => ({ action, startedByCaller, othersHaveRequests })),
  ),
)

/** One operation for each level that can be needed, the lowest first. */
const LEVEL_OPERATIONS: readonly Operation[] = [
  'collect.query',
  'chart',
  'collect.start',
  'agent.stop',
].map((action) => ({ action, startedByCaller: false, othersHaveRequests: false }))

/** Every caller with an operation for each level. */
export const REQUESTS: readonly Request[] = CALLERS.flatMap((caller) =>
  LEVEL_OPERATIONS.map((operation) => ({ ...caller, ...operation })),
)
