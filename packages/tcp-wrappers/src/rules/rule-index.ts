import type { Host, Match } from '../host-pattern.ts'
import { IPV6_BITS, readIpv6 } from '../ipv6.ts'
import { matchesClients, type RulePatterns, type Subject } from '../rule-match.ts'
import { UNKNOWN } from '../text-pattern.ts'
import {
  EVERYBODY,
  KNOWN_NAMES,
  LOCAL_NAMES,
  ODD_ADDRESSES,
  type ClientKeys,
  type MaskedNets,
} from './client-keys.ts'
import type { DaemonLists } from './daemon-lists.ts'
import { NO_KEY } from './number-table.ts'
import { CERTAIN, LIST_BITS } from './postings.ts'
import type { CollectedRules } from './rule-collector.ts'

/** A rule that matches, or that cannot be asked. */
export interface Found {
  readonly index: number
  readonly match: Exclude<Match, false>
}

/** What the index knows of the rules. */
export interface IndexedRules extends Pick<
  CollectedRules,
  'keys' | 'items' | 'special' | 'daemons'
> {
  /** What a rule asks. */
  readonly patternsOf: (rule: number) => RulePatterns
}

/** More than a name has dots, and an address too. */
const MOST_ENDS = 256

/** No rule, and behind all others. */
const NONE = 0x7fffffff

/**
 * Finds the first rule that matches without asking every one.
 *
 * A rule can match only if an item before its first `EXCEPT` does, and an item only if the client
 * has one of its keys. So the rules of all keys of the client are asked, up to the first that
 * matches: their daemons, and their clients where the key alone does not decide.
 */
export class RuleIndex {
  readonly #keys: ClientKeys
  readonly #items: Int32Array
  readonly #daemons: DaemonLists
  readonly #patternsOf: (rule: number) => RulePatterns
  readonly #everybody: number
  readonly #localNames: number
  readonly #knownNames: number
  readonly #oddAddresses: number
  readonly #unknownName: number
  readonly #ends = new Int32Array(MOST_ENDS)
  // The request that is asked about, and the first rule found for it so far.
  #subject: Subject | undefined
  #answers: Uint8Array | undefined
  #best = NONE
  #match: Exclude<Match, false> = true

  constructor({ keys, items, special, daemons, patternsOf }: IndexedRules) {
    this.#keys = keys
    this.#items = items
    this.#daemons = daemons
    this.#patternsOf = patternsOf
    this.#everybody = special[EVERYBODY] as number
    this.#localNames = special[LOCAL_NAMES] as number
    this.#knownNames = special[KNOWN_NAMES] as number
    this.#oddAddresses = special[ODD_ADDRESSES] as number
    this.#unknownName = keys.names.find(UNKNOWN)
  }

  /** The first rule that matches, in the order in which they are asked. */
  find(subject: Subject): Found | undefined {
    const { client } = subject
    this.#subject = subject
    this.#answers = this.#daemons.answersFor(subject.daemon)
    this.#best = NONE
    if (client.ipv4 === undefined) this.#askOddAddress(client)
    else this.#askIpv4(client.ipv4, client.address)
    if (client.name === UNKNOWN) this.#ask(this.#unknownName, false)
    else this.#askName(client)
    this.#ask(this.#everybody, false)
    return this.#best === NONE ? undefined : { index: this.#best, match: this.#match }
  }

  #askIpv4(address: number, text: string): void {
    const { addresses, nets, addressEnds } = this.#keys
    this.#ask(addresses.find(address), false)
    for (let at = 0; at < nets.length; at += 1) {
      const { mask, nets: masked } = nets[at] as MaskedNets
      this.#ask(masked.find(address & mask), false)
    }
    if (!addressEnds.isEmpty) this.#askEnds(addressEnds.findEnds(text, this.#ends), false)
  }

  /** An IPv6 address, one that is not known, or the IPv4 address that no net takes in. */
  #askOddAddress({ address }: Host): void {
    const { addresses, nets, addressEnds, addressTexts, names } = this.#keys
    this.#ask(this.#oddAddresses, true)
    this.#ask(addressTexts.get(address) ?? NO_KEY, false)
    this.#askIpv6(readIpv6(address), false)
    if (!address.includes('.')) return
    this.#askEnds(addressEnds.findEnds(address, this.#ends), true)
    this.#askEnds(names.findEnds(address, this.#ends), true)
    if (address.includes(':')) return
    this.#ask(addresses.find(-1), true)
    for (const { mask, nets: masked } of nets) this.#ask(masked.find(mask), true)
  }

  #askIpv6(value: bigint | undefined, isUncertain: boolean): void {
    if (value === undefined) return
    for (const { bits, nets } of this.#keys.ipv6) {
      this.#ask(nets.get(value >> BigInt(IPV6_BITS - bits)) ?? NO_KEY, isUncertain)
    }
  }

  #askName({ address, name, nameKnown }: Host): void {
    const { names, namePrefixes } = this.#keys
    // What begins with a dot is no proper end of anything.
    this.#askEnds(names.findEnds(name, this.#ends), name.startsWith('.'))
    if (namePrefixes.size > 0) {
      for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
        this.#ask(namePrefixes.get(name.slice(0, dot + 1)) ?? NO_KEY, false)
      }
    }
    if (name.includes(':')) this.#askIpv6(readIpv6(name), true)
    if (!nameKnown) return
    if (address !== UNKNOWN) this.#ask(this.#knownNames, false)
    if (!name.includes('.')) this.#ask(this.#localNames, false)
  }

  #askEnds(count: number, isUncertain: boolean): void {
    for (let at = 0; at < count; at += 1) this.#ask(this.#ends[at] as number, isUncertain)
  }

  /** Asks the rules of a key, up to the first one found so far. */
  #ask(start: number, isUncertain: boolean): void {
    if (start === NO_KEY) return
    const items = this.#items
    for (let at = start; ; at += 2) {
      const rule = items[at] as number
      if (rule >= this.#best) return
      const beside = items[at + 1] as number
      const match = this.#matches(rule, beside, isUncertain)
      if (match !== false) {
        this.#best = rule
        this.#match = match
        return
      }
      if (beside < 0) return
    }
  }

  #matches(rule: number, beside: number, isUncertain: boolean): Match {
    const subject = this.#subject as Subject
    const match = this.#daemons.matches(beside & LIST_BITS, this.#answers, subject)
    if (match === false || ((beside & CERTAIN) !== 0 && !isUncertain)) return match
    const clients = matchesClients(this.#patternsOf(rule), subject)
    return clients === true ? match : clients
  }
}
