import fc from 'fast-check'
import { parse } from '../src/configuration/parse.ts'
import type { Configuration, Level } from '../src/model.ts'

/** Objects that differ in what the views of {@link configuration} say of them. */
export const OBJECTS = [
  [1, 3, 1],
  [1, 3, 2],
  [1, 3, 1, 1],
  [1, 3, 9, 1],
]
/** Addresses that its sources tell apart. */
export const ADDRESSES = [
  '10.0.0.0',
  '10.0.0.1',
  '10.0.0.2',
  '10.0.0.3',
  '10.9.9.9',
  'fd00::1',
  'fd00::2',
]
/** All levels. */
export const LEVELS: readonly Level[] = ['noAuthNoPriv', 'authNoPriv', 'authPriv']
/** Contexts that exist. */
export const CONTEXTS = ['', 'alpha', 'alpine']

const ipv4 = fc.constantFrom(
  'default',
  '10.0.0.0/31',
  '10.0.0.2/31',
  '10.0.0.0/255.255.255.253',
  '10.0.0.1',
  '!10.0.0.1',
  '!10.0.0.0/30',
)
const ipv6 = fc.constantFrom('default', 'fd00::1', '!fd00::2', 'fd00::/64')
const name = fc.constantFrom('s', 't')
const view = fc.constantFrom('v', 'w', '_all_', 'none')
const model = fc.constantFrom('any', 'v1', 'v2c', 'usm')
const line = fc.oneof(
  fc.tuple(name, ipv4).map(([who, source]) => `com2sec ${who} ${source} c`),
  fc.tuple(fc.constantFrom('alpha', 'ghost'), name, ipv4).map(([context, who, source]) => {
    return `com2sec -Cn ${context} ${who} ${source} c`
  }),
  fc.tuple(name, ipv6).map(([who, source]) => `com2sec6 ${who} ${source} c`),
  ipv4.map((source) => `rocommunity c ${source.replace('!', '')} .1.3.1`),
  fc.tuple(fc.constantFrom('g', 'h'), model, name).map((words) => `group ${words.join(' ')}`),
  fc
    .tuple(
      fc.constantFrom('g', 'h'),
      fc.constantFrom('""', 'al', 'alpha'),
      model,
      fc.constantFrom('noauth', 'auth', 'priv'),
      fc.constantFrom('exact', 'prefix'),
      view,
      view,
    )
    .map((words) => `access ${words.join(' ')} none`),
  fc
    .tuple(
      fc.constantFrom('v', 'w'),
      fc.constantFrom('included', 'excluded'),
      fc.constantFrom('', '.0', '.1', '.2'),
    )
    .map(([of, kind, sub]) => `view ${of} ${kind} .1.3${sub}`),
  fc
    .tuple(fc.constantFrom('v', 'w'), fc.constantFrom('included', 'excluded'), fc.nat(2))
    .map(([of, kind, last]) => `view ${of} ${kind} .1.3.0.${last} d0`),
)

/** Lines that grant, so that most configurations grant something. */
const BASE = [
  'com2sec s default c',
  'group g v1 s',
  'group g v2c s',
  'group h usm t',
  'access g "" any noauth prefix v w none',
  'access h "" usm auth prefix w v none',
  'view v included .1.3',
  'view w included .1.3.0.1 d0',
]

/** Small configurations in which everything meets everything. */
export const configuration: fc.Arbitrary<Configuration> = fc
  .tuple(
    fc.array(line, { minLength: 3, maxLength: 14 }),
    fc.subarray(BASE),
    fc.constantFrom('net-snmp', 'rfc3415'),
  )
  .map(([lines, base, profile]) =>
    parse(`${[...lines, ...base].join('\n')}\n`, {
      file: 'f',
      lenient: true,
      profile,
      contexts: CONTEXTS.slice(1),
    }),
  )
