import { readDotQuad } from '../c-numbers.ts'
import { formatIpv6, IPV6_BITS, MAPPED, readIpv6, samePrefix } from '../ipv6.ts'
import { matchesText, UNKNOWN } from '../text-pattern.ts'
import type { Budget } from './budget.ts'
import type { Test } from './formula.ts'
import {
  automataOf,
  isMet,
  standAfter,
  standAtStart,
  type Automaton,
  type Standing,
} from './glob-automaton.ts'

/** A test of an address, and how it has to come out. */
export interface AddressDemand {
  readonly test: Test
  readonly holds: boolean
}

/** The one address that C cannot tell from an error: no net takes it in. */
const BROADCAST = '255.255.255.255'

/** Whether an address passes a test. */
export function passes(test: Test, address: string): boolean {
  switch (test.kind) {
    case 'text':
      return matchesText(test.pattern, address)
    case 'ipv4-net': {
      const value = readDotQuad(address)
      return value !== undefined && (value & test.mask) >>> 0 === test.net
    }
    case 'ipv6-net': {
      const value = readIpv6(address)
      return value !== undefined && samePrefix(value, test.net, test.bits)
    }
    case 'given':
    case 'member':
    case 'port':
      return false
  }
}

/**
 * Finds an address that comes out of each test as it has to, or proves that there is none.
 *
 * Among IPv6 addresses, nets are decided exactly; a pattern that is held against their text is tried
 * on the first address of each stretch between the nets, and not on all.
 */
export function findAddress(
  demands: readonly AddressDemand[],
  mayBeUnknown: boolean,
  budget: Budget,
): string | undefined {
  const isGood = (address: string): boolean => {
    budget.spend(demands.length)
    return demands.every(({ test, holds }) => passes(test, address) === holds)
  }
  const usual = [...(mayBeUnknown ? [UNKNOWN] : []), '192.0.2.1', BROADCAST].find(isGood)
  return usual ?? findIpv4(demands, budget) ?? ipv6Starts(demands).find(isGood)
}

interface Net {
  readonly net: number
  readonly mask: number
  readonly holds: boolean
}

interface Node {
  readonly text: string
  readonly octets: number
  readonly standing: Standing
  /** The nets that the octets so far are in, and whose other octets have to be asked. */
  readonly nets: readonly Net[]
}

function findIpv4(demands: readonly AddressDemand[], budget: Budget): string | undefined {
  if (demands.some(({ test, holds }) => test.kind === 'ipv6-net' && holds)) return undefined
  const automata = automataOf(
    demands.flatMap(({ test, holds }) =>
      test.kind === 'text' ? [{ pattern: test.pattern, holds }] : [],
    ),
  )
  // It was asked before the search, which takes it for part of nets.
  automata.push({ glob: BROADCAST, holds: false })
  const nets = demands.flatMap(({ test, holds }) =>
    test.kind === 'ipv4-net' ? [{ net: test.net, mask: test.mask, holds }] : [],
  )
  const standing = standAtStart(automata)
  const stack: Node[] = standing === undefined ? [] : [{ text: '', octets: 0, standing, nets }]
  const seen = new Set<string>()
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.octets === 4) return node.text
    const inside = node.nets.map((net) => nets.indexOf(net))
    const key = [node.octets, node.standing.join(';'), inside.join()].join('|')
    if (seen.has(key)) continue
    seen.add(key)
    for (let octet = 255; octet >= 0; octet -= 1) {
      budget.spend(1 + automata.length + node.nets.length)
      const next = appendOctet(node, octet, automata)
      if (next !== undefined) stack.push(next)
    }
  }
  return undefined
}

function appendOctet(node: Node, octet: number, automata: readonly Automaton[]): Node | undefined {
  const isLast = node.octets === 3
  const shift = 24 - 8 * node.octets
  const nets: Net[] = []
  for (const each of node.nets) {
    if (((each.net ^ ((octet << shift) & each.mask)) & (255 << shift)) === 0) nets.push(each)
    else if (each.holds) return undefined
  }
  if (isLast && nets.some(({ holds }) => !holds)) return undefined
  const added = isLast ? String(octet) : `${octet}.`
  let standing: Standing | undefined = node.standing
  for (const character of added) {
    standing = standing && standAfter(automata, standing, character)
  }
  if (standing === undefined || (isLast && !isMet(automata, standing))) return undefined
  return { text: node.text + added, octets: node.octets + 1, standing, nets }
}

const MAPPED_END = MAPPED + (1n << 32n)

/** Where the stretches between the IPv6 nets begin. */
function ipv6Starts(demands: readonly AddressDemand[]): string[] {
  const nets = demands.flatMap(({ test }) => {
    if (test.kind === 'ipv6-net') return [test]
    if (test.kind !== 'text' || test.pattern.kind !== 'ipv6') return []
    const { value } = test.pattern
    return value === undefined ? [] : [{ net: value, bits: IPV6_BITS }]
  })
  const starts = nets.flatMap(({ net, bits }) => {
    const size = 1n << BigInt(IPV6_BITS - bits)
    const first = net - (net % size)
    return [first, first + size]
  })
  return [DOCUMENTATION, 0n, MAPPED_END, ...starts]
    .filter((value) => value >> BigInt(IPV6_BITS) === 0n && (value < MAPPED || value >= MAPPED_END))
    .map(formatIpv6)
}

/** `2001:db8::1` */
const DOCUMENTATION = (0x20010db8n << 96n) | 1n
