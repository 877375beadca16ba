import { ParseError, type Diagnostic, type Edit } from '@gatehouse/core'

/** Directives whose words hold no community and no passphrase; all others, misspelled ones among them, may. */
const WITHOUT_SECRET =
  /^\s*(?:view|group|access|r[ow]user|auth(?:user|group|access)|setaccess|authtrapenable|include(?:file|dir|search)?)(?=\s|$)/i

/** A line with all words but its directive as asterisks, where one of them may be a secret. Columns stay. */
function maskLine(text: string): string {
  if (WITHOUT_SECRET.test(text)) return text
  const directive = /^\s*[A-Za-z][A-Za-z0-9]*(?=\s|$)/.exec(text)?.[0] ?? ''
  return directive + text.slice(directive.length).replaceAll(/\S/gu, '*')
}

/** The same error, whose excerpts show no community; whatever is no ParseError as it is. */
export function maskedError(error: unknown): unknown {
  const { code, diagnostics, total } = error as Partial<ParseError>
  if (code !== 'ERR_PARSE' || diagnostics === undefined) return error
  const [first, ...rest] = diagnostics
  return new ParseError([masked(first), ...rest.map(masked)], total)
}

function masked(diagnostic: Diagnostic): Diagnostic {
  const { excerpt, excerptOffset } = diagnostic
  // A piece from the middle of a line does not tell its directive.
  const shown = excerptOffset === 0 ? maskLine(excerpt) : excerpt.replaceAll(/\S/gu, '*')
  return { ...diagnostic, excerpt: shown }
}

/** An edit whose new lines show no community: it says what to do, and cannot be applied as it stands. */
export function maskedEdit(edit: Edit): Edit {
  return edit.map((change) =>
    change.change === 'remove' ? change : { ...change, text: maskLine(change.text) },
  )
}
