import { isDeepStrictEqual } from 'node:util'

import { formatKeyLine } from '../key/line.ts'
import type { PublicKey } from '../key/model.ts'
import { edited, splitText, withoutEnd, type Edited } from '../known-hosts/edit.ts'
import { toByteText } from '../text/bytes.ts'
import { readLine } from './line.ts'
import type { AuthorizedLine, KeyLine, RefusedLine } from './model.ts'

/** Why a key is not added to authorized_keys; the text is as it was. */
export const AUTHORIZED_EDIT_REFUSALS = {
  /** Look at the lines named, and ask for them to be replaced if that is meant. */
  'key-has-other-options': 'the key stands there with other options',
  /** Make the options with `formatKeyOptions`. */
  'options-malformed': 'sshd would refuse the line for its options',
  /** Use a key of another type: nothing lets a login pass with it. */
  'key-type-refused': 'keys of this type are not accepted',
} as const

/** A code of {@link AUTHORIZED_EDIT_REFUSALS}. */
export type AuthorizedEditRefusal = keyof typeof AUTHORIZED_EDIT_REFUSALS

/** A key that is to get in. */
export interface KeyToAdd {
  /** The key. */
  readonly key: PublicKey
  /** Stands behind it. Controls in it are escaped. */
  readonly comment?: string
  /** Options as text: see `formatKeyOptions`. Default: none, so that the key may do everything. */
  readonly options?: string
  /** What is done with lines of the key that have other options. Default `refuse`. */
  readonly otherOptions?: 'refuse' | 'replace'
}

/**
 * Adds a key to an authorized_keys text. Where its lines have these very options already, nothing changes,
 * whatever their comment; all other lines stay byte for byte.
 *
 * The key as an authority (`cert-authority`) and the key itself are two different things.
 *
 * @returns With `otherOptions: 'replace'` the key has one line afterwards, in the place of its first.
 */
export function addAuthorizedKey<Text extends string | Uint8Array>(
  text: Text,
  { key, comment = '', options = '', otherOptions = 'refuse' }: KeyToAdd,
): Edited<Text, AuthorizedEditRefusal> {
  const refuse = (refused: AuthorizedEditRefusal): Edited<Text, AuthorizedEditRefusal> => ({
    text,
    changed: false,
    refused,
  })
  if (key.type === 'ssh-dss') return refuse('key-type-refused')
  const line = `${options}${options === '' ? '' : ' '}${formatKeyLine(key, comment)}`
  const wanted = readLine(line, NOWHERE)
  if (wanted.kind !== 'key' || wanted.writtenOptions !== options || options.includes('\n')) {
    return refuse('options-malformed')
  }
  const lines = splitText(toByteText(text))
  const own = linesOf(lines, key).filter((present) => isSameSubject(present.line, wanted))
  const others = own.filter((present) => !hasOptions(present.line, wanted))
  const bytes = toByteText(line)
  if (own.length === 0) return edited(text, lines, [bytes])
  if (others.length === 0) return { text, changed: false }
  if (otherOptions === 'refuse') {
    const numbers = others.map(({ index }) => index + 1)
    return { ...refuse('key-has-other-options'), lines: numbers }
  }
  for (const [order, { index }] of own.entries()) {
    lines[index] = order === 0 ? bytes + (endOf(lines[index] as string) || '\n') : ''
  }
  return edited(text, lines)
}

/**
 * Removes every line that names a key, as a login key or as an authority, also one whose options are malformed. All
 * other lines stay byte for byte, and so does a comment that holds the key.
 */
export function removeAuthorizedKey<Text extends string | Uint8Array>(
  text: Text,
  key: PublicKey,
): Edited<Text, never> {
  const lines = splitText(toByteText(text))
  for (const { index } of linesOf(lines, key)) lines[index] = ''
  return edited(text, lines)
}

/** Lines that are not in a file yet. */
const NOWHERE = { file: '', line: 1 }

interface OwnLine {
  readonly index: number
  readonly line: KeyLine | RefusedLine
}

function linesOf(lines: readonly string[], key: PublicKey): OwnLine[] {
  return lines.flatMap((written, index) => {
    const decoded = Buffer.from(withoutEnd(written), 'latin1').toString('utf8')
    const line = readLine(decoded, NOWHERE)
    return hasKey(line) && line.key.equals(key) ? [{ index, line }] : []
  })
}

function hasKey(line: AuthorizedLine): line is KeyLine | RefusedLine {
  return line.kind === 'key' || line.kind === 'refused'
}

/** A line with malformed options lets nobody in, as what it was meant to be: it counts. */
function isSameSubject(line: KeyLine | RefusedLine, wanted: KeyLine): boolean {
  return line.kind === 'refused' || line.options.certAuthority === wanted.options.certAuthority
}

function hasOptions(line: KeyLine | RefusedLine, wanted: KeyLine): boolean {
  return line.kind === 'key' && isDeepStrictEqual(line.options, wanted.options)
}

function endOf(line: string): string {
  return /\r?\n$/u.exec(line)?.[0] ?? ''
}
