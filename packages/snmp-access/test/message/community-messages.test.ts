import { describe, expect, test } from 'vitest'

import {
  decodeMessage,
  encodeCommunityMessage,
  varbindLength,
  type AnyPdu,
  type CommunityMessage,
  type Value,
} from '../../src/message/index.ts'
import { ASKED, GET, hex, messageOf, NAME, NAME_OCTETS, pduOf, tlv, wrapped } from './octets.ts'

/** What the value of a varbind of a response is read as. */
function valueOf(octets: Uint8Array): unknown {
  const message = decodeMessage(wrapped(pduOf(0xa2, octets)))
  return typeof message === 'string'
    ? message
    : (message as CommunityMessage).pdu.varbinds[0]?.value
}

/** What the name of a varbind of a response is read as. */
function nameOf(contents: readonly number[]): unknown {
  const message = decodeMessage(wrapped(pduOf(0xa2, hex('0500'), tlv(6, contents))))
  return typeof message === 'string' ? message : (message as CommunityMessage).pdu.varbinds[0]?.oid
}

/** What stands in the place of a value once written. */
function writtenValue(value: Value): Uint8Array {
  const pdu = { ...GET, varbinds: [{ oid: NAME, value }] }
  const octets = encodeCommunityMessage(messageOf(pdu))
  const at = Buffer.from(octets).indexOf(NAME_OCTETS) + NAME_OCTETS.length
  return octets.slice(at)
}

describe('a GET of version 2c', () => {
  const octets = hex(
    '3026 020101 0406 7075626c6963 a019 020107 020100 020100 300e 300c 06082b06010201010100 0500',
  )

  test('is read octet by octet', () => {
    expect(decodeMessage(octets)).toEqual(messageOf(GET))
  })

  test('is written with as few octets as there can be', () => {
    expect(encodeCommunityMessage(messageOf(GET))).toEqual(octets)
  })

  test('is read from a part of a larger buffer without a look outside', () => {
    const larger = Buffer.concat([Buffer.alloc(9, 0x30), octets, Buffer.alloc(9, 0x30)])
    expect(decodeMessage(larger.subarray(9, 9 + octets.length))).toEqual(messageOf(GET))
    expect(decodeMessage(larger.subarray(9, 8 + octets.length))).toBe('malformed')
  })
})

test('a community is kept octet by octet, also where it is no text', () => {
  for (const community of ['61ff', '00', '', '61efbfbd', '6100620a', 'ff'.repeat(256)]) {
    const message = { ...messageOf(GET), community: hex(community) }
    expect(decodeMessage(encodeCommunityMessage(message))).toEqual(message)
  }
})

describe('values', () => {
  const cases: readonly [string, string, Value][] = [
    ['zero', '020100', { type: 'Integer32', value: 0 }],
    ['127', '02017f', { type: 'Integer32', value: 127 }],
    ['128', '02020080', { type: 'Integer32', value: 128 }],
    ['-1', '0201ff', { type: 'Integer32', value: -1 }],
    ['-128', '020180', { type: 'Integer32', value: -128 }],
    ['-129', '0202ff7f', { type: 'Integer32', value: -129 }],
    ['the largest Integer32', '02047fffffff', { type: 'Integer32', value: 2 ** 31 - 1 }],
    ['the smallest Integer32', '020480000000', { type: 'Integer32', value: -(2 ** 31) }],
    ['no octets', '0400', { type: 'OctetString', value: hex('') }],
    ['octets', '040300ff61', { type: 'OctetString', value: hex('00ff61') }],
    ['an object identifier', '06022b06', { type: 'ObjectIdentifier', value: [1, 3, 6] }],
    ['an address', '40047f000001', { type: 'IpAddress', value: hex('7f000001') }],
    ['a counter', '410500ffffffff', { type: 'Counter32', value: 2 ** 32 - 1 }],
    ['a gauge', '42020080', { type: 'Gauge32', value: 128 }],
    ['ticks', '430100', { type: 'TimeTicks', value: 0 }],
    ['an opaque value', '44049f780400', { type: 'Opaque', value: hex('9f780400') }],
    ['a small Counter64', '460107', { type: 'Counter64', value: 7n }],
    ['2^32 as Counter64', '46050100000000', { type: 'Counter64', value: 2n ** 32n }],
    ['2^63 as Counter64', '4609008000000000000000', { type: 'Counter64', value: 2n ** 63n }],
    [
      'the largest Counter64',
      '460900ffffffffffffffff',
      { type: 'Counter64', value: 2n ** 64n - 1n },
    ],
    ['nothing', '0500', { type: 'unspecified' }],
    ['noSuchObject', '8000', { type: 'noSuchObject' }],
    ['noSuchInstance', '8100', { type: 'noSuchInstance' }],
    ['endOfMibView', '8200', { type: 'endOfMibView' }],
  ]

  test.each(cases)('%s is read and written', (_, octets, value) => {
    expect(valueOf(hex(octets))).toEqual(value)
    expect(writtenValue(value)).toEqual(hex(octets))
    expect(varbindLength({ oid: NAME, value })).toBe(12 + octets.length / 2)
  })

  test.each([
    ['a request id of four octets', '020400000005', { type: 'Integer32', value: 5 }],
    ['a counter of five', '410500000000ff', { type: 'Counter32', value: 255 }],
    ['a Counter64 of nine', '4609000000000000000001', { type: 'Counter64', value: 1n }],
    ['a length of two octets', '0481026162', { type: 'OctetString', value: hex('6162') }],
    ['a length of five octets', '0484000000016f', { type: 'OctetString', value: hex('6f') }],
  ])('%s is longer than it must be and read all the same', (_, octets, value) => {
    expect(valueOf(hex(octets))).toEqual(value)
  })

  test.each([
    ['an Integer32 of no octets', '0200'],
    ['an Integer32 of five octets', '02050000000001'],
    ['a counter below zero', '4101ff'],
    ['a counter beyond 32 bits', '41050100000000'],
    ['a counter of no octets', '4100'],
    ['a counter of six octets', '4106000000000001'],
    ['a Counter64 below zero', '460180'],
    ['a Counter64 beyond 64 bits', '4609010000000000000000'],
    ['a Counter64 of no octets', '4600'],
    ['an address of three octets', '40037f0000'],
    ['an address of five octets', '40057f00000101'],
    ['a null with contents', '050100'],
    ['an exception with contents', '800100'],
    ['an indefinite length', '04800000'],
    ['an indefinite length at the end', '0480'],
    ['a length of five octets of which the first is zero', '0485000000000161'],
    ['a reserved length', '04ff61'],
    ['a length beyond the message', '04047f'],
    ['a length of 2^32 - 1', '0484ffffffff61'],
    ['a constructed string', '2403040161'],
    ['a BIT STRING', '03020001'],
    ['the obsolete NsapAddress', '450100'],
    ['the obsolete UInteger32', '470100'],
    ['a tag of several octets', '1f810100'],
    ['two values', '05000500'],
    ['no value', ''],
  ])('%s is malformed', (_, octets) => {
    expect(valueOf(hex(octets))).toBe('malformed')
  })

  test.each<[string, Value]>([
    ['half a number', { type: 'Integer32', value: 0.5 }],
    ['no number', { type: 'Integer32', value: Number.NaN }],
    ['an Integer32 of 2^31', { type: 'Integer32', value: 2 ** 31 }],
    ['a counter below zero', { type: 'Counter32', value: -1 }],
    ['a gauge of 2^32', { type: 'Gauge32', value: 2 ** 32 }],
    ['ticks of half a hundredth', { type: 'TimeTicks', value: 0.5 }],
    ['a Counter64 below zero', { type: 'Counter64', value: -1n }],
    ['a Counter64 of 2^64', { type: 'Counter64', value: 2n ** 64n }],
    ['an address of sixteen octets', { type: 'IpAddress', value: new Uint8Array(16) }],
    ['an object identifier of one number', { type: 'ObjectIdentifier', value: [1] }],
  ])('%s cannot be written', (_, value) => {
    expect(() => writtenValue(value)).toThrow(RangeError)
    expect(() => varbindLength({ oid: NAME, value })).toThrow(RangeError)
  })
})

describe('object identifiers', () => {
  const MOST = 2 ** 32 - 1

  test.each<[string, readonly number[], readonly number[]]>([
    ['0.0', [0], [0, 0]],
    ['0.39', [39], [0, 39]],
    ['1.0', [40], [1, 0]],
    ['1.39', [79], [1, 39]],
    ['2.0', [80], [2, 0]],
    ['2.47', [127], [2, 47]],
    ['2.48', [0x81, 0], [2, 48]],
    ['2.4294967295', [0x90, 0x80, 0x80, 0x80, 0x4f], [2, MOST]],
    ['1.3.127', [43, 127], [1, 3, 127]],
    ['1.3.128', [43, 0x81, 0], [1, 3, 128]],
    ['1.3.4294967295', [43, 0x8f, 0xff, 0xff, 0xff, 0x7f], [1, 3, MOST]],
  ])('%s is read and written', (_, contents, oid) => {
    expect(nameOf(contents)).toEqual(oid)
    const written = writtenValue({ type: 'ObjectIdentifier', value: oid })
    expect(written).toEqual(tlv(6, contents))
  })

  test('128 sub-identifiers are read and written, 129 are not', () => {
    const most = [43, ...Array.from({ length: 126 }, () => 1)]
    expect(nameOf(most)).toHaveLength(128)
    expect(nameOf([...most, 1])).toBe('malformed')
    const oid = Array.from({ length: 128 }, () => 1)
    expect(writtenValue({ type: 'ObjectIdentifier', value: oid })).toHaveLength(2 + 127)
    expect(() => writtenValue({ type: 'ObjectIdentifier', value: [...oid, 1] })).toThrow(RangeError)
  })

  test.each<[string, readonly number[]]>([
    ['no sub-identifier', []],
    ['a sub-identifier that does not end', [43, 0x81]],
    ['a first one that does not end', [0x81]],
    ['a sub-identifier of 2^32', [43, 0x90, 0x80, 0x80, 0x80, 0]],
    ['a second one of 2^32 below 2', [0x90, 0x80, 0x80, 0x80, 0x50]],
    ['a sub-identifier with zero bits before it', [43, 0x80, 1]],
    ['a sub-identifier without end but 0x80', [43, ...Array.from({ length: 40 }, () => 0x80)]],
    ['a sub-identifier of forty octets', [43, ...Array.from({ length: 40 }, () => 0xff), 1]],
  ])('%s is malformed', (_, contents) => {
    expect(nameOf(contents)).toBe('malformed')
  })

  test.each<[string, readonly number[]]>([
    ['nothing', []],
    ['a root of 3', [3, 1]],
    ['a second of 40 below 1', [1, 40]],
    ['a root below zero', [-1, 1]],
    ['a sub-identifier of 2^32', [1, 3, 2 ** 32]],
    ['a sub-identifier below zero', [1, 3, -1]],
    ['half a sub-identifier', [1, 3, 0.5]],
    ['a second of 2^32', [2, 2 ** 32]],
  ])('%s cannot be written', (_, oid) => {
    expect(() => writtenValue({ type: 'ObjectIdentifier', value: oid })).toThrow(RangeError)
  })
})

describe('PDUs', () => {
  const trap1: AnyPdu = {
    type: 'trap1',
    enterprise: [1, 3, 6, 1, 4, 1, 8072],
    agentAddress: hex('7f000001'),
    generic: 6,
    specific: -3,
    timestamp: 2 ** 32 - 1,
    varbinds: [ASKED],
  }
  const bulk: AnyPdu = {
    type: 'getbulk',
    requestId: -5,
    nonRepeaters: -1,
    maxRepetitions: 2 ** 31 - 1,
    varbinds: [],
  }
  const plain = { requestId: 1, errorStatus: 5, errorIndex: 1, varbinds: [ASKED, ASKED] } as const

  test.each<[string, AnyPdu, readonly ('1' | '2c')[]]>([
    ['get', { type: 'get', ...plain }, ['1', '2c']],
    ['getnext', { type: 'getnext', ...plain }, ['1', '2c']],
    ['set', { type: 'set', ...plain }, ['1', '2c']],
    ['response', { type: 'response', ...plain }, ['1', '2c']],
    ['inform', { type: 'inform', ...plain }, ['2c']],
    ['trap2', { type: 'trap2', ...plain }, ['2c']],
    ['report', { type: 'report', ...plain }, ['2c']],
    ['getbulk', bulk, ['2c']],
    ['trap1', trap1, ['1']],
  ])('%s is read and written in its versions only', (_, pdu, versions) => {
    for (const version of ['1', '2c'] as const) {
      const message = messageOf(pdu, version)
      if (versions.includes(version)) {
        const octets = encodeCommunityMessage(message)
        expect(decodeMessage(octets)).toEqual(message)
        octets[4] = version === '1' ? 1 : 0
        const other = version === '1' ? '2c' : '1'
        const read = decodeMessage(octets)
        if (versions.includes(other)) expect(read).toEqual({ ...message, version: other })
        else expect(read).toBe('pdu-unknown')
      } else {
        expect(() => encodeCommunityMessage(message)).toThrow(RangeError)
      }
    }
  })

  test.each([0xa9, 0xaf, 0xbe])('tag %i is a PDU that nobody knows', (tag) => {
    expect(decodeMessage(wrapped(pduOf(tag, hex('0500'))))).toBe('pdu-unknown')
  })

  test.each([0x30, 0x80, 0x04, 0xbf, 0x60])('tag %i is none', (tag) => {
    expect(decodeMessage(wrapped(pduOf(tag, hex('0500'))))).toBe('malformed')
  })

  test('a PDU that nobody knows and octets after it are malformed', () => {
    const octets = tlv(0x30, [2, 1, 1], tlv(4, []), tlv(0xa9, []), [5, 0])
    expect(decodeMessage(octets)).toBe('malformed')
  })

  test('no PDU is malformed', () => {
    expect(decodeMessage(tlv(0x30, [2, 1, 1], tlv(4, [])))).toBe('malformed')
  })

  test('more than a PDU has is malformed at every depth', () => {
    const pair = tlv(0x30, NAME_OCTETS, hex('0500'))
    const numbers = hex('020107 020100 020100')
    const good = tlv(0xa0, numbers, tlv(0x30, pair))
    expect(decodeMessage(wrapped(good))).toEqual(messageOf(GET))
    for (const pdu of [
      tlv(0xa0, numbers, tlv(0x30, pair), [5, 0]),
      tlv(0xa0, numbers, tlv(0x30, pair, [5, 0])),
      tlv(0xa0, numbers, tlv(0x30, tlv(0x30, NAME_OCTETS, hex('0500'), [5, 0]))),
      tlv(0xa0, numbers, tlv(0x30, tlv(0x30, pair))),
      tlv(0xa0, numbers, tlv(0x30, tlv(0x30, NAME_OCTETS, hex('0500'), pair))),
      tlv(0xa0, numbers),
      tlv(0xa0, hex('020107 020100'), tlv(0x30, pair)),
    ]) {
      expect(decodeMessage(wrapped(pdu))).toBe('malformed')
    }
    expect(decodeMessage(Uint8Array.of(...wrapped(good), 0))).toBe('malformed')
    expect(decodeMessage(tlv(0x30, [2, 1, 1], tlv(4, []), good, [5, 0]))).toBe('malformed')
  })
})

test.each([2, 4, 5, 7, -1, 127])('version %i is unknown', (version) => {
  expect(decodeMessage(wrapped(pduOf(0xa0, hex('0500')), version & 0xff))).toBe('version-unknown')
})

test.each([
  ['nothing', ''],
  ['one octet', '30'],
  ['an empty sequence', '3000'],
  ['no version', '30020500'],
  ['a version of five octets', '30070205000000000104'],
  ['octets after the message', '300302010700'],
])('%s is malformed, whatever the version', (_, octets) => {
  expect(decodeMessage(hex(octets))).toBe('malformed')
})

test('a long message is written as it is read, and a short one after it', () => {
  const varbinds = Array.from({ length: 3000 }, (_, index) => ({
    oid: [1, 3, 6, 1, 4, 1, 99_999, index],
    value: { type: 'OctetString', value: new Uint8Array(30).fill(index) } as const,
  }))
  const message = messageOf({ ...GET, type: 'response', varbinds } as AnyPdu)
  const octets = encodeCommunityMessage(message)
  expect(octets.length).toBeGreaterThan(130_000)
  expect(decodeMessage(octets)).toEqual(message)
  expect(decodeMessage(encodeCommunityMessage(messageOf(GET)))).toEqual(messageOf(GET))
})
