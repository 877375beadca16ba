import { decideCaller, type Caller } from '@gatehouse/certificate-trust'
import { ConfigError, ParseError } from '@gatehouse/core'
import type { TaskRequest } from '@gatehouse/protocol'
import { Failure } from '../failure.ts'
import type { WebAgentParts } from './parts.ts'
import { formatSettings, parseSettings } from './settings-text.ts'
import type { WebAgentSettings } from './parts.ts'

/** Name of the settings in messages. */
const LABEL = 'settings'

/** What the tool Replicate Agent Settings gives. */
export type Replicated =
  /** The settings in force as text; the argument `settings` takes it. */
  { readonly settings: string } | { readonly replaced: true }

/**
 * Reads the settings of this agent, with the argument `read`, or replaces all of them by the argument
 * `settings`. Settings that do not trust the console that sends them are refused: it would shut itself
 * out, and nobody else would have done that to it.
 *
 * @throws Failure with `invalid-arguments`.
 */
export async function replicateSettings(
  { read, settings, ...others }: NonNullable<TaskRequest['arguments']>,
  caller: Caller,
  parts: Pick<WebAgentParts, 'settings' | 'config' | 'now'>,
): Promise<Replicated> {
  const isOne = (read === undefined) !== (settings === undefined)
  if (!isOne || Object.keys(others).length > 0) {
    throw invalid('either `read` or `settings` is given, and nothing else')
  }
  if (settings === undefined) return { settings: formatSettings(parts.settings.current()) }
  const wanted = parse(settings, parts)
  const { outcome } = decideCaller(wanted, caller, { at: parts.now() })
  if (outcome === 'deny') throw invalid('the settings do not trust the console that sends them')
  await parts.settings.change(() => wanted)
  return { replaced: true }
}

function parse(text: string, { config }: Pick<WebAgentParts, 'config'>): WebAgentSettings {
  const mayTrustAll = config.insecure.includes('trust-all-consoles')
  try {
    return parseSettings(text, { file: LABEL, mayTrustAll })
  } catch (cause) {
    if (cause instanceof ConfigError || cause instanceof ParseError) throw invalid(cause.message)
    throw cause
  }
}

function invalid(message: string): Failure {
  return new Failure('invalid-arguments', { message, field: `arguments.${LABEL}` })
}
