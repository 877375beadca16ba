import { MAX_TARGET } from './limits.ts'

/** Whether a text is a SHA-256 in lower-case hexadecimal. */
export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}

/** Whether a text can name a receiver: `sha256:` and a digest, or a short name. */
export function isAudience(text: string): boolean {
  return text.startsWith('sha256:')
    ? text.length === 71 && isSha256(text.slice(7))
    : /^[a-z0-9](?:[a-z0-9._:/-]{0,126})$/.test(text)
}

/** Whether a text is the lower-case value of `host`: a name or an address, and a port from 1. */
export function isAuthority(text: string): boolean {
  return /^(?:[a-z0-9_](?:[a-z0-9._-]{0,254})|\[[0-9a-f:.]{2,45}\])(?::[1-9][0-9]{0,4})?$/.test(
    text,
  )
}

/** Whether a text is a method in upper case. */
export function isMethod(text: string): boolean {
  return /^[A-Z]{1,16}$/.test(text)
}

/** Whether a text can be a single-use value: letters and digits of base64url. */
export function isValueText(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,160}$/.test(text)
}

/**
 * Whether a text is a target in origin form (RFC 9112, 3.2.1) with one spelling: percent signs stand
 * before two digits of a character that needs them, no segment of the path is `.` or `..`, and it does
 * not begin with two slashes, which somebody could take for a host. An empty query is none: it would be
 * signed as if it were not there (RFC 9421, 2.2.7).
 */
export function isTarget(text: string): boolean {
  if (text.length > MAX_TARGET || !/^\/(?:[^/]|$)/.test(text)) return false
  if (!/^(?:[\w!$&'()*+,./:;=?@~-]|%[0-9A-F]{2})+$/.test(text)) return false
  if (/%(?:2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)/.test(text)) return false
  const end = text.indexOf('?')
  const path = end === -1 ? text : text.slice(0, end)
  return end !== text.length - 1 && !/\/\.\.?(?:\/|$)/.test(path)
}
