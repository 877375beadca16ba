import { DiagnosticList, MAX_POLICY_BYTES, TEXT_CODES } from '@gatehouse/core'

import { readLine } from './line.ts'
import type { AuthorizedKeys, KeyLine, RefusedLine } from './model.ts'

/** How an authorized_keys text is read. */
export interface AuthorizedKeysOptions {
  /** Label of the text in every reason, usually the file name. */
  readonly file: string
  /** Largest text, in bytes (of a string: characters). Default 16 MiB. */
  readonly maxBytes?: number
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Reads an authorized_keys file. A line that is at fault lets nobody in, and spoils no other line.
 *
 * Does not check owner and mode of the file: see `checkStrictModes`.
 *
 * @param text - The text, or its bytes, which should be UTF-8: others in the options of a line refuse it.
 * @throws ParseError `text-too-large`, and for nothing else.
 */
export function parseAuthorizedKeys(
  text: string | Uint8Array,
  { file, maxBytes = MAX_POLICY_BYTES }: AuthorizedKeysOptions,
): AuthorizedKeys {
  if (text.length > maxBytes) {
    const diagnostics = new DiagnosticList<keyof typeof TEXT_CODES>(file)
    const message = `${TEXT_CODES['text-too-large']} of ${maxBytes} bytes`
    diagnostics.add('text-too-large', message, { line: 1, column: 1 }, '')
    diagnostics.throwIfAny()
  }
  const written = typeof text === 'string' ? text : UTF8.decode(text)
  const lines = written.split('\n').map((line, index) => readLine(line, { file, line: index + 1 }))
  const linesByKey = new Map<string, (KeyLine | RefusedLine)[]>()
  for (const line of lines) {
    if (line.kind !== 'key' && line.kind !== 'refused') continue
    const { fingerprint } = line.key
    const same = linesByKey.get(fingerprint)
    if (same === undefined) linesByKey.set(fingerprint, [line])
    else same.push(line)
  }
  return { file, lines, linesByKey }
}

/**
 * The text of an authorized_keys file: as it was read, comments and faulty lines included.
 *
 * Bytes that were no UTF-8 are lost: do not write such a file back.
 */
export function formatAuthorizedKeys({ lines }: AuthorizedKeys): string {
  return lines.map(({ text }) => text).join('\n')
}
