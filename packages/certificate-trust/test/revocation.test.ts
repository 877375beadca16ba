import { describe, expect, test } from 'vitest'
import { verify, type Certificate, type CertificateList, type VerifyOptions } from '../src/index.ts'
import { BETWEEN, codesOf, LEAF, ROOT, STRANGER } from './world.ts'
import {
  AT,
  authority,
  issue,
  name,
  relativeName,
  root,
  server,
  type Changes,
  type Holder,
} from './writing/certificate.ts'
import { bytes, integer, sequence, tlv } from './writing/der.ts'
import {
  basicConstraints,
  directory,
  distributionPoints,
  extension,
  keyUsage,
  pointName,
  uri,
} from './writing/extensions.ts'
import {
  INDIRECT,
  list,
  ONLY_ATTRIBUTES,
  ONLY_AUTHORITIES,
  ONLY_PEERS,
  onlyReasons,
} from './writing/list.ts'
import { ecKey } from './writing/keys.ts'

const SERIAL = integer(77)
const ANCHOR = root(ROOT)
const ENTRY = { serial: SERIAL, reason: 1 }

interface Asked {
  readonly leaf?: Changes
  readonly more?: readonly Certificate[]
  readonly options?: Partial<VerifyOptions>
  readonly onUnknown?: 'deny' | 'allow'
  readonly depth?: 'peer' | 'chain'
}

/** The first code for a server with serial number 77, with lists beside that of the root. */
function ask(
  lists: readonly CertificateList[],
  { leaf = {}, more = [], options = {}, ...revocation }: Asked = {},
): readonly string[] {
  const peer = server(LEAF, BETWEEN, { serial: SERIAL, ...leaf })
  const found = verify([peer, authority(BETWEEN, ROOT), ...more], {
    at: AT,
    anchors: [ANCHOR],
    revocation: { lists: [list(ROOT), ...lists], ...revocation },
    ...options,
  })
  return codesOf(found).slice(0, 1)
}

const GOOD = ['chain-trusted']
const REVOKED = ['revoked']
const UNKNOWN = ['revocation-unknown']

describe('complete lists', () => {
  test('without the certificate: good; with it: revoked, with reason and time', () => {
    expect(ask([list(BETWEEN)])).toEqual(GOOD)
    expect(ask([list(BETWEEN, { entries: [ENTRY] })])).toEqual(REVOKED)
    const found = verify([server(LEAF, ROOT, { serial: SERIAL })], {
      at: AT,
      anchors: [ANCHOR],
      revocation: { lists: [list(ROOT, { entries: [ENTRY] })] },
    })
    expect(found.decision.reasons[0].facts).toMatchObject({
      reason: 'keyCompromise',
      since: '2026-11-02T00:00:00Z',
    })
  })

  test('another serial number, or the same of another issuer, is another certificate', () => {
    expect(ask([list(BETWEEN, { entries: [{ serial: integer(78) }] })])).toEqual(GOOD)
    expect(ask([list(BETWEEN), list(STRANGER, { entries: [ENTRY] })])).toEqual(GOOD)
  })

  test('no list, an expired, an early or a forged one: unknown', () => {
    const forged = list({ name: BETWEEN.name, key: STRANGER.key })
    expect(ask([])).toEqual(UNKNOWN)
    expect(ask([forged])).toEqual(UNKNOWN)
    expect(ask([list(BETWEEN, { until: '2026-11-22T11:59:59Z' })])).toEqual(UNKNOWN)
    expect(ask([list(BETWEEN, { from: '2026-11-22T12:00:01Z' })])).toEqual(UNKNOWN)
    expect(ask([list(BETWEEN, { until: null })])).toEqual(UNKNOWN)
    expect(ask([list(BETWEEN, { number: null })])).toEqual(UNKNOWN)
    expect(ask([], { onUnknown: 'allow' })).toEqual(GOOD)
  })

  test('a critical extension that nobody knows, in a list or an entry: unknown', () => {
    const odd = extension('1.2.3', tlv(5), true)
    expect(ask([list(BETWEEN, { extensions: [odd] })])).toEqual(UNKNOWN)
    const entries = [{ serial: integer(1), extensions: [odd] }]
    expect(ask([list(BETWEEN, { entries })])).toEqual(UNKNOWN)
    expect(ask([list(BETWEEN, { extensions: [extension('1.2.3', tlv(5))] })])).toEqual(GOOD)
  })

  test('an expired one still says who is revoked, unless on hold', () => {
    const until = '2026-11-22T11:59:59Z'
    const revoked = list(BETWEEN, { until, entries: [ENTRY] })
    const held = list(BETWEEN, { until, entries: [{ ...ENTRY, reason: 6 }] })
    expect(ask([revoked], { onUnknown: 'allow' })).toEqual(REVOKED)
    expect(ask([held], { onUnknown: 'allow' })).toEqual(GOOD)
  })

  test('the newer of two counts, in whatever order they come', () => {
    const old = list(BETWEEN, { entries: [{ ...ENTRY, reason: 6 }], number: 1 })
    const young = list(BETWEEN, { from: '2026-11-10T00:00:00Z', number: 2 })
    expect(ask([old, young])).toEqual(GOOD)
    expect(ask([young, old])).toEqual(GOOD)
    expect(ask([old])).toEqual(REVOKED)
  })

  test('of two of one second the higher number counts, and of one number both do', () => {
    const good = list(BETWEEN, { number: 1 })
    const bad = list(BETWEEN, { number: 2, entries: [ENTRY] })
    expect(ask([good, bad])).toEqual(REVOKED)
    expect(ask([bad, good])).toEqual(REVOKED)
    const same = list(BETWEEN, { number: 1, entries: [ENTRY] })
    expect(ask([good, same])).toEqual(REVOKED)
    const held = list(BETWEEN, { number: 1, entries: [{ ...ENTRY, reason: 6 }] })
    expect(ask([held, list(BETWEEN, { number: 2 })])).toEqual(GOOD)
  })

  test('authorities are asked about as well, unless only the peer is', () => {
    const lists = [list(BETWEEN)]
    const peer = server(LEAF, BETWEEN)
    const chain = [peer, authority(BETWEEN, ROOT, { serial: SERIAL })] as const
    const codes = (depth: 'peer' | 'chain', ofRoot: CertificateList): readonly string[] =>
      codesOf(
        verify(chain, {
          at: AT,
          anchors: [ANCHOR],
          revocation: { lists: [...lists, ofRoot], depth },
        }),
      )
    const revoked = list(ROOT, { entries: [ENTRY] })
    expect(codes('chain', revoked)).toEqual(REVOKED)
    expect(codes('peer', revoked)).toEqual(GOOD)
    expect(codes('chain', list(ROOT))).toEqual(GOOD)
  })

  test('without a number, or the time of the next, they can be tolerated for ten days', () => {
    const options = { deviations: 'tolerate' } as const
    expect(ask([list(BETWEEN, { number: null })], { options })).toEqual(GOOD)
    const from = '2026-11-13T00:00:00Z'
    expect(ask([list(BETWEEN, { until: null, from })], { options })).toEqual(GOOD)
    expect(ask([list(BETWEEN, { until: null })], { options })).toEqual(UNKNOWN)
  })
})

describe('who signs', () => {
  const signing = { name: BETWEEN.name, key: ecKey() }
  const usage = keyUsage(6)
  const withoutCa = { purposes: null, names: null, usage }

  test('a key of its own for lists, certified by the authority above', () => {
    const more = [issue(signing, ROOT, { extensions: withoutCa })]
    expect(ask([list(signing)], { more })).toEqual(GOOD)
    expect(ask([list(signing, { entries: [ENTRY] })], { more })).toEqual(REVOKED)
    const asCa = { ...withoutCa, ca: basicConstraints(true) }
    expect(ask([list(signing)], { more: [issue(signing, ROOT, { extensions: asCa })] })).toEqual(
      GOOD,
    )
  })

  test('a key that may not sign lists, or has no chain, or a revoked one: unknown', () => {
    const other = issue(signing, ROOT, { extensions: { ...withoutCa, usage: keyUsage(5) } })
    expect(ask([list(signing)], { more: [other] })).toEqual(UNKNOWN)
    const foreign = issue(signing, STRANGER, { extensions: withoutCa })
    expect(ask([list(signing)], { more: [foreign] })).toEqual(UNKNOWN)
    const revoked = issue(signing, ROOT, { extensions: withoutCa, serial: integer(99) })
    const ofRoot = list(ROOT, {
      entries: [{ serial: integer(99), reason: 1 }],
      from: '2026-11-10T00:00:00Z',
    })
    expect(ask([list(signing), ofRoot], { more: [revoked] })).toEqual(UNKNOWN)
  })

  test('an authority whose key usage does not name lists: unknown', () => {
    const peer = server(LEAF, BETWEEN)
    const silent = authority(BETWEEN, ROOT, { extensions: { usage: keyUsage(5) } })
    const found = verify([peer, silent], {
      at: AT,
      anchors: [ANCHOR],
      revocation: { lists: [list(ROOT), list(BETWEEN)] },
    })
    expect(codesOf(found)).toEqual(UNKNOWN)
  })

  test('two signers of lists that speak for one another alone: unknown', () => {
    const [one, two] = [0, 1].map(() => ({ name: BETWEEN.name, key: ecKey() })) as [Holder, Holder]
    const point = pointName([uri('http://lists.example.com/two')])
    const certified = (holder: Holder, by: Holder): Certificate =>
      issue(holder, by, {
        extensions: { ...withoutCa, points: distributionPoints({ name: point }) },
      })
    const more = [certified(one, two), certified(two, one)]
    expect(ask([list(one), list(two)], { more })).toEqual(UNKNOWN)
  })
})

/** Says of an entry whose certificate it is. */
function about({ name: issuer }: Holder): Uint8Array {
  return extension('2.5.29.29', sequence(directory(issuer)), true)
}

function url(path: string): Uint8Array {
  return uri(`http://lists.example.com/${path}`)
}

function publishedAt(...names: readonly Uint8Array[]): Changes {
  return { extensions: { points: distributionPoints({ name: pointName(names) }) } }
}

describe('scopes', () => {
  test('only peers, only authorities, only attributes', () => {
    expect(ask([list(BETWEEN, { scope: [ONLY_PEERS] })])).toEqual(GOOD)
    expect(ask([list(BETWEEN, { scope: [ONLY_AUTHORITIES] })])).toEqual(UNKNOWN)
    expect(ask([list(BETWEEN, { scope: [ONLY_ATTRIBUTES] })])).toEqual(UNKNOWN)
  })

  test('one of the names of a point has to be the same', () => {
    const partition = list(BETWEEN, { scope: [pointName([url('b'), url('a')])] })
    expect(ask([partition], { leaf: publishedAt(url('a')) })).toEqual(GOOD)
    expect(ask([partition], { leaf: publishedAt(url('c')) })).toEqual(UNKNOWN)
    expect(ask([partition])).toEqual(UNKNOWN)
    expect(ask([list(BETWEEN)], { leaf: publishedAt(url('c')) })).toEqual(GOOD)
  })

  test('a name may be relative to the issuer, on either side', () => {
    const relative = relativeName('list 1')
    const short = pointName({ relative: relative.subarray(2) })
    const long = directory(sequence(BETWEEN.name.subarray(2), relative))
    const leaf = { extensions: { points: distributionPoints({ name: short }) } }
    for (const scope of [short, pointName([long])]) {
      expect(ask([list(BETWEEN, { scope: [scope] })], { leaf })).toEqual(GOOD)
      expect(ask([list(BETWEEN, { scope: [scope] })], { leaf: publishedAt(long) })).toEqual(GOOD)
    }
    const other = pointName({ relative: relativeName('list 2').subarray(2) })
    expect(ask([list(BETWEEN, { scope: [other] })], { leaf })).toEqual(UNKNOWN)
  })

  test('some reasons only: all have to be covered', () => {
    const first = list(BETWEEN, { scope: [onlyReasons(1, 2)] })
    const rest = list(BETWEEN, { scope: [onlyReasons(3, 4, 5, 6, 7, 8)] })
    const revoked = list(BETWEEN, { scope: [onlyReasons(3, 4, 5, 6, 7, 8)], entries: [ENTRY] })
    expect(ask([first])).toEqual(UNKNOWN)
    expect(ask([first, rest])).toEqual(GOOD)
    expect(ask([first, revoked])).toEqual(REVOKED)
  })

  test('an indirect list speaks for others, where the certificate says so', () => {
    const lister = authority(STRANGER, ROOT)
    const issuer = [directory(STRANGER.name)]
    const leaf = { extensions: { points: distributionPoints({ issuer }) } }
    const entry = { ...ENTRY, extensions: [about(BETWEEN)] }
    const more = [lister]
    expect(ask([list(STRANGER, { scope: [INDIRECT] })], { leaf, more })).toEqual(GOOD)
    expect(ask([list(STRANGER, { scope: [INDIRECT] })], { more })).toEqual(UNKNOWN)
    expect(ask([list(STRANGER)], { leaf, more })).toEqual(UNKNOWN)
    const revoked = list(STRANGER, { scope: [INDIRECT], entries: [entry] })
    expect(ask([revoked], { leaf, more })).toEqual(REVOKED)
    // The issuer of an entry holds for those behind it, and without one it is that of the list.
    const behind = [{ serial: integer(1), extensions: [about(BETWEEN)] }, { serial: SERIAL }]
    expect(ask([list(STRANGER, { scope: [INDIRECT], entries: behind })], { leaf, more })).toEqual(
      REVOKED,
    )
    expect(ask([list(STRANGER, { scope: [INDIRECT], entries: [ENTRY] })], { leaf, more })).toEqual(
      GOOD,
    )
  })
})

describe('deltas', () => {
  const base = list(BETWEEN, { number: 5 })
  const held = list(BETWEEN, { number: 5, entries: [{ serial: SERIAL, reason: 6 }] })

  test('add and remove', () => {
    const adds = list(BETWEEN, { number: 6, base: 5, entries: [ENTRY] })
    const removes = list(BETWEEN, { number: 6, base: 4, entries: [{ serial: SERIAL, reason: 8 }] })
    expect(ask([base, adds])).toEqual(REVOKED)
    expect(ask([held])).toEqual(REVOKED)
    expect(ask([held, removes])).toEqual(GOOD)
  })

  test('stand alone, build on a later list, or are about something else: count for nothing', () => {
    const adds = { entries: [ENTRY] }
    expect(ask([list(BETWEEN, { number: 6, base: 5 })])).toEqual(UNKNOWN)
    expect(ask([base, list(BETWEEN, { ...adds, number: 7, base: 6 })])).toEqual(GOOD)
    expect(
      ask([base, list(BETWEEN, { ...adds, number: 6, base: 5, scope: [ONLY_PEERS] })]),
    ).toEqual(GOOD)
    const expired = { until: '2026-11-22T11:59:59Z', number: 6, base: 5 }
    expect(ask([base, list(BETWEEN, { ...adds, ...expired })])).toEqual(GOOD)
  })
})

test('serial numbers below zero and of 20 bytes are found', () => {
  for (const serial of [tlv(2, bytes(0xff, 0x01)), integer(2n ** 159n)]) {
    const options = { deviations: 'tolerate' } as const
    const asked = { leaf: { serial }, options }
    expect(ask([list(BETWEEN, { entries: [{ serial }] })], asked)).toEqual(REVOKED)
    expect(ask([list(BETWEEN, { entries: [ENTRY] })], asked)).toEqual(GOOD)
  }
})

test('a list names its issuer by a name that compares the same', () => {
  const shouting = { name: name('BETWEEN'), key: BETWEEN.key }
  expect(ask([list(shouting, { entries: [ENTRY] })])).toEqual(REVOKED)
})
