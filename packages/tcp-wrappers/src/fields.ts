import type { ListText } from './model.ts'

/** A piece of a line and where it starts in it. */
export interface Token {
  readonly text: string
  readonly start: number
}

/** The parts of a rule: before the first colon, up to the second, and what follows that. */
export interface RuleFields {
  readonly daemons: Token
  readonly clients: Token
  /** `null` when there is no second colon. */
  readonly options: Token | null
}

/** Divides a rule at its first two colons outside brackets. */
export function splitRule(line: string): RuleFields | undefined {
  const first = findOutsideBrackets(line, ':', 0)
  if (first === -1) return undefined
  const second = findOutsideBrackets(line, ':', first + 1)
  const end = second === -1 ? line.length : second
  return {
    daemons: { text: line.slice(0, first), start: 0 },
    clients: { text: line.slice(first + 1, end), start: first + 1 },
    options: second === -1 ? null : { text: line.slice(second + 1), start: second + 1 },
  }
}

/**
 * Index of a character outside brackets, else -1. Brackets are counted from `from` on: one that is
 * never closed hides all that follows it, and so does one that is never opened.
 */
export function findOutsideBrackets(text: string, character: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    const found = text.charAt(at)
    if (found === '[') depth += 1
    else if (found === ']') depth -= 1
    else if (found === character && depth === 0) return at
  }
  return -1
}

/** The words of a list. Commas, blanks, tabs and carriage returns separate them. */
export function tokensOf({ text, start }: Token): Token[] {
  return Array.from(text.matchAll(/[^, \t\r\n]+/g), (match) => ({
    text: match[0],
    start: start + match.index,
  }))
}

/** Divides the words of a list at each `EXCEPT`. */
export function segmentsOf(tokens: readonly Token[]): Token[][] {
  const segments: Token[][] = [[]]
  for (const token of tokens) {
    if (isExcept(token)) segments.push([])
    else segments.at(-1)?.push(token)
  }
  return segments
}

/** Whether a word is the operator. */
export function isExcept({ text }: Token): boolean {
  return text.toLowerCase() === 'except'
}

/** The words alone, as a policy shows them. */
export function listText(segments: readonly (readonly Token[])[]): ListText {
  return Object.freeze(segments.map((segment) => Object.freeze(segment.map((token) => token.text))))
}

/** A word divided at the first `@` that is not its first character: user and host, daemon and server. */
export function splitAt({ text, start }: Token): [Token, Token | undefined] {
  const at = findOutsideBrackets(text, '@', 1)
  if (at === -1) return [{ text, start }, undefined]
  return [
    { text: text.slice(0, at), start },
    { text: text.slice(at + 1), start: start + at + 1 },
  ]
}

/** What stands between the colons behind the clients; `\:` is a colon of the field. */
export function optionFields({ text, start }: Token): Token[] {
  const fields: Token[] = []
  let field = ''
  let begin = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === ':') {
      fields.push({ text: field, start: start + begin })
      field = ''
      begin = at + 1
    } else if (character === '\\' && text.charAt(at + 1) === ':') {
      field += ':'
      at += 1
    } else {
      field += character
    }
  }
  fields.push({ text: field, start: start + begin })
  return fields
}
