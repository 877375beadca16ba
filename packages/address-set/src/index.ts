export { formatAddress, MAX_ADDRESS_CHARACTERS, parseAddress } from './address.ts'
export { AddressIndex, type IndexEntry, type Precedence } from './address-index.ts'
export { AddressSet } from './address-set.ts'
export { PATTERN_CODES, type PatternCode } from './codes.ts'
export { formatPattern } from './format.ts'
export type { Address, AddressPattern, Family, PatternForm } from './model.ts'
export {
  MAX_PATTERN_CHARACTERS,
  parsePattern,
  type PatternError,
  type PatternOptions,
  type PatternResult,
} from './parse.ts'
export { MAX_DISTINCT_MASKS } from './rule-table.ts'
