import {
  AddressIndex,
  AddressSet,
  parseAddress,
  parsePattern,
  type Address,
  type AddressPattern,
  type PatternCode,
} from '../src/index.ts'

const result = parsePattern('10.0.0.0/8')
if (result.error === undefined) {
  AddressIndex.of([{ pattern: result.pattern, value: 7 }], 'first').find('10.0.0.1') satisfies
    number | undefined
} else {
  result.error.code satisfies PatternCode
}

// @ts-expect-error -- a pattern comes with no proof that the text was one
AddressSet.of([result.pattern])

// @ts-expect-error -- text is no pattern
AddressSet.of(['10.0.0.0/8'])

// @ts-expect-error -- an address is made by parseAddress only
const forged: Address = { family: 4 }

// @ts-expect-error -- a pattern is made by parsePattern only
const forgedPattern: AddressPattern = { family: 4, form: 'cidr' }

// @ts-expect-error -- parseAddress may find no address
AddressSet.of([]).has(parseAddress('10.0.0.1'))

export { forged, forgedPattern }
