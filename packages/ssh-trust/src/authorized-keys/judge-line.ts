import { allow, type Reason } from '@gatehouse/core'

import { checkUserCertificate } from '../certificate/check.ts'
import type { UserOptions } from '../certificate/options.ts'
import type { LoginCode } from './codes.ts'
import { expiryInstant } from './expiry-time.ts'
import { isFrom } from './from-list.ts'
import type { KeyLine, KeyOptions, Permissions, RefusedLine } from './model.ts'
import type { LoginProfile, LoginSwitch } from './profile.ts'
import type { Login, LoginEffects } from './request.ts'

/** By what rules a line is judged. */
export interface LineRules {
  readonly profile: LoginProfile
  readonly switches: ReadonlySet<LoginSwitch>
}

/** What one line with the right key says to a login. */
export interface LineVerdict {
  /** The line, and the code and facts of its answer. */
  readonly reasons: readonly [Reason<LoginCode>, ...Reason<LoginCode>[]]
  /** Set when the line lets the login in. */
  readonly effects: LoginEffects | null
}

type Fault = Omit<Reason<LoginCode>, 'source'>

/** Judges a line whose key is the one that the login looks for. */
export function judgeLine(
  line: KeyLine | RefusedLine,
  login: Login,
  rules: LineRules,
): LineVerdict {
  const { source } = line
  if (line.kind === 'refused') {
    return refusal({ code: 'options-refused', source, facts: { fault: line.fault } })
  }
  const { options } = line
  const { certificate } = login
  if (options.certAuthority !== (certificate !== null)) {
    const code = certificate === null ? 'authority-offered-as-key' : 'authority-not-marked'
    return refusal({ code, source })
  }
  const expires = expiryOf(options, login.request.timeZone, rules.switches)
  const fault = optionFault(options, expires, login, rules)
  if (fault !== undefined) return refusal({ ...fault, source })
  if (certificate === null) {
    return {
      reasons: [{ code: 'key-listed', source }],
      effects: effectsOf(options, expires ?? null),
    }
  }
  const { now, user, revoked } = login.request
  const authority = { code: 'authority-listed', source } as const
  const decision = checkUserCertificate(certificate, {
    authority: allow({ ...authority }),
    now: BigInt(Math.floor(now.getTime() / 1000)),
    principals: options.principals ?? [user],
    address: login.peer.text,
    profile: rules.profile,
    ...(options.command === null ? {} : { forcedCommand: options.command }),
    ...(revoked === undefined ? {} : { revoked }),
  })
  if (decision.outcome === 'deny') return { reasons: decision.reasons, effects: null }
  const effects = effectsOf(options, expires ?? null)
  return {
    reasons: [authority, ...decision.reasons],
    effects: withCertificate(effects, decision.effects),
  }
}

/** The earliest expiry of a line in milliseconds; null for none, nothing when the time zone is not known. */
export function expiryOf(
  { expiryTimes }: KeyOptions,
  timeZone: string | undefined,
  switches: ReadonlySet<LoginSwitch>,
): number | null | undefined {
  let earliest: number | null = null
  for (const time of expiryTimes) {
    const instant = expiryInstant(time, timeZone, switches.has('wall-clock'))
    if (instant === undefined) return undefined
    earliest = Math.min(earliest ?? instant, instant)
  }
  return earliest
}

/** Why the `from=` of a line lets nobody in, or nothing. */
export function fromFault(
  { from }: KeyOptions,
  switches: ReadonlySet<LoginSwitch>,
): string | undefined {
  if (from === null) return undefined
  if (from.fault !== null) return from.fault
  const isPlain = from.entries.every(({ network }) => network?.ambiguous !== true)
  return isPlain || !switches.has('plain-addresses') ? undefined : 'ambiguous-address'
}

/** What a line without a certificate grants. */
export function effectsOf(options: KeyOptions, expires: number | null): LoginEffects {
  const { environment, permitOpen, permitListen, tunnel, noTouchRequired, verifyRequired } = options
  return Object.freeze({
    ...permissionsOf(options, options),
    forcedCommand: options.command,
    environment,
    permitOpen,
    permitListen,
    tunnel,
    touchRequired: !noTouchRequired,
    verifyRequired,
    expires: expires === null ? null : new Date(expires),
  })
}

function withCertificate(effects: LoginEffects, certificate: UserOptions): LoginEffects {
  return Object.freeze({
    ...effects,
    ...permissionsOf(effects, certificate.permissions),
    forcedCommand: certificate.forcedCommand ?? effects.forcedCommand,
    touchRequired: effects.touchRequired || certificate.touchRequired,
    verifyRequired: effects.verifyRequired || certificate.verifyRequired,
  })
}

/** What both grant. */
function permissionsOf(one: Permissions, other: Permissions): Permissions {
  return {
    portForwarding: one.portForwarding && other.portForwarding,
    agentForwarding: one.agentForwarding && other.agentForwarding,
    x11Forwarding: one.x11Forwarding && other.x11Forwarding,
    pty: one.pty && other.pty,
    userRc: one.userRc && other.userRc,
  }
}

function optionFault(
  options: KeyOptions,
  expires: number | null | undefined,
  { request, peer }: Login,
  { switches }: LineRules,
): Fault | undefined {
  if (expires === undefined) return { code: 'time-zone-unknown' }
  if (expires !== null && expires < Math.floor(request.now.getTime() / 1000) * 1000) {
    return { code: 'line-expired', facts: { since: new Date(expires).toISOString() } }
  }
  if (options.principals !== null && !options.certAuthority) {
    return { code: 'principals-without-authority' }
  }
  if (options.from === null) return undefined
  const malformed = fromFault(options, switches)
  if (malformed !== undefined) return { code: 'from-malformed', facts: { fault: malformed } }
  const isLetIn = isFrom(options.from, peer) && !(peer.zoned && switches.has('no-zones'))
  return isLetIn ? undefined : { code: 'from-mismatch', facts: { from: options.from.text } }
}

function refusal(reason: Reason<LoginCode>): LineVerdict {
  return { reasons: [reason], effects: null }
}
