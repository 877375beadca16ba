import type { Edit, LineChange } from '@gatehouse/core'
import { KEYWORDS } from './keywords.ts'
import type { Level } from './level.ts'
import type { BlockLines, Permission } from './model.ts'

/** The depth of a block's statements, in blanks. */
export type Depth = 1 | 2 | 3

/** A block that has a level, or may be given one. */
export interface Levelled {
  readonly permission: Permission | null
  readonly beginLine: number
  /** Line of its `NAME`, where it has one. */
  readonly line?: number
}

/** Sets the level of a block: in its `PERMISSION` line, or in a new one after `NAME`, or after the BEGIN. */
export function setLevel(node: Levelled, depth: Depth, level: Level): LineChange {
  const { permission, assign, levels } = KEYWORDS
  const text = `${' '.repeat(depth)}${permission} ${assign} ${levels[level]}`
  if (node.permission !== null) return { change: 'replace', line: node.permission.line, text }
  return { change: 'insert', after: node.line ?? node.beginLine, text }
}

/** Removes a block with all that stands in it. */
export function removeBlock({ beginLine, endLine }: BlockLines): Edit {
  return Array.from({ length: endLine - beginLine + 1 }, (_, index) => ({
    change: 'remove',
    line: beginLine + index,
  }))
}
