import { allow, deny, type Claimed, type Decision, type Guard } from '@gatehouse/core'
import type { EncodedChain } from '../input/encoded.ts'
import type { TrustCode } from './codes.ts'
import {
  insecureTrustAll,
  isTrustMode,
  MAX_TRUSTED_NAMES,
  trustOpenings,
  trustSettings,
  type TrustSettings,
} from './settings.ts'
import type { TrustList } from './trust-list.ts'
import { verifyTrusted, type VerifyTrustedOptions } from './verify-trusted.ts'

/** Who asks something of an agent. */
export interface Caller {
  /** What it offered in TLS, or beside a signed request. That it has the key, TLS or the signature shows. */
  readonly chain?: EncodedChain
  /** Host name that it says is its own. */
  readonly name?: Claimed<string>
}

/** What the certificate of a caller is held to, besides being that of a trusted console. */
export type CallerOptions = Omit<VerifyTrustedOptions, 'role'>

/** Most characters of a claimed name that are kept in a reason: longer is no host name. */
const MAX_CLAIM = 253

/**
 * Decides whether an agent takes secure commands from a caller.
 *
 * In mode `certificate` by its certificate alone (`verifyTrusted`, role `console`); a name that it
 * claims is not asked. In mode `name` by that claim alone, and the reason says so: `strength weak`.
 *
 * @returns `allow` with `certificate-pinned`, `chain-trusted`, `name-listed` or `trust-all`, else `deny`.
 * @throws RangeError when `at` is no date and a certificate is asked for.
 */
export function decideCaller(
  settings: TrustSettings,
  caller: Caller,
  options: CallerOptions,
): Decision<TrustCode> {
  const { mode, list } = settings
  if (mode === 'none') return deny({ code: 'trust-none' })
  if (!isTrustMode(mode)) return deny({ code: 'trust-mode-unknown' })
  if (mode === insecureTrustAll) return allow({ code: 'trust-all', facts: { strength: 'none' } })
  if (mode === 'name') return decideName(settings, caller)
  if (list === undefined || list.entries.length === 0) return deny({ code: 'trust-list-empty' })
  if (caller.chain === undefined) return deny({ code: 'certificate-missing' })
  return verifyTrusted(list, caller.chain, { ...options, role: 'console' }).decision
}

function decideName({ names = [] }: TrustSettings, { name }: Caller): Decision<TrustCode> {
  if (names.length > MAX_TRUSTED_NAMES) {
    return deny({ code: 'names-too-many', facts: { allowed: String(MAX_TRUSTED_NAMES) } })
  }
  if (name === undefined) return deny({ code: 'caller-name-missing' })
  const facts = { name: name.slice(0, MAX_CLAIM) }
  if (!names.some((one) => foldHost(one) === foldHost(name))) {
    return deny({ code: 'name-not-listed', facts })
  }
  return allow({ code: 'name-listed', facts: { ...facts, strength: 'weak' } })
}

/** Only the letters of ASCII have two cases in host names (RFC 4343). */
function foldHost(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** Options of {@link trustGuard}. */
export interface TrustGuardOptions extends Omit<CallerOptions, 'at'> {
  /** The clock. */
  readonly at: () => Date
  /** The list in force, asked at each request. Default: that of the settings. */
  readonly list?: () => TrustList
}

/**
 * The guard of a trust mode: {@link decideCaller} for `compose`.
 *
 * Only mode `certificate` authenticates, and rests on something else that shows that the caller has
 * the key. Mode `name` and `insecureTrustAll` stand among the openings of the statement.
 *
 * @throws ConfigError when the settings cannot be used.
 */
export function trustGuard(
  settings: TrustSettings,
  { at, list, ...options }: TrustGuardOptions,
): Guard<Caller, TrustCode> {
  const checked = trustSettings(settings)
  const { mode } = checked
  return Object.freeze({
    name: 'trust-mode',
    provides: mode === 'certificate' ? [{ guarantee: 'authentication', of: 'console' }] : [],
    reliesOn: reliances(mode),
    openings: trustOpenings(checked),
    check: (caller: Caller) =>
      decideCaller(list === undefined ? checked : { ...checked, list: list() }, caller, {
        ...options,
        at: at(),
      }),
  } satisfies Guard<Caller, TrustCode>)
}

function reliances(mode: TrustSettings['mode']): Guard<Caller>['reliesOn'] {
  if (mode === 'certificate') return [{ guarantee: 'authentication', of: 'key of the certificate' }]
  return mode === 'name' ? [{ guarantee: 'authentication', of: 'host name' }] : []
}
