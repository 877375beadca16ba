import {
  formatTrustList,
  insecureTrustAll,
  MAX_TRUSTED_NAMES,
  parseTrustList,
  trustSettings,
} from '@gatehouse/certificate-trust'
import { ConfigError } from '@gatehouse/core'
import { readMessage } from '@gatehouse/protocol'
import { z } from 'zod'
import type { WebAgentSettings } from './parts.ts'

/** What a settings file says of itself. */
const FORMAT = 'gatehouse-web-agent/1'

/** The word for `insecureTrustAll`. */
const TRUST_ALL = 'all'

/** Trust modes as people and files call them. */
const MODE_NAMES = ['none', 'certificate', 'name', 'all'] as const

const SettingsSchema = z.strictObject({
  format: z.literal(FORMAT),
  mode: z.enum(MODE_NAMES),
  names: z.array(z.string().max(253)).max(MAX_TRUSTED_NAMES),
  requireTrustedCertificates: z.boolean().optional(),
  sessionMinutes: z.int().min(1).max(60).optional(),
  trusted: z.unknown(),
})

/** Whether an agent may be set to trust every console. */
export interface SettingsOptions {
  /** Name of the text in messages. */
  readonly file: string
  /** Whether the config names `trust-all-consoles` among what is insecure. */
  readonly mayTrustAll: boolean
}

/** Writes settings as one JSON text; {@link parseSettings} is its inverse. */
export function formatSettings(settings: WebAgentSettings): string {
  const { mode, names, list, requireTrustedCertificates, sessionMinutes } = settings
  const written = {
    format: FORMAT,
    mode: modeName(mode),
    names: names ?? [],
    ...(requireTrustedCertificates !== undefined && { requireTrustedCertificates }),
    ...(sessionMinutes !== undefined && { sessionMinutes }),
    trusted: JSON.parse(formatTrustList(list ?? { entries: [] })) as unknown,
  }
  return `${JSON.stringify(written, null, 2)}\n`
}

/** Whether a word is that of a trust mode. */
export function isModeName(word: string): word is (typeof MODE_NAMES)[number] {
  return (MODE_NAMES as readonly string[]).includes(word)
}

/** The trust mode of a word. */
export function modeOf(word: (typeof MODE_NAMES)[number]): WebAgentSettings['mode'] {
  return word === TRUST_ALL ? insecureTrustAll : word
}

/** A trust mode as people and files call it. */
export function modeName(mode: WebAgentSettings['mode']): string {
  return mode === insecureTrustAll ? TRUST_ALL : mode
}

/**
 * Reads settings.
 *
 * @throws ConfigError, or ParseError for what stands in the trust list: a text that is wrong in one place
 *   is refused as a whole.
 */
export function parseSettings(
  text: string | Uint8Array,
  options: SettingsOptions,
): WebAgentSettings {
  const { file } = options
  const read = readMessage(SettingsSchema, textOf(text, file))
  if ('error' in read) throw new ConfigError(`${file}: ${read.error.message}`, { source: { file } })
  const { mode, names, requireTrustedCertificates, sessionMinutes, trusted } = read.message
  const settings: WebAgentSettings = {
    mode: modeOf(mode),
    names,
    list: parseTrustList(JSON.stringify(trusted ?? null), { file }),
    ...(requireTrustedCertificates !== undefined && { requireTrustedCertificates }),
    ...(sessionMinutes !== undefined && { sessionMinutes }),
  }
  return checkSettings(settings, options)
}

/**
 * Checks settings before they come into force.
 *
 * @throws ConfigError for a mode that the config does not let in, for names that are none, and for more of
 *   them than may be.
 */
export function checkSettings(
  settings: WebAgentSettings,
  { file, mayTrustAll }: SettingsOptions,
): WebAgentSettings {
  if (settings.mode === insecureTrustAll && !mayTrustAll) {
    const message = 'mode `all` needs `trust-all-consoles` in `insecure` of the config'
    throw new ConfigError(message, { source: { file } })
  }
  return trustSettings(settings)
}

function textOf(text: string | Uint8Array, file: string): string {
  if (typeof text === 'string') return text
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(text)
  } catch (cause) {
    throw new ConfigError(`${file} is not UTF-8`, { source: { file }, cause })
  }
}
