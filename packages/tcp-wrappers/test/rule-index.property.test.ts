import { claimed } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as tcp from '../src/index.ts'
import { deciderOf } from '../src/policy.ts'
import { readSubject } from '../src/request.ts'
import { matchesRule } from '../src/rule-match.ts'
import { errorsOf } from './policies.ts'

/** Items of every kind that the index treats in a way of its own, and near misses. */
const ODD_ITEMS = [
  [
    '10.0.0.1',
    '010.0.0.1',
    '10.',
    '10.0.',
    '10.0.0.',
    '10.0.0.1.',
    '.1',
    '.0.1',
    '.',
    '255.255.255.',
  ],
  [
    '10.0.0.0/24',
    '10.0.0.1/24',
    '10.0.0.1/32',
    '10.0.0.0/255.0.255.0',
    '0.0.0.0/0.0.0.0',
    '0.0.0.0/1',
  ],
  ['10.*', '10.0.*', '10.0.0.?', '1?.0.0.1', '*.1', '*', '*0*', '?.?', '2*', 'u*', '*n', '*:*'],
  [
    '[::]/0',
    '[2001:db8::1]',
    '[2001:db8::]/33',
    '[::ffff:10.0.0.1]',
    '[fe80::1]',
    '[x]',
    '[::]/129',
  ],
  [
    'gw',
    'web.',
    '.example.com',
    'gw.example.com',
    '*.example.com',
    '*w.example.com',
    'web.*',
    'w?b.x',
  ],
  [
    'unknown',
    'paranoid',
    'known',
    'LOCAL',
    'ALL',
    '12',
    '.COM',
    'ALL@10.',
    'bob@gw',
    'u*@*',
    'ALL@.b',
  ],
  ['@ops', '/list', '/none', '255.255.255.255', 'a..b', '.x', '..'],
].flat()

const ODD_DAEMONS = [
  'bgssd',
  'ALL',
  'b*',
  'other',
  '80',
  'bgssd@10.',
  'ALL@@ops',
  'known',
  'x.y',
  '.y',
]

const oddRule = fc
  .tuple(
    fc.oneof(
      fc.constant(['bgssd']),
      fc.array(fc.constantFrom(...ODD_DAEMONS, 'EXCEPT'), { minLength: 1, maxLength: 3 }),
    ),
    fc.array(fc.constantFrom(...ODD_ITEMS, 'EXCEPT'), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '', ': deny', '\\\n 10.0.0.7'),
  )
  .map(([daemons, clients, end]) => `${daemons.join(' ')}: ${clients.join(', ')} ${end}\n`)

const ADDRESSES = [
  ['10.0.0.1', '10.0.0.7', '10.1.0.1', '255.255.255.255', '0.0.0.0', '127.0.0.1', '25.5.5.5'],
  ['::1', '2001:db8::1', '2001:DB8:8000::5', 'fe80::1%a.example.com', '64:ff9b::10.0.0.1'],
  ['::ffff:10.0.0.1', 'unknown', 'fe80::1%x.1'],
].flat()

const NAMES = [
  [null, 'gw', 'web.x', 'web.b', 'gw.example.com', 'GW.EXAMPLE.COM', 'xw.example.com'],
  ['.example.com', '10.0.0.evil', '10.0.0.1', '12', '2001:db8::1', '::ffff:10.0.0.1'],
  ['paranoid', 'unknown', 'a.b', 'b', '..', '.', 'example.com'],
].flat()

const oddRequest = fc
  .record({
    daemon: fc.constantFrom('bgssd', 'BGSSD', 'other', 'x.y', 'unknown', 'zz'),
    address: fc.constantFrom(...ADDRESSES),
    name: fc.constantFrom(...NAMES),
    user: fc.constantFrom(null, 'bob', 'unknown'),
    isMember: fc.constantFrom(undefined, true, false),
    port: fc.constantFrom(undefined, 80),
  })
  .map(({ daemon, address, name, user, isMember, port }): tcp.Request => {
    const netgroups = isMember === undefined ? {} : { netgroups: isMember ? ['ops'] : [] }
    const client = { address, name, user: user === null ? null : claimed(user), ...netgroups }
    const server = { address: '10.9.9.9', ...(port === undefined ? {} : { port }), ...netgroups }
    return { daemon, client, server }
  })

it.each(['strict', 'libwrap'] as const)(
  'finds in profile %s what asking rule after rule finds',
  (as) => {
    const options = {
      profile: as,
      readList: (path: string): string | null => (path === '/list' ? '10.0.0.1 gw\n' : null),
    }
    let found = 0
    fc.assert(
      fc.property(
        fc.array(oddRule, { minLength: 1, maxLength: 30 }),
        fc.array(oddRequest, { minLength: 40, maxLength: 40 }),
        (lines, asked) => {
          // What the strict profile does not read goes, line by line.
          const good = lines.filter(
            (line) => errorsOf(() => tcp.parse({ allow: line, deny: '' }, options)).length === 0,
          )
          const policy = tcp.parse({ allow: good.join(''), deny: '' }, options)
          const { rules } = deciderOf(policy)
          for (const each of asked) {
            const subject = readSubject(each, as)
            if ('malformed' in subject) continue
            const matches = policy.allow.rules.map((_, rule) =>
              matchesRule(rules.patternsOf(rule), subject),
            )
            const first = matches.findIndex((match) => match !== false)
            const expected = first === -1 ? undefined : { index: first, match: matches[first] }
            expect(rules.index.find(subject)).toEqual(expected)
            if (first !== -1) found += 1
          }
        },
      ),
      { numRuns: 200 },
    )
    expect(found).toBeGreaterThan(1000)
  },
)
