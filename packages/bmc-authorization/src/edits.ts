import type { Edit, LineChange } from '@gatehouse/core'
import { KEYWORDS } from './keywords.ts'
import type { Level } from './level.ts'
import type { BlockLines, Computer, Policy, User } from './model.ts'

/** The depth of a block's statements, in blanks. */
export type Depth = 1 | 2 | 3

/** Sets the level of a block: in its `PERMISSION` line, or in a new one after `NAME`, or after the BEGIN. */
export function setLevel(node: Policy | Computer | User, depth: Depth, level: Level): LineChange {
  const { permission, assign, levels } = KEYWORDS
  const text = `${' '.repeat(depth)}${permission} ${assign} ${levels[level]}`
  if (node.permission !== null) return { change: 'replace', line: node.permission.line, text }
  return { change: 'insert', after: 'line' in node ? node.line : node.beginLine, text }
}

/** Removes a block with all that stands in it. */
export function removeBlock({ beginLine, endLine }: BlockLines): Edit {
  return Array.from({ length: endLine - beginLine + 1 }, (_, index) => ({
    change: 'remove',
    line: beginLine + index,
  }))
}
