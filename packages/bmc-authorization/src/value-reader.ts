import type { Faults, Place } from './faults.ts'
import { KEYWORDS } from './keywords.ts'
import { isBlank, isEmpty, restAt, skipBlanks, type Span } from './lines.ts'

const ASSIGN = KEYWORDS.assign.charCodeAt(0)

/**
 * Finds the value of `KEYWORD = value`, and reports what is wrong with its form.
 *
 * @param keyword - Where the keyword stands.
 * @returns `undefined` when there is no value.
 */
export function readValue(keyword: Place, faults: Faults): Span | undefined {
  const { text, end } = keyword
  const at = skipBlanks(text, end)
  if (text.charCodeAt(at) !== ASSIGN) {
    faults.report('equals-missing', keyword)
    return undefined
  }
  const value = restAt(text, at + 1)
  const assign = { ...keyword, start: at, end: at + 1 }
  const hasBlanks = isBlank(text, end) && isBlank(text, at + 1)
  if (isEmpty(value)) faults.report('value-missing', assign)
  else if (!hasBlanks) faults.report('blanks-missing', assign)
  return withoutComment(keyword, value, faults)
}

/** Reports a comment behind a value; what stands before it is read on. */
function withoutComment(keyword: Place, value: Span, faults: Faults): Span | undefined {
  const { text } = keyword
  const at = findComment(text, value)
  if (at === -1) return isEmpty(value) ? undefined : value
  faults.report('trailing-comment', { ...keyword, ...restAt(text, at) })
  const left = restAt(text, value.start, at)
  return isEmpty(left) ? undefined : left
}

/** Index of the first `#` that starts a value or stands behind a blank in it, else -1. */
function findComment(text: string, { start, end }: Span): number {
  let index = text.indexOf(KEYWORDS.comment, start)
  while (index > start && !isBlank(text, index - 1)) {
    index = text.indexOf(KEYWORDS.comment, index + 1)
  }
  return index < end ? index : -1
}
