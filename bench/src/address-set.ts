import { BlockList } from 'node:net'
import { AddressSet, parsePattern, type AddressPattern } from '@gatehouse/address-set'
import ipaddr from 'ipaddr.js'
import { rate, type Measurement } from './measure.ts'

const OURS = 'AddressSet.has'
const LOOKUPS = 100_000
/** Answers compared between the three: as many as the slowest gives in a few seconds. */
const MOST_RULE_CHECKS = 100_000_000

interface Data {
  /** Rules as `network/length`. */
  readonly rules: readonly string[]
  /** Different addresses; every second one is inside a rule. */
  readonly lookups: readonly string[]
}

interface Subject {
  readonly name: string
  readonly has: (address: string) => boolean
}

/**
 * Lookups per CPU-second of `AddressSet`, `net.BlockList` and a linear `match` of ipaddr.js on the
 * same rules and addresses: 85 % IPv4, half of the lookups inside a rule, every lookup its own text.
 *
 * @param sizes - Numbers of rules. Default 100 to 100,000.
 * @throws Error when the three do not give the same answers.
 */
export function benchAddressSet(
  sizes: readonly number[] = [100, 1_000, 10_000, 100_000],
): Measurement[] {
  return sizes.flatMap((size) => {
    const data = dataOf(size)
    const subjects = [ours(data.rules), blockList(data.rules), ipaddrList(data.rules)]
    requireSameAnswers(subjects, data.lookups.slice(0, MOST_RULE_CHECKS / size))
    return subjects.map(({ name, has }) => ({
      subject: name,
      size,
      perSecond: rate(lookupsInTurn(data.lookups, has, name === OURS ? 10_000 : 20)),
    }))
  })
}

function lookupsInTurn(
  lookups: readonly string[],
  has: (address: string) => boolean,
  batch: number,
): () => number {
  let at = 0
  return () => {
    for (let done = 0; done < batch; done += 1) {
      has(lookups[at] as string)
      at = at + 1 === lookups.length ? 0 : at + 1
    }
    return batch
  }
}

function ours(rules: readonly string[]): Subject {
  const set = AddressSet.of(rules.map(patternOf))
  return { name: OURS, has: (address) => set.has(address) }
}

function patternOf(text: string): AddressPattern {
  const { pattern, error } = parsePattern(text)
  if (error !== undefined) throw new Error(error.message)
  return pattern
}

function blockList(rules: readonly string[]): Subject {
  const list = new BlockList()
  for (const rule of rules) {
    const [network, length] = rule.split('/') as [string, string]
    list.addSubnet(network, Number(length), familyOf(network))
  }
  return {
    name: 'net.BlockList.check',
    has: (address) => list.check(address, familyOf(address)),
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

function ipaddrList(rules: readonly string[]): Subject {
  const parsed = rules.map((rule) => ipaddr.parseCIDR(rule))
  return {
    name: 'ipaddr.js match',
    has: (text) => {
      const address = ipaddr.process(text)
      const kind = address.kind()
      return parsed.some((rule) => rule[0].kind() === kind && address.match(rule))
    },
  }
}

function requireSameAnswers(subjects: readonly Subject[], lookups: readonly string[]): void {
  for (const address of lookups) {
    const answers = subjects.map(({ has }) => has(address))
    if (new Set(answers).size > 1) {
      const given = subjects.map(({ name }, index) => `${name} ${answers[index]}`)
      throw new Error(`different answers for ${address}: ${given.join(', ')}`)
    }
  }
}

/** Rules lie in 0.0.0.0/1 and 2001::/17, so that an address of the other half is in none. */
function dataOf(size: number): Data {
  const random = randomNumbers(size)
  const rules = Array.from({ length: size }, () => {
    if (random(100) >= 85) return `2001:${hex(random(0x8000))}:${hex(random(0x10000))}::/48`
    const length = 18 + random(13)
    return `${dotted((random(2 ** 31) & (-1 << (32 - length))) >>> 0)}/${length}`
  })
  const seen = new Set<string>()
  while (seen.size < LOOKUPS) {
    const rule = rules[random(size)] as string
    seen.add(seen.size % 2 === 0 ? insideOf(rule, random) : outsideOfAll(rule, random))
  }
  return { rules, lookups: [...seen] }
}

function insideOf(rule: string, random: (below: number) => number): string {
  const [network, length] = rule.split('/') as [string, string]
  if (rule.includes(':')) return `${network}${hex(random(0x10000))}:${hex(random(0x10000))}`
  const octets = network.split('.').map(Number) as [number, number, number, number]
  const base = octets.reduce((value, octet) => value * 256 + octet, 0)
  return dotted(base + random(2 ** (32 - Number(length))))
}

function outsideOfAll(rule: string, random: (below: number) => number): string {
  if (rule.includes(':')) {
    return `2001:${hex(0x8000 + random(0x8000))}::${hex(random(0x10000))}:${hex(random(0x10000))}`
  }
  return dotted(2 ** 31 + random(2 ** 31))
}

function dotted(value: number): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.')
}

function hex(value: number): string {
  return value.toString(16)
}

/** Repeatable numbers: the 32-bit mixing function of `splitmix32` over a counter. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed | 0
  return (below) => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return Math.floor((((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32) * below)
  }
}
