import { noPolicy } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import * as toolbox from '../src/index.ts'
import { requestOf, stateOf } from './states.ts'

function linesOf(authorizations: readonly toolbox.Authorization[]): number[] {
  return authorizations.map(({ source }) => source.line)
}

describe('explain', () => {
  it('names every authorization that covers a target, and those of the caller that do not', () => {
    const authorizations =
      'ann:Monitor Tools:n:web01\nann:Web:g:webs\nann:All Tools:n:web01\nann:Closed:n:web01\n'
    const { targets } = toolbox.explain(stateOf({ authorizations }), requestOf())
    expect(targets).toMatchObject([{ system: 'web01', role: 'target', missing: null }])
    expect(targets.map(({ covering }) => linesOf(covering))).toEqual([[2, 3]])
    expect(targets.map(({ others }) => linesOf(others))).toEqual([[1, 4]])
  })

  it('names both of two groups that give Full Rights on the management server', () => {
    const groups = `<node-group-list>
<node-group name="a"><member-node name="cms"/></node-group>
<node-group name="b"><member-node name="cms"/></node-group>
</node-group-list>`
    const authorizations = 'ann:Full Rights:g:a\nann:Full Rights:g:b\n'
    const state = stateOf({ groups, authorizations })
    const { targets } = toolbox.explain(state, requestOf({ tool: 'uptime', targets: ['cms'] }))
    expect(targets.map(({ covering, others }) => [linesOf(covering), others])).toEqual([
      [[1, 2], []],
    ])
  })

  it('says what is missing on the management server', () => {
    const { decision, targets } = toolbox.explain(stateOf(), requestOf({ tool: 'spread' }))
    expect(decision.reasons[0].code).toBe('cms-not-authorized')
    expect(targets).toMatchObject([
      { system: 'web01', role: 'target', missing: null },
      { system: 'cms', role: 'cms', missing: { code: 'no-toolbox-on-system' } },
    ])
  })

  it('has nothing to add where systems were not asked about', () => {
    for (const state of [stateOf(), noPolicy('policy-missing', 'users')]) {
      expect(toolbox.explain(state, requestOf({ tool: 'nix' })).targets).toEqual([])
    }
  })
})

describe('targetsOf', () => {
  it('gives the systems of an allowed request by their own names, each once', () => {
    const request = requestOf({ targets: ['WEB02', 'web01', 'web02'] })
    expect(toolbox.targetsOf(stateOf(), request)).toEqual(['web02', 'web01'])
  })

  it('gives every system where the caller may run a tool that runs on all', () => {
    const tools = `<tool-list><ssa-command-tool name="sweep"><default-target>ALL</default-target>
<toolbox toolbox-name="Web"/></ssa-command-tool></tool-list>`
    const request = requestOf({ tool: 'sweep', targets: [] })
    expect(toolbox.targetsOf(stateOf({ tools }), request)).toEqual(['web01', 'web02'])
  })

  it('gives nothing for a request that is refused', () => {
    expect(toolbox.targetsOf(stateOf(), requestOf({ targets: ['web01', 'cms'] }))).toEqual([])
  })
})
