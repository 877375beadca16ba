import { describe, expect, test } from 'vitest'
import { parseCertificate, verify, type Certificate, type Verification } from '../src/index.ts'
import { BETWEEN, chain, check, codesOf, LEAF, oneOf, ROOT, STRANGER } from './world.ts'
import { AT, authority, encode, name, root, server, type Holder } from './writing/certificate.ts'
import { ascii, integer, sequence, time, utf8, tlv, set, oid } from './writing/der.ts'
import {
  basicConstraints,
  distributionPoints,
  dns,
  extension,
  ip,
  keyUsage,
  nameConstraints,
  pointName,
  policies,
  policyMappings,
  subjectAltName,
  uri,
} from './writing/extensions.ts'
import { ecKey } from './writing/keys.ts'
import { list } from './writing/list.ts'

const ANCHOR = root(ROOT)
const HOST = { dns: 'web01.example.com' }

function verified(certificates: readonly [Certificate, ...Certificate[]]): Verification {
  return verify(certificates, { at: AT, anchors: [ANCHOR], name: HOST, purpose: 'server' })
}

describe('work is counted', () => {
  const keys = Array.from({ length: 100 }, () => ecKey())
  const holders: readonly Holder[] = keys.map((key, index) => ({ name: name(`CA ${index}`), key }))
  const first = oneOf(holders, 0)
  const mesh = holders.flatMap((subject, index) =>
    [1, 2, 3].map((step) => authority(subject, oneOf(holders, index + step))),
  )

  test('a hundred authorities that sign one another, and no anchor', () => {
    const found = verified([server(LEAF, first), ...mesh])
    expect(codesOf(found)).toEqual(['issuer-unknown'])
  })

  test('the same with a way out to the anchor of which every end is refused', () => {
    const end = authority(oneOf(holders, 99), ROOT, {
      extensions: { constraints: nameConstraints({ permitted: [dns('example.org')] }) },
    })
    const found = verified([server(LEAF, first), ...mesh, end])
    expect(found.decision.outcome).toBe('deny')
    expect(found.decision.reasons[0]).toMatchObject({
      code: 'budget-exhausted',
      facts: { limit: 'signatures' },
    })
  })

  test('a chain of two hundred', () => {
    const two = Array.from({ length: 200 }, (_, index) => ({
      name: name(`CA ${index}`),
      key: oneOf(keys, index),
    }))
    const links = two.map((subject, index) => authority(subject, two[index + 1] ?? ROOT))
    const found = verified([server(LEAF, oneOf(two, 0)), ...links])
    expect(codesOf(found)).toEqual(['chain-too-deep'])
  })

  test('two hundred candidates of one name, none of which signed', () => {
    const impostors = Array.from({ length: 200 }, (_, index) =>
      authority({ name: BETWEEN.name, key: oneOf(keys, index) }, ROOT),
    )
    const found = verified([server(LEAF, BETWEEN), ...impostors])
    expect(found.decision.reasons[0]).toMatchObject({
      code: 'budget-exhausted',
      facts: { limit: 'misses' },
    })
  })

  test('candidates with keys that cost more are tried less often', () => {
    const issuer = { name: BETWEEN.name, key: ecKey('P-521') }
    const impostors = Array.from({ length: 8 }, () =>
      authority({ name: BETWEEN.name, key: ecKey('P-521') }, ROOT),
    )
    const unnamed = server(LEAF, issuer, { extensions: { authorityKey: null } })
    const options = { at: AT, anchors: [ANCHOR], deviations: 'tolerate' } as const
    const offered = [unnamed, ...impostors, authority(issuer, ROOT)] as const
    const { decision } = verify(offered, options)
    expect(decision.reasons[0].facts).toMatchObject({ limit: 'misses' })
    const limits = { misses: 200 }
    expect(verify(offered, { ...options, limits }).decision.outcome).toBe('allow')
  })

  test('two hundred candidates, the right one among them: its identifier leads to it', () => {
    const impostors = Array.from({ length: 200 }, (_, index) =>
      authority({ name: BETWEEN.name, key: oneOf(keys, index) }, ROOT),
    )
    const found = verified([server(LEAF, BETWEEN), ...impostors, authority(BETWEEN, ROOT)])
    expect(found.decision.outcome).toBe('allow')
  })

  test('1,000 names under 1,000 constraints', () => {
    const names = Array.from({ length: 1000 }, (_, index) => dns(`h${index}.example.com`))
    const subtrees = Array.from({ length: 1000 }, (_, index) => dns(`d${index}.example.org`))
    const { anchors, certificates } = chain({
      leaf: { extensions: { names: subjectAltName(...names) } },
      between: { extensions: { constraints: nameConstraints({ excluded: subtrees }) } },
    })
    const found = check({ anchors, certificates }, { name: { dns: 'h7.example.com' } })
    expect(found.decision.reasons[0]).toMatchObject({ facts: { limit: 'nameComparisons' } })
    const patient = { name: { dns: 'h7.example.com' }, limits: { nameComparisons: 1_000_000 } }
    expect(check({ anchors, certificates }, patient).decision.outcome).toBe('allow')
  })

  test('ten thousand intermediates that belong to nothing', () => {
    const strangers = Array.from({ length: 100 }, (_, index) =>
      authority(oneOf(holders, index), STRANGER),
    )
    const many = Array.from({ length: 100 }, () => strangers).flat()
    const found = verified([server(LEAF, BETWEEN), ...many, authority(BETWEEN, ROOT)])
    expect(found.decision.outcome).toBe('allow')
  })
})

test('a list of 100,000 certificates is read, and finds the last of them', () => {
  const entries = Array.from({ length: 100_000 }, (_, index) => ({ serial: integer(index + 1) }))
  const revoked = list(BETWEEN, { entries })
  expect(revoked.size).toBe(100_000)
  const lists = [list(ROOT), revoked]
  const ask = (serial: number): Verification =>
    check(chain({ leaf: { serial: integer(serial) } }), { revocation: { lists } })
  expect(codesOf(ask(100_000))).toEqual(['revoked'])
  expect(codesOf(ask(100_001))).toEqual(['chain-trusted'])
})

test('a list keeps the long name of its issuer once, and not once an entry', () => {
  const issuer = { name: name('x'.repeat(300_000)), key: BETWEEN.key }
  const entries = Array.from({ length: 40_000 }, (_, index) => ({ serial: integer(index + 1) }))
  const found = list(issuer, { entries })
  expect(found.size).toBe(40_000)
  expect(found.find(found.issuer, '01')?.reason).toBe('unspecified')
})

function addresses(host: string): Uint8Array[] {
  return Array.from({ length: 20_000 }, (_, index) => uri(`http://${host}/${index}`))
}

test('as many points in a certificate as names of a point in a list', () => {
  const points = addresses('a').map((one) => ({ name: pointName([one]) }))
  const leaf = { extensions: { points: distributionPoints(...points) } }
  const ask = (host: string): readonly string[] => {
    const own = list(BETWEEN, { scope: [pointName(addresses(host))] })
    return codesOf(check(chain({ leaf }), { revocation: { lists: [own], depth: 'peer' } }))
  }
  expect(ask('a')).toEqual(['chain-trusted'])
  expect(ask('b')).toEqual(['revocation-unknown'])
})

test('one policy that is mapped to many is each of them below', () => {
  const pairs = Array.from({ length: 40_000 }, (_, index) => ['1.2.3', `1.2.4.${index}`] as const)
  const between = {
    extensions: { policies: policies('1.2.3'), mappings: policyMappings(...pairs) },
  }
  const ask = (policy: string): readonly string[] => {
    const leaf = { extensions: { policies: policies(policy) } }
    const inputs = { policies: { requireExplicit: true, acceptable: ['1.2.3'] } }
    return codesOf(check(chain({ between, leaf }), inputs))
  }
  expect(ask('1.2.4.39999')).toEqual(['chain-trusted'])
  expect(ask('1.2.4.40000')).toEqual(['policy-not-allowed'])
})

test('many policies that are mapped to one cost no stack', () => {
  const pairs = Array.from({ length: 150_000 }, (_, index) =>
    sequence(oid(`1.2.4.${index}`), oid('1.2.3')),
  )
  const mappings = extension('2.5.29.33', sequence(Buffer.concat(pairs)), true)
  const extensions = { policies: policies('2.5.29.32.0'), mappings }
  const der = encode(BETWEEN, ROOT, {
    extensions: { ca: basicConstraints(true), usage: keyUsage(5), ...extensions },
  })
  const between = parseCertificate(der, { file: 'between', maxBytes: 8 * 1024 * 1024 })
  const leaf = server(LEAF, BETWEEN, { extensions: { policies: policies('1.2.3') } })
  const inputs = { policies: { requireExplicit: true, acceptable: ['1.2.4.7'] } }
  const { decision } = verify([leaf, between], { at: AT, anchors: [ANCHOR], ...inputs })
  expect(decision.outcome).toBe('allow')
})

function named(...names: readonly Uint8Array[]): Verification {
  const leaf = { extensions: { names: subjectAltName(...names) } }
  return check(chain({ leaf }), { name: HOST })
}

describe('names that look like another', () => {
  test.each([
    'web01.example.com\0.evil.example',
    'web01.example.com.',
    '.web01.example.com',
    'web01..example.com',
    'web01.example.com ',
    '*',
    '*.com',
    '*.*.com',
    'web*.example.com',
    '*web01.example.com',
    'web01.*.com',
    '*.web01.example.com',
    '*.*.example.com',
    '**.example.com',
    'WEB01.example.com\n',
  ])('%j is not web01.example.com', (text) => {
    expect(named(dns(text)).decision.outcome).toBe('deny')
  })

  test.each(['web01.example.com', 'WEB01.Example.COM', '*.example.com'])(
    '%j is web01.example.com',
    (text) => {
      expect(named(dns(text)).decision.outcome).toBe('allow')
    },
  )

  test('an address is no host name, and a host name no address', () => {
    const leaf = { extensions: { names: subjectAltName(dns('192.0.2.1'), ip(192, 0, 2, 2)) } }
    const asked = (address: string): readonly string[] =>
      codesOf(check(chain({ leaf }), { name: { ip: address } }))
    expect(asked('192.0.2.1')).toEqual(['name-mismatch'])
    expect(asked('192.0.2.2')).toEqual(['chain-trusted'])
    expect(asked('0xC0.0.2.2')).toEqual(['name-mismatch'])
  })

  test('a NUL or a line break in a subject reaches nobody raw', () => {
    const subject = sequence(set(sequence(oid('2.5.4.3'), tlv(0x0c, ascii('a\0b\r\nc')))))
    const { decision } = check(chain({ leaf: { subject } }), { at: new Date('2126-11-22') })
    expect(decision.reasons[0].code).toBe('expired')
  })

  test('names compare without case and composed, but not by what they look like', () => {
    const upper = { name: name('ÄUTHORITY  one'), key: BETWEEN.key }
    const lower = { name: name('a\u0308uthority One '), key: BETWEEN.key }
    const cyrillic = { name: name('Äuth\u043erity one'), key: BETWEEN.key }
    const through = (issuer: Holder): string =>
      verified([server(LEAF, lower), authority(issuer, ROOT)]).decision.outcome
    expect(through(upper)).toBe('allow')
    expect(through(cyrillic)).toBe('deny')
  })

  test('a name cannot be made of two by a comma', () => {
    const one = { name: name('a,2.5.4.3=b'), key: BETWEEN.key }
    const two = { name: name('a', 'b'), key: BETWEEN.key }
    const found = verified([server(LEAF, one), authority(two, ROOT)])
    expect(codesOf(found)).toEqual(['issuer-unknown'])
  })
})

function atTime(notBefore: string, notAfter: string, now: string): readonly string[] {
  const leaf = { notBefore: time(notBefore), notAfter: time(notAfter) }
  const { anchors, certificates } = chain({ leaf })
  return codesOf(check({ anchors, certificates }, { at: new Date(now) }))
}

describe('times', () => {
  test('before 1950 and at the end of year 9999 are what they say', () => {
    expect(atTime('1901-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-11-22')).toEqual([
      'chain-trusted',
    ])
    expect(atTime('1901-01-01T00:00:00Z', '1949-12-31T23:59:59Z', '2026-11-22')).toEqual([
      'expired',
    ])
    expect(atTime('9999-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-11-22')).toEqual([
      'not-yet-valid',
    ])
  })

  test('the first and the last second are within, half of a second counts for nothing', () => {
    const [from, until] = ['2026-06-01T00:00:00Z', '2026-06-01T00:00:09Z']
    expect(atTime(from, until, '2026-06-01T00:00:00Z')).toEqual(['chain-trusted'])
    expect(atTime(from, until, '2026-05-31T23:59:59.999Z')).toEqual(['not-yet-valid'])
    expect(atTime(from, until, '2026-06-01T00:00:09.5Z')).toEqual(['chain-trusted'])
    expect(atTime(from, until, '2026-06-01T00:00:10Z')).toEqual(['expired'])
  })
})

function nameOf(value: Uint8Array): Uint8Array {
  return sequence(set(sequence(oid('2.5.4.3'), value)))
}

test('text of other types compares as the text that it is', () => {
  const issuer = { name: nameOf(utf8('Between')), key: BETWEEN.key }
  const wide = tlv(0x1e, ascii('\0B\0e\0t\0w\0e\0e\0n'))
  const subject = { name: nameOf(wide), key: BETWEEN.key }
  expect(verified([server(LEAF, issuer), authority(subject, ROOT)]).decision.outcome).toBe('allow')
})
