const STAR = 0x2a
const ANY = 0x3f

/**
 * Whether a text matches a pattern in which `*` stands for any characters and `?` for one.
 *
 * Goes back to the last `*` only, so the work is at most the product of both lengths, whatever the
 * pattern. libwrap tries every `*` anew, which takes time without end on patterns like `*?*?*?*x`.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0
  let position = 0
  let star = -1
  let resumed = 0
  while (position < text.length) {
    const character = pattern.charCodeAt(at)
    if (character === STAR) {
      star = at
      resumed = position
      at += 1
    } else if (character === ANY || character === text.charCodeAt(position)) {
      at += 1
      position += 1
    } else if (star === -1) {
      return false
    } else {
      resumed += 1
      at = star + 1
      position = resumed
    }
  }
  while (pattern.charCodeAt(at) === STAR) at += 1
  return at === pattern.length
}

/** Whether a text holds one of the two wildcards. */
export function isGlob(text: string): boolean {
  return text.includes('*') || text.includes('?')
}
