import { lowerCase } from './bytes.ts'

/** OpenSSH copies each item into 1024 bytes; a longer one makes the whole list match nothing. */
const MAX_ITEM_BYTES = 1022

/**
 * Whether a list of patterns matches a name: one item does, and no negated item does.
 *
 * @param list - Items with commas between: `*`, `?` and a leading `!` have a meaning, nothing else has.
 * @param name - The name, in lower case.
 */
export function matchesList(list: string, name: string): boolean {
  let found = false
  for (const written of lowerCase(list).split(',')) {
    const negated = written.startsWith('!')
    const item = negated ? written.slice(1) : written
    if (item.length > MAX_ITEM_BYTES) return false
    if (!matchesPattern(item, name)) continue
    if (negated) return false
    found = true
  }
  return found
}

/**
 * Whether one pattern matches a whole text: `*` is any run of characters, `?` exactly one.
 *
 * Keeps one place to return to, that of the last `*`, so the work is at most the product of the lengths.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let at = 0
  let star = -1
  let resume = 0
  let position = 0
  while (position < text.length) {
    const character = pattern[at]
    if (character === '*') {
      star = at
      resume = position
      at += 1
    } else if (character === '?' || character === text[position]) {
      at += 1
      position += 1
    } else if (star === -1) {
      return false
    } else {
      at = star + 1
      resume += 1
      position = resume
    }
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}
