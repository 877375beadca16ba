import { isGlob, matchesGlob } from './glob.ts'
import { readBracketed, readIpv6 } from './ipv6.ts'

/** One pattern against one text: a daemon, a user, an address or a host name, all in lower case. */
export type TextPattern =
  | { readonly kind: 'all' }
  | { readonly kind: 'known' }
  | { readonly kind: 'equals'; readonly text: string }
  | { readonly kind: 'prefix'; readonly text: string }
  | { readonly kind: 'suffix'; readonly text: string }
  | { readonly kind: 'glob'; readonly text: string }
  /** `[v6]`; without a value it is no address and matches nothing. */
  | { readonly kind: 'ipv6'; readonly value: bigint | undefined }

/** What stands for a host name or user that could not be found out. */
export const UNKNOWN = 'unknown'
/** What stands for a host name that contradicts its address. */
export const PARANOID = 'paranoid'

/** Reads a pattern in the order in which libwrap looks at it. */
export function readTextPattern(written: string): TextPattern {
  const text = foldCase(written)
  if (isGlob(text)) return { kind: 'glob', text }
  if (text.startsWith('.')) return { kind: 'suffix', text }
  if (text === 'all') return { kind: 'all' }
  if (text === 'known') return { kind: 'known' }
  if (text.endsWith('.')) return { kind: 'prefix', text }
  if (text.startsWith('[') && text.endsWith(']')) {
    return { kind: 'ipv6', value: readBracketed(text) }
  }
  return { kind: 'equals', text }
}

/** Whether a pattern matches a text that {@link foldCase} made. */
export function matchesText(pattern: TextPattern, text: string): boolean {
  switch (pattern.kind) {
    case 'all':
      return true
    case 'known':
      return text !== UNKNOWN
    case 'equals':
      return text === pattern.text
    case 'prefix':
      return text.startsWith(pattern.text)
    case 'suffix':
      return text.length > pattern.text.length && text.endsWith(pattern.text)
    case 'glob':
      return matchesGlob(pattern.text, text)
    case 'ipv6':
      return pattern.value !== undefined && readIpv6(text) === pattern.value
  }
}

/** Lower case for `A`–`Z` and nothing else, as C compares. */
export function foldCase(text: string): string {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code > 0x40 && code < 0x5b) {
      return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    }
  }
  return text
}
