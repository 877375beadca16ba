import { formatAddress, parseAddress, parsePattern } from '@gatehouse/address-set'
import { MAX_LINE_CHARACTERS } from '@gatehouse/core'
import { KEYWORDS } from './keywords.ts'
import type { ComputerKind } from './model.ts'

/** What a computer's `NAME` means. Two computers of one `key` are the same computer. */
export interface ComputerName {
  /** How it is compared. */
  readonly kind: ComputerKind
  /** A canonical address, a pattern, a folded host name, or `*`. */
  readonly key: string
}

/** Why a value names no computer. */
interface ComputerNameFault {
  readonly fault: 'address-form' | 'address-malformed' | 'host-malformed'
  /** What it is about, for people. */
  readonly detail: string
}

/**
 * Reads a computer's `NAME`: `*`, an address, one to three octets and `.*`, or a host name.
 *
 * What looks like an address is never taken for a host name: a mistyped rule must not go silent.
 */
export function readComputerName(text: string): ComputerName | ComputerNameFault {
  if (text === KEYWORDS.any) return { kind: 'any', key: text }
  const isNumeric = looksNumeric(text)
  if (!isNumeric && isHostName(text)) return { kind: 'host', key: foldHostName(text) }
  const address = text.includes('%') ? undefined : parseAddress(text)
  if (address !== undefined) {
    return { kind: 'address', key: text.includes(':') ? formatAddress(address) : text }
  }
  const { error } = parsePattern(text, { forms: ['address', 'wildcard'] })
  if (error === undefined) return { kind: 'pattern', key: text }
  const isOtherForm = error.code === 'form-not-allowed'
  if (isOtherForm && parseAddress(text.replace(/[-/].*/, '')) !== undefined) {
    return { fault: 'address-form', detail: error.message }
  }
  if (isNumeric || text.includes(':')) return { fault: 'address-malformed', detail: error.message }
  return { fault: 'host-malformed', detail: `\`${text.slice(0, MAX_HOST_CHARACTERS)}\`` }
}

/** Digits, dots and the signs of patterns only, or a number as last label, as an address has. */
function looksNumeric(text: string): boolean {
  if (/^[\d.*_/-]*$/.test(text) && /[./]/.test(text) && /[\d*]/.test(text)) return true
  return /(?:^|\.)(?:\d+|0[xX][\da-fA-F]*)\.?$/.test(text)
}

const MAX_HOST_CHARACTERS = 253
const MAX_LABEL_CHARACTERS = 63

/**
 * Whether a text has the form of a DNS name: labels of 1 to 63 letters, digits, `-` and `_`, at most
 * 253 characters, and possibly one dot at the end.
 *
 * @see RFC 1035, 2.3.1 and 2.3.4, with the `_` that real names have
 */
export function isHostName(text: string): boolean {
  const length = text.endsWith('.') ? text.length - 1 : text.length
  if (length === 0 || length > MAX_HOST_CHARACTERS) return false
  let label = 0
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 0x2e) {
      if (label === 0) return false
      label = 0
    } else {
      label += 1
      if (label > MAX_LABEL_CHARACTERS || !isLabelCode(code)) return false
    }
  }
  return label > 0
}

function isLabelCode(code: number): boolean {
  const letter = code | 0x20
  return (
    (letter >= 0x61 && letter <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === 0x5f
  )
}

/** What a host name is compared by: lower case, without the dot at its end. */
export function foldHostName(name: string): string {
  const text = name.endsWith('.') ? name.slice(0, -1) : name
  return text.toLowerCase()
}

/**
 * Finds what is wrong with a user name: `*` in it, a blank at an edge or a control character, a `#`
 * after a blank, or a backslash that is not the one between domain and user.
 *
 * @returns Index of the first character at fault; -1 when the name is good. The empty name is at fault.
 */
export function findUserNameFault(text: string): number {
  if (text.length === 0 || text.length > MAX_LINE_CHARACTERS) return 0
  const last = text.length - 1
  let separator = -1
  let ascii = true
  for (let index = 0; index <= last; index += 1) {
    const code = text.charCodeAt(index)
    const atEdge = index === 0 || index === last
    if (code < 0x20 || code === 0x7f || code === STAR || (code === BLANK && atEdge)) return index
    if (code === HASH && index > 0 && text.charCodeAt(index - 1) === BLANK) return index
    if (code === BACKSLASH) {
      if (separator !== -1 || atEdge) return index
      separator = index
    } else if (code > 0x7f) {
      ascii = false
    }
  }
  return ascii ? -1 : text.search(UNPRINTABLE)
}

const BLANK = 0x20
const HASH = 0x23
const STAR = 0x2a
const BACKSLASH = 0x5c

/** What no file in UTF-8 may hold either: controls, invisible format characters, lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffd]/u

/** What a user name is compared by: itself; with a domain, itself with `A`–`Z` in lower case. */
export function foldUserName(name: string): string {
  if (!name.includes('\\')) return name
  return /^[\0-\x7f]*$/.test(name)
    ? name.toLowerCase()
    : name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
