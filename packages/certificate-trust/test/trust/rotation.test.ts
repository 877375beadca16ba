import { expect, test } from 'vitest'
import { rotationProgress } from '../../src/index.ts'

const [OLD, FRESH] = ['a'.repeat(64), 'b'.repeat(64)] as const
const rotation = { from: OLD, to: FRESH }

test('systems are told apart by what they hold, and those that have not said count as nothing', () => {
  const progress = rotationProgress(rotation, [
    { system: 'web01', trusts: [OLD] },
    { system: 'web02', trusts: [FRESH, OLD] },
    { system: 'web03', trusts: [FRESH] },
    { system: 'web04', trusts: [] },
    { system: 'web05', trusts: null },
    { system: 'web06', trusts: ['c'.repeat(64), OLD] },
  ])
  expect(progress).toEqual({
    onlyOld: ['web01', 'web06'],
    both: ['web02'],
    onlyNew: ['web03'],
    neither: ['web04'],
    unknown: ['web05'],
    isComplete: false,
  })
})

test.each([
  [[OLD], false],
  [[OLD, FRESH], true],
  [[FRESH], true],
  [[], false],
  [null, false],
])('with one system that trusts %o the old one can go: %s', (trusts, isComplete) => {
  expect(rotationProgress(rotation, [{ system: 'web01', trusts }]).isComplete).toBe(isComplete)
})
