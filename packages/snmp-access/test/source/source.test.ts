import { AddressSet, formatPattern } from '@gatehouse/address-set'
import { describe, expect, it } from 'vitest'
import { readSource, type SourceResult } from '../../src/index.ts'

const NAMES = new Map([
  ['console.example', ['10.0.0.5', '10.0.0.6', 'fd00::5', 'fd00::6']],
  ['six.example', ['fd00::7']],
])

function patternsOf(result: SourceResult): string[] {
  return 'fault' in result
    ? [result.fault]
    : result.patterns.map((one) => formatPattern(one.pattern))
}

describe('a source of an IPv4 list', () => {
  it.each([
    ['default', '0.0.0.0/0'],
    ['127.0.0.2', '127.0.0.2'],
    ['127.0.0.2/', '127.0.0.2'],
    ['127.0.0.0/30', '127.0.0.0/30'],
    ['127.0.0.0/08', '127.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['127.0.0.7/32', '127.0.0.7/32'],
    ['127.0.0.1/255.0.0.255', '127.0.0.1/255.0.0.255'],
    ['console.example', '10.0.0.5'],
    ['CONSOLE.example/32', '10.0.0.5/32'],
  ])('%s covers %s', (text, pattern) => {
    expect(patternsOf(readSource(text, 'ipv4', NAMES))).toEqual([pattern])
  })

  it.each([
    ['127.0.0.1/8', 'host-bits-set'],
    ['1.2.3.4/0', 'host-bits-set'],
    ['127.0.0.1/255.0.0.0', 'host-bits-set'],
    ['127.0.0.0/33', 'mask-length'],
    ['127.0.0.0/-1', 'mask-length'],
    ['127.0.0.0/abc', 'mask-malformed'],
    ['127.0.0.0/255.0.0', 'mask-malformed'],
    ['127.0.0.0/ff00::', 'mask-malformed'],
    ['127.0.0.999', 'source-malformed'],
    ['127.1', 'source-malformed'],
    ['010.0.0.1', 'source-malformed'],
    ['', 'source-malformed'],
    ['!', 'source-malformed'],
    ['-x', 'source-malformed'],
    ['a'.repeat(301), 'source-malformed'],
    ['10.0.0.1%eth0', 'source-malformed'],
    ['!default', 'source-not-resolved'],
    ['localhost', 'source-not-resolved'],
    ['six.example', 'source-not-resolved'],
    ['::1', 'ipv6-source-in-ipv4-list'],
    ['::ffff:10.0.0.1', 'ipv6-source-in-ipv4-list'],
    ['NETWORK/24', 'example-not-edited'],
  ])('%j is refused with %s', (text, fault) => {
    expect(readSource(text, 'ipv4', NAMES)).toEqual({ fault })
  })

  it('may be negated', () => {
    expect(readSource('!127.0.0.2', 'ipv4')).toMatchObject({
      negated: true,
      patterns: [{ text: '127.0.0.2' }],
    })
    expect(readSource('127.0.0.2', 'ipv4')).toMatchObject({ negated: false })
  })

  it('with holes in its mask covers the addresses that agree under it', () => {
    const read = readSource('127.0.0.1/255.0.0.255', 'ipv4')
    const set = AddressSet.of('fault' in read ? [] : read.patterns.map(({ pattern }) => pattern))
    expect(['127.9.9.1', '127.0.0.2', '126.0.0.1'].map((peer) => set.has(peer))).toEqual([
      true,
      false,
      false,
    ])
  })
})

describe('a source of an IPv6 list', () => {
  it.each([
    ['default', ['::/0']],
    ['::1', ['::1']],
    ['fd00::/64', ['fd00::/64']],
    ['fd00::/ffff::', ['fd00::/ffff::']],
    ['console.example', ['fd00::5', 'fd00::6']],
  ])('%s covers %j', (text, patterns) => {
    expect(patternsOf(readSource(text, 'ipv6', NAMES))).toEqual(patterns)
  })

  it.each([
    ['fd00::1/64', 'host-bits-set'],
    ['fd00::/129', 'mask-length'],
    ['fd00::/255.0.0.0', 'mask-malformed'],
    ['127.0.0.1', 'ipv4-source-in-ipv6-list'],
    ['::ffff:127.0.0.1', 'source-malformed'],
    ['::/64', 'source-malformed'],
    ['fe80::1%eth0', 'source-malformed'],
    ['fd00::5::1', 'source-malformed'],
    ['nowhere.example', 'source-not-resolved'],
  ])('%j is refused with %s', (text, fault) => {
    expect(readSource(text, 'ipv6', NAMES)).toEqual({ fault })
  })
})
