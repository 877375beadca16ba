import { allow, claimed, compose, deny, noPolicy, stateGuards, type Guard } from '@gatehouse/core'
import { describe, expect, test } from 'vitest'
import {
  CONSOLE_VOUCHES,
  decideUser,
  parseUserMap,
  userGuard,
  userMap,
  type ShownCertificate,
  type UserMap,
} from '../../src/index.ts'
import { certificateGuard } from '../../src/tls/index.ts'
import { issue } from '../writing/certificate.ts'
import { directory, dns, subjectAltName, uri } from '../writing/extensions.ts'
import { LEAF, ROOT } from '../world.ts'
import { called, shown } from './world.ts'

const ANN = called('ann.example.com', 'ann@example.com')
const OTHER = called('other.example.com')
const PINNED = allow({ code: 'certificate-pinned' })

function map(...entries: readonly object[]): UserMap {
  return parseUserMap(JSON.stringify({ users: entries }), { file: 'users.json' })
}

const AT_MAP = { file: 'users.json', line: 1 }
const BY_SHA = map({ certificate: ANN.sha256, user: 'ann' })
const BY_NAME = map({ name: 'ANN.example.com', user: 'ann' })

function ask(users: UserMap, of: ShownCertificate | undefined, user: string): readonly unknown[] {
  const { outcome, reasons } = decideUser(users, of, claimed(user))
  return [outcome, reasons[0].code, reasons[0].source]
}

const ALLOWED: readonly (readonly [string, UserMap, ShownCertificate])[] = [
  ['by its SHA-256', BY_SHA, shown(ANN)],
  ['by its SHA-256 when it is trusted as itself', BY_SHA, shown(ANN, PINNED)],
  ['by its host name, in letters of any case', BY_NAME, shown(ANN)],
  [
    'by its mail address, the domain in letters of any case',
    map({ name: 'ann@EXAMPLE.com', user: 'ann' }),
    shown(ANN),
  ],
  [
    'by two names that are mapped to one user',
    map({ name: 'ann.example.com', user: 'ann' }, { name: 'ann@example.com', user: 'ann' }),
    shown(ANN),
  ],
]

const DENIED: readonly (readonly [string, string, object, UserMap, ShownCertificate, string])[] = [
  ['another user', 'user-not-of-certificate', AT_MAP, BY_SHA, shown(ANN), 'bob'],
  ['the user in other letters', 'user-not-of-certificate', AT_MAP, BY_SHA, shown(ANN), 'Ann'],
  ['a user with a blank behind', 'user-not-of-certificate', AT_MAP, BY_SHA, shown(ANN), 'ann '],
  [
    'a user that looks the same and is written otherwise',
    'user-not-of-certificate',
    AT_MAP,
    map({ certificate: ANN.sha256, user: 'zo\u00eb' }),
    shown(ANN),
    'zoe\u0308',
  ],
  [
    'a certificate that the map does not have',
    'certificate-maps-to-nobody',
    { certificate: OTHER.sha256 },
    BY_SHA,
    shown(OTHER),
    'ann',
  ],
  [
    'an empty map',
    'certificate-maps-to-nobody',
    { certificate: ANN.sha256 },
    map(),
    shown(ANN),
    'ann',
  ],
  [
    'a mail address with a local part in other letters',
    'certificate-maps-to-nobody',
    { certificate: ANN.sha256 },
    map({ name: 'Ann@example.com', user: 'ann' }),
    shown(ANN),
    'ann',
  ],
  [
    'a name that only a certificate trusted as itself states',
    'name-not-vouched-for',
    AT_MAP,
    BY_NAME,
    shown(ANN, PINNED),
    'ann',
  ],
  [
    'a name where every caller is trusted',
    'name-not-vouched-for',
    AT_MAP,
    BY_NAME,
    shown(ANN, allow({ code: 'trust-all' })),
    'ann',
  ],
  [
    'names that are mapped to two users',
    'certificate-maps-to-several',
    AT_MAP,
    map({ name: 'ann.example.com', user: 'ann' }, { name: 'ann@example.com', user: 'bob' }),
    shown(ANN),
    'ann',
  ],
  [
    'names of which one is mapped to any user',
    'certificate-maps-to-several',
    AT_MAP,
    map({ name: 'ann.example.com', user: 'ann' }, { name: 'ann@example.com', users: 'any' }),
    shown(ANN),
    'ann',
  ],
  [
    'a certificate that is not trusted',
    'certificate-not-trusted',
    { certificate: ANN.sha256 },
    BY_SHA,
    shown(ANN, deny({ code: 'expired' })),
    'ann',
  ],
]

describe('a certificate stands for the user that it is mapped to', () => {
  test.each(ALLOWED)('%s', (_title, users, of) => {
    expect(ask(users, of, 'ann')).toEqual(['allow', 'user-of-certificate', AT_MAP])
  })

  test('or for whatever user its console names', () => {
    const users = map({ certificate: ANN.sha256, users: 'any' })
    expect(ask(users, shown(ANN), 'ann')).toEqual(['allow', 'console-vouches', AT_MAP])
    expect(ask(users, shown(ANN), 'bob')).toEqual(['allow', 'console-vouches', AT_MAP])
  })

  test('and an entry for the certificate itself decides against one for its name', () => {
    const users = map(
      { name: 'ann.example.com', users: 'any' },
      { certificate: ANN.sha256, user: 'ann' },
    )
    expect(ask(users, shown(ANN), 'bob')).toEqual(['deny', 'user-not-of-certificate', AT_MAP])
  })

  test('a user that is called any is one user', () => {
    const users = map({ certificate: ANN.sha256, user: 'any' })
    expect(ask(users, shown(ANN), 'ann')[1]).toBe('user-not-of-certificate')
  })

  test('a map made by a program has no place to name', () => {
    const users = userMap([{ certificate: ANN.sha256, user: 'ann' }])
    expect(ask(users, shown(ANN), 'ann')).toEqual(['allow', 'user-of-certificate', undefined])
  })
})

describe('refused is', () => {
  test.each(DENIED)('%s', (_title, code, source, users, of, user) => {
    expect(ask(users, of, user)).toEqual(['deny', code, source])
  })

  test('whoever shows no certificate', () => {
    expect(ask(BY_SHA, undefined, 'ann')).toEqual(['deny', 'certificate-not-trusted', undefined])
  })

  test('everybody where there is no map', () => {
    const decision = decideUser(
      noPolicy('policy-missing', 'users.json'),
      shown(ANN),
      claimed('ann'),
    )
    expect(decision).toMatchObject({ outcome: 'deny', reasons: [{ code: 'policy-missing' }] })
  })

  test.each([
    ['a wildcard', dns('*.example.com')],
    ['a mail address in place of a host name', dns('ann@example.com')],
    ['an address of another form', uri('ann.example.com')],
    ['a directory name', directory(LEAF.name)],
  ])('%s in the certificate, which is no name of anybody', (_title, written) => {
    const certificate = issue(LEAF, ROOT, { extensions: { names: subjectAltName(written) } })
    const users = map(
      { name: 'ann.example.com', user: 'ann' },
      { name: 'ann@example.com', user: 'ann' },
    )
    expect(ask(users, shown(certificate), 'ann')[1]).toBe('certificate-maps-to-nobody')
  })
})

interface Asked {
  readonly of: ShownCertificate
  readonly user: string
}

const guardOf = (users: UserMap): Guard<Asked> =>
  userGuard<Asked>({ users, certificateOf: ({ of }) => of, userOf: ({ user }) => claimed(user) })

const model: Guard<Asked> = {
  name: 'model',
  provides: ['authorization'],
  reliesOn: [{ guarantee: 'authentication', of: 'user name' }],
  check: () => allow({ code: 'granted' }),
}

describe('the guard', () => {
  test('meets what a model relies on for the user name, and rests on the console', () => {
    const of = shown(ANN)
    const alone = stateGuards([guardOf(BY_SHA), model])
    expect(alone.unmet).toEqual([
      {
        guard: 'certificate-user',
        guarantee: 'authentication',
        of: 'console',
        undermines: ['authentication'],
      },
    ])
    const clients = { list: () => ({ entries: [] }), required: true }
    const transport = certificateGuard<never>({ clients, socketOf: () => of as never })
    expect(stateGuards([transport, guardOf(BY_SHA), model]).unmet).toEqual([])
  })

  test('denies before the model is asked', async () => {
    const both = compose(guardOf(BY_SHA), model)
    const asked = { of: shown(ANN), user: 'bob' }
    expect(await both.check(asked)).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'user-not-of-certificate', guard: 'certificate-user' }],
    })
    expect((await both.check({ ...asked, user: 'ann' })).outcome).toBe('allow')
  })

  test('says that a console may name anybody, while it may', () => {
    let users = BY_SHA
    const guard = userGuard<Asked>({
      users: {
        get current() {
          return users
        },
      },
      certificateOf: ({ of }) => of,
      userOf: ({ user }) => claimed(user),
    })
    expect(guard.openings).toEqual([])
    users = map({ name: 'console.example.com', users: 'any' })
    expect(guard.openings).toEqual([CONSOLE_VOUCHES])
  })
})
