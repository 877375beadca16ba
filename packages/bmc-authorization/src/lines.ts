/** A piece of a line. */
export interface Span {
  /** Index of its first character, from 0. */
  readonly start: number
  /** Index behind its last character. */
  readonly end: number
}

/** Index of the first character from `from` on that is neither blank nor tab; the length when there is none. */
export function skipBlanks(text: string, from: number): number {
  let index = from
  while (isBlank(text, index)) index += 1
  return index
}

/** Whether a blank or tab stands at `index`. */
export function isBlank(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return code === BLANK || code === TAB
}

/** The piece from `from` on, up to a blank, a tab, the sign `stop`, or `end`. */
export function wordAt(text: string, from: number, stop: number, end: number = text.length): Span {
  let index = from
  while (index < end && !isBlank(text, index) && text.charCodeAt(index) !== stop) index += 1
  return { start: from, end: index }
}

/** The piece from `from` up to `end`, without the blanks and tabs around it. */
export function restAt(text: string, from: number, end: number = text.length): Span {
  const start = Math.min(skipBlanks(text, from), end)
  let last = end
  while (last > start && isBlank(text, last - 1)) last -= 1
  return { start, end: last }
}

/** Whether nothing is in a piece. */
export function isEmpty({ start, end }: Span): boolean {
  return start === end
}

const BLANK = 0x20
const TAB = 0x09
