import { KEYWORDS } from './keywords.ts'

/** A permission level. Each includes those before it: `NONE` < `VIEW` < `MODIFY` < `MANAGE`. */
export type Level = 'NONE' | 'VIEW' | 'MODIFY' | 'MANAGE'

/** The levels, lowest first. */
export const LEVELS: readonly Level[] = Object.freeze(['NONE', 'VIEW', 'MODIFY', 'MANAGE'] as const)

/** The level that a word of the file stands for. */
export const LEVEL_OF_WORD: ReadonlyMap<string, Level> = new Map(
  LEVELS.map((level) => [KEYWORDS.levels[level], level]),
)

const RANK: Readonly<Record<Level, number>> = { NONE: 0, VIEW: 1, MODIFY: 2, MANAGE: 3 }

/** Whether a granted level is enough for a needed one. */
export function suffices(granted: Level, needed: Level): boolean {
  return RANK[granted] >= RANK[needed]
}

/** Whether a level includes more than another. */
export function exceeds(level: Level, other: Level): boolean {
  return RANK[level] > RANK[other]
}
