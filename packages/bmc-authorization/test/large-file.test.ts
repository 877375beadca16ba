import { claimed } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import * as bmc from '../src/index.ts'
import { computer, policyOf, requestOf, user } from './policies.ts'

/** A level for each number, so that neighbours differ. */
function levelOf(number: number): bmc.Level {
  return bmc.LEVELS[(number * 7 + (number >> 2)) % bmc.LEVELS.length] ?? 'NONE'
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number)
}

function addressOf(number: number): string {
  return `10.${number >> 8}.${number & 255}.7`
}

function grantedTo(policy: bmc.Policy, changes: Partial<bmc.Request>): bmc.Level | null {
  return bmc.explain(policy, requestOf(changes)).granted
}

describe('a large file', () => {
  it('finds each of thousands of users under one computer, and none that is not there', () => {
    const names = numbers(3000).map((number) => `${number % 2 === 0 ? 'user' : 'CORP\\ü'}${number}`)
    const users = names.flatMap((name, number) => user(name, levelOf(number)))
    const text = computer('*', 'VIEW', ...users, ...user('*', 'MODIFY'))
    const lines = ['BEGIN_AUTHORIZATION', ...text, 'END_AUTHORIZATION']
    const policy = bmc.parse(lines.join('\n'), { file: 'Authorization.cfg', encoding: 'utf-8' })
    const granted = names.map((name) => grantedTo(policy, { claimedUser: claimed(name) }))
    expect(granted).toEqual(names.map((_, number) => levelOf(number)))
    expect(grantedTo(policy, { claimedUser: claimed('user1') })).toBe('MODIFY')
    expect(policy.computers[0]?.users.map(({ name }) => name)).toEqual([...names, '*'])
  })

  it('finds each of thousands of computers of every kind, and the pattern around the others', () => {
    const hosts = numbers(500).map((number) => `host-${number}.test`)
    const sixes = numbers(500).map((number) => `2001:db8::${(number + 1).toString(16)}`)
    const lines = [
      ...numbers(2000).flatMap((number) => computer(addressOf(number), levelOf(number))),
      ...numbers(200).flatMap((number) => computer(`11.${number}.*`, levelOf(number))),
      ...[...hosts, ...sixes].flatMap((name, number) => computer(name, levelOf(number))),
      ...computer('10.*', 'MODIFY'),
      ...computer('*', 'MANAGE'),
    ]
    const policy = policyOf(...lines)
    const at = (address: string, verifiedName: string | null = null): bmc.Level | null =>
      grantedTo(policy, { peer: { address, verifiedName } })
    for (const number of numbers(2000)) expect(at(addressOf(number))).toBe(levelOf(number))
    for (const number of numbers(200)) expect(at(`11.${number}.9.9`)).toBe(levelOf(number))
    for (const [number, host] of hosts.entries()) {
      expect(at('192.0.2.1', host.toUpperCase())).toBe(levelOf(number))
    }
    for (const [index, six] of sixes.entries()) expect(at(six)).toBe(levelOf(500 + index))
    expect(at('10.0.0.8')).toBe('MODIFY')
    expect(['192.0.2.1', '11.200.0.1', '2001:db8:1::1'].map((each) => at(each))).toEqual([
      'MANAGE',
      'MANAGE',
      'MANAGE',
    ])
  })

  it('names the line of the first of two equal entries, however far apart they are', () => {
    const users = numbers(3000).flatMap((number) => user(`u${number}`))
    const text = [...computer('*', null, ...users, ...user('u7'))]
    expect(() => policyOf(...text)).toThrow(/first on line 26/)
    const computers = numbers(3000).flatMap((number) => computer(addressOf(number)))
    expect(() => policyOf(...computers, ...computer('::ffff:10.0.5.7'))).toThrow(/first on line 18/)
  })

  it('tells names apart that hash alike', () => {
    const pairs = [
      ['upmy85g', 'udx3suc'],
      ['uga3cco', 'uxllqoug'],
    ] as const
    const firsts = pairs.flatMap(([first]) => user(first, 'MANAGE'))
    const policy = policyOf(...computer('*', 'VIEW', ...firsts))
    for (const [first, second] of pairs) {
      expect(grantedTo(policy, { claimedUser: claimed(first) })).toBe('MANAGE')
      expect(grantedTo(policy, { claimedUser: claimed(second) })).toBe('VIEW')
      expect(policyOf(...computer(first), ...computer(second)).computers).toHaveLength(2)
    }
  })

  it('gives the same computers to everybody who asks while somebody holds them', () => {
    const policy = policyOf(...numbers(10).flatMap((number) => computer(addressOf(number))))
    const { computers } = policy
    expect(policy.computers).toBe(computers)
  })
})
