import { ParseError } from '@gatehouse/core'
import { expect, it } from 'vitest'
import { MAX_XML_ELEMENTS, type StateOptions } from '../src/index.ts'
import { stateOf, type Texts } from './states.ts'

function errorOf(texts: Texts, options: Partial<StateOptions> = {}): ParseError | undefined {
  try {
    stateOf(texts, options)
    return undefined
  } catch (error) {
    if (error instanceof ParseError) return error
    throw error
  }
}

function codesOf(texts: Texts, options: Partial<StateOptions> = {}): string[] {
  return errorOf(texts, options)?.diagnostics.map(({ code }) => code) ?? []
}

it('refuses a group of a million names, by its size and by its elements', () => {
  const members = '<member-node name="web01"/>\n'.repeat(1_000_000)
  const groups = `<node-group-list><node-group name="webs">${members}</node-group></node-group-list>`
  expect(codesOf({ groups })).toEqual(['text-too-large'])
  expect(codesOf({ groups }, { maxBytes: 2 ** 25 })).toEqual(['xml-too-many-elements'])
})

it('refuses nesting of ten thousand levels at the first one too many', () => {
  const error = errorOf({ users: '<user-list>\n'.repeat(10_000) })
  expect(error?.diagnostics).toMatchObject([{ code: 'xml-too-deep', source: { line: 17 } }])
})

it('reads as many elements as the limit allows', () => {
  const members = '<member-node name="web01"/>\n'.repeat(MAX_XML_ELEMENTS - 3)
  const groups = `<node-group-list><node-group name="webs">${members}</node-group><node-group name="All Managed Systems"/></node-group-list>`
  expect(codesOf({ groups })).toEqual([])
})

it('reports a thousand errors of many and counts the others', () => {
  const users = `<user-list>\n${'<usr/>\n'.repeat(5000)}</user-list>`
  expect(errorOf({ users })).toMatchObject({ total: 5000 })
  expect(errorOf({ users })?.diagnostics.length).toBe(1000)
})

it('resolves wildcards up to the limit and not beyond', () => {
  const authorizations = 'ann:Web:n:*\n'.repeat(100_000)
  expect(codesOf({ authorizations }, { maxAuthorizations: 399_999 })).toEqual([
    'too-many-authorizations',
  ])
})
