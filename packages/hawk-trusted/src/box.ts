import { fold, isNamed, operationsOf } from './coverage.ts'
import type { Entry } from './model.ts'

/**
 * What one column of a box stands for: `*` every name, `=name` that spelling only, `~name` (in lower
 * case) every spelling of it.
 */
export type Span = string

/** The columns of a box, in the order of its spans. */
export const COLUMNS = ['user', 'name', 'dns', 'domain', 'microagent', 'method'] as const

/** One of {@link COLUMNS}. */
export type Column = (typeof COLUMNS)[number]

/**
 * The requests that a line covers: a name or all names in each column, and some operations.
 *
 * There are always names that no line spells. Hence boxes together cover another one, in one
 * operation, only if a single one of them does: the others miss the names that nobody spells.
 */
export interface Box {
  /** One for each of {@link COLUMNS}. */
  readonly spans: readonly Span[]
  /** Bit n: operation n, as in `coverage.ts`. */
  readonly operations: number
}

/** A box that stands for a line. */
export interface LineBox extends Box {
  readonly entry: Entry
}

/** The span of every name. */
export const ANY_NAME: Span = '*'

/** The span of one spelling. */
export function exactly(name: string): Span {
  return `=${name}`
}

/** The box of a line. */
export function boxOf(entry: Entry): LineBox {
  const { effect, user, node, microagent, method } = entry
  const span = (name: string): Span => {
    if (name === '*') return ANY_NAME
    return effect === 'grant' ? exactly(name) : `~${fold(name)}`
  }
  const { name, dns, domain } = typeof node === 'object' ? node : ANY_NODE
  return {
    spans: [span(user), span(name), span(dns), span(domain), named(microagent), named(method)],
    operations: operationsOf(entry),
    entry,
  }
}

/** The span of a column that is compared exactly in grants and restrictions alike. */
function named(name: string | undefined): Span {
  return isNamed(name) ? exactly(name) : ANY_NAME
}

const ANY_NODE = { name: '*', dns: '*', domain: '*' } as const

/** The name of a span in lower case, undefined for every name. */
export function foldedName(span: Span): string | undefined {
  if (span === ANY_NAME) return undefined
  return span.startsWith('~') ? span.slice(1) : fold(span.slice(1))
}

/** The requests that two boxes share, undefined when there are none. */
export function meet(a: Box, b: Box): Box | undefined {
  const operations = a.operations & b.operations
  if (operations === 0) return undefined
  const spans: Span[] = []
  for (const [column, span] of a.spans.entries()) {
    const shared = meetSpans(span, b.spans[column] as Span)
    if (shared === undefined) return undefined
    spans.push(shared)
  }
  return { spans, operations }
}

function meetSpans(a: Span, b: Span): Span | undefined {
  if (a === b || b === ANY_NAME) return a
  if (a === ANY_NAME) return b
  if (a.startsWith('=') === b.startsWith('=')) return undefined
  if (foldedName(a) !== foldedName(b)) return undefined
  return a.startsWith('=') ? a : b
}

/** A key that boxes share when they differ in their operations at most. */
export function keyOf({ spans }: Box): string {
  return spans.join('\n')
}
