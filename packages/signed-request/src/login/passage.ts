import type { Level } from './levels.ts'

/** A person whom a console hands over. */
export interface Passage {
  /** Who it is, as the console vouches. */
  readonly user: string
  /** At which level. */
  readonly level: Level
  /** SHA-256 of the console's certificate, lower-case hexadecimal. */
  readonly console: string
  /** Where the person's browser is, as the console sees it. Absent: not known, any address will do. */
  readonly browserAddress?: string
}
