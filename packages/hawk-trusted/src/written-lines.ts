import { boxOf, keyOf } from './box.ts'
import type { Ruling } from './cells.ts'
import { formatEntry } from './format.ts'
import type { Effect, Entry, NodePattern, Policy, Request } from './model.ts'
import { parse } from './parse.ts'

/** A line with what it covers. */
export interface RuledLine extends Ruling {
  readonly entry: Entry
}

/** A line with what it covers. */
export function ruled(entry: Entry): RuledLine {
  return { ...boxOf(entry), effect: entry.effect }
}

/** A line as it is written into a file. */
export function textOf(entry: Entry): string {
  return formatEntry(entry).join('  ')
}

type Columns = Pick<Entry, 'user' | 'node' | 'microagent' | 'method'>

/** The lines that could be written about a request without a name that it does not name. */
export class WrittenLines {
  readonly #policy: Policy
  readonly #request: Request

  constructor(policy: Policy, request: Request) {
    this.#policy = policy
    this.#request = request
  }

  /** The grant that covers the request and the least besides, none when it cannot be written. */
  grants(): RuledLine[] {
    const { user, node, microagent, method } = this.#request
    return this.#write('grant', [{ user, node, microagent, method }])
  }

  /** The restrictions that cover the request and of which none covers all of another. */
  restrictions(): RuledLine[] {
    const { user, node, scope, microagent, method, impact } = this.#request
    const nodes = scope === 'group' ? ([node, '+'] as const) : [node]
    const methods = impact === 'INFO' ? [method] : [method, '+']
    const columns = nodes.flatMap((each) =>
      methods.map((name) => ({ user, node: each, microagent, method: name })),
    )
    return this.#write('restriction', columns)
  }

  /** Restrictions that would cover the request if it were a group operation, or if it acted. */
  lesserRestrictions(): RuledLine[] {
    const { user, node, scope, microagent, method, impact } = this.#request
    const acting = ['*' as const, ...patternsOf(node)].map((each) => [each, '+'] as const)
    const grouped = [
      ['+', '*'],
      ['+', method],
    ] as const
    const pairs = [
      ...(scope === 'group' ? [] : grouped),
      ...(impact === 'INFO' ? acting : []),
      ...(scope === 'group' && impact !== 'INFO' ? [] : [['+', '+'] as const]),
    ]
    const columns = ['*', user].flatMap((who) =>
      ['*', microagent].flatMap((where) =>
        pairs.map(([at, what]) => ({ user: who, node: at, microagent: where, method: what })),
      ),
    )
    return this.#write('restriction', columns)
  }

  #write(effect: Effect, columns: readonly Columns[]): RuledLine[] {
    const lines = columns.map((each) => ruled({ kind: 'entry', line: 0, effect, ...each }))
    const { user, node, microagent, method } = this.#request
    const fullest: Entry = { kind: 'entry', line: 0, effect, user, node, microagent, method }
    return this.#canHold(ruled(fullest)) ? lines : lines.filter((line) => this.#canHold(line))
  }

  /** Whether the file can hold a line: not every name that a request may have can be written. */
  #canHold(line: RuledLine): boolean {
    const text = textOf(line.entry)
    const { file, entries } = this.#policy
    const encoding = isAscii(text) || entries.every((e) => isAscii(textOf(e))) ? 'ascii' : 'utf-8'
    try {
      const [read] = parse(text, { file, encoding }).entries
      return read !== undefined && keyOf(boxOf(read)) === keyOf(line)
    } catch {
      return false
    }
  }
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text)
}

/** A node by name, and with any name for some of the parts of its identity. */
function patternsOf({ name, dns, domain }: NodePattern): NodePattern[] {
  const any = '*'
  return [
    { name, dns, domain },
    { name, dns, domain: any },
    { name, dns: any, domain },
    { name, dns: any, domain: any },
    { name: any, dns, domain },
    { name: any, dns, domain: any },
    { name: any, dns: any, domain },
  ]
}
