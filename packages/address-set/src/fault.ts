import type { PatternCode } from './codes.ts'

/** Why a text is no address or pattern, and where. */
export interface Fault {
  readonly code: PatternCode
  /** Index of the first character at fault; the length of the text when something is missing. */
  readonly offset: number
}

/** The code for a character that does not belong where it stands. */
export function codeOfCharacter(character: string): 'blank' | 'zone-id' | 'unexpected-character' {
  if (/\s/.test(character)) return 'blank'
  return character === '%' ? 'zone-id' : 'unexpected-character'
}
