import type { HostPattern } from '../host-pattern.ts'
import type { Option } from '../model.ts'
import type { ClientPattern, RulePatterns } from '../rule-match.ts'
import { ClientKeys, EVERYBODY, FIRST_FREE_KEY, isCertain } from './client-keys.ts'
import { DaemonLists, type DaemonList } from './daemon-lists.ts'
import { GrowingList } from './growing-list.ts'
import { PostingList } from './postings.ts'

/** Where a rule stands. */
export interface RulePlace {
  /** Its last line. */
  readonly line: number
  /** Index of its first character in the text of its file. */
  readonly offset: number
}

/** The rules of a policy in numbers; both files, one behind the other. */
export interface CollectedRules {
  /** For each rule its last line. */
  readonly lines: Uint32Array
  /** For each rule the index of its first character in the text of its file. */
  readonly offsets: Uint32Array
  /** The options of the rules that have any. */
  readonly options: ReadonlyMap<number, readonly Option[]>
  /** Keys, and where their rules stand among the items. */
  readonly keys: ClientKeys
  /** The rules of each key, see `Postings`. */
  readonly items: Int32Array
  /** Where the rules of the keys stand that are no value of a request. */
  readonly special: Int32Array
  readonly daemons: DaemonLists
  /** For each rule the number of its list of daemons. */
  readonly daemonLists: Uint32Array
  readonly usesNames: boolean
  readonly usesUsers: boolean
}

/** Takes the rules in, one after the other, and keeps of each only what `check` needs. */
export class RuleCollector {
  readonly #keys = new ClientKeys()
  readonly #postings = new PostingList()
  readonly #lines = new GrowingList()
  readonly #offsets = new GrowingList()
  readonly #daemonLists = new GrowingList()
  readonly #certain = new GrowingList()
  readonly #options = new Map<number, readonly Option[]>()
  readonly #lists: DaemonList[] = []
  readonly #listNumbers = new Map<string, number>()
  #usesNames = false
  #usesUsers = false

  /** How many rules there are. */
  get count(): number {
    return this.#lines.length
  }

  /** The number of a list of daemons that was added under this text. */
  listNumber(text: string): number | undefined {
    return this.#listNumbers.get(text)
  }

  /** Adds a list of daemons under its text. */
  addList(text: string, list: DaemonList): number {
    const number = this.#lists.push(list) - 1
    this.#listNumbers.set(text, number)
    return number
  }

  /** Adds a rule of whatever form. */
  add(
    place: RulePlace,
    daemonList: number,
    clients: RulePatterns['clients'],
    options: readonly Option[] | null,
  ): void {
    const rule = this.begin(place, daemonList)
    if (options !== null) this.#options.set(rule, options)
    const [first = [], ...exceptions] = clients
    const isPlain = exceptions.length === 0
    const isAllCertain = first.map((client) => this.addClient(rule, client)).every(Boolean)
    this.end(isPlain && isAllCertain)
    for (const client of exceptions.flat()) this.#note(client)
  }

  /** Begins a rule; its clients follow, and {@link end}. */
  begin({ line, offset }: RulePlace, daemonList: number): number {
    this.#lines.push(line)
    this.#offsets.push(offset)
    this.#daemonLists.push(daemonList)
    return this.#lines.length - 1
  }

  /** Adds a client to a rule. @returns Whether every client with one of its keys matches it. */
  addClient(rule: number, client: ClientPattern): boolean {
    this.#note(client)
    const keys = this.#keys.of(client)
    for (const key of keys) this.#postings.add(key, rule)
    return isCertain(client) && (isForAll(client.host) || !keys.includes(EVERYBODY))
  }

  /** Adds an IPv4 network, or one address, to a rule. @returns As {@link addClient}. */
  addNet(rule: number, net: number, mask: number): boolean {
    const key = this.#keys.ofNet(net, mask)
    this.#postings.add(key, rule)
    return key !== EVERYBODY
  }

  /** Ends a rule. */
  end(isCertainRule: boolean): void {
    this.#certain.push(isCertainRule ? 1 : 0)
  }

  /** All of them, ready to be asked. */
  seal(): CollectedRules {
    const daemonLists = this.#daemonLists.toArray()
    const certain = this.#certain.toArray()
    const { items, starts } = this.#postings.seal(this.#keys.count, this.#lists.length, (rule) => ({
      list: daemonLists[rule] as number,
      isCertain: certain[rule] === 1,
    }))
    this.#keys.renumber(starts)
    return {
      lines: this.#lines.toArray(),
      offsets: this.#offsets.toArray(),
      options: this.#options,
      keys: this.#keys,
      items,
      special: starts.slice(0, FIRST_FREE_KEY),
      daemons: new DaemonLists(this.#lists),
      daemonLists,
      usesNames: this.#usesNames,
      usesUsers: this.#usesUsers,
    }
  }

  #note({ host, user }: ClientPattern): void {
    if (user !== undefined) this.#usesUsers = true
    if (asksForName(host)) this.#usesNames = true
  }
}

function isForAll(host: HostPattern): boolean {
  return host.kind === 'text' && host.pattern.kind === 'all'
}

function asksForName(host: HostPattern): boolean {
  if (host.kind === 'text') return host.satisfiedBy !== 'address' && host.pattern.kind !== 'all'
  return !ADDRESS_KINDS.has(host.kind)
}

const ADDRESS_KINDS: ReadonlySet<HostPattern['kind']> = new Set(['ipv4-net', 'ipv6-net', 'never'])
