import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'

import {
  parseRevocationList,
  REVOCATION_LIST_FAULTS,
  type RevocationListFaultCode,
} from '../../src/index.ts'
import { BlobWriter } from '../../src/key/blob-writer.ts'
import { AUTHORITY, forge, forged, makeRsa, makeSigner, strings } from '../certificate/forge.ts'
import { forgeList, listOf, ofCertificates, serials, type Section } from './forge.ts'

const LAST = 2n ** 64n - 1n
const CERTIFICATE = forged({ serial: 7n })
const { key } = CERTIFICATE
const [LIST, RANGE, BITMAP, KEY_ID, EXTENSION] = [0x20, 0x21, 0x22, 0x23, 0x39] as const

function bitmap(first: bigint, bits: Uint8Array | readonly number[]): Section {
  return [BITMAP, new BlobWriter().bytes(serials(first)).mpint(Uint8Array.from(bits)).finish()]
}

function extension(critical: number): Uint8Array {
  return new BlobWriter().string('x@example').bytes(Buffer.of(critical)).string('y').finish()
}

function hash(algorithm: 'sha1' | 'sha256', blob: Uint8Array): Uint8Array {
  return strings([createHash(algorithm).update(blob).digest()])
}

describe('what a list covers', () => {
  it.each([
    ['key', [2, strings([key.blob])]],
    ['sha1', [3, hash('sha1', key.blob)]],
    ['sha256', [5, hash('sha256', key.blob)]],
  ] as const)('is a key and its certificates, by %s', (by, section) => {
    const list = listOf(section)
    expect(list.find(key)).toEqual({ by, ofAuthority: false })
    expect(list.find(CERTIFICATE)).toEqual({ by, ofAuthority: false })
    expect(list.covers(AUTHORITY.key)).toBe(false)
  })

  it.each([
    ['key', [2, strings([AUTHORITY.key.blob])]],
    ['sha1', [3, hash('sha1', AUTHORITY.key.blob)]],
    ['sha256', [5, hash('sha256', AUTHORITY.key.blob)]],
  ] as const)('is all that a revoked authority signed, by %s', (by, section) => {
    const list = listOf(section)
    expect(list.find(CERTIFICATE)).toEqual({ by, ofAuthority: true })
    expect(list.covers(key)).toBe(false)
  })

  it('is a key in another spelling too', () => {
    const { key: rsa } = makeRsa(1024)
    const words = Buffer.from(rsa.blob)
    const exponent = words.indexOf(Buffer.of(0, 0, 0, 3, 1, 0, 1))
    const padded = [
      words.subarray(0, exponent),
      Buffer.of(0, 0, 0, 4, 0, 1, 0, 1),
      words.subarray(exponent + 7),
    ]
    expect(listOf([2, strings([Buffer.concat(padded)])]).covers(rsa)).toBe(true)
  })

  it('is nothing by a key of a type that is not known', () => {
    expect(listOf([2, strings([strings(['ssh-new', 'x'])])]).covers(key)).toBe(false)
  })

  it.each([
    ['a single serial number', [LIST, serials(3n, 7n)], [3n, 7n], [4n, 8n, 0n]],
    ['a range', [RANGE, serials(3n, 5n)], [3n, 4n, 5n], [2n, 6n, 0n]],
    ['the whole range', [RANGE, serials(1n, LAST)], [1n, LAST], [0n]],
    ['a bitmap', bitmap(6n, [0b1, 0b10000011]), [6n, 7n, 13n, 14n], [5n, 8n, 12n, 15n, 0n]],
    ['a bitmap up to the end', bitmap(LAST - 8n, [1, 0]), [LAST], [LAST - 1n, LAST - 8n, 0n]],
    ['an empty bitmap', bitmap(1n, []), [], [0n, 1n]],
  ] as const)('is a serial number of an authority, by %s', (_, section, revoked, others) => {
    const list = listOf(ofCertificates([section], AUTHORITY.key.blob))
    const covered = (serial: bigint): boolean => list.covers(forged({ serial }))
    expect(revoked.filter(covered)).toEqual(revoked)
    expect(others.filter(covered)).toEqual([])
    expect(list.covers(key)).toBe(false)
    const [serial = 1n] = revoked
    expect(list.covers(forged({ serial }, makeSigner('ssh-ed25519')))).toBe(false)
  })

  it('joins ranges that touch or overlap, in any order', () => {
    const pairs = [serials(9n, 9n), serials(2n, 6n), serials(3n, 4n), serials(7n, 8n)]
    const list = listOf(ofCertificates(pairs.map((pair) => [RANGE, pair])))
    const numbers = Array.from({ length: 11 }, (_, at) => BigInt(at))
    const covered = numbers.filter((serial) => list.covers(forged({ serial })))
    expect(covered).toEqual([2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n])
  })

  it('is a serial number or key id of every authority, when none is named', () => {
    const list = listOf(ofCertificates([[KEY_ID, strings(['a', 'b'])]]))
    const other = makeSigner('ssh-ed25519')
    const found = ['a', 'b', 'ab', ''].map((keyId) => list.find(forged({ keyId }, other)))
    const byKeyId = { by: 'key-id', ofAuthority: false }
    expect(found).toEqual([byKeyId, byKeyId, undefined, undefined])
  })

  it('adds up over several sections of one authority', () => {
    const [one, other] = [serials(1n), serials(2n)].map((list) =>
      ofCertificates([[LIST, list]], AUTHORITY.key.blob),
    ) as [Section, Section]
    const list = listOf(one, other)
    const covered = [1n, 2n, 3n].map((serial) => list.covers(forged({ serial })))
    expect(covered).toEqual([true, true, false])
  })

  it('keeps what the list says about itself', () => {
    const list = listOf([255, extension(0)], ofCertificates([[EXTENSION, extension(0)]]))
    const { version, generatedAt, comment } = list
    expect([version, generatedAt, comment]).toEqual([3n, 1_800_000_000n, 'of the test'])
  })
})

const SUB = (section: Section): Uint8Array => forgeList([ofCertificates([section])])

const REFUSED: readonly (readonly [RevocationListFaultCode, string, Uint8Array])[] = [
  ['list-magic-wrong', 'no bytes', new Uint8Array()],
  ['list-magic-wrong', 'another file', Buffer.from('ssh-ed25519 AAAA')],
  ['list-version-unknown', 'version 2', forgeList([], 2)],
  ['list-truncated', 'half a header', forgeList([]).subarray(0, 20)],
  ['list-truncated', 'half a section', forgeList([[2, strings(['x'])]]).subarray(0, -1)],
  ['list-truncated', 'half a serial number', SUB([LIST, Buffer.alloc(7)])],
  ['list-trailing', 'a range of three', SUB([RANGE, serials(1n, 2n, 3n)])],
  ['list-trailing', 'more behind an extension', forgeList([[255, longer(extension(0))]])],
  ['list-section-unknown', 'section 6', forgeList([[6, new Uint8Array()]])],
  ['list-section-unknown', 'section 0x24', SUB([0x24, new Uint8Array()])],
  ['list-section-signature', 'a signature', forgeList([[4, strings(['x'])]])],
  ['list-extension-critical', 'a critical extension', forgeList([[255, extension(1)]])],
  ['list-extension-critical', 'one about certificates', SUB([EXTENSION, extension(2)])],
  ['list-text-malformed', 'a key id with a NUL', SUB([KEY_ID, strings(['a\0b'])])],
  ['list-authority-malformed', 'no key', forgeList([ofCertificates([], Buffer.of(1))])],
  ['list-authority-malformed', 'a certificate', forgeList([ofCertificates([], forge())])],
  ['list-serial-malformed', 'serial number 0', SUB([LIST, serials(0n)])],
  ['list-serial-malformed', 'a range from 0', SUB([RANGE, serials(0n, 5n)])],
  ['list-serial-malformed', 'a reversed range', SUB([RANGE, serials(5n, 4n)])],
  ['list-serial-malformed', 'a bitmap with 0', SUB(bitmap(0n, [1]))],
  ['list-serial-malformed', 'a bitmap beyond the end', SUB(bitmap(LAST - 7n, [1, 0]))],
  ['list-bitmap-malformed', 'too long a bitmap', SUB(bitmap(1n, Buffer.alloc(2 ** 21 + 1, 1)))],
  [
    'list-bitmap-malformed',
    'a negative bitmap',
    SUB([BITMAP, Buffer.concat([serials(1n), strings([Buffer.of(0x80)])])]),
  ],
  [
    'list-fingerprint-malformed',
    'SHA-1 of 19 bytes',
    forgeList([[3, strings([Buffer.alloc(19)])]]),
  ],
  ['list-fingerprint-malformed', 'SHA-256 of 20', forgeList([[5, strings([Buffer.alloc(20)])]])],
]

function longer(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.of(0)])
}

function faultOf(bytes: Uint8Array): RevocationListFaultCode | undefined {
  const list = parseRevocationList(bytes)
  return 'fault' in list ? list.fault : undefined
}

describe('a list that cannot be read', () => {
  it.each(REFUSED)('is refused as %s: %s', (fault, _, bytes) => {
    expect(faultOf(bytes)).toBe(fault)
  })

  it('is refused before reading when it is over the limit', () => {
    const bytes = forgeList([])
    const fault = { fault: 'list-too-long', offset: 0 }
    expect(parseRevocationList(bytes, { maxBytes: bytes.length - 1 })).toEqual(fault)
    expect(parseRevocationList(bytes, { maxBytes: bytes.length })).not.toHaveProperty('fault')
  })

  it('is refused with the place of the section', () => {
    const start = forgeList([[2, new Uint8Array()]]).length
    const bytes = forgeList([
      [2, new Uint8Array()],
      [6, new Uint8Array()],
    ])
    expect(parseRevocationList(bytes)).toEqual({ fault: 'list-section-unknown', offset: start })
  })

  it('has every fault tried', () => {
    const tried = new Set([...REFUSED.map(([fault]) => fault), 'list-too-long'])
    expect(tried).toEqual(new Set(Object.keys(REVOCATION_LIST_FAULTS)))
  })
})

it('refuses a list that breaks off anywhere but between two sections', () => {
  const sections: readonly Section[] = [
    [2, strings([key.blob])],
    ofCertificates([[RANGE, serials(3n, 5n)], bitmap(6n, [3]), [KEY_ID, strings(['a'])]]),
  ]
  const whole = forgeList(sections)
  const ends = [0, 1, 2].map((count) => forgeList(sections.slice(0, count)).length)
  for (let length = 0; length <= whole.length; length += 1) {
    expect(faultOf(whole.subarray(0, length)) === undefined).toBe(ends.includes(length))
  }
})
