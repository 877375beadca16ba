import { hash } from 'node:crypto'

/** Value of `content-digest` (RFC 9530, 2) for a body, with SHA-256 alone. */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${hash('sha256', body, 'base64')}:`
}

/** SHA-256 in base64: the four bits that the last character has over are zero. */
const SPELLING = /^sha-256=:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=:$/

/** Whether a text is a `content-digest` with SHA-256 alone, in its one spelling. Compares no body. */
export function isContentDigest(text: string): boolean {
  return SPELLING.test(text)
}
