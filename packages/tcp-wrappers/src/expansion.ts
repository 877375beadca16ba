import type { Host } from './host-pattern.ts'
import { chop } from './options.ts'
import type { Subject } from './rule-match.ts'
import { UNKNOWN } from './text-pattern.ts'

/** Longest text that libwrap makes by replacing; it refuses when there is more. */
const MAX_EXPANDED_CHARACTERS = 8191

/** Every character outside these becomes `_` in what a request gives. */
const UNSAFE = /[^A-Za-z0-9!@%_=+:,./\\-]/g

/**
 * Replaces `%` and a letter as libwrap does before it hands a text to a shell.
 *
 * The process id (`%p`), which nobody knows here, stays as it is written.
 *
 * @returns `undefined` when the text becomes longer than libwrap allows.
 */
export function expand(text: string, subject: Subject, pid: string = '%p'): string | undefined {
  let expanded = ''
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    const letter = text.charAt(at + 1)
    if (character === '%' && letter !== '') {
      expanded += letter === 'p' ? pid : valueOf(letter, subject).replace(UNSAFE, '_')
      at += 1
    } else {
      expanded += character
    }
    if (expanded.length > MAX_EXPANDED_CHARACTERS) return undefined
  }
  return chop(expanded)
}

function valueOf(letter: string, { client, server, daemon, user, port }: Subject): string {
  switch (letter) {
    case 'a':
      return client.address
    case 'A':
      return server.address
    case 'c':
      return user === UNKNOWN ? hostOf(client) : `${user}@${hostOf(client)}`
    case 'd':
      return daemon
    case 'h':
      return hostOf(client)
    case 'H':
      return hostOf(server)
    case 'n':
      return client.name
    case 'N':
      return server.name
    case 'R':
      return String(port ?? 0)
    case 'r':
      return '0'
    case 's':
      return hostOf(server) === UNKNOWN ? daemon : `${daemon}@${hostOf(server)}`
    case 'u':
      return user
    case '%':
      return '%'
    default:
      return ''
  }
}

function hostOf({ name, nameKnown, address }: Host): string {
  return nameKnown ? name : address
}
