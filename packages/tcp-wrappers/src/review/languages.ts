import { isHostName } from '../request.ts'
import type { Language } from './text-search.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'
const SIGNS = '-_.!"#$%&\'()*+,/;<=>?@[\\]^`{|}~'

/** Longest text that libwrap keeps of a daemon, a user or a host name. */
const KEPT_CHARACTERS = 127

/**
 * Daemons, users, and host names as profile `libwrap` takes them: printable, in lower case. Without
 * a colon, which no daemon and no host has, and which rules can hardly ask for.
 */
export const WORDS: Language = {
  maxCharacters: KEPT_CHARACTERS,
  characters: LETTERS + DIGITS + SIGNS,
  step: () => 0,
  accepts: (text) => text !== '',
}

/** Host names as profile `strict` takes them; it drops a dot at the end. */
export const HOST_NAMES: Language = {
  maxCharacters: KEPT_CHARACTERS,
  characters: `${LETTERS}${DIGITS}-_.`,
  step: stepInName,
  accepts: (text) => isHostName(text) && !text.endsWith('.'),
}

/** What a label is so far; its end decides whether a name looks like an address. */
const START = 0
const ZERO = 1
const NUMBER = 2
const HEXADECIMAL = 3
const NAME = 4

function stepInName(state: number, character: string): number | undefined {
  if (character === '.') return state === START ? undefined : START
  const isDigit = DIGITS.includes(character)
  switch (state) {
    case START:
      if (character === '0') return ZERO
      return isDigit ? NUMBER : NAME
    case ZERO:
      if (character === 'x') return HEXADECIMAL
      return isDigit ? NUMBER : NAME
    case NUMBER:
      return isDigit ? NUMBER : NAME
    case HEXADECIMAL:
      return isDigit || 'abcdef'.includes(character) ? HEXADECIMAL : NAME
    default:
      return NAME
  }
}
