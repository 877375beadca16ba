/** How a rule tests one attribute of a question. */
export type Test =
  /** The attribute is the value. */
  | 'is'
  /** The attribute is a list that contains the value. */
  | 'has'
  /** The attribute is a number and no larger than the value. */
  | 'at-most'
  /** The attribute is a number in the range that the value writes as `low-high`. */
  | 'in-range'
  /** The attribute is none of the values, which `|` parts. */
  | 'none-of'
  | 'starts-with'
  | 'ends-with'

/** The value of an attribute. */
export type Asked = string | number | readonly string[]

/** What one decision is asked about. */
export type Question = Readonly<Record<string, Asked>>

/** One rule: it matches when every value that it gives passes its test. */
export interface Rule {
  /** A `deny` that matches outweighs every `allow`. */
  readonly effect: 'allow' | 'deny'
  /** Value to test with, by attribute; what is left out matches anything. */
  readonly values: Readonly<Record<string, string>>
}

/** The rules of one of our models in the terms that its peers have: no order, no levels, no tree. */
export interface RuleTable {
  /** Test of each attribute. The first one is `is`, and tells the caller: rules can be divided by it. */
  readonly tests: Readonly<Record<string, Test>>
  readonly rules: readonly Rule[]
}

/** Answers one question. */
export type Decide = (question: Question) => boolean | Promise<boolean>

/** A policy engine to compare with. */
export interface Peer {
  /** What is measured, such as `casbin enforceSync`. */
  readonly name: string
  /** Whether only questions that were asked before are measured: it has a cache. */
  readonly hitsOnly?: boolean
  /** Larger tables are not worth the wait. Default: none is too large. */
  readonly mostRules?: number
  /** Makes it ready to decide by rules. */
  readonly load: (table: RuleTable) => Decide | Promise<Decide>
}

/** Name of the attribute that tells the caller. */
export function callerOf({ tests }: RuleTable): string {
  return Object.keys(tests)[0] as string
}

/** Rules by caller, and those for every caller. */
export function byCaller(table: RuleTable): {
  readonly own: ReadonlyMap<string, readonly Rule[]>
  readonly shared: readonly Rule[]
} {
  const attribute = callerOf(table)
  const own = new Map<string, Rule[]>()
  const shared: Rule[] = []
  for (const rule of table.rules) {
    const caller = rule.values[attribute]
    const rules = caller === undefined ? shared : own.get(caller)
    if (rules !== undefined) rules.push(rule)
    else own.set(caller as string, [rule])
  }
  return { own, shared }
}

/** The two ends of a range. */
export function rangeOf(value: string): readonly [number, number] {
  return value.split('-').map(Number) as [number, number]
}

/** Makes the test of one value. */
export function testWith(test: Test, value: string): (asked: Asked) => boolean {
  switch (test) {
    case 'is':
      return (asked) => asked === value
    case 'has':
      return (asked) => (asked as readonly string[]).includes(value)
    case 'at-most': {
      const most = Number(value)
      return (asked) => (asked as number) <= most
    }
    case 'in-range': {
      const [low, high] = rangeOf(value)
      return (asked) => (asked as number) >= low && (asked as number) <= high
    }
    case 'none-of': {
      const values = value.split('|')
      return (asked) => !values.includes(asked as string)
    }
    case 'starts-with':
      return (asked) => (asked as string).startsWith(value)
    case 'ends-with':
      return (asked) => (asked as string).endsWith(value)
  }
}
