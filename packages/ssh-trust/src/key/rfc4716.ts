import { decodeBase64, encodeBase64Lines } from './base64.ts'
import { type KeyFault } from './codes.ts'
import { isKeyFault, type PublicKey } from './model.ts'
import { parseKeyBlob } from './parse.ts'
import { escapeControls } from '@gatehouse/core'

/** First line of a block. */
export const RFC4716_BEGIN = '---- BEGIN SSH2 PUBLIC KEY ----'

/** Last line of a block. */
export const RFC4716_END = '---- END SSH2 PUBLIC KEY ----'

/** Longest line in bytes (RFC 4716, 3.2); lines of the base64 are read at any length. */
const MAX_LINE_BYTES = 72

/** Longest header name and value in bytes (RFC 4716, 3.3). */
const MAX_TAG_BYTES = 64
const MAX_VALUE_BYTES = 1024

/** A key and the comment that stands with it. */
export interface CommentedKey {
  /** The key. */
  readonly key: PublicKey
  /** Its comment as it is in the text, empty if there is none. It proves nothing; escape it before it is shown. */
  readonly comment: string
}

/**
 * Reads what stands between the first and the last line of a block.
 *
 * @param lines - The lines without their ends.
 */
export function parseRfc4716Body(lines: readonly string[]): CommentedKey | KeyFault {
  const headers = readHeaders(lines)
  if (headers === undefined) return { fault: 'rfc4716-malformed' }
  const blob = decodeBase64(lines.slice(headers.length).join(''))
  if (blob === undefined) return { fault: 'base64-malformed' }
  const key = parseKeyBlob(blob)
  return isKeyFault(key) ? key : { key, comment: headers.comment }
}

function readHeaders(
  lines: readonly string[],
): { readonly length: number; readonly comment: string } | undefined {
  let comment = ''
  let at = 0
  while (at < lines.length && lines[at]?.includes(':') === true) {
    const pieces = new Array<string>()
    while (lines[at]?.endsWith('\\') === true) pieces.push((lines[at++] ?? '').slice(0, -1))
    const last = lines[at++]
    if (last === undefined) return undefined
    const header = [...pieces, last].join('')
    const colon = header.indexOf(':')
    const tag = header.slice(0, colon)
    const value = header.slice(colon + 1).trim()
    if (Buffer.byteLength(tag) > MAX_TAG_BYTES) return undefined
    if (Buffer.byteLength(value) > MAX_VALUE_BYTES) return undefined
    if (tag.toLowerCase() === 'comment') comment = unquote(value)
  }
  return { length: at, comment }
}

function unquote(value: string): string {
  return /^".*"$/su.test(value) ? value.slice(1, -1) : value
}

/**
 * Writes a key as RFC 4716 has it, lines ended by `\n`, the last too.
 *
 * @param comment - Goes into the header `Comment`; control characters are escaped, and what is over 1024 bytes
 *   is cut off.
 */
export function formatRfc4716(key: PublicKey, comment = ''): string {
  const header = comment === '' ? [] : foldHeader(comment)
  const lines = [RFC4716_BEGIN, ...header, ...encodeBase64Lines(key.blob), RFC4716_END]
  return lines.map((line) => `${line}\n`).join('')
}

function foldHeader(comment: string): readonly string[] {
  const lines = new Array<string>()
  let line = 'Comment: "'
  let room = MAX_VALUE_BYTES - 2
  for (const character of escapeControls(comment)) {
    const size = Buffer.byteLength(character)
    room -= size
    if (room < 0) break
    if (Buffer.byteLength(line) + size > MAX_LINE_BYTES - 1) {
      lines.push(`${line}\\`)
      line = ''
    }
    line += character
  }
  return [...lines, `${line}"`]
}
