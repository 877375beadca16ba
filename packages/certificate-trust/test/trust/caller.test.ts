import { claimed, compose } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import {
  decideCaller,
  insecureTrustAll,
  NO_TRUST,
  trustGuard,
  trustList,
  trustSettings,
  type Caller,
  type TrustSettings,
} from '../../src/index.ts'
import { LEAF } from '../world.ts'
import { AT } from '../writing/certificate.ts'
import { encoded, said, selfSigned, trusted } from './world.ts'

const CONSOLE = selfSigned(LEAF)
const LIST = trustList([trusted(CONSOLE, 'console')])
const ERR_CONFIG = expect.objectContaining({ code: 'ERR_CONFIG' }) as Error

function ask(settings: TrustSettings, caller: Caller): readonly string[] {
  return said({ decision: decideCaller(settings, caller, { at: AT }) })
}

const withCertificate: Caller = { chain: encoded(CONSOLE) }
const called = (name: string): Caller => ({ name: claimed(name) })

describe('trust mode', () => {
  test('none trusts nobody, and is what holds before anybody sets one', () => {
    expect(ask(NO_TRUST, withCertificate)).toEqual(['deny', 'trust-none'])
  })

  test.each<[string, TrustSettings, Caller, readonly string[]]>([
    [
      'the certificate of a console',
      { mode: 'certificate', list: LIST },
      withCertificate,
      ['allow', 'certificate-pinned'],
    ],
    [
      'no certificate',
      { mode: 'certificate', list: LIST },
      called('cms'),
      ['deny', 'certificate-missing'],
    ],
    [
      'an empty list',
      { mode: 'certificate', list: trustList() },
      withCertificate,
      ['deny', 'trust-list-empty'],
    ],
    ['no list', { mode: 'certificate' }, withCertificate, ['deny', 'trust-list-empty']],
    [
      'the certificate of a system',
      { mode: 'certificate', list: trustList([trusted(CONSOLE, 'system')]) },
      withCertificate,
      ['deny', 'role-mismatch', 'self-signed'],
    ],
  ])('certificate, with %s', (_title, settings, caller, expected) => {
    expect(ask(settings, caller)).toEqual(expected)
  })

  const names = ['CMS.example.com', 'cms2']
  test.each<[string, readonly string[], Caller, readonly string[]]>([
    ['a name in other letters', names, called('cms.EXAMPLE.com'), ['allow', 'name-listed']],
    ['another name', names, called('cms'), ['deny', 'name-not-listed']],
    [
      'a name with a letter that only looks the same',
      ['krypton'],
      called('\u212arypton'),
      ['deny', 'name-not-listed'],
    ],
    ['no name', names, withCertificate, ['deny', 'caller-name-missing']],
    ['an empty name', names, called(''), ['deny', 'name-not-listed']],
    ['no names', [], called('cms'), ['deny', 'name-not-listed']],
    ['six names', ['a', 'b', 'c', 'd', 'e', 'f'], called('a'), ['deny', 'names-too-many']],
  ])('name, with %s', (_title, listed, caller, expected) => {
    expect(ask({ mode: 'name', names: listed, list: LIST }, caller)).toEqual(expected)
  })

  test('name says that it is weak, and keeps no more of a claim than a name can have', () => {
    const settings: TrustSettings = { mode: 'name', names }
    expect(decideCaller(settings, called('cms2'), { at: AT }).reasons[0].facts).toEqual({
      name: 'cms2',
      strength: 'weak',
    })
    const { facts } = decideCaller(settings, called('x'.repeat(1e6)), { at: AT }).reasons[0]
    expect(facts?.['name']).toHaveLength(253)
  })

  test('all is the symbol, and no word', () => {
    expect(ask({ mode: insecureTrustAll }, {})).toEqual(['allow', 'trust-all'])
    expect(ask({ mode: 'all' as 'none' }, withCertificate)).toEqual(['deny', 'trust-mode-unknown'])
  })
})

describe('settings are refused when they are made', () => {
  test.each<[string, TrustSettings]>([
    ['with six names', { mode: 'name', names: ['a', 'b', 'c', 'd', 'e', 'f'] }],
    ['with what is no name', { mode: 'name', names: ['*.example.com'] }],
    ['with a mode that there is not', { mode: 'all' as 'none' }],
  ])('%s', (_title, settings) => {
    expect(() => trustSettings(settings)).toThrow(ERR_CONFIG)
    expect(() => trustGuard(settings, { at: () => AT })).toThrow(ERR_CONFIG)
  })
})

function guardOf(settings: TrustSettings): ReturnType<typeof trustGuard> {
  return trustGuard(settings, { at: () => AT })
}

describe('the guard of a trust mode', () => {
  test.each<[TrustSettings, readonly string[], readonly string[]]>([
    [{ mode: 'certificate', list: LIST }, ['authentication'], []],
    [{ mode: 'name', names: ['cms'] }, [], ['trust-by-name']],
    [{ mode: insecureTrustAll }, [], ['insecureTrustAll']],
    [{ mode: 'none' }, [], []],
  ])('of %o says what it provides and what is open', (settings, provided, openings) => {
    const { statement } = compose(guardOf(settings))
    expect(statement.provided.map(({ guarantee }) => guarantee)).toEqual(provided)
    expect(statement.openings.map(({ opening }) => opening)).toEqual(openings)
  })

  test('rests on somebody who shows that the caller has the key', () => {
    const { statement } = compose(guardOf({ mode: 'certificate', list: LIST }))
    expect(statement.unmet).toMatchObject([
      { guarantee: 'authentication', of: 'key of the certificate' },
    ])
  })

  test('asks for the list and the clock at each request', async () => {
    let list = trustList()
    const guard = trustGuard({ mode: 'certificate' }, { at: () => AT, list: () => list })
    expect((await guard.check(withCertificate)).outcome).toBe('deny')
    list = LIST
    expect((await guard.check(withCertificate)).outcome).toBe('allow')
  })
})
