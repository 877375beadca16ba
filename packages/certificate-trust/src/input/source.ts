import { ParseError, type Diagnostic } from '@gatehouse/core'
import { DerFault } from '../der/fault.ts'
import { DerReader } from '../der/reader.ts'
import { MALFORMED_CODES, type MalformedCode } from '../malformed-codes.ts'

/** How bytes are read. */
export interface ReadOptions {
  /** Label of the bytes, usually a file name; it stands in every error. */
  readonly file: string
  /** Most bytes. Default: 1 MiB for a certificate or request, 64 MiB for a list. */
  readonly maxBytes?: number
}

/** Bytes shown of a place at fault, before and behind it. */
const EXCERPT_BYTES = 40

/**
 * Reads all of some DER.
 *
 * @param line - Line of the file that the bytes stand on: that of the PEM block, or 1.
 * @throws ParseError with the byte at fault as column.
 */
export function readDer<Value>(
  bytes: Uint8Array,
  { file, maxBytes }: { readonly file: string; readonly maxBytes: number },
  read: (reader: DerReader) => Value,
  line = 1,
): Value {
  if (bytes.length > maxBytes) throw malformed('too-large', { file, line, offset: 0 }, bytes)
  try {
    const reader = new DerReader(bytes)
    const value = read(reader)
    reader.finish()
    return value
  } catch (error) {
    if (!(error instanceof DerFault)) throw error
    throw malformed(error.code, { file, line, offset: error.offset }, bytes)
  }
}

/** An error about one byte, or one character of a text. */
export function malformed(
  code: MalformedCode,
  { file, line, offset }: { readonly file: string; readonly line: number; readonly offset: number },
  bytes: Uint8Array,
): ParseError {
  const excerptOffset = Math.max(0, offset - EXCERPT_BYTES)
  const shown = bytes.subarray(excerptOffset, offset + EXCERPT_BYTES)
  const diagnostic: Diagnostic<MalformedCode> = {
    code,
    message: MALFORMED_CODES[code],
    source: { file, line, column: offset + 1 },
    width: 1,
    excerpt: String.fromCharCode(
      ...shown.map((byte) => (byte > 0x1f && byte < 0x7f ? byte : 0x2e)),
    ),
    excerptOffset,
  }
  return new ParseError([diagnostic])
}
