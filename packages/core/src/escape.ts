/** Controls, invisible format characters (among them the bidirectional ones), line separators, lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * Makes text that a peer or a file supplied safe to print on one line of a terminal or a log.
 *
 * Each unprintable character becomes `<U+001B>` and the like. Meant for people: it cannot be undone.
 */
export function escapeControls(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
    return `<U+${hex.padStart(4, '0')}>`
  })
}
