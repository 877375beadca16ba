import { claimed } from '@gatehouse/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as toolbox from '../src/index.ts'
import { stateOf } from './states.ts'

const TOOLS = ['t0', 't1', 't2', 't3', 't4', 't5']

/** A tool that says itself where it runs. */
const tool = fc
  .record({
    target: fc.constantFrom('', 'ALL', 'CMS', 'web01', 'web01,db01', 'cms,web02'),
    accepts: fc.boolean(),
    acts: fc.boolean(),
    most: fc.constantFrom('', ' max-targets="1"', ' max-targets="2"'),
    box: fc.constantFrom('Web', 'Closed', 'Full Rights'),
  })
  .map(
    ({ target, accepts, acts, most, box }) =>
      (name: string) =>
        `<ssa-command-tool name="${name}" accepts-targets="${accepts}" acts-on-cms="${acts}"${most}>` +
        (target === '' ? '' : `<default-target>${target}</default-target>`) +
        `<toolbox toolbox-name="${box}"/></ssa-command-tool>`,
  )

const state = fc
  .record({
    tools: fc.tuple(...TOOLS.map(() => tool)),
    lines: fc.uniqueArray(
      fc
        .tuple(
          fc.constantFrom('Web', 'Closed', 'All Tools', 'Full Rights'),
          fc.constantFrom('n:cms', 'n:web01', 'n:web02', 'n:db01', 'g:webs'),
        )
        .map((parts) => `ann:${parts.join(':')}`),
      { maxLength: 6 },
    ),
  })
  .map(({ tools, lines }) =>
    stateOf({
      tools: `<tool-list>${tools.map((make, at) => make(TOOLS[at] ?? '')).join('')}</tool-list>`,
      authorizations: lines.join('\n'),
    }),
  )

it('names exactly the tools that run or no longer run when no target is named', () => {
  fc.assert(
    fc.property(state, state, (before, after) => {
      const asked = { user: claimed('ann'), groups: [], targets: [] }
      const changed = TOOLS.filter((name) => {
        const [old, now] = [before, after].map((one) =>
          toolbox.check(one, { ...asked, tool: name }),
        )
        return old?.outcome !== now?.outcome
      })
      const named = toolbox
        .diff(before, after)
        .filter(({ region }) => region.systems.length === 0 && region.principal.name === 'ann')
      expect(named.flatMap(({ region }) => region.tools).toSorted()).toEqual(changed)
    }),
    { numRuns: 400 },
  )
})
