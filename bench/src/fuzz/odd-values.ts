import type { Random } from '../random.ts'
import { pick } from './format.ts'

/** What stands where a request should have a text. */
const ODD_VALUES: readonly unknown[] = [
  undefined,
  null,
  '',
  ' ',
  '*',
  '+',
  0,
  Number.NaN,
  true,
  [],
  ['ops'],
  {},
  Object.create(null),
  // oxlint-disable-next-line no-new-wrappers -- just that
  new String('ops'),
  Symbol('ops'),
  10n,
  () => 'ops',
  'x\u0000y',
  '\ud800',
  'x'.repeat(5000),
  '__proto__',
  'constructor',
]

/** The value, now and then another one in its place. */
export function perhapsOdd<Value>(random: Random, value: Value): Value {
  return random(24) === 0 ? (pick(random, ODD_VALUES) as Value) : value
}
