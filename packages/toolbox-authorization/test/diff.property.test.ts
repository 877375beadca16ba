import { claimed, type Outcome } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as toolbox from '../src/index.ts'
import { CMS, sketch, write, type Sketch } from './arbitraries.ts'
import { stateOf } from './states.ts'

/** Every request about one system, or none, with its outcome. */
function answers(state: toolbox.State, file: Sketch): Map<string, Outcome> {
  const callers = [
    ...file.users.map(({ name }) => ({ user: claimed(name), groups: [] as string[], name })),
    ...file.userGroups.map((group) => ({
      user: claimed('somebody'),
      groups: [group],
      name: `U:${group}`,
    })),
  ]
  return new Map(
    callers.flatMap(({ name, ...caller }) =>
      file.tools.flatMap(({ name: tool }) =>
        [[], ...file.systems.map((system) => [system])].map((targets) => [
          `${name}/${tool}/${targets.join('')}`,
          toolbox.check(state, { ...caller, tool, targets }).outcome,
        ]),
      ),
    ),
  )
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

it('names exactly the requests whose answer changes, each with a true example', () => {
  fc.assert(
    fc.property(sketch, sketch, fc.boolean(), (file, other, isSmall) => {
      const next = isSmall ? { ...file, authorizations: other.authorizations } : other
      const [before, after] = [file, next].map((one) => stateOf(write(one), { cms: CMS }))
      if (before === undefined || after === undefined) throw new TypeError('two states')
      const [old, now] = [answers(before, file), answers(after, file)]
      const changed = [...old].filter(([key, outcome]) => now.get(key) !== outcome)
      const named = toolbox.diff(before, after).flatMap((difference) => {
        const { region, example } = difference
        expect(difference.before.outcome).not.toBe(difference.after.outcome)
        expect(region.tools).toContain(example.tool)
        expect(example.targets).toEqual(region.systems.slice(0, 1))
        expect(toolbox.check(after, example)).toEqual(difference.after)
        const { kind, name } = region.principal
        const who = kind === 'user' ? name : `U:${name}`
        const targets = region.systems.length === 0 ? [''] : region.systems
        return region.tools.flatMap((tool) =>
          targets.map((target) => [`${who}/${tool}/${target}`, difference.before.outcome]),
        )
      })
      expect(named.map((one) => one.join(' ')).toSorted(byText)).toEqual(
        changed.map((one) => one.join(' ')).toSorted(byText),
      )
    }),
    { numRuns: 300 },
  )
})

it('finds nothing between a state and itself', () => {
  fc.assert(
    fc.property(sketch, (file) => {
      const state = stateOf(write(file), { cms: CMS })
      expect(toolbox.diff(state, stateOf(toolbox.format(state), { cms: CMS }))).toEqual([])
    }),
    { numRuns: 50 },
  )
})
