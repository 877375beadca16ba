import { fold } from './coverage.ts'
import { IntPool } from './int-pool.ts'
import { NameTable, NONE } from './name-table.ts'
import { wordsOf } from '@gatehouse/core/names'
import { RuleMap } from './rule-map.ts'
import { hasOperation, orderIn, RULE_SIZE, type Lookup } from './rule.ts'
import { ALL_USERS, type RuleList, type UserRules } from './user-rules.ts'

/**
 * Lists longer than this are asked by hash, the others by reading them from the start: a few cache
 * lines in sequence cost less than as many probes all over memory.
 */
const MOST_LISTED = 16

/** Integers before the name of a user: start and end of its restrictions, then of its grants. */
const HEAD = 4

/**
 * All lines, by user. The cost of a look-up does not grow with their number.
 *
 * The record of a user has its lines behind the name, so that one place in memory answers for it:
 * with very many lines that place is in no cache, and every further one would cost as much again.
 */
export class UserTable {
  /** Record of {@link ALL_USERS}. */
  readonly all: number
  readonly #pool: Int32Array
  readonly #names: NameTable
  /** Records without grants, for those who are spelled as no line spells them. */
  readonly #folded: ReadonlyMap<string, number>
  readonly #long: RuleMap

  /**
   * @param rules - All rules, each {@link RULE_SIZE} integers.
   * @param users - With {@link ALL_USERS}.
   */
  constructor(rules: Int32Array, users: Iterable<readonly [name: string, rules: UserRules]>) {
    const writer = new RecordWriter(rules)
    const records = new Map<string, number>()
    const folded = new Map<string, number>()
    for (const [name, own] of users) {
      records.set(name, writer.write(name, own))
      const isRestricted = own.restrictions.length > 0 && !folded.has(fold(name))
      if (isRestricted) folded.set(fold(name), writer.write('', { ...own, grants: [] }))
    }
    this.all = records.get(ALL_USERS) ?? NONE
    this.#pool = writer.pool.ints
    this.#names = new NameTable(this.#pool, HEAD, records)
    this.#folded = folded
    this.#long = new RuleMap(rules, writer.long)
  }

  /** Reads the name that is to be found next. */
  read(name: string): void {
    this.#names.read(name)
  }

  /** Record of the user whose name was read last, by its spelling, or {@link NONE}. */
  find(): number {
    return this.#names.find()
  }

  /** Record of a user whom no line spells so, or {@link NONE}. */
  findFolded(name: string): number {
    return this.#folded.size === 0 ? NONE : (this.#folded.get(fold(name)) ?? NONE)
  }

  /** Whether any line is for a user. */
  hasRules(record: number): boolean {
    const pool = this.#pool
    return pool[record] !== pool[record + 1] || pool[record + 2] !== pool[record + 3]
  }

  /** Order of a user's first restriction that covers an operation of a request, or 0. */
  firstRestriction(record: number, operation: number, lookup: Lookup): number {
    return this.#first(record, operation, lookup)
  }

  /** Order of a user's first grant that covers an operation of a request, or 0. */
  firstGrant(record: number, operation: number, lookup: Lookup): number {
    return this.#first(record + 2, operation, lookup)
  }

  /** @param bounds - Where start and end of the list stand. */
  #first(bounds: number, operation: number, lookup: Lookup): number {
    const pool = this.#pool
    const start = pool[bounds] as number
    if (start < 0) return this.#long.first(~start, operation, lookup)
    const end = pool[bounds + 1] as number
    const { node, microagent, method } = lookup
    for (let at = start; at < end; at += RULE_SIZE) {
      const tail = pool[at + 3] as number
      const missed =
        differ(pool[at + 1] as number, microagent) |
        differ(pool[at + 2] as number, method) |
        (hasOperation(tail, operation) ^ 1)
      if (missed !== 0) continue
      const ruleNode = pool[at] as number
      if (differ(ruleNode, node) === 0 || isTriple(lookup, ruleNode)) {
        return orderIn(tail)
      }
    }
    return 0
  }
}

/**
 * 0 when a column of a rule is `ANY` or the number asked for. Without a branch: which columns a rule
 * names is anybody's guess, and a wrong guess costs the processor more than the sum.
 */
function differ(column: number, asked: number): number {
  return (column ^ asked) & (-column >> 31)
}

function isTriple({ triples, tripleCount }: Lookup, node: number): boolean {
  for (let index = 0; index < tripleCount; index += 1) {
    if (triples[index] === node) return true
  }
  return false
}

/** Where a list starts and ends; for one that is asked by hash, `~` its number and 0. */
type Bounds = readonly [start: number, end: number]

class RecordWriter {
  readonly pool = new IntPool()
  /** The lists that are asked by hash. */
  readonly long: RuleList[] = []
  readonly #rules: Int32Array
  /** Lists of restrictions, which several spellings share. */
  readonly #shared = new Map<RuleList, Bounds>()

  constructor(rules: Int32Array) {
    this.#rules = rules
  }

  /** Writes the record of a user. @returns Where it starts. */
  write(name: string, { restrictions, grants }: UserRules): number {
    const record = this.pool.end
    for (let index = 0; index < HEAD; index += 1) this.pool.push(0)
    for (const word of wordsOf(name)) this.pool.push(word)
    const shared = this.#shared.get(restrictions) ?? this.#writeList(restrictions)
    this.#shared.set(restrictions, shared)
    this.#setBounds(record, shared)
    this.#setBounds(record + 2, this.#writeList(grants))
    return record
  }

  #writeList(list: RuleList): Bounds {
    if (list.length > MOST_LISTED) return [~(this.long.push(list) - 1), 0]
    const start = this.pool.end
    for (const rule of list) {
      for (let at = rule; at < rule + RULE_SIZE; at += 1) this.pool.push(this.#rules[at] as number)
    }
    return [start, this.pool.end]
  }

  #setBounds(at: number, [start, end]: Bounds): void {
    this.pool.set(at, start)
    this.pool.set(at + 1, end)
  }
}
