import { ConfigError } from '@gatehouse/core'
import { parseDnsName } from '../name/dns-name.ts'
import type { TrustList } from './trust-list.ts'

/**
 * Whom an agent takes secure commands from: nobody (`none`), consoles with a trusted certificate
 * (`certificate`), or whoever claims a name that is listed (`name`), which keeps out mistakes and no
 * attacker.
 */
export type TrustMode = 'none' | 'certificate' | 'name'

/**
 * In place of a trust mode: every caller is trusted.
 *
 * @deprecated It protects nothing. Use the mode `certificate`.
 */
export const insecureTrustAll: unique symbol = Symbol('insecureTrustAll')

/** Most names of consoles that can be listed, as in HP's web agents. */
export const MAX_TRUSTED_NAMES = 5

/** Whom to trust, and what for. */
export interface TrustSettings {
  readonly mode: TrustMode | typeof insecureTrustAll
  /** Trusted certificates; mode `certificate` asks for it. Default: an empty one. */
  readonly list?: TrustList
  /** Host names of consoles, five at most; mode `name` asks for them. Default: none. */
  readonly names?: readonly string[]
  /**
   * Whether a console sends secure commands only to systems with a trusted certificate, and imports
   * none over the network. Default `false`.
   */
  readonly requireTrustedCertificates?: boolean
}

/** Settings that hold for a system that nobody has set up. */
export const NO_TRUST: TrustSettings = Object.freeze({ mode: 'none' })

const MODES: ReadonlySet<unknown> = new Set(['none', 'certificate', 'name', insecureTrustAll])

/** Whether a value is a trust mode, or the symbol in its place. */
export function isTrustMode(mode: unknown): mode is TrustSettings['mode'] {
  return MODES.has(mode)
}

/**
 * Checks settings when they are made, so that a mistake shows before the first caller comes.
 *
 * @throws ConfigError for a mode that there is not, for more than five names, for what is no host name.
 */
export function trustSettings(settings: TrustSettings): TrustSettings {
  const { mode, names = [] } = settings
  if (!isTrustMode(mode)) throw new ConfigError('the trust mode is none that there is')
  if (names.length > MAX_TRUSTED_NAMES) {
    throw new ConfigError(`more than ${MAX_TRUSTED_NAMES} names are trusted`)
  }
  for (const name of names) {
    if (!isHostName(name)) throw new ConfigError(`\`${name.slice(0, 64)}\` is no host name`)
  }
  return Object.freeze({ ...settings, names: Object.freeze([...names]) })
}

/** Whether a name can be listed: a host name in ASCII, without a dot at its end. */
export function isHostName(name: string): boolean {
  return /^[\x21-\x7e]+$/.test(name) && parseDnsName(name) !== undefined
}

/** Names of the protections that settings leave off, as a guard's statement lists them. */
export function trustOpenings({ mode }: TrustSettings): readonly string[] {
  if (mode === 'name') return ['trust-by-name']
  return mode === insecureTrustAll ? ['insecureTrustAll'] : []
}
