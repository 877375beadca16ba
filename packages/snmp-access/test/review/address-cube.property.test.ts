import { AddressSet, parsePattern, type AddressPattern } from '@gatehouse/address-set'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressText, covers, cubeOf, meets, subtract } from '../../src/review/address-cube.ts'

/** Four bits of the third and fourth octet decide, so that every address can be tried. */
const UNIVERSE = [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].map((b) => `10.0.${a}.${b}`))

function pattern(text: string): AddressPattern {
  const read = parsePattern(text, { hostBits: 'clear' })
  if (read.pattern === undefined) throw new Error(read.error.message)
  return read.pattern
}

const small = fc
  .tuple(fc.constantFrom(...UNIVERSE), fc.nat(3), fc.nat(3))
  .map(([address, a, b]) => pattern(`${address}/255.255.${252 + a}.${252 + b}`))

const members = (each: AddressPattern): string[] => {
  const set = AddressSet.of([each])
  return UNIVERSE.filter((address) => set.has(address))
}

test('one cube covers or meets another exactly when their addresses say so', () => {
  fc.assert(
    fc.property(small, small, (a, b) => {
      const [inA, inB] = [members(a), members(b)]
      expect(covers(cubeOf(a), cubeOf(b))).toBe(inB.every((each) => inA.includes(each)))
      expect(meets(cubeOf(a), cubeOf(b))).toBe(inB.some((each) => inA.includes(each)))
    }),
  )
})

test('what is left of a cube is every address outside the others, each once', () => {
  fc.assert(
    fc.property(small, fc.array(small, { maxLength: 6 }), (whole, others) => {
      const left = members(whole).filter((each) => !AddressSet.of(others).has(each))
      const pieces = subtract(cubeOf(whole), others.map(cubeOf)) ?? []
      const own = pieces.map(({ width, value, mask }) =>
        members(pattern(`${addressText(value, width)}/${addressText(mask, width)}`)),
      )
      expect(own.flat().toSorted()).toEqual(left.toSorted())
      expect(pieces.every((_, index) => own[index]?.length !== 0)).toBe(true)
    }),
  )
})

test('IPv6 patterns are cubes of 128 bits, apart from those of IPv4', () => {
  const [net, host] = [cubeOf(pattern('fd00::/64')), cubeOf(pattern('fd00::2'))]
  expect(covers(net, host)).toBe(true)
  expect(covers(host, net)).toBe(false)
  expect(meets(cubeOf(pattern('0.0.0.0/0')), host)).toBe(false)
  expect(addressText(host.value, 128)).toBe('fd00:0:0:0:0:0:0:2')
})
