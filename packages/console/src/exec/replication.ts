import { parseTrustList } from '@gatehouse/certificate-trust'
import { z } from 'zod'

/** The vendor's tool that carries the settings of one agent to others. */
export const REPLICATE = 'Replicate Agent Settings'

/** Settings of a web agent, as far as a person should look at them. */
export interface ReplicatedSettings {
  /** Which consoles count: `none`, `certificate`, `name` or `all`. */
  readonly mode: string
  /** Names of consoles that count in the mode `name`. */
  readonly names: readonly string[]
  /** SHA-256 of each trusted certificate. */
  readonly trusted: readonly string[]
}

const ReadSchema = z.strictObject({ settings: z.string() })

const SettingsSchema = z.looseObject({
  mode: z.string().max(64),
  names: z.array(z.string().max(253)),
  trusted: z.unknown(),
})

/**
 * The settings that a system gave, with the text that is passed on as it is.
 *
 * @returns Undefined for what are no settings; such a thing is passed on to nobody.
 */
export function settingsIn(
  result: unknown,
): (ReplicatedSettings & { readonly text: string }) | undefined {
  const read = ReadSchema.safeParse(result)
  if (!read.success) return undefined
  const text = read.data.settings
  try {
    const { mode, names, trusted } = SettingsSchema.parse(JSON.parse(text))
    const { entries } = parseTrustList(JSON.stringify(trusted ?? null), { file: 'settings' })
    return { text, mode, names, trusted: entries.map(({ certificate }) => certificate.sha256) }
  } catch {
    return undefined
  }
}
