import { type PublicKey } from '../key/model.ts'
import { fromByteText, lowerCase, toByteText } from '../text/bytes.ts'
import { isStricter, type HostProfile } from './profile.ts'
import { entryLine } from './entry-line.ts'
import { readKey, splitLine, type LineFields } from './line.ts'
import { hashName, isWritable, lookupName, matchesHash, type HostName } from './names.ts'
import { matchesList } from '../text/pattern.ts'

/** Why an edit was not made; the text is as it was. */
export const EDIT_REFUSALS = {
  /** Use a name that is one: no pattern, blank, quote or comma in it. */
  'name-not-writable': 'the name has characters that mean something else in a line',
  /** Remove the pattern yourself, or ask for it to be left: other hosts may rest on it. */
  'pattern-covers-name': 'a pattern covers the name, and other hosts may rest on it',
  /** Mend or remove the void lines first; profile `openssh` edits no file that has one. */
  'void-line': 'the file has a line that cannot be read',
} as const

/** A code of {@link EDIT_REFUSALS}. */
export type EditRefusal = keyof typeof EDIT_REFUSALS

/** What came of an edit. */
export interface Edited<Text extends string | Uint8Array, Refusal extends string = EditRefusal> {
  /** The text afterwards, of the form that was given; lines that were not edited are as they were. */
  readonly text: Text
  /** Whether it is another text than before. */
  readonly changed: boolean
  /** Why nothing was done, where something stands against it. */
  readonly refused?: Refusal
  /** Lines, before the edit, that stand against it or were left. */
  readonly lines?: readonly number[]
}

/**
 * Adds a key for a host at the end of a known_hosts text, which is given a last line end where it has none.
 *
 * @param salt - Hashes the name: 20 random bytes. Default: it is written plain.
 */
export function addHostKey<Text extends string | Uint8Array>(
  text: Text,
  host: HostName,
  key: PublicKey,
  salt?: Uint8Array,
): Edited<Text> {
  const names = lookupName(host)
  if (names === undefined || !isWritable(names)) {
    return { text, changed: false, refused: 'name-not-writable' }
  }
  const line = toByteText(entryLine(names.name, key, salt))
  return edited(text, splitText(toByteText(text)), [line])
}

/** How a name is removed. */
export interface RemovalOptions {
  /** Default `strict`. `openssh` is `ssh-keygen -R`: it removes whole lines, and patterns that match. */
  readonly profile?: HostProfile
  /** What is done where a pattern covers the name. Default `refuse`. Profile `openssh` removes the pattern. */
  readonly patterns?: 'refuse' | 'leave'
}

/**
 * Removes a name from a known_hosts text: every line of it, of every key type, or the name alone where a line
 * has other names. Lines with a marker stay: a revocation must not go with the key.
 *
 * @param name - `host` or `[host]:port`.
 */
export function removeHostName<Text extends string | Uint8Array>(
  text: Text,
  name: string,
  { profile = 'strict', patterns = 'refuse' }: RemovalOptions = {},
): Edited<Text> {
  const lines = splitText(toByteText(text))
  const bytes = toByteText(name)
  const touching = lines.flatMap((line, index) => {
    const fields = plainFields(line)
    const found = fields !== undefined && hasName(fields.hosts, bytes)
    return found ? [{ line, fields, number: index + 1 }] : []
  })
  const unread = isStricter(profile, 'edits-pass-void-lines') ? [] : voidLines(lines)
  if (unread.length > 0) return { text, changed: false, refused: 'void-line', lines: unread }
  const keepPatterns = isStricter(profile, 'removal-keeps-patterns')
  const covering = keepPatterns ? touching.filter(({ fields }) => isPattern(fields.hosts)) : []
  const left = covering.map(({ number }) => number)
  if (left.length > 0 && patterns === 'refuse') {
    return { text, changed: false, refused: 'pattern-covers-name', lines: left }
  }
  const precise = isStricter(profile, 'removal-is-name-precise')
  for (const { line, fields, number } of touching) {
    if (left.includes(number)) continue
    lines[number - 1] = precise ? withoutName(line, fields, lowerCase(bytes)) : ''
  }
  return { ...edited(text, lines), ...(left.length > 0 ? { lines: left } : {}) }
}

/** How names are hashed. */
export interface HashOptions {
  /** Gives 20 random bytes at each call; called once a name. */
  readonly salt: () => Uint8Array
  /** Default `strict`. `openssh` is `ssh-keygen -H`, which edits no file with a void line. */
  readonly profile?: HostProfile
}

/**
 * Hashes every plain name of a known_hosts text, one line a name. Patterns, lines with a marker, hashed names,
 * comments, void lines and lists that match nothing stay as they are.
 */
export function hashHostNames<Text extends string | Uint8Array>(
  text: Text,
  { salt, profile = 'strict' }: HashOptions,
): Edited<Text> {
  const lines = splitText(toByteText(text))
  const unread = isStricter(profile, 'edits-pass-void-lines') ? [] : voidLines(lines)
  if (unread.length > 0) return { text, changed: false, refused: 'void-line', lines: unread }
  const hashed = lines.map((line) => {
    const fields = plainFields(line)
    if (fields === undefined || fields.hosts.startsWith('|') || isPattern(fields.hosts)) return line
    const names = lowerCase(fields.hosts).split(',')
    // With an item that is too long the list matches nothing, and its names would each match something.
    if (!names.every((name) => name === '' || hasName(fields.hosts, name))) return line
    const rest = line.slice(fields.keyAt)
    const whole = rest.endsWith('\n') ? rest : `${rest}\n`
    return names
      .flatMap((name) => (name === '' ? [] : [`${hashName(name, salt())} ${whole}`]))
      .join('')
  })
  return edited(text, hashed)
}

/** Lines with their line ends. */
export function splitText(bytes: string): string[] {
  return bytes === '' ? [] : bytes.split(/(?<=\n)/u)
}

/** The text after an edit: `lines` joined, and `added` ones, which have no line end yet, after them. */
export function edited<Text extends string | Uint8Array>(
  text: Text,
  lines: readonly string[],
  added: readonly string[] = [],
): { readonly text: Text; readonly changed: boolean } {
  const body = lines.join('')
  const separator = added.length > 0 && body !== '' && !body.endsWith('\n') ? '\n' : ''
  const after = body + separator + added.map((line) => `${line}\n`).join('')
  if (after === toByteText(text)) return { text, changed: false }
  return { text: fromByteText(after, text), changed: true }
}

/** The parts of a line that has no marker and a key that can be read. */
function plainFields(line: string): LineFields | undefined {
  const fields = splitLine(withoutEnd(line))
  if (fields.kind !== 'fields' || fields.marker !== 'none') return undefined
  return readKey(fields).kind === 'void' ? undefined : fields
}

/** A line without its line feed. */
export function withoutEnd(line: string): string {
  return line.endsWith('\n') ? line.slice(0, -1) : line
}

/** Whether a list of names has a pattern or a negation in it. */
export function isPattern(hosts: string): boolean {
  return /[*?!]/u.test(hosts)
}

/** Whether a list, or a hashed name, matches a name; hashed names are compared as it is written. */
export function hasName(hosts: string, name: string): boolean {
  return hosts.startsWith('|') ? matchesHash(hosts, name) : matchesList(hosts, lowerCase(name))
}

/**
 * The line without one of its names; nothing where it is the only one. A name that would mean something else at
 * the beginning of a line, such as `|1|…`, which in a list matches nothing, does not become the first.
 */
export function withoutName(line: string, fields: LineFields, name: string): string {
  const items = fields.hosts.split(',').filter((item) => item !== '')
  const rest = items.filter((item) => lowerCase(item) !== name)
  const first = rest.findIndex((item) => !/^[#@|]/u.test(item))
  const others = first === -1 ? [] : rest.slice(first)
  if (fields.hosts.startsWith('|') || others.length === 0) return ''
  const end = fields.hostsAt + fields.hosts.length
  return line.slice(0, fields.hostsAt) + others.join(',') + line.slice(end)
}

function voidLines(lines: readonly string[]): number[] {
  return lines.flatMap((line, index) => {
    const fields = splitLine(withoutEnd(line))
    if (fields.kind === 'blank') return []
    return fields.kind === 'void' || readKey(fields).kind === 'void' ? [index + 1] : []
  })
}
