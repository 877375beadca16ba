/** How many integers {@link readName} writes for a name of so many UTF-16 units. */
export function sizeOf(length: number): number {
  return 1 + ((length + 1) >> 1)
}

/**
 * Writes a name as integers: its length, then its UTF-16 units, two in each. Names are the same when
 * their integers are; the hash only says where to look, and is not one that is hard to meet.
 *
 * @param words - Where it is written; at least {@link sizeOf} of its length long.
 * @returns A hash of the name, any 32-bit integer.
 */
export function readName(name: string, words: Int32Array): number {
  const { length } = name
  words[0] = length
  let hash = length
  let at = 1
  let index = 1
  for (; index < length; index += 2) {
    const word = name.charCodeAt(index - 1) | (name.charCodeAt(index) << 16)
    words[at] = word
    at += 1
    hash = mix(hash, word)
  }
  if (index === length) {
    const word = name.charCodeAt(index - 1)
    words[at] = word
    hash = mix(hash, word)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}

/** A name as {@link readName} writes it. */
export function wordsOf(name: string): Int32Array {
  const words = new Int32Array(sizeOf(name.length))
  readName(name, words)
  return words
}

/** About a round of MurmurHash3's 32-bit variant. */
function mix(hash: number, word: number): number {
  const mixed = hash ^ word
  return Math.imul((mixed << 15) | (mixed >>> 17), 0xcc9e2d51)
}
