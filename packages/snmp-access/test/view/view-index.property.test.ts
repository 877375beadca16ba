import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareOids, type Oid } from '../../src/index.ts'
import { SmallView } from '../../src/view/small-view.ts'
import { ViewIndex } from '../../src/view/view-index.ts'
import type { ViewFamily } from '../../src/view/view-lookup.ts'

type Family = ViewFamily<number>

/** Few numbers and short identifiers, so that families meet. */
const OID = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 10 })
const MASK = fc.uint8Array({ maxLength: 2 })
const FAMILIES = fc
  .array(fc.record({ subtree: OID, mask: MASK }), { maxLength: 12 })
  .map((families) => families.map((family, value): Family => ({ ...family, value })))

/** RFC 3415 word by word, family by family. */
function plainRule(families: readonly Family[], oid: Oid): number | undefined {
  let best: Family | undefined
  for (const family of families) {
    if (matches(family, oid) && (best === undefined || isGreater(family, best))) best = family
  }
  return best?.value
}

function matches({ subtree, mask }: Family, oid: Oid): boolean {
  const bits = [...mask].map((octet) => octet.toString(2).padStart(8, '0')).join('')
  return (
    oid.length >= subtree.length &&
    subtree.every((sub, index) => bits[index] === '0' || oid[index] === sub)
  )
}

function isGreater(a: Family, b: Family): boolean {
  if (a.subtree.length !== b.subtree.length) return a.subtree.length > b.subtree.length
  return compareOids(a.subtree, b.subtree) > 0
}

describe('the index of a view', () => {
  it('decides as the plain rule does, whatever was asked before', () => {
    fc.assert(
      fc.property(FAMILIES, fc.array(OID, { maxLength: 20 }), (families, oids) => {
        const index = new ViewIndex(families)
        const small = new SmallView(families)
        for (const oid of [...oids, ...oids]) {
          const expected = plainRule(families, oid)
          expect(index.find(oid)).toBe(expected)
          expect(small.find(oid)).toBe(expected)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('decides alike when the masks overlap in more ways than it keeps', () => {
    const families = Array.from({ length: 20 }, (_, value): Family => {
      const subtree = Array.from({ length: 20 }, (__, at) => (at === value ? 1 : 0))
      const mask = new Uint8Array(3)
      mask[value >> 3] = 0x80 >> (value & 7)
      return { subtree, mask, value }
    })
    const index = new ViewIndex(families)
    for (let number = 0; number < 2 ** 13; number += 1) {
      const oid = Array.from({ length: 20 }, (_, at) => (number >> (at % 13)) & 1)
      expect(index.find(oid)).toBe(plainRule(families, oid))
    }
  })
})
