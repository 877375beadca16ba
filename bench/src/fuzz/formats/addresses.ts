import {
  AddressSet,
  formatAddress,
  formatPattern,
  parseAddress,
  parsePattern,
  PATTERN_CODES,
  type PatternForm,
} from '@gatehouse/address-set'
import type { Random } from '../../random.ts'
import { pick, type FuzzFormat, type Input } from '../format.ts'
import { ensure, ensureEqual } from '../oracle.ts'

const IPV4 = ['10.0.0.1', '0.0.0.0', '255.255.255.255', '10.1.2.3', '172.31.14.7', '127.0.0.1']
const IPV6 = [
  ['::', '::1', '2001:db8::1', '2001:DB8:0:0::0001', '::ffff:10.0.0.1', '::ffff:a01:203'],
  ['fe80::1%eth0', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7.8.9.10', '::10.0.0.1', '64:ff9b::10.0.0.1'],
].flat()
const SIGNS = ['.', ':', '::', '/', '-', '*', '%', '.*', '/24', '/32', '/0', '/128', '/96', '/033']
const MASKS = ['255.255.255.0', '255.0.0.255', 'ffff:ffff::', 'ffff::ff00', '8', '16', '104', '33']
const FORMS: readonly PatternForm[] = ['address', 'cidr', 'mask', 'wildcard', 'range']

function address(random: Random): string {
  if (random(3) > 0) return pick(random, random(2) === 0 ? IPV4 : IPV6)
  if (random(2) === 0)
    return Array.from({ length: 4 }, () => random(random(9) ? 256 : 999)).join('.')
  const groups = Array.from({ length: 1 + random(8) }, () => random(0x10000).toString(16))
  return groups.join(':') + (groups.length < 8 ? pick(random, ['::', '::1', '']) : '')
}

/** One address, as a socket names it or an operator writes it. */
export const ADDRESS: FuzzFormat = {
  name: 'address',
  takesBytes: false,
  words: [...IPV4, ...IPV6, ...SIGNS],
  compose: address,
  examine: (input: Input): boolean => {
    const text = input as string
    const parsed = parseAddress(text)
    ensure(parsed !== undefined || !EVERYTHING.has(text), 'what is no address is in a set')
    if (parsed === undefined) return false
    const written = formatAddress(parsed)
    const again = parseAddress(written)
    ensureEqual(again, parsed, 'what is written reads as another address')
    ensure(formatAddress(parsed) === written, 'written twice, it differs')
    ensure(EVERYTHING.has(text) && EVERYTHING.has(parsed), 'an address is in no set')
    return true
  },
}

const EVERYTHING = AddressSet.of(
  ['0.0.0.0/0', '::/0']
    .map((text) => parsePattern(text).pattern)
    .filter((one) => one !== undefined),
)

/** One rule about addresses, in all five forms. */
export const ADDRESS_PATTERN: FuzzFormat = {
  name: 'address-pattern',
  takesBytes: false,
  words: [...IPV4, ...IPV6, ...SIGNS, ...MASKS],
  compose: (random) => {
    const one = address(random)
    switch (random(6)) {
      case 0:
        return one
      case 1:
        return `${one}-${address(random)}`
      case 2:
        return `${one}/${random(random(2) === 0 ? 33 : 130)}`
      case 3:
        return `${pick(random, ['10.0.0.0', '10.0.0.5', '2001:db8::', '::'])}/${pick(random, MASKS)}`
      case 4:
        return `${one
          .split('.')
          .slice(0, 1 + random(4))
          .join('.')}.*`
      default:
        return `10.0.0.${random(9)}-10.0.0.${random(20)}`
    }
  },
  examine: (input, random): boolean => {
    const text = input as string
    const hostBits = random(2) === 0 ? 'refuse' : 'clear'
    const forms = random(4) === 0 ? [pick(random, FORMS)] : FORMS
    const { pattern, error } = parsePattern(text, { hostBits, forms })
    if (pattern === undefined) {
      ensure(Object.hasOwn(PATTERN_CODES, error.code), error.code)
      ensure(error.offset >= 0 && error.offset <= text.length, 'the fault lies outside of the text')
      return false
    }
    ensure(forms.includes(pattern.form), 'a form that was not asked for')
    const written = formatPattern(pattern)
    const again = parsePattern(written, { forms: [pattern.form] })
    ensureEqual(again.pattern, pattern, 'what is written reads as another pattern')
    const set = AddressSet.of([pattern])
    const probe = address(random)
    ensure(set.has(probe) === setOf(written).has(probe), 'what is written covers other addresses')
    return true
  },
}

function setOf(text: string): AddressSet {
  const { pattern } = parsePattern(text)
  return AddressSet.of(pattern === undefined ? [] : [pattern])
}
