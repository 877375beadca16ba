/** What must not stand in mx.log as it is; `%` because it begins an escape. */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}%]|(?<=@)!(?=@)/gu
/** One escape at each end keeps the blanks behind it. */
const ALSO_IN_FIELDS = /,|^ | $/g
const ESCAPES = /(?:%[0-9A-F]{2})+/g

/**
 * Escapes a text for the message of a record: `%` and two hexadecimal digits for each byte of
 * UTF-8.
 *
 * Not with backslashes, which stand in `DOMAIN\user`. Lone surrogates become U+FFFD.
 */
export function escapeMessage(text: string): string {
  return text.replace(HARMFUL, percent)
}

/**
 * Escapes a text for a field: commas, blanks at its ends and a lone `<>` as well, because readers
 * drop them.
 */
export function escapeField(text: string): string {
  if (text === '<>') return '%3C%3E'
  return escapeMessage(text).replace(ALSO_IN_FIELDS, percent)
}

/** Reverses {@link escapeMessage} and {@link escapeField}. */
export function unescapeText(text: string): string {
  return text.replace(ESCAPES, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString())
}

function percent(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
}

/** Drops blanks at both ends, and no other white space. */
export function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text[start] === ' ') start += 1
  while (end > start && text[end - 1] === ' ') end -= 1
  return text.slice(start, end)
}
