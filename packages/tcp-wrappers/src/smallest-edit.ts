import type { Edit, Outcome } from '@gatehouse/core'
import type { Host } from './host-pattern.ts'
import type { Policy, TableName } from './model.ts'
import type { Subject } from './rule-match.ts'
import { PARANOID, UNKNOWN } from './text-pattern.ts'

/** A change to one of the two files. */
export interface FileEdit {
  readonly table: TableName
  readonly edit: Edit
}

/**
 * The smallest edit that turns an answer round: one rule before all others, for this request alone.
 *
 * No edit has fewer lines, and none affects fewer requests as far as rules can tell requests apart:
 * `a EXCEPT ALL EXCEPT b` is what is both in `a` and in `b`. A character that cannot stand in a rule
 * is written `?`.
 *
 * @returns `undefined` when `hosts.allow` could not be read.
 */
export function findSmallestEdit(
  policy: Policy,
  subject: Subject,
  outcome: Outcome,
): FileEdit | undefined {
  if (policy.allow.state === 'unreadable') return undefined
  const rule = `${daemonsOf(subject)}: ${clientsOf(subject)}`
  const text = outcome === 'allow' ? `${rule} : deny` : rule
  return { table: 'allow', edit: [{ change: 'insert', after: 0, text }] }
}

function daemonsOf({ daemon, server, port }: Subject): string {
  const parts = [`${exactly(daemon)}@${addressOf(server)}`]
  if (server.address !== UNKNOWN || server.nameKnown) parts.push(`ALL@${nameOf(server)}`)
  if (port !== undefined) parts.push(String(port))
  return inAll(parts)
}

function clientsOf({ client, user }: Subject): string {
  const who = user === UNKNOWN ? 'UNKNOWN' : exactly(user)
  return inAll([`${who}@${addressOf(client)}`, nameOf(client)])
}

/** What is in every one of some lists. */
function inAll(parts: readonly string[]): string {
  return parts.join(' EXCEPT ALL EXCEPT ')
}

function addressOf({ address }: Host): string {
  if (address === UNKNOWN) return 'UNKNOWN'
  return address.includes(':') ? `[${address.replace(/%.*/, '')}]` : address
}

function nameOf({ name }: Host): string {
  if (name === UNKNOWN) return 'UNKNOWN'
  return name === PARANOID ? 'PARANOID' : exactly(name)
}

/** A text as a pattern for it; one that would be read as something else gets a `?` at its end. */
function exactly(text: string): string {
  const pattern = text.replace(/[^\w.-]/g, '?').replace(/^[.-]/, '?')
  const isMisread = /^(?:all|known|unknown|local|paranoid|except|[\d.]*|.*\.)$/.test(pattern)
  return isMisread ? `${pattern.slice(0, -1)}?` : pattern
}
