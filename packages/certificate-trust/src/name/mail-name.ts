import { parseDnsName, type DnsName } from './dns-name.ts'

/** What a mail constraint covers (RFC 5280, 4.2.1.10). */
export type MailConstraint =
  /** One mailbox. */
  | { readonly kind: 'mailbox'; readonly local: string; readonly domain: DnsName }
  /** All mailboxes of one host. */
  | { readonly kind: 'host'; readonly domain: DnsName }
  /** All mailboxes of the hosts below a domain: `.example.com`. */
  | { readonly kind: 'below'; readonly domain: DnsName }

/** Characters of a local part without quotes (RFC 5321, 4.1.2). */
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/

/** Splits a mail address; `undefined` for what is none, quoted local parts included. */
export function splitMail(text: string): { local: string; domain: string } | undefined {
  const at = text.indexOf('@')
  const local = text.slice(0, Math.max(at, 0))
  return LOCAL.test(local) ? { local, domain: text.slice(at + 1) } : undefined
}

/** Reads a constraint on mail addresses; `undefined` for what is none. */
export function parseMailConstraint(text: string): MailConstraint | undefined {
  if (text.includes('@')) {
    const parts = splitMail(text)
    const domain = parts && parseDnsName(parts.domain)
    return domain && { kind: 'mailbox', local: parts.local, domain }
  }
  const isBelow = text.startsWith('.')
  const domain = parseDnsName(isBelow ? text.slice(1) : text)
  return domain && { kind: isBelow ? 'below' : 'host', domain }
}
