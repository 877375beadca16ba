import { KEYWORDS } from './keywords.ts'
import { WordMap } from './word-map.ts'

/** A permission level. Each includes those before it: `NONE` < `VIEW` < `MODIFY` < `MANAGE`. */
export type Level = 'NONE' | 'VIEW' | 'MODIFY' | 'MANAGE'

/** The levels, lowest first. */
export const LEVELS: readonly Level[] = Object.freeze(['NONE', 'VIEW', 'MODIFY', 'MANAGE'] as const)

/** The level that a word of the file stands for. */
export const LEVEL_WORDS: WordMap<Level> = new WordMap(
  LEVELS.map((level) => [KEYWORDS.levels[level], level] as const),
)

/** Index of a level in {@link LEVELS}. Not by a table: a property that varies is slow to look up. */
export function rankOf(level: Level): number {
  switch (level) {
    case 'NONE':
      return 0
    case 'VIEW':
      return 1
    case 'MODIFY':
      return 2
    case 'MANAGE':
      return 3
  }
}

/** Whether a granted level is enough for a needed one. */
export function suffices(granted: Level, needed: Level): boolean {
  return rankOf(granted) >= rankOf(needed)
}

/** Whether a level includes more than another. */
export function exceeds(level: Level, other: Level): boolean {
  return rankOf(level) > rankOf(other)
}
