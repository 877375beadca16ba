import { isNoPolicy, type LineSource } from '@gatehouse/core'

import { filesOf, type LoginStore } from './authorize.ts'
import { effectsOf, expiryOf, fromFault } from './judge-line.ts'
import type { KeyLine } from './model.ts'
import { switchesOf, type LoginOptions } from './profile.ts'
import type { LoginEffects } from './request.ts'

/** Of whom and when {@link whoCan} is asked. */
export interface WhoCanOptions extends LoginOptions {
  /** Name of the account. */
  readonly user: string
  /** Lines that have expired by then are left out. */
  readonly now: Date
  /** Zone of the system; without it lines with a local `expiry-time=` are left out. */
  readonly timeZone?: string
}

/** One key that gets in, or whose certificates do. */
export interface KeyHolder {
  /** The line that lets it in. */
  readonly source: LineSource
  /** Fingerprint of the key. */
  readonly fingerprint: string
  /** What the line says behind the key: a claim. */
  readonly comment: string
  /** The principals of which a certificate must have one; null: the key itself gets in. */
  readonly principals: readonly string[] | null
  /** `from=` as it is written, or null: from anywhere. */
  readonly from: string | null
  /** What a session may do and must do. A certificate can only take away, and may force a command. */
  readonly effects: LoginEffects
}

/**
 * Lists which keys get into the account that a store belongs to, from where, and to do what.
 *
 * A line is left out when it lets nobody in, or when an earlier one always answers for its key. Lists
 * of revoked keys are not looked at, nor is sshd_config.
 */
export function whoCan(store: LoginStore, options: WhoCanOptions): KeyHolder[] {
  const switches = switchesOf(options)
  const answered = new Set<string>()
  const holders: KeyHolder[] = []
  for (const line of filesOf(store).flatMap((file) => (isNoPolicy(file) ? [] : file.lines))) {
    if (line.kind !== 'key' || answered.has(subjectOf(line))) continue
    const expires = expiryOf(line.options, options.timeZone, switches)
    const isOver = expires === undefined || (expires !== null && expires < options.now.getTime())
    const { principals, certAuthority, from } = line.options
    const isVoid = (principals !== null && !certAuthority) || line.key.type === 'ssh-dss'
    if (isOver || isVoid || fromFault(line.options, switches) !== undefined) continue
    if (answersAlways(line)) answered.add(subjectOf(line))
    holders.push({
      source: line.source,
      fingerprint: line.key.fingerprint,
      comment: line.comment,
      principals: certAuthority ? (principals ?? [options.user]) : null,
      from: from?.text ?? null,
      effects: effectsOf(line.options, expires),
    })
  }
  return holders
}

/** What a line is about: a key, or the same key as an authority. */
export function subjectOf({ key, options }: KeyLine): string {
  return `${key.fingerprint} ${String(options.certAuthority)}`
}

/** Whether a line lets its key in whatever the request, so that later lines with it are never reached. */
export function answersAlways({ options }: KeyLine): boolean {
  const { certAuthority, from, expiryTimes, principals } = options
  return !certAuthority && from === null && expiryTimes.length === 0 && principals === null
}
