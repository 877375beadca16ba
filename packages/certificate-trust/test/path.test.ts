import { describe, expect, test } from 'vitest'
import { verify, type Certificate, type VerifyOptions } from '../src/index.ts'
import { BETWEEN, chain, check, codesOf, LEAF, ROOT, STRANGER } from './world.ts'
import {
  AT,
  authority,
  name,
  root,
  server,
  type Changes,
  type Holder,
} from './writing/certificate.ts'
import { oid, sequence, set, tlv, ascii } from './writing/der.ts'
import {
  ANY_POLICY,
  basicConstraints,
  directory,
  dns,
  extKeyUsage,
  inhibitAnyPolicy,
  ip,
  keyUsage,
  mail,
  nameConstraints,
  policies,
  policyConstraints,
  policyMappings,
  subjectAltName,
  uri,
} from './writing/extensions.ts'
import { dsaKey, ecKey, ed25519Key, pssKey, rsaKey, sha1Key } from './writing/keys.ts'

const GOOD = ['chain-trusted']

function codes(
  certificates: readonly [Certificate, ...Certificate[]],
  options: Partial<VerifyOptions> = {},
): readonly string[] {
  return codesOf(verify(certificates, { at: AT, anchors: [root(ROOT)], ...options }))
}

function signedBy(key: Holder['key'], options: Partial<VerifyOptions> = {}): readonly string[] {
  const holder = { name: name('Root of another kind'), key }
  return codes([server(LEAF, holder)], { anchors: [root(holder)], ...options })
}

describe('algorithms', () => {
  test.each([
    ['RSA', rsaKey()],
    ['RSASSA-PSS', pssKey()],
    ['P-256', ecKey()],
    ['P-384', ecKey('P-384')],
    ['P-521', ecKey('P-521')],
    ['Ed25519', ed25519Key()],
  ])('%s is accepted', (_name, key) => {
    expect(signedBy(key)).toEqual(GOOD)
  })

  test.each([
    ['sha1' as const, sha1Key()],
    ['dsa' as const, dsaKey()],
    ['rsa-short' as const, rsaKey(1024)],
  ])('%s is accepted only when it is named', (weak, key) => {
    expect(signedBy(key)).not.toEqual(GOOD)
    expect(signedBy(key, { weak: [weak] })).toEqual(GOOD)
  })
})

describe('search', () => {
  test('goes over any of several roots, and over certificates in any order', () => {
    const upper = { name: name('Upper'), key: ecKey() }
    const between = authority(BETWEEN, upper)
    const above = authority(upper, ROOT)
    const strangers = [authority(upper, STRANGER), authority(BETWEEN, STRANGER)]
    expect(codes([server(LEAF, BETWEEN), ...strangers, above, between])).toEqual(GOOD)
    const anchors = [root(STRANGER), root(ROOT)]
    expect(codes([server(LEAF, BETWEEN), above, between], { anchors })).toEqual(GOOD)
  })

  test('an intermediate may be an anchor', () => {
    expect(codes([server(LEAF, BETWEEN)], { anchors: [authority(BETWEEN, ROOT)] })).toEqual(GOOD)
  })

  test('goes on when one way is expired, constrained or too long', () => {
    const expired = authority(BETWEEN, ROOT, { notAfter: tlv(0x17, ascii('260201000000Z')) })
    const constrained = authority(BETWEEN, ROOT, {
      extensions: { constraints: nameConstraints({ permitted: [dns('example.org')] }) },
    })
    const good = authority(BETWEEN, ROOT)
    expect(codes([server(LEAF, BETWEEN), expired, constrained, good])).toEqual(GOOD)
  })

  test('an unknown root that comes along is unknown, whatever is wrong with how it is written', () => {
    const stranger = root(STRANGER, { extensions: { authorityKey: null } })
    expect(codes([server(LEAF, STRANGER), stranger])).toEqual(['issuer-unknown'])
    expect(codes([server(LEAF, LEAF, { extensions: { authorityKey: null } })])).toEqual([
      'self-signed',
      'authority-key-identifier-missing',
    ])
  })

  test('self-issued certificates of a new key do not count for the length', () => {
    const anchor = root(ROOT, { extensions: { ca: basicConstraints(true, { pathLength: 1 }) } })
    const renewed = { name: BETWEEN.name, key: ecKey() }
    const certificates = [
      server(LEAF, renewed),
      authority(renewed, BETWEEN, {
        extensions: { ca: basicConstraints(true, { pathLength: 0 }) },
      }),
      authority(BETWEEN, ROOT, { extensions: { ca: basicConstraints(true, { pathLength: 0 }) } }),
    ] as const
    expect(codes(certificates, { anchors: [anchor] })).toEqual(GOOD)
  })

  test('an authority may be the last of a path of length 0, in profile rfc5280', () => {
    const anchor = root(ROOT, { extensions: { ca: basicConstraints(true, { pathLength: 0 }) } })
    const below = authority(BETWEEN, ROOT)
    expect(codes([below], { anchors: [anchor], profile: 'rfc5280' })).toEqual(GOOD)
    expect(codes([server(LEAF, BETWEEN), below], { anchors: [anchor] })).toEqual(['path-too-long'])
  })
})

describe('purposes', () => {
  test.each([
    ['any, in an authority', 'between', 'webpki', GOOD],
    ['any, in a peer', 'leaf', 'webpki', ['purpose-not-allowed']],
    ['any, in a peer', 'leaf', 'rfc5280', GOOD],
  ] as const)('%s (%s, %s)', (_title, place, profile, expected) => {
    const changes = { [place]: { extensions: { purposes: extKeyUsage('2.5.29.37.0') } } }
    expect(codesOf(check(chain(changes), { purpose: 'server', profile }))).toEqual(expected)
  })

  test('a dotted one is asked for as it is', () => {
    const changes = { leaf: { extensions: { purposes: extKeyUsage('1.2.3') } } }
    expect(codesOf(check(chain(changes), { purpose: '1.2.3' }))).toEqual(GOOD)
    expect(codesOf(check(chain(changes), { purpose: '1.2.4' }))).toEqual(['purpose-not-allowed'])
  })

  test('without the extension nothing is forbidden, in profile rfc5280', () => {
    const changes = { leaf: { extensions: { purposes: null, usage: null } } }
    const asked = { purpose: 'client', keyUsage: ['keyAgreement'], profile: 'rfc5280' } as const
    expect(codesOf(check(chain(changes), asked))).toEqual(GOOD)
  })
})

describe('name constraints', () => {
  type Subtrees = Readonly<Record<string, readonly Uint8Array[]>>
  const under = (
    subtrees: Subtrees,
    names: readonly Uint8Array[],
    leaf: Changes = {},
  ): readonly string[] => {
    const extensions = { names: names.length === 0 ? null : subjectAltName(...names) }
    return codesOf(
      check(
        chain({
          between: { extensions: { constraints: nameConstraints(subtrees) } },
          leaf: { ...leaf, extensions },
        }),
        { profile: 'rfc5280' },
      ),
    )
  }
  const below = { name: sequence(set(attributeOf('A')), set(attributeOf('B'))) }

  test.each<[string, Subtrees, Uint8Array, boolean]>([
    ['host itself', { permitted: [dns('example.com')] }, dns('example.com'), true],
    ['host below', { permitted: [dns('example.com')] }, dns('a.b.example.com'), true],
    ['host that ends alike', { permitted: [dns('example.com')] }, dns('badexample.com'), false],
    ['every host', { permitted: [dns('')] }, dns('a.example.org'), true],
    ['wildcard over an excluded one', { excluded: [dns('a.b.com')] }, dns('*.b.com'), false],
    ['wildcard beside an excluded one', { excluded: [dns('a.b.com')] }, dns('*.c.com'), true],
    ['wildcard wider than permitted', { permitted: [dns('a.b.com')] }, dns('*.b.com'), false],
    ['mailbox', { permitted: [mail('a@b.com')] }, mail('a@B.com'), true],
    ['other mailbox', { permitted: [mail('a@b.com')] }, mail('A@b.com'), false],
    ['mail host', { permitted: [mail('b.com')] }, mail('x@b.com'), true],
    ['mail host below', { permitted: [mail('b.com')] }, mail('x@a.b.com'), false],
    ['mail below', { permitted: [mail('.b.com')] }, mail('x@a.b.com'), true],
    ['mail host is not below', { permitted: [mail('.b.com')] }, mail('x@b.com'), false],
    ['URI host', { permitted: [uri('b.com')] }, uri('https://b.com:8443/x'), true],
    ['URI host below', { permitted: [uri('b.com')] }, uri('https://a.b.com/'), false],
    ['URI below', { permitted: [uri('.b.com')] }, uri('https://u@a.b.com?x'), true],
    ['URI with an address', { excluded: [uri('b.com')] }, uri('https://192.0.2.1/'), false],
    ['URI without a host', { excluded: [uri('b.com')] }, uri('urn:b.com'), false],
    ['address', { permitted: [ip(10, 0, 0, 0, 255, 0, 0, 0)] }, ip(10, 9, 8, 7), true],
    ['other address', { permitted: [ip(10, 0, 0, 0, 255, 0, 0, 0)] }, ip(11, 0, 0, 1), false],
    ['mask with holes', { permitted: [ip(10, 0, 0, 0, 255, 0, 255, 0)] }, ip(10, 0, 0, 1), false],
    ['other form', { permitted: [dns('example.com')] }, mail('x@example.org'), true],
  ])('%s', (_title, subtrees, subject, isGood) => {
    expect(codesEqual(under(subtrees, [subject]))).toBe(isGood)
  })

  test('every name has to fit, not only one', () => {
    const permitted = [dns('example.com')]
    expect(under({ permitted }, [dns('a.example.com'), dns('a.example.org')])).toEqual([
      'name-not-permitted',
    ])
  })

  test('directory names are held to constraints, the subject among them', () => {
    const permitted = [directory(below.name)]
    const inside = sequence(below.name.subarray(2), set(attributeOf('Server')))
    expect(under({ permitted }, [dns('a.example.com')], { subject: inside })).toEqual(GOOD)
    expect(under({ permitted }, [dns('a.example.com')])).toEqual(['name-not-permitted'])
    const names = [directory(name('Other'))]
    expect(under({ permitted }, names, { subject: inside })).toEqual(['name-not-permitted'])
    expect(
      under({ excluded: [directory(below.name)] }, [dns('x.org')], { subject: inside }),
    ).toEqual(['name-excluded'])
  })

  test('mail addresses in the subject count when there are no alternative names', () => {
    const subject = sequence(
      set(sequence(oid('1.2.840.113549.1.9.1'), tlv(0x16, ascii('x@example.org')))),
    )
    const permitted = [mail('example.com')]
    expect(under({ permitted }, [], { subject })).toEqual(['name-not-permitted'])
    expect(under({ permitted }, [dns('example.org')], { subject })).toEqual(GOOD)
  })

  test('those of the anchor hold as well', () => {
    const extensions = { constraints: nameConstraints({ permitted: [dns('example.org')] }) }
    expect(codesOf(check(chain({ root: { extensions } })))).toEqual(['name-not-permitted'])
  })

  test('a self-issued authority between is not held to them, a self-issued peer is', () => {
    const anchor = root(ROOT, {
      extensions: { constraints: nameConstraints({ permitted: [directory(name('Between'))] }) },
    })
    const renewed = { name: ROOT.name, key: ecKey() }
    const inside = {
      name: sequence(BETWEEN.name.subarray(2), set(attributeOf('x'))),
      key: LEAF.key,
    }
    const self = authority(renewed, ROOT)
    expect(codes([server(inside, renewed), self], { anchors: [anchor] })).toEqual(GOOD)
    const own = { name: ROOT.name, key: LEAF.key }
    expect(codes([server(own, renewed), self], { anchors: [anchor] })[0]).toBe('name-not-permitted')
  })
})

function codesEqual(found: readonly string[]): boolean {
  return found.length === 1 && found[0] === 'chain-trusted'
}

function attributeOf(text: string): Uint8Array {
  return sequence(oid('2.5.4.3'), tlv(0x0c, ascii(text)))
}

type Extensions = Readonly<Record<string, Uint8Array | null>>

function is(...names: readonly string[]): Extensions {
  return { policies: policies(...names) }
}

function ask(
  between: Extensions,
  leaf: Extensions,
  inputs: VerifyOptions['policies'] = {},
): string {
  const { anchors, certificates } = chain({
    between: { extensions: between },
    leaf: { extensions: leaf },
  })
  const found = check({ anchors, certificates }, { policies: inputs })
  return found.decision.outcome === 'allow' ? found.policies.join(' ') : codesOf(found).join(' ')
}

describe('policies', () => {
  const [ONE, TWO, THREE] = ['1.2.3.1', '1.2.3.2', '1.2.3.3'] as const
  const REFUSED = 'policy-not-allowed'
  const explicit = { requireExplicit: true }

  test('decide nothing unless somebody requires one', () => {
    expect(ask({}, {})).toBe('')
    expect(ask(is(ONE), is(TWO))).toBe('')
    expect(ask({ ...is(ONE), must: policyConstraints({ explicit: 0 }) }, is(TWO))).toBe(REFUSED)
    expect(ask({ ...is(ONE), must: policyConstraints({ explicit: 5 }) }, is(TWO))).toBe('')
  })

  test('have to be in every certificate', () => {
    expect(ask(is(ONE), is(ONE), explicit)).toBe(ONE)
    expect(ask(is(ONE), is(TWO), explicit)).toBe(REFUSED)
    expect(ask(is(ONE), {}, explicit)).toBe(REFUSED)
    expect(ask(is(ONE, TWO), is(TWO, THREE), explicit)).toBe(TWO)
  })

  test('have to be among those that the caller accepts', () => {
    const asked = { ...explicit, acceptable: [TWO] }
    expect(ask(is(ONE, TWO), is(ONE, TWO), asked)).toBe(TWO)
    expect(ask(is(ONE), is(ONE), asked)).toBe(REFUSED)
    expect(ask(is(ANY_POLICY), is(ANY_POLICY), asked)).toBe(TWO)
  })

  test('any stands for each, unless inhibited', () => {
    expect(ask(is(ANY_POLICY), is(ONE), explicit)).toBe(ONE)
    expect(ask(is(ONE), is(ANY_POLICY), explicit)).toBe(ONE)
    expect(ask(is(ANY_POLICY), is(ONE), { ...explicit, inhibitAny: true })).toBe(REFUSED)
    const inhibits = { ...is(ONE), inhibit: inhibitAnyPolicy(0) }
    expect(ask(inhibits, is(ANY_POLICY), explicit)).toBe(REFUSED)
    expect(ask({ ...is(ONE), inhibit: inhibitAnyPolicy(1) }, is(ANY_POLICY), explicit)).toBe(ONE)
  })

  test('are mapped, and named as the caller knows them', () => {
    const maps = { ...is(ONE), map: policyMappings([ONE, TWO]) }
    expect(ask(maps, is(TWO), explicit)).toBe(ONE)
    expect(ask(maps, is(ONE), explicit)).toBe(REFUSED)
    expect(ask(maps, is(TWO), { ...explicit, inhibitMapping: true })).toBe(REFUSED)
    const several = { ...is(ONE), map: policyMappings([ONE, TWO], [ONE, THREE]) }
    expect(ask(several, is(THREE), explicit)).toBe(ONE)
    const ofAny = { ...is(ANY_POLICY), map: policyMappings([ONE, TWO]) }
    expect(ask(ofAny, is(TWO), explicit)).toBe(ONE)
  })
})

test('keys for other uses do not make an authority', () => {
  const odd = authority(BETWEEN, ROOT, { extensions: { usage: keyUsage(0, 1, 2, 3, 4) } })
  expect(codes([server(LEAF, BETWEEN), odd])).toEqual(['issuer-key-usage'])
})
