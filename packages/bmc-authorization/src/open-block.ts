import type { Place } from './faults.ts'
import { KEYWORDS, type BlockKind } from './keywords.ts'

/** One block while it is being read. */
export interface OpenBlock {
  readonly kind: BlockKind
  readonly node: number
  /** What opened it. */
  readonly begin: Place
  /** Whether there was a `NAME`, good or bad. */
  hasName: boolean
  /** Whether there was a `PERMISSION`, good or bad. */
  hasPermission: boolean
}

/** The block that a block stands in. */
export const PARENT: Readonly<Record<'computer' | 'user', BlockKind>> = {
  computer: 'authorization',
  user: 'computer',
}

/** A block for a message: the word and line that opened it. */
export function shownBlock({ kind, begin }: OpenBlock): string {
  return `${KEYWORDS[kind][0]} of line ${begin.line}`
}
