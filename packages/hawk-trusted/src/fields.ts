import type { NodePattern } from './model.ts'
import type { Token } from './tokens.ts'

/**
 * Reads the user column.
 *
 * @returns The id, or `*`; undefined when it is neither a name, nor `DOMAIN\name`, nor `*`.
 */
export function readUser({ text }: Token): string | undefined {
  if (text === '*') return text
  const halves = text.split('\\')
  return halves.length <= 2 && halves.every(isUserName) ? text : undefined
}

/** Blanks are possible in quotes. A comma would let a user id forge entries of `Trusted.log`. */
function isUserName(name: string): boolean {
  return name !== '' && name !== '+' && !/[*",\t]|^[! ]| $/.test(name)
}

/**
 * Reads the node column: `*`, `+`, a bare name, `name:dns:domain`, or `"name dns domain"`.
 *
 * @returns undefined when it is none of these.
 */
export function readNode({ text, quoted }: Token): '*' | '+' | NodePattern | undefined {
  if (text === '*' || text === '+') return text
  const parts = text.split(quoted && !text.includes(':') ? /[ \t]+/ : ':')
  const [name, dns = '*', domain = '*'] = parts
  if (name === undefined || parts.length === 2 || parts.length > 3) return undefined
  if (!parts.every(isNodePart)) return undefined
  return Object.freeze({ name, dns, domain })
}

/** A comma would forge entries of `Trusted.log`, and no request has one. */
function isNodePart(part: string): boolean {
  return part === '*' || (part !== '' && !/[*+",:! \t]/.test(part))
}

/** Reads the microagent column. @returns undefined when it is neither a full name nor `*`. */
export function readMicroagent({ text }: Token): string | undefined {
  return text === '*' || /^[A-Za-z0-9_$-]+(?:[.:][A-Za-z0-9_$-]+)*$/.test(text) ? text : undefined
}

/** Reads the method column. @returns undefined when it is neither an identifier, nor `*`, nor `+`. */
export function readMethod({ text }: Token): string | undefined {
  return text === '*' || text === '+' || /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(text) ? text : undefined
}
