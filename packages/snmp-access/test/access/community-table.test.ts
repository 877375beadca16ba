import { parseAddress, parsePattern } from '@gatehouse/address-set'
import { describe, expect, it } from 'vitest'
import { CommunityTable, type CommunityMatch } from '../../src/access/community-table.ts'
import type { CommunityEntry } from '../../src/index.ts'
import { octetKey } from '../../src/request.ts'

function entry(line: number, source: string, fields: Partial<CommunityEntry> = {}): CommunityEntry {
  const read = parsePattern(source)
  if ('error' in read) throw new TypeError(read.error.message)
  return {
    securityName: 's',
    source: { text: source, pattern: read.pattern },
    community: new TextEncoder().encode('c'),
    context: '',
    family: read.pattern.family === 4 ? 'ipv4' : 'ipv6',
    negated: false,
    origin: { file: 'snmpd.conf', line },
    ...fields,
  }
}

function find(entries: readonly CommunityEntry[], address: string, community = 'c') {
  const parsed = parseAddress(address)
  if (parsed === undefined) throw new TypeError(`not an address: ${address}`)
  return new CommunityTable(entries).find(octetKey(community), parsed)
}

function lineOf(match: CommunityMatch): number | undefined {
  return match.found === 'nothing' ? undefined : match.entry.origin.line
}

describe('the table of communities', () => {
  it('takes the first entry that matches, in a list with more masks than an index takes', () => {
    // The second octet differs in the mask, so that each has a hole of its own.
    const holed = Array.from({ length: 127 }, (_, index) =>
      entry(index + 1, `10.0.0.${index + 1}/255.${index + 1}.255.255`),
    )
    const entries = [...holed, entry(128, '0.0.0.0/0', { negated: true })]
    expect(lineOf(find(entries, '10.0.0.1'))).toBe(1)
    expect(lineOf(find(entries, '10.128.0.120'))).toBe(120)
    expect(find(entries, '192.0.2.1')).toMatchObject({ found: 'refused' })
    expect(lineOf(find(entries, '192.0.2.1'))).toBe(128)
  })

  it('never mixes the lists of the two families', () => {
    const entries = [entry(1, '::/0'), entry(2, '0.0.0.0/0')]
    expect(lineOf(find(entries, '2001:db8::1'))).toBe(1)
    expect(lineOf(find(entries, '192.0.2.1'))).toBe(2)
    expect(lineOf(find(entries, '::ffff:192.0.2.1'))).toBe(2)
    expect(find(entries.slice(0, 1), '192.0.2.1')).toMatchObject({ found: 'other-family' })
  })

  it('matches 255 octets and never 256', () => {
    const longest = 'k'.repeat(255)
    const entries = [longest, `${longest}k`].map((community, index) =>
      entry(index + 1, '0.0.0.0/0', { community: new TextEncoder().encode(community) }),
    )
    expect(lineOf(find(entries, '192.0.2.1', longest))).toBe(1)
    expect(find(entries, '192.0.2.1', `${longest}k`).found).toBe('nothing')
  })
})
