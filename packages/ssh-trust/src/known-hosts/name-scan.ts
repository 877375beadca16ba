import { splitLine } from './line.ts'

const SPACE = 32
const TAB = 9

/** What a byte means inside a list of names. */
const MEANINGS = new Uint8Array(256)
const ENDS = 1
const SEPARATES = 2
/** A list with such a byte is not found by its names. */
const MATCHES = 3
for (const end of [0, 10, TAB, SPACE]) MEANINGS[end] = ENDS
for (const byte of '!*?') MEANINGS[byte.charCodeAt(0)] = MATCHES
MEANINGS[','.charCodeAt(0)] = SEPARATES

/** What a pass over a text comes upon; `start` is where the line begins. */
export interface NameVisitor {
  /** A plain name, or an item before the first pattern of a list, by its {@link hashOf}. */
  readonly name: (start: number, hash: number) => void
  /** A list with a pattern or a negation. */
  readonly patterns: (start: number) => void
  /** A hashed name, and where it stands. */
  readonly hashed: (start: number, at: number) => void
}

/** Goes over the names of every line once. Lines with a void marker, comments and blank lines have none. */
export function scanNames(text: string, visitor: NameVisitor): void {
  for (let start = 0; start < text.length; start = lineEnd(text, start) + 1) {
    const at = namesOf(text, start)
    if (at === -1) continue
    if (text.charCodeAt(at) === BAR) visitor.hashed(start, at)
    else scanList(text, start, at, visitor)
  }
}

const BAR = '|'.charCodeAt(0)
const AT = '@'.charCodeAt(0)
const HASH = '#'.charCodeAt(0)
const FEED = 10

/** Where the names of a line begin; -1 where it has none. */
function namesOf(text: string, start: number): number {
  let at = start
  let code = text.charCodeAt(at)
  while (code === SPACE || code === TAB) {
    at += 1
    code = text.charCodeAt(at)
  }
  if (code === FEED || code === HASH || at >= text.length) return -1
  if (code !== AT) return at
  const fields = splitLine(text.slice(start, lineEnd(text, at)))
  return fields.kind === 'fields' ? start + fields.hostsAt : -1
}

function scanList(text: string, line: number, start: number, visitor: NameVisitor): void {
  let hash = HASH_START
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    const meaning = MEANINGS[code]
    if (meaning === 0) {
      hash = addToHash(hash, code)
    } else if (meaning === SEPARATES) {
      visitor.name(line, hash)
      hash = HASH_START
    } else if (meaning === MATCHES) {
      visitor.patterns(line)
      return
    } else {
      break
    }
  }
  visitor.name(line, hash)
}

/** Where the lines begin whose first character that is no blank is `@`. */
export function scanForMarkers(text: string): number[] {
  const found: number[] = []
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    let before = at - 1
    while (text[before] === ' ' || text[before] === '\t') before -= 1
    if (before < 0 || text[before] === '\n') found.push(before + 1)
  }
  return found
}

/** Where the line ends that a place is in. */
export function lineEnd(text: string, at: number): number {
  const feed = text.indexOf('\n', at)
  return feed === -1 ? text.length : feed
}

/** FNV-1a: quick, and whoever writes this file may make as many equal ones as they like; each is compared. */
const HASH_START = 0x811c9dc5 | 0

function addToHash(hash: number, code: number): number {
  const folded = code >= 65 && code <= 90 ? code + 32 : code
  return Math.imul(hash ^ folded, 0x01000193)
}

/** Hash of a name in lower case. */
export function hashOf(name: string): number {
  let hash = HASH_START
  for (let at = 0; at < name.length; at += 1) hash = addToHash(hash, name.charCodeAt(at))
  return hash
}
