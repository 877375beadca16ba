/** A piece of a line and where it starts. */
export interface Token {
  readonly text: string
  /** Index in the line, from 0. */
  readonly start: number
}

/** Index of the first character from `from` on that is neither blank nor tab; the length when there is none. */
export function skipBlanks(text: string, from: number): number {
  let index = from
  while (index < text.length && isBlank(text, index)) index += 1
  return index
}

/** Whether a blank or tab stands at `index`. */
export function isBlank(text: string, index: number): boolean {
  const character = text[index]
  return character === ' ' || character === '\t'
}

/** The text from `from` on, up to a blank, a tab or `stop`. */
export function wordAt(text: string, from: number, stop = ''): Token {
  let end = from
  while (end < text.length && !isBlank(text, end) && text[end] !== stop) end += 1
  return { text: text.slice(from, end), start: from }
}

/** The text from `from` on without the blanks and tabs around it. */
export function restAt(text: string, from: number): Token {
  const start = skipBlanks(text, from)
  let end = text.length
  while (end > start && isBlank(text, end - 1)) end -= 1
  return { text: text.slice(start, end), start }
}
