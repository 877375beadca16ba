import { claimed, compose, ParseError } from '@gatehouse/core'
import { expect, it } from 'vitest'
import * as toolbox from '../src/index.ts'
import { requestOf, stateOf, type Texts } from './states.ts'

const STATE = stateOf()
const SOUND: toolbox.Request = { ...requestOf(), groups: ['watchers'], signInAddress: '10.0.0.1' }

/** No text, although some of them read as one. */
const OTHER_TYPES: readonly [string, unknown][] = [
  ['null', null],
  ['a number', 7],
  ['true', true],
  ['an object', {}],
  // oxlint-disable-next-line no-new-wrappers -- what is tried
  ['a boxed text', new String('ann')],
  ['an object that reads as the text', { toString: () => 'ann' }],
  ['an object like a list', { 0: 'web01', length: 1 }],
  ['a symbol', Symbol('ann')],
  ['a list of something else', [7]],
  ['a list with nothing in a place', Array.from({ length: 2 })],
  ['a list of a list', [['web01']]],
  ['empty', ''],
]

function expectRefused(request: toolbox.Request, field: string): void {
  const refusal = {
    outcome: 'deny',
    reasons: [{ code: 'request-malformed', source: { request: field } }],
  }
  expect(toolbox.check(STATE, request)).toEqual(refusal)
  expect(toolbox.explain(STATE, request).decision).toEqual(refusal)
}

it('allows the request that the others are made from', () => {
  expect(toolbox.check(STATE, SOUND).outcome).toBe('allow')
})

it.each(OTHER_TYPES)('refuses a field that is %s, whichever it is', (_, value) => {
  for (const field of ['user', 'groups', 'tool', 'targets', 'signInAddress']) {
    expectRefused({ ...SOUND, [field]: value }, field)
  }
})

it('refuses a field that is missing', () => {
  for (const field of ['user', 'groups', 'tool', 'targets']) {
    expectRefused({ ...SOUND, [field]: undefined }, field)
  }
})

it.each([
  ['null', null, 'request'],
  ['a text', 'ann', 'request'],
  ['an array', [], 'user'],
  ['an object without prototype', Object.create(null), 'user'],
])('takes %s for no request', (_, request, field) => {
  expectRefused(request as toolbox.Request, field)
})

it('finds nothing by the names of what every object has', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    for (const field of ['user', 'tool', 'targets'] as const) {
      const value = field === 'targets' ? [name] : name
      const request = { ...SOUND, groups: [], [field]: value } as toolbox.Request
      expect(toolbox.check(STATE, request).outcome).toBe('deny')
    }
  }
})

it('lets nobody through for a field that throws when it is read', async () => {
  const guard = compose(toolbox.guard(STATE))
  expect((await guard.check(SOUND)).outcome).toBe('allow')
  for (const field of ['user', 'groups', 'tool', 'targets']) {
    const request = Object.defineProperty({ ...SOUND }, field, {
      get: () => {
        throw new Error('no')
      },
    })
    // oxlint-disable-next-line no-await-in-loop -- one request after the other
    expect((await guard.check(request)).outcome).toBe('deny')
  }
})

it('lets no case of a user with domain step round the ranges that it may sign in from', () => {
  const users = `<user-list>
<user name="root" config-rights="full"/>
<user name="CORP\\ann" ip-exclusion-ranges="10.0.0.1"/>
</user-list>`
  const state = stateOf({ users, authorizations: 'CORP\\ann:Web:n:*\n' })
  for (const name of ['CORP\\ann', 'corp\\ANN', 'Corp\\Ann']) {
    const user = claimed(name)
    const other = { ...SOUND, user, signInAddress: '10.0.0.2' }
    expect(toolbox.check(state, other).outcome).toBe('allow')
    expect(toolbox.check(state, { ...SOUND, user }).reasons[0].code).toBe(
      'sign-in-address-excluded',
    )
  }
})

it('takes a system in another case for the same one, and one target for one', () => {
  const targets = ['web01', 'WEB01', 'Web01']
  for (const target of targets) {
    expect(toolbox.check(STATE, { ...SOUND, targets: [target] }).outcome).toBe('allow')
  }
  const { targets: explained } = toolbox.explain(STATE, { ...SOUND, targets })
  expect(explained.map(({ system }) => system)).toEqual(['web01'])
})

function codesOf(texts: Texts): string[] {
  try {
    stateOf(texts)
  } catch (error) {
    if (error instanceof ParseError) return error.diagnostics.map(({ code }) => code)
    throw error
  }
  return []
}

const LAUGHS = Array.from(
  { length: 9 },
  (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`,
).join('')

it.each([
  ['a billion laughs', `<!DOCTYPE x [<!ENTITY l0 "lol">${LAUGHS}]><user-list>&l9;</user-list>`],
  ['one entity, long and often', `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(2000)}">]><user-list/>`],
  ['a file', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><user-list>&a;</user-list>'],
  [
    'a parameter entity',
    '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:1/"> %a;]><user-list/>',
  ],
  [
    'a public document type',
    '<!DOCTYPE x PUBLIC "-//x//y" "http://127.0.0.1:1/x.dtd"><user-list/>',
  ],
])('refuses %s by its document type, before anything is read or fetched', (_, text) => {
  for (const kind of ['users', 'tools', 'systems', 'authorizations'] as const) {
    expect(codesOf({ [kind]: text })).toEqual(['xml-doctype'])
  }
})

it.each([
  ['an entity that nobody defined', '<user-list>&l9;</user-list>', 'xml-entity'],
  ['a style sheet', '<?xml-stylesheet href="x.xsl"?><user-list/>', 'xml-processing-instruction'],
  ['XML 1.1', '<?xml version="1.1"?><user-list/>', 'xml-declaration'],
  ['a character of zero', '<user-list><user name="&#0;"/></user-list>', 'xml-malformed'],
  [
    'an attribute given twice',
    '<user-list><user name="a" name="b"/></user-list>',
    'duplicate-attribute',
  ],
])('refuses %s', (_, text, code) => {
  expect(codesOf({ users: text })).toEqual([code])
})

it('refuses an element of ten thousand attributes at the first one too many', () => {
  const attributes = Array.from({ length: 10_000 }, (_, index) => `\na${index}="x"`).join('')
  const codes = codesOf({ users: `<user-list${attributes}/>` })
  expect(codes).toEqual(['xml-too-many-attributes'])
})

it('reports XML that cannot be read alone, whatever is wrong with the entries before it', () => {
  const users = '<user-list>\n<usr/>\n<user/>\n<user name="a&l9;"/>\n</user-list>'
  expect(codesOf({ users })).toEqual(['xml-entity'])
})

it('reads a file of another kind for nothing but its kind', () => {
  expect(codesOf({ users: '<node-list>\n<usr/>\n</node-list>' })).toEqual(['unexpected-root'])
})
