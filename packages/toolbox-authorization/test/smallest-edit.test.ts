import { claimed } from '@gatehouse/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as toolbox from '../src/index.ts'
import { CMS, question, sketch, write, type Sketch } from './arbitraries.ts'
import { requestOf, stateOf } from './states.ts'

function apply(state: toolbox.State, { change, lines }: toolbox.AuthorizationEdit): toolbox.State {
  const source = { file: 'edit', text: lines.map((line) => `${line}\n`).join('') }
  return change === 'add'
    ? toolbox.addAuthorizations(state, source)
    : toolbox.removeAuthorizations(state, source)
}

/** Every authorization that a caller could be given, as the edit's words have it. */
function possible(state: toolbox.State, { user, groups }: toolbox.Request): string[] {
  const listed = state.users.some(({ name }) => name === user)
  const group = groups.find((one) => state.userGroups.some(({ name }) => name === one))
  const who = listed ? user : `U:${group ?? ''}`
  const scopes = [
    ...state.systems.map(({ name }) => `n:${name}`),
    ...state.groups.map(({ name }) => `g:${name}`),
  ]
  return state.toolboxes.flatMap(({ name }) => scopes.map((scope) => `${who}:${name}:${scope}`))
}

/** Answers of every user and group by itself, which a change of authorizations may turn round. */
function answers(file: Sketch, state: toolbox.State): string[] {
  const callers = [
    ...file.users.map(({ name }) => ({ user: claimed(name), groups: [] })),
    ...file.userGroups.map((name) => ({ user: claimed('nobody'), groups: [name] })),
  ]
  const tools = file.tools.map(({ name }) => name)
  return callers.flatMap((caller) => {
    const permitted = toolbox.whatCan(state, caller)
    return tools.flatMap((tool) =>
      permitted
        .filter((one) => one.tools.includes(tool))
        .flatMap(({ systems }) =>
          systems.map((system) => `${JSON.stringify(caller)} ${tool} ${system}`),
        ),
    )
  })
}

function changed(file: Sketch, before: toolbox.State, after: toolbox.State): number {
  const [one, other] = [new Set(answers(file, before)), new Set(answers(file, after))]
  return countOnlyIn(one, other) + countOnlyIn(other, one)
}

function countOnlyIn(these: ReadonlySet<string>, those: ReadonlySet<string>): number {
  return [...these].filter((answer) => !those.has(answer)).length
}

describe('the smallest edit', () => {
  it('turns the answer round, and no single authorization does it with fewer other answers', () => {
    fc.assert(
      fc.property(sketch, question, (file, request) => {
        const state = stateOf(write(file), { cms: CMS })
        const { decision, smallestEdit } = toolbox.explain(state, request)
        if (smallestEdit === undefined) return
        const flips = (edit: toolbox.AuthorizationEdit): boolean =>
          toolbox.check(apply(state, edit), request).outcome !== decision.outcome
        expect(flips(smallestEdit)).toBe(true)
        const lines =
          smallestEdit.change === 'add'
            ? possible(state, request)
            : toolbox.formatLines(state).split('\n').slice(0, -1)
        const { change } = smallestEdit
        const single = lines.map((line) => ({ change, lines: [line] })).filter(flips)
        expect(single.length > 0).toBe(smallestEdit.lines.length === 1)
        if (single.length === 0) return
        const cost = changed(file, state, apply(state, smallestEdit))
        const costs = single.map((edit) => changed(file, state, apply(state, edit)))
        expect(cost).toBe(Math.min(...costs))
      }),
      { numRuns: 150 },
    )
  })

  it('of several lines is the smallest by number', () => {
    fc.assert(
      fc.property(sketch, question, (file, request) => {
        const state = stateOf(write(file), { cms: CMS })
        const { decision, smallestEdit } = toolbox.explain(state, request)
        if (smallestEdit === undefined || smallestEdit.lines.length !== 3) return
        const { change } = smallestEdit
        const lines =
          change === 'add'
            ? possible(state, request).filter((line) => line.includes(':All Tools:'))
            : toolbox.formatLines(state).split('\n').slice(0, -1)
        for (const [index, first] of lines.entries()) {
          for (const second of lines.slice(index + 1)) {
            const after = apply(state, { change, lines: [first, second] })
            expect(toolbox.check(after, request).outcome).toBe(decision.outcome)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('gives the toolbox that opens least, for the system asked about', () => {
    const { smallestEdit } = toolbox.explain(stateOf(), requestOf({ targets: ['db01'] }))
    expect(smallestEdit).toEqual({ change: 'add', lines: ['ann:Web:n:db01'] })
  })

  it('gives a group where that is fewer lines', () => {
    const state = stateOf({ authorizations: 'root:All Tools:n:*\n' })
    const { smallestEdit } = toolbox.explain(state, requestOf({ targets: ['web01', 'web02'] }))
    expect(smallestEdit).toEqual({ change: 'add', lines: ['ann:Web:g:webs'] })
  })

  it('takes away what covers the system with the fewest authorizations', () => {
    const authorizations = 'ann:Web:g:webs\nann:All Tools:n:web01\n'
    const request = requestOf({ targets: ['web01', 'web02'] })
    const { smallestEdit } = toolbox.explain(stateOf({ authorizations }), request)
    expect(smallestEdit).toEqual({ change: 'remove', lines: ['ann:Web:g:webs'] })
  })

  it('is not given where another file would have to change', () => {
    for (const fields of [{ tool: 'nix' }, { targets: ['nix'] }, { targets: [] }]) {
      expect(toolbox.explain(stateOf(), requestOf(fields)).smallestEdit).toBeUndefined()
    }
  })

  it('is not looked for beyond a number of systems', () => {
    const names = Array.from({ length: toolbox.MAX_EDITED_SYSTEMS + 1 }, (_, index) => `n${index}`)
    const nodes = ['cms', ...names].map((name) => `<node name="${name}"/>`).join('')
    const state = stateOf({
      systems: `<node-list>${nodes}</node-list>`,
      groups: '<node-group-list/>',
      authorizations: 'root:All Tools:n:*\n',
    })
    const lines = (targets: string[]): number | undefined =>
      toolbox.explain(state, requestOf({ targets })).smallestEdit?.lines.length
    expect(lines(names.slice(1))).toBe(toolbox.MAX_EDITED_SYSTEMS)
    expect(lines(names)).toBeUndefined()
  })
})
