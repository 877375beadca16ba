import { formatPattern } from '@gatehouse/address-set'
import { ParseError } from '@gatehouse/core'
import { expect, test } from 'vitest'
import { readCiscoConfiguration } from '../../src/readers/cisco.ts'
import type { Configuration } from '../../src/model.ts'

function read(...lines: string[]): Configuration {
  return readCiscoConfiguration(lines.join('\n'), { file: 'router.cfg' })
}

function faults(...lines: string[]): (string | number)[][] {
  try {
    read(...lines)
    return []
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return error.diagnostics.map(({ code, source: { line, column } }) => [code, line, column])
  }
}

function sources({ communities }: Configuration): string[] {
  return communities.map(
    ({ family, negated, source }) =>
      `${family} ${negated ? '!' : ''}${formatPattern(source.pattern)}`,
  )
}

test('a community without a list is good for everybody in both families, and reads', () => {
  const configuration = read('hostname r1', 'snmp-server community public')
  expect(sources(configuration)).toEqual(['ipv4 0.0.0.0/0', 'ipv6 ::/0'])
  expect(configuration.accesses.map(({ views }) => Object.keys(views))).toEqual([['read']])
  expect(configuration.communities[0]?.origin).toEqual({ file: 'router.cfg', line: 2 })
})

test('the entries of a list stand in its order, with the bits under the wildcard cleared', () => {
  const configuration = read(
    'access-list 10 remark the console',
    'access-list 10 deny host 10.0.0.9',
    'access-list 10 permit 10.0.0.77 0.0.0.255 log',
    'access-list 10 permit 192.0.2.1',
    'snmp-server community secret rw 10',
  )
  expect(sources(configuration)).toEqual([
    'ipv4 !10.0.0.9',
    'ipv4 10.0.0.0/255.255.255.0',
    'ipv4 192.0.2.1',
  ])
  expect(configuration.accesses.map(({ views }) => Object.keys(views))).toEqual([['read', 'write']])
})

test('a named standard list is read with its indented, numbered entries', () => {
  const configuration = read(
    'snmp-server community secret RO console',
    'ip access-list standard console',
    ' 10 permit 10.1.1.1',
    ' deny any',
    '!',
    'interface Gi0/1',
    ' ip address 10.9.9.9 255.255.255.0',
  )
  expect(sources(configuration)).toEqual(['ipv4 10.1.1.1', 'ipv4 !0.0.0.0/0'])
})

test('a wildcard of all ones is everybody of IPv4', () => {
  const configuration = read(
    'access-list 1 permit 0.0.0.0 255.255.255.255',
    'snmp-server community c 1',
  )
  expect(sources(configuration)).toEqual(['ipv4 0.0.0.0/0'])
})

test('an asterisk in the object identifier of a view is a cleared bit of its mask', () => {
  const { views, accesses } = read(
    'snmp-server view rows ifEntry.*.2 included',
    'snmp-server view rows 1.3.6.1.4.1.9 excluded',
    'snmp-server community c view rows ro',
  )
  const own = views.filter(({ view }) => view === 'rows')
  expect(
    own.map(({ subtree, mask, included }) => [subtree.join('.'), [...mask], included]),
  ).toEqual([
    ['1.3.6.1.2.1.2.2.1.0.2', [0xff, 0xbf], true],
    ['1.3.6.1.4.1.9', [0xff], false],
  ])
  expect(accesses[0]?.views).toEqual({ read: 'rows' })
})

test.each([
  ['list-missing', 1, 28, ['snmp-server community c ro 10']],
  ['view-missing', 1, 30, ['snmp-server community c view nowhere ro']],
  ['community-malformed', 1, 1, ['snmp-server community']],
  ['community-malformed', 1, 1, ['snmp-server community c ro ipv6 six 10']],
  ['community-twice', 2, 23, ['snmp-server community c ro', 'snmp-server community c rw']],
  ['view-malformed', 1, 1, ['snmp-server view v ifXYZ included']],
  ['view-malformed', 1, 1, ['snmp-server view v 1.3.4294967296 included']],
  ['list-entry-malformed', 1, 1, ['access-list 5 permit 10.0.0.0 0.0.0.255 extra']],
  ['list-entry-malformed', 1, 1, ['access-list 5 permit 10.0.0.256']],
  ['command-takes-back', 1, 1, ['no snmp-server community c']],
] as const)('%s is an error at its place', (code, line, column, lines) => {
  expect(faults(...lines)).toContainEqual([code, line, column])
})

test('an error never shows the community', () => {
  try {
    read('snmp-server community s3cr3t ro 10')
    expect.unreachable()
  } catch (error) {
    expect(JSON.stringify([error, String(error)])).not.toContain('s3cr3t')
  }
})
