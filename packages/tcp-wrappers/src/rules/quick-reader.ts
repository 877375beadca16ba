import { segmentsOf, tokensOf, type Token } from '../fields.ts'
import type { HostLists } from '../host-lists.ts'
import type { Profile } from '../model.ts'
import {
  readClientPattern,
  readDaemonPattern,
  type ClientPattern,
  type DaemonPattern,
} from '../rule-match.ts'
import { readStrictClient, readStrictDaemon } from '../strict-rule.ts'
import type { RuleCollector, RulePlace } from './rule-collector.ts'

const TAB = 0x09
const RETURN = 0x0d
const BLANK = 0x20
const COMMA = 0x2c
const DOT = 0x2e
const SLASH = 0x2f
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a

/** `#`, `[`, `\`, `]` and all that is not printable: what needs the slow reader. */
const NEEDS_CARE = Uint8Array.from({ length: 128 }, (_, code) =>
  (code < BLANK && code !== TAB && code !== RETURN) ||
  code === 0x7f ||
  '#[\\]'.includes(String.fromCharCode(code))
    ? 1
    : 0,
)

/**
 * Reads the rules that most files consist of: one line, no options, no `EXCEPT` among the clients.
 * Whatever else a line is, it leaves to the slow reader, before it has added anything.
 */
export class QuickReader {
  readonly #profile: Profile
  readonly #lists: HostLists
  readonly #rules: RuleCollector
  // The clients of the rule that is read.
  readonly #nets: number[] = []
  readonly #masks: number[] = []
  #netCount = 0
  readonly #others: ClientPattern[] = []

  constructor(profile: Profile, lists: HostLists, rules: RuleCollector) {
    this.#profile = profile
    this.#lists = lists
    this.#rules = rules
  }

  /** Reads the line from `place.offset` to `end`. @returns Whether it could. */
  read(text: string, end: number, place: RulePlace): boolean {
    const start = place.offset
    const colon = findColon(text, start, end)
    if (colon === -1) return false
    this.#netCount = 0
    if (this.#others.length > 0) this.#others.length = 0
    if (!this.#readClients(text, colon + 1, end)) return false
    const list = this.#daemonList(text.slice(start, colon))
    if (list === undefined) return false
    this.#add(place, list)
    return true
  }

  #add(place: RulePlace, list: number): void {
    const rule = this.#rules.begin(place, list)
    let isCertain = true
    for (let at = 0; at < this.#netCount; at += 1) {
      const [net, mask] = [this.#nets[at] as number, this.#masks[at] as number]
      isCertain = this.#rules.addNet(rule, net, mask) && isCertain
    }
    for (const client of this.#others) isCertain = this.#rules.addClient(rule, client) && isCertain
    this.#rules.end(isCertain)
  }

  #daemonList(text: string): number | undefined {
    const known = this.#rules.listNumber(text)
    if (known !== undefined) return known
    const code = text.charCodeAt(0)
    if (code === BLANK || code === TAB || code === RETURN) return undefined
    const list: DaemonPattern[][] = []
    for (const segment of segmentsOf(tokensOf({ text, start: 0 }))) {
      if (segment.length === 0) return undefined
      const patterns = segment.map((token) => this.#readDaemon(token))
      if (!patterns.every((pattern) => pattern !== undefined)) return undefined
      list.push(patterns)
    }
    return this.#rules.addList(text, list)
  }

  #readDaemon(token: Token): DaemonPattern | undefined {
    if (token.text.includes('/')) return undefined
    const { read } = this.#lists
    if (this.#profile === 'libwrap') return readDaemonPattern(token, read)
    const pattern = readStrictDaemon(token, read)
    return 'fault' in pattern ? undefined : pattern
  }

  #readClients(text: string, from: number, end: number): boolean {
    let at = from
    for (;;) {
      while (at < end && isSeparator(text.charCodeAt(at))) at += 1
      if (at === end) return this.#netCount + this.#others.length > 0
      const start = at
      while (at < end && !isSeparator(text.charCodeAt(at))) at += 1
      if (this.#readNumbers(text, start, at)) continue
      if (!this.#readOther(text.slice(start, at))) return false
    }
  }

  /** An address, one to three octets with a dot behind each, or a net with a length. */
  #readNumbers(text: string, start: number, end: number): boolean {
    let value = 0
    let dots = 0
    let octet = -1
    let at = start
    for (; at < end; at += 1) {
      const code = text.charCodeAt(at)
      if (code === DOT) {
        if (octet === -1) return false
        value = (value << 8) | octet
        dots += 1
        octet = -1
      } else if (code >= ZERO && code <= NINE) {
        if (octet === 0) return false
        octet = octet === -1 ? code - ZERO : octet * 10 + code - ZERO
        if (octet > 255) return false
      } else {
        break
      }
    }
    if (at === end && octet === -1) {
      if (dots < 1 || dots > 3) return false
      const bits = 32 - 8 * dots
      return this.#addNet(value << bits, -1 << bits)
    }
    if (dots !== 3 || octet === -1) return false
    value = (value << 8) | octet
    if (at === end) return this.#addNet(value, -1)
    const length = text.charCodeAt(at) === SLASH ? readLength(text, at + 1, end) : -1
    if (length === -1 || value === -1) return false
    const mask = -1 << (32 - length)
    return (value & ~mask) === 0 ? this.#addNet(value, mask) : false
  }

  #addNet(net: number, mask: number): true {
    this.#nets[this.#netCount] = net >>> 0
    this.#masks[this.#netCount] = mask >>> 0
    this.#netCount += 1
    return true
  }

  #readOther(text: string): boolean {
    // A list that is named by its path may have faults of its own.
    if (text.startsWith('/') || text.includes('@/')) return false
    if (text.length === 6 && text.toLowerCase() === 'except') return false
    const token = { text, start: 0 }
    const { read } = this.#lists
    const client =
      this.#profile === 'libwrap' ? readClientPattern(token, read) : readStrictClient(token, read)
    if ('fault' in client) return false
    this.#others.push(client)
    return true
  }
}

/** The one colon of a line that has nothing else that needs care. */
function findColon(text: string, start: number, end: number): number {
  let colon = -1
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at)
    if (code > 0x7e || NEEDS_CARE[code] === 1) return -1
    if (code !== COLON) continue
    if (colon !== -1) return -1
    colon = at
  }
  return colon
}

function isSeparator(code: number): boolean {
  return code === BLANK || code === COMMA || code === TAB || code === RETURN
}

/** A length from 1 to 32 without leading zero, else -1. */
function readLength(text: string, start: number, end: number): number {
  if (end - start < 1 || end - start > 2) return -1
  let length = 0
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9 || (length === 0 && digit === 0)) return -1
    length = length * 10 + digit
  }
  return length <= 32 ? length : -1
}
