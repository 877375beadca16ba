import {
  isNoPolicy,
  MAX_POLICY_BYTES,
  readLines,
  TEXT_CODES,
  type DiagnosticList,
  type NoPolicyCode,
  type TextOptions,
} from '@gatehouse/core'
import { LOAD_CODES, type LoadCode } from './codes.ts'
import type { FileInput, Profile } from './model.ts'

/** The text of a file, or why there is none. */
export type TableText = { readonly text: string } | { readonly lack: NoPolicyCode }

/** Reads the text of one of the two files; errors go to the diagnostics, and the text is then empty. */
export function readTableText(
  input: FileInput,
  profile: Profile,
  options: TextOptions,
  diagnostics: DiagnosticList<LoadCode>,
): TableText {
  const refuse = (code: LoadCode): void => {
    const message = { ...TEXT_CODES, ...LOAD_CODES }[code]
    diagnostics.add(code, message, { line: 1, column: 1 }, '')
  }
  if (input === null || (typeof input === 'object' && isNoPolicy(input))) {
    const lack = input === null ? 'policy-missing' : input.noPolicy
    if (profile === 'strict') {
      refuse(lack === 'policy-missing' ? 'file-missing' : 'file-unreadable')
    }
    return { lack }
  }
  const isTooLarge = input.length > (options.maxBytes ?? MAX_POLICY_BYTES)
  if (profile === 'libwrap') {
    if (isTooLarge) refuse('text-too-large')
    else return { text: readOpenly(input, refuse) }
    return { text: '' }
  }
  readLines(input, options, diagnostics)
  if (isTooLarge) return { text: '' }
  const text =
    typeof input === 'string' ? input : new TextDecoder('utf-8', { ignoreBOM: true }).decode(input)
  if (!text.startsWith('\ufeff')) return { text }
  refuse('byte-order-mark')
  return { text: text.slice(1) }
}

function readOpenly(input: string | Uint8Array, refuse: (code: LoadCode) => void): string {
  const text = decodeUtf8(input)
  if (text === undefined) refuse('not-utf-8')
  else if (text.includes('\0')) refuse('control-character')
  else return text
  return ''
}

function decodeUtf8(input: string | Uint8Array): string | undefined {
  if (typeof input === 'string') return input
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input)
  } catch {
    return undefined
  }
}
