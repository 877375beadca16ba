/**
 * Writes a piece of a text as integers, four characters in each, the last one filled up with zeros.
 *
 * @returns A hash, from 0, the same whichever case ASCII letters have, and not one that is hard to
 * meet; -1 when a character is above U+00FF.
 */
export function packName(text: string, start: number, end: number, words: Int32Array): number {
  let hash = end - start
  let seen = 0
  let at = 0
  let index = start
  for (; index + 4 <= end; index += 4) {
    const first = text.charCodeAt(index)
    const second = text.charCodeAt(index + 1)
    const third = text.charCodeAt(index + 2)
    const fourth = text.charCodeAt(index + 3)
    const word = first | (second << 8) | (third << 16) | (fourth << 24)
    seen |= first | second | third | fourth
    words[at] = word
    at += 1
    hash = mix(hash, word)
  }
  if (index < end) {
    let word = 0
    for (let shift = 0; index < end; index += 1, shift += 8) {
      const code = text.charCodeAt(index)
      seen |= code
      word |= code << shift
    }
    words[at] = word
    hash = mix(hash, word)
  }
  if (seen > 0xff) return -1
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) & 0x7fffffff
}

/** About a round of MurmurHash3's 32-bit variant. */
function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ (word | 0x20202020), 0xcc9e2d51)
  return (mixed << 15) | (mixed >>> 17)
}

/** Puts `A`–`Z` of four characters in lower case. */
export function foldWord(word: number): number {
  const low = word & 0x7f7f7f7f
  const fromA = low + 0x3f3f3f3f
  const behindZ = low + 0x25252525
  return word | (((fromA ^ behindZ) & ~word & 0x80808080) >>> 2)
}
