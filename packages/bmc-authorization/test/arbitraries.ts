import { claimed } from '@gatehouse/core'
import fc from 'fast-check'
import { ACTIONS, LEVELS, type Level, type Request } from '../src/index.ts'

/** A spelling, and what spellings of the same thing have in common. */
interface Spelling {
  text: string
  meaning: string
}

interface UserSketch {
  name: string
  level: Level | null
  comments: string[]
}

export interface ComputerSketch extends UserSketch {
  meaning: string
  users: UserSketch[]
}

/** A file before it is written. */
export interface Sketch {
  level: Level | null
  computers: ComputerSketch[]
  comments: string[]
}

const ADDRESSES: Spelling[] = [
  { text: '10.1.2.3', meaning: '10.1.2.3' },
  { text: '::ffff:10.1.2.3', meaning: '10.1.2.3' },
  { text: '::FFFF:a01:203', meaning: '10.1.2.3' },
  { text: '10.1.2.4', meaning: '10.1.2.4' },
  { text: '10.1.3.3', meaning: '10.1.3.3' },
  { text: '10.2.2.3', meaning: '10.2.2.3' },
  { text: '110.1.2.3', meaning: '110.1.2.3' },
  { text: '2001:db8::1', meaning: '2001:db8::1' },
  { text: '2001:DB8:0:0::0001', meaning: '2001:db8::1' },
  { text: '::1', meaning: '::1' },
]

const HOSTS: Spelling[] = [
  { text: 'gw1', meaning: 'gw1' },
  { text: 'GW1.', meaning: 'gw1' },
  { text: 'gw1.test', meaning: 'gw1.test' },
  { text: '10.1.2.evil.test', meaning: '10.1.2.evil.test' },
]

const PATTERNS = ['10.*', '10.1.*', '10.1.2.*', '110.*', '*'].map((text) => ({
  text,
  meaning: text,
}))

const USERS = ['ann', 'Ann', 'ben', 'CORP\\ann', 'corp\\ANN', 'Ann Lee', 'ann#1']

const level = fc.option(fc.constantFrom(...LEVELS))
const comments = fc.array(
  fc.stringMatching(/^#[ -~]{0,8}$/).map((text) => text.trimEnd()),
  {
    maxLength: 2,
  },
)

const users: fc.Arbitrary<UserSketch[]> = fc.uniqueArray(
  fc.record({ name: fc.constantFrom('*', ...USERS), level, comments }),
  { maxLength: 4, selector: ({ name }) => meaningOfUser(name) },
)

/** A file that has no error. */
export const sketch: fc.Arbitrary<Sketch> = fc.record({
  level,
  comments,
  computers: fc.uniqueArray(
    fc
      .record({
        name: fc.constantFrom(...ADDRESSES, ...HOSTS, ...PATTERNS),
        level,
        users,
        comments,
      })
      .map(({ name, ...rest }) => ({ ...rest, name: name.text, meaning: name.meaning })),
    { maxLength: 8, selector: ({ meaning }) => meaning },
  ),
})

/** A peer, with what its address and name mean beside the text. */
const peer = fc.record({
  address: fc.constantFrom(...ADDRESSES),
  name: fc.option(fc.constantFrom(...HOSTS, { text: '10.1.2.3', meaning: 'a name, no address' })),
})

/** A request that is sound, with what its peer means. */
export const question: fc.Arbitrary<{
  request: Request
  address: string
  name: string | null
}> = fc
  .record({
    peer,
    user: fc.constantFrom(...USERS, 'nobody'),
    action: fc.constantFrom(...Object.keys(ACTIONS)),
    startedByCaller: fc.boolean(),
    othersHaveRequests: fc.boolean(),
  })
  .map(({ peer: { address, name }, user, ...rest }) => ({
    request: {
      ...rest,
      claimedUser: claimed(user),
      peer: { address: address.text, verifiedName: name?.text ?? null },
    },
    address: address.meaning,
    name: name?.meaning ?? null,
  }))

/** What user names are compared by. */
export function meaningOfUser(name: string): string {
  return name.includes('\\') ? name.toLowerCase() : name
}

/** Writes a file, with its comments before the first statement of each block. */
export function write({ level: global, computers, comments: head }: Sketch): string {
  return [
    ...head,
    'BEGIN_AUTHORIZATION',
    ...permission(global),
    ...computers.flatMap((computer) => [
      ...block(
        'COMPUTER',
        computer,
        computer.users.flatMap((user) => block('USER', user, [])),
      ),
    ]),
    'END_AUTHORIZATION',
    '',
  ].join('\n')
}

function block(kind: string, node: UserSketch, inner: string[]): string[] {
  return [
    `BEGIN_${kind}`,
    ...node.comments,
    ...permission(node.level),
    ...inner,
    `\tNAME = ${node.name}`,
    `END_${kind}`,
  ]
}

function permission(word: Level | null): string[] {
  return word === null ? [] : [`  PERMISSION = ${word}`]
}
