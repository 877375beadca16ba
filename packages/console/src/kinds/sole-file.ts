import type { FormattedFile } from './stated.ts'
import type { FileRole, PolicyText, PolicyTexts } from './policy-texts.ts'

/** Name of the only role of a kind whose policies are one file. */
export const SOLE_ROLE = 'policy'

/** The roles of a kind whose policies are one file. */
export function soleRole(title: string): readonly FileRole[] {
  return [{ name: SOLE_ROLE, title, required: true }]
}

/** The one file of a policy. */
export function soleText(texts: PolicyTexts): PolicyText & { readonly bytes: Uint8Array } {
  const text = texts.get(SOLE_ROLE)
  return { file: text?.file ?? '', bytes: text?.bytes ?? new Uint8Array() }
}

/** The canonical text of the one file of a policy. */
export function soleFormatted(texts: PolicyTexts, text: string): readonly FormattedFile[] {
  return [{ file: soleText(texts).file, text }]
}
