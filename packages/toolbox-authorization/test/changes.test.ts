import { claimed, ParseError } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import * as toolbox from '../src/index.ts'
import { requestOf, stateOf } from './states.ts'

const state = stateOf()

function lines(of: toolbox.State): string[] {
  return toolbox.formatLines(of).trimEnd().split('\n')
}

function source(text: string): toolbox.SourceText {
  return { text, file: 'change' }
}

describe('addAuthorizations', () => {
  it('adds what is new, ignores what is there, and leaves the old state as it was', () => {
    const before = lines(state)
    const after = toolbox.addAuthorizations(state, source('ben:Web:n:db01\nann:Web:g:webs\n'))
    expect(lines(after)).toEqual([...before, 'ben:Web:n:db01'])
    expect(lines(state)).toEqual(before)
    expect(
      toolbox.check(after, requestOf({ user: claimed('ben'), targets: ['db01'] })),
    ).toMatchObject({
      outcome: 'allow',
      reasons: [{ source: { file: 'change', line: 1 } }, { code: 'runs-as' }],
    })
  })

  it('adds nothing when one line names what is not there', () => {
    const add = (): unknown =>
      toolbox.addAuthorizations(state, source('ben:Web:n:db01\nben:Web:n:nix\n'))
    expect(add).toThrow(ParseError)
    expect(
      toolbox.check(state, requestOf({ user: claimed('ben'), targets: ['db01'] })).outcome,
    ).toBe('deny')
  })

  it('takes the wildcard for what is configured now, not for what comes later', () => {
    const small = stateOf({ authorizations: '' })
    const given = toolbox.addAuthorizations(small, source('ann:Web:g:*\n'))
    const texts = toolbox.format(given)
    const groups = texts.groups.replace(
      '</node-group-list>',
      '<node-group name="new"/></node-group-list>',
    )
    const grown = stateOf({ ...texts, groups })
    expect(lines(grown)).toEqual(['ann:Web:g:webs', 'ann:Web:g:All Managed Systems'])
  })
})

describe('removeAuthorizations', () => {
  it('removes what is there and ignores what is not', () => {
    const after = toolbox.removeAuthorizations(state, source('ann:Web:g:webs\nben:Web:n:db01\n'))
    expect(lines(after)).toEqual(lines(state).filter((line) => line !== 'ann:Web:g:webs'))
    expect(toolbox.check(after, requestOf()).outcome).toBe('deny')
  })

  it('removes nothing on an error', () => {
    const remove = (): unknown =>
      toolbox.removeAuthorizations(state, source('ann:Web:g:webs\nann:Web:x:webs\n'))
    expect(remove).toThrow(ParseError)
    expect(toolbox.check(state, requestOf()).outcome).toBe('allow')
  })
})

describe('users', () => {
  it('are removed with all of their authorizations', () => {
    const after = toolbox.removeUser(state, 'ann').state
    expect(lines(after).some((line) => line.startsWith('ann:'))).toBe(false)
    expect(toolbox.check(after, requestOf()).reasons[0].code).toBe('user-unknown')
  })

  it('can give up full rights when another one has them', () => {
    const two = toolbox.setConfigRight(state, 'ann', 'full').state
    expect(toolbox.setConfigRight(two, 'root', 'none').decision.outcome).toBe('allow')
    expect(toolbox.removeUser(two, 'root').decision.outcome).toBe('allow')
    expect(toolbox.setConfigRight(two, 'root', 'none').state.users[0]?.configRight).toBe('none')
  })

  it('get the authorizations of a template, and its right', () => {
    const made = [...toolbox.TEMPLATES.keys()].map((copyFrom) => {
      const { state: after } = toolbox.addUser(state, { name: 'gil', copyFrom })
      const own = lines(after).filter((line) => line.startsWith('gil:'))
      return [after.users.at(-1)?.configRight, ...own]
    })
    expect(made).toEqual([
      ['full', 'gil:All Tools:n:cms', 'gil:All Tools:g:All Managed Systems'],
      ['limited', 'gil:Monitor Tools:n:cms', 'gil:All Tools:g:All Managed Systems'],
      ['none', 'gil:Monitor Tools:n:cms', 'gil:Monitor Tools:g:All Managed Systems'],
    ])
  })

  it('get the authorizations of another user, and limited rights', () => {
    const { state: after } = toolbox.addUser(state, { name: 'gil', copyFrom: 'ann' })
    const own = lines(after).filter((line) => line.startsWith('gil:'))
    expect(own).toEqual(['gil:Web:g:webs', 'gil:Closed:n:db01'])
    expect(after.users.at(-1)?.configRight).toBe('limited')
    expect(toolbox.check(after, requestOf({ user: claimed('gil') })).outcome).toBe('allow')
  })
})

describe('setGroupMembers', () => {
  it('moves every authorization for the group along', () => {
    const { state: after } = toolbox.setGroupMembers(state, 'webs', ['DB01', 'db01'])
    expect(after.groups[0]?.members).toEqual(['db01'])
    expect(toolbox.check(after, requestOf()).outcome).toBe('deny')
    expect(toolbox.check(after, requestOf({ targets: ['db01'] })).outcome).toBe('allow')
  })
})
