import { describe, expect, it } from 'vitest'
import { AccessTable } from '../../src/access/access-table.ts'
import type { AccessEntry, Profile } from '../../src/index.ts'

const QUERY = { group: 'g', context: 'alpha', model: 'usm', level: 'authNoPriv' } as const

function entry(line: number, fields: Partial<AccessEntry>): AccessEntry {
  return {
    group: 'g',
    context: 'alpha',
    contextMatch: 'exact',
    model: 'usm',
    level: 'noAuthNoPriv',
    views: { read: 'v' },
    origin: { file: 'snmpd.conf', line },
    ...fields,
  }
}

function lineOf(entries: readonly AccessEntry[], profile: Profile): number | undefined {
  return new AccessTable(entries, profile).find(QUERY)?.origin.line
}

describe('the choice among access entries', () => {
  it.each([
    [
      'an entry of the very model against one of any model with a longer context',
      [
        entry(1, { context: 'al', contextMatch: 'prefix', level: 'authNoPriv' }),
        entry(2, { model: 'any', level: 'authNoPriv' }),
      ],
      2,
      1,
    ],
    [
      'the very context with a low level against a prefix of it with a high one',
      [entry(1, {}), entry(2, { contextMatch: 'prefix', level: 'authNoPriv' })],
      2,
      2,
    ],
    [
      'the very context against a shorter prefix with a higher level',
      [entry(1, {}), entry(2, { context: 'al', contextMatch: 'prefix', level: 'authNoPriv' })],
      1,
      1,
    ],
    [
      'a longer prefix against a shorter one',
      [
        entry(1, { context: 'alp', contextMatch: 'prefix' }),
        entry(2, { context: 'al', contextMatch: 'prefix' }),
      ],
      1,
      1,
    ],
    [
      'a longer prefix with a low level against any context with a high one',
      [
        entry(1, { context: '', contextMatch: 'prefix', level: 'authNoPriv' }),
        entry(2, { context: 'al', contextMatch: 'prefix' }),
      ],
      2,
      2,
    ],
    ['two with the same key', [entry(1, {}), entry(2, {})], 1, 1],
  ] as const)('%s', (_, entries, netSnmp, rfc3415) => {
    expect(lineOf(entries, 'net-snmp')).toBe(netSnmp)
    expect(lineOf(entries, 'rfc3415')).toBe(rfc3415)
  })

  it('takes no entry of another group, model or context, and none of a higher level', () => {
    const others = [
      entry(1, { group: 'h' }),
      entry(2, { model: 'v2c' }),
      entry(3, { context: 'alphabet' }),
      entry(4, { context: 'al' }),
      entry(5, { level: 'authPriv' }),
    ]
    expect(lineOf(others, 'net-snmp')).toBeUndefined()
    expect(lineOf(others, 'rfc3415')).toBeUndefined()
  })
})
