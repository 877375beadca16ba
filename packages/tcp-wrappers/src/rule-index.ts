import type { Host, Match } from './host-pattern.ts'
import { matchesRule, type ClientPattern, type RulePatterns, type Subject } from './rule-match.ts'
import type { TextPattern } from './text-pattern.ts'

/** A rule that matches, or that cannot be asked. */
export interface Found {
  readonly index: number
  readonly match: Exclude<Match, false>
}

/** Numbers of rules, ascending, by what a client has to have for them to match. */
class Bucket<Key> {
  readonly #rules = new Map<Key, number[]>()

  add(key: Key, rule: number): void {
    const rules = this.#rules.get(key)
    if (rules === undefined) this.#rules.set(key, [rule])
    else if (rules.at(-1) !== rule) rules.push(rule)
  }

  get(key: Key): readonly number[] | undefined {
    return this.#rules.get(key)
  }

  get isEmpty(): boolean {
    return this.#rules.size === 0
  }
}

/** Rules by texts that an address, or a name, has to be, to begin with or to end in. */
class TextBuckets {
  readonly equal = new Bucket<string>()
  readonly prefixes = new Bucket<string>()
  readonly suffixes = new Bucket<string>()
}

/**
 * Finds the first rule that matches without asking every one.
 *
 * A rule can match only if an item before its first `EXCEPT` does. Items that name an address, a
 * name, a prefix or suffix of one, or an IPv4 network are looked up; rules with any other item are
 * always asked. What is found is asked in full, so the index only leaves rules out.
 */
export class RuleIndex {
  readonly #patterns: readonly RulePatterns[]
  readonly #always: number[] = []
  readonly #addresses = new TextBuckets()
  readonly #names = new TextBuckets()
  readonly #nets = new Map<number, Bucket<number>>()

  constructor(patterns: readonly RulePatterns[]) {
    this.#patterns = patterns
    for (const [rule, { clients }] of patterns.entries()) {
      const first = clients[0] ?? []
      if (first.every((pattern) => isIndexed(pattern))) {
        for (const pattern of first) this.#add(pattern, rule)
      } else {
        this.#always.push(rule)
      }
    }
  }

  /** The first rule that matches, in the order in which they are asked. */
  find(subject: Subject): Found | undefined {
    const { client } = subject
    let found = this.#first(this.#always, subject, undefined)
    found = this.#findText(client.address, this.#addresses, subject, found)
    found = this.#findText(client.name, this.#names, subject, found)
    return this.#findNet(client, subject, found)
  }

  #findText(
    text: string,
    { equal, prefixes, suffixes }: TextBuckets,
    subject: Subject,
    before: Found | undefined,
  ): Found | undefined {
    let found = this.#first(equal.get(text), subject, before)
    if (prefixes.isEmpty && suffixes.isEmpty) return found
    for (let dot = text.indexOf('.'); dot !== -1; dot = text.indexOf('.', dot + 1)) {
      if (!prefixes.isEmpty) {
        found = this.#first(prefixes.get(text.slice(0, dot + 1)), subject, found)
      }
      if (!suffixes.isEmpty) found = this.#first(suffixes.get(text.slice(dot)), subject, found)
    }
    return found
  }

  #findNet({ ipv4 }: Host, subject: Subject, before: Found | undefined): Found | undefined {
    if (ipv4 === undefined) return before
    let found = before
    for (const [mask, nets] of this.#nets) {
      found = this.#first(nets.get((ipv4 & mask) >>> 0), subject, found)
    }
    return found
  }

  /** The first of some rules that matches, if it stands before the one that was found so far. */
  #first(
    rules: readonly number[] | undefined,
    subject: Subject,
    before: Found | undefined,
  ): Found | undefined {
    if (rules === undefined) return before
    for (const index of rules) {
      if (before !== undefined && index >= before.index) return before
      const match = matchesRule(this.#patterns[index] as RulePatterns, subject)
      if (match !== false) return { index, match }
    }
    return before
  }

  #add({ host }: ClientPattern, rule: number): void {
    if (host.kind === 'ipv4-net') {
      let nets = this.#nets.get(host.mask)
      if (nets === undefined) this.#nets.set(host.mask, (nets = new Bucket()))
      nets.add(host.net, rule)
    } else if (host.kind === 'text') {
      if (host.satisfiedBy !== 'known-name') addText(this.#addresses, host.pattern, rule)
      if (host.satisfiedBy !== 'address') addText(this.#names, host.pattern, rule)
    }
  }
}

function addText(buckets: TextBuckets, pattern: TextPattern, rule: number): void {
  if (pattern.kind === 'equals') buckets.equal.add(pattern.text, rule)
  else if (pattern.kind === 'prefix') buckets.prefixes.add(pattern.text, rule)
  else if (pattern.kind === 'suffix') buckets.suffixes.add(pattern.text, rule)
}

function isIndexed({ host }: ClientPattern): boolean {
  if (host.kind !== 'text') return host.kind === 'ipv4-net' || host.kind === 'never'
  const { kind } = host.pattern
  return kind === 'equals' || kind === 'prefix' || kind === 'suffix'
}
