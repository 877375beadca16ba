import { BlockList } from 'node:net'
import { AddressSet, parsePattern, type AddressPattern } from '@gatehouse/address-set'
import ipaddr from 'ipaddr.js'
import type { Options } from './command.ts'
import { rate, type Measurement, type Work } from './measure.ts'
import { randomNumbers, type Random } from './random.ts'
import { reportRates } from './report.ts'

const OURS = 'AddressSet.has'
const LOOKUPS = 100_000
/** Lookups of one batch; of the others some of a millisecond. */
const BATCH = 20_000
const PEER_BATCH = 20
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
 * @throws Error when the three do not give the same answers.
 */
export async function benchAddressSet(options: Options): Promise<void> {
  const measurements: Measurement[] = []
  for (const size of options.sizes) {
    const { rules, lookups } = dataOf(size)
    const subjects = [ours(rules), blockList(rules), ipaddrList(rules)]
    const compared = lookups.slice(0, MOST_RULE_CHECKS / size)
    requireSameAnswers(subjects, compared)
    for (const { name, has } of subjects) {
      const isOurs = name === OURS
      const batches = batchesOf(lookups, has, isOurs ? BATCH : PEER_BATCH)
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
      const perSecond = await rate(batches)
      measurements.push({
        subject: name,
        size,
        perSecond,
        compared: isOurs ? 0 : compared.length,
      })
    }
  }
  reportRates('address-set', 'rules', measurements, options)
}

/** Batches of addresses, each a new text. */
function batchesOf(
  lookups: readonly string[],
  has: (address: string) => boolean,
  size: number,
): () => Work {
  let at = 0
  return () => {
    const batch = Array.from({ length: size }, () => {
      const address = JSON.parse(`"${lookups[at]}"`) as string
      at = at + 1 === lookups.length ? 0 : at + 1
      return address
    })
    return () => {
      for (const address of batch) has(address)
      return size
    }
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

function insideOf(rule: string, random: Random): string {
  const [network, length] = rule.split('/') as [string, string]
  if (rule.includes(':')) return `${network}${hex(random(0x10000))}:${hex(random(0x10000))}`
  const octets = network.split('.').map(Number) as [number, number, number, number]
  const base = octets.reduce((value, octet) => value * 256 + octet, 0)
  return dotted(base + random(2 ** (32 - Number(length))))
}

function outsideOfAll(rule: string, random: Random): string {
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
