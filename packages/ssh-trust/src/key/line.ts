import { escapeControls } from '@gatehouse/core'

import { type KeyFault } from './codes.ts'
import { isKeyFault, type PublicKey } from './model.ts'
import { parseKeyFields } from './parse.ts'
import { type CommentedKey } from './rfc4716.ts'

/** Type, key and comment, with blanks and tabs between, as OpenSSH has them. */
const LINE = /^[ \t]*([^ \t]+)[ \t]+([^ \t]+)(?:[ \t]+(.*))?$/su

/**
 * Reads one public key as a `.pub` file has it: type, key, comment. Without options and host names.
 *
 * @param line - One line without its end.
 */
export function parseKeyLine(line: string): CommentedKey | KeyFault {
  const [, type, base64, comment] = LINE.exec(line) ?? []
  if (type === undefined || base64 === undefined) return { fault: 'line-malformed' }
  const key = parseKeyFields(type, base64)
  return isKeyFault(key) ? key : { key, comment: (comment ?? '').trimEnd() }
}

/**
 * Writes a key as one line without its end.
 *
 * @param comment - Control characters in it are escaped, so that it is one line whatever it holds.
 */
export function formatKeyLine(key: PublicKey, comment = ''): string {
  const base64 = Buffer.from(key.blob).toString('base64')
  const shown = escapeControls(comment).trim()
  return shown === '' ? `${key.type} ${base64}` : `${key.type} ${base64} ${shown}`
}
