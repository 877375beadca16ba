import fc from 'fast-check'
import { expect, it } from 'vitest'

import { parseRevocationList, REVOCATION_LIST_FAULTS } from '../../src/index.ts'
import { forged, strings } from '../certificate/forge.ts'
import { forgeList, listOf, ofCertificates, serials } from './forge.ts'

const CERTIFICATE = forged()
const HEADER = forgeList([])
const GOOD = forgeList([
  [2, strings([CERTIFICATE.key.blob])],
  ofCertificates([
    [0x21, serials(1n, 9n)],
    [0x23, strings(['a'])],
  ]),
])

it('reads or refuses whatever follows the header, and never throws', () => {
  const anything = fc.uint8Array({ maxLength: 200 }).map((rest) => Buffer.concat([HEADER, rest]))
  const damaged = fc.tuple(fc.nat(GOOD.length - 1), fc.nat(255)).map(([at, value]) => {
    const bytes = Buffer.from(GOOD)
    bytes[at] = value
    return bytes
  })
  fc.assert(
    fc.property(fc.oneof(anything, damaged), (bytes) => {
      const list = parseRevocationList(bytes)
      if ('fault' in list) expect(Object.hasOwn(REVOCATION_LIST_FAULTS, list.fault)).toBe(true)
      else expect(typeof list.covers(CERTIFICATE)).toBe('boolean')
    }),
    { numRuns: 500 },
  )
})

it('covers the serial numbers of its ranges, and no others', () => {
  const range = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(8))
  fc.assert(
    fc.property(fc.array(range, { maxLength: 8 }), (ranges) => {
      const sections = ranges.map(
        ([first, more]) => [0x21, serials(BigInt(first), BigInt(first + more))] as const,
      )
      const list = listOf(ofCertificates(sections))
      for (let serial = 0; serial < 50; serial += 1) {
        const isIn = ranges.some(([first, more]) => first <= serial && serial <= first + more)
        expect(list.covers({ ...CERTIFICATE, serial: BigInt(serial) })).toBe(isIn)
      }
    }),
    { numRuns: 100 },
  )
})
