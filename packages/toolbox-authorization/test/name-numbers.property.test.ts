import fc from 'fast-check'
import { expect, it } from 'vitest'
import { NameNumbers } from '../src/name-numbers.ts'
import { FOLDS, type Naming } from '../src/names.ts'

const naming = fc.constantFrom<Naming>('account', 'system', 'exact')

/** Letters next to those that are folded, signs next to `\`, zero, and what needs one byte or two. */
const UNITS = ['a', 'A', 'z', 'Z', '@', '[', '`', '{', '\\', ']', '.', '\0', 'é', 'É', 'ÿ', 'Ā']

const short = fc.string({ unit: fc.constantFrom(...UNITS), maxLength: 6 })
const long = fc
  .tuple(fc.integer({ min: 36, max: 44 }), short)
  .map(([length, end]) => 'x'.repeat(length) + end)
const name = fc.oneof(short, short, long)

it('finds names as a search for what they are compared by does, and of equal ones the first', () => {
  fc.assert(
    fc.property(naming, fc.array(name), fc.array(name), (how, names, others) => {
      const fold = FOLDS[how]
      const numbers = new NameNumbers(
        names.map((one) => ({ name: one })),
        how,
      )
      const folded = names.map(fold)
      expect(numbers.size).toBe(new Set(folded).size)
      for (const asked of [...names, ...others]) {
        expect(numbers.find(asked)).toBe(folded.indexOf(fold(asked)))
      }
    }),
    { numRuns: 2000 },
  )
})

it('finds a piece of a text as it finds the piece', () => {
  fc.assert(
    fc.property(naming, fc.array(name), name, name, (how, names, before, after) => {
      const numbers = new NameNumbers(
        names.map((one) => ({ name: one })),
        how,
      )
      for (const one of names) {
        const text = before + one + after
        const number = numbers.find(text, before.length, before.length + one.length)
        expect(number).toBe(numbers.find(one))
      }
    }),
  )
})
