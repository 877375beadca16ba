import type { LineSource } from '@gatehouse/core'

import { isKeyFault, type PublicKey } from '../key/model.ts'
import { parseKeyFields } from '../key/parse.ts'
import type { AuthorizedLine, LineFault } from './model.ts'
import { NO_OPTIONS, readOptions } from './options.ts'

/** Stands for bytes that are no UTF-8. */
const REPLACED = '\u{fffd}'

/** Reads one line without its newline. Blanks are space and tab; a NUL ends the line. */
export function readLine(text: string, source: LineSource): AuthorizedLine {
  const [line = ''] = text.split('\0', 1)
  const start = skipBlanks(line, 0)
  if (/^\r?$|^#/u.test(line.slice(start, start + 2))) return { kind: 'comment', text, source }
  const plain = readKey(line, start)
  if ('key' in plain)
    return { kind: 'key', text, source, ...plain, options: NO_OPTIONS, writtenOptions: '' }
  const end = endOfOptions(line, start)
  if (end === undefined) return { kind: 'unread', text, source, fault: 'quote-open' }
  const keyed = readKey(line, skipBlanks(line, end))
  if ('fault' in keyed) {
    const fault = plain.fault === 'type-unknown' ? keyed.fault : plain.fault
    return { kind: 'unread', text, source, fault }
  }
  const written = line.slice(start, end)
  const options = written.includes(REPLACED) ? 'not-utf-8' : readOptions(written)
  return typeof options === 'string'
    ? { kind: 'refused', text, source, ...keyed, fault: options }
    : { kind: 'key', text, source, ...keyed, options, writtenOptions: written }
}

function readKey(
  line: string,
  start: number,
): { key: PublicKey; comment: string } | { fault: LineFault } {
  const typeEnd = endOfField(line, start)
  const blobStart = skipBlanks(line, typeEnd)
  if (blobStart === line.length) return { fault: 'line-malformed' }
  const blobEnd = endOfField(line, blobStart)
  const key = parseKeyFields(line.slice(start, typeEnd), line.slice(blobStart, blobEnd))
  if (isKeyFault(key)) return key
  return { key, comment: line.slice(skipBlanks(line, blobEnd)).replace(/\r$/u, '') }
}

/** The blank that ends the options: the first outside quotes. A `\"` opens and closes none. */
function endOfOptions(line: string, start: number): number | undefined {
  let quoted = false
  for (let at = start; at < line.length; at += 1) {
    const character = line[at]
    if (character === '\\' && line[at + 1] === '"') at += 1
    else if (character === '"') quoted = !quoted
    else if (!quoted && (character === ' ' || character === '\t')) return at
  }
  return quoted ? undefined : line.length
}

function skipBlanks(line: string, start: number): number {
  let at = start
  while (line[at] === ' ' || line[at] === '\t') at += 1
  return at
}

function endOfField(line: string, start: number): number {
  let at = start
  while (at < line.length && line[at] !== ' ' && line[at] !== '\t') at += 1
  return at
}
