import { LimitError, MAX_POLICY_BYTES } from '@gatehouse/core'
import { trimBlanks, unescapeText } from './escape.ts'
import { MX_KEY, MX_VOCABULARIES, type MxWordField, type ReadMxRecord } from './record.ts'

/** How mx.log is read. */
export interface MxReadOptions {
  /**
   * Whether `%0A` and the like are escapes, as our writer makes them; the original has none.
   * Default `true`.
   */
  readonly escaped?: boolean
  /** Largest text in characters. Default 16 MiB. */
  readonly maxCharacters?: number
}

/** What one place of mx.log holds. */
export type MxEntry =
  | {
      /** Line on which the record begins, from 1. */
      readonly line: number
      readonly record: ReadMxRecord
      /**
       * Fields whose word is not in our closed set: the original has words that were never
       * published.
       */
      readonly unknown: readonly MxWordField[]
    }
  | {
      /** Line on which it begins, from 1. */
      readonly line: number
      /**
       * `no-record`: text before the first record. `field-count`: fewer than nine fields or more
       * than twelve.
       */
      readonly fault: 'no-record' | 'field-count'
    }

const LEAST_FIELDS = 9
const MOST_FIELDS = 12

/**
 * Reads mx.log, ours or the original's: blanks after commas, optional last fields, and messages of
 * any number of lines are accepted.
 *
 * The original escapes nothing: there a name with a comma shifts the fields, and one with a line
 * break and the key forges a record. What is read from it can be no better.
 *
 * @throws LimitError when the text is over the limit.
 */
export function parseMxLog(text: string, options: MxReadOptions = {}): MxEntry[] {
  const { escaped = true, maxCharacters = MAX_POLICY_BYTES } = options
  if (text.length > maxCharacters) {
    throw new LimitError(`text is larger than the limit of ${maxCharacters} characters`)
  }
  const decode = escaped ? unescapeText : (value: string): string => value
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  const entries: MxEntry[] = []
  for (let index = 0; index < lines.length;) {
    let end = index + 1
    while (end < lines.length && !isStart(lines[end] as string)) end += 1
    const [head = '', ...message] = lines.slice(index, end)
    const line = index + 1
    if (!isStart(head)) entries.push({ line, fault: 'no-record' })
    else entries.push({ line, ...readEntry(head, message, decode) })
    index = end
  }
  return entries
}

function isStart(line: string): boolean {
  return line.startsWith(`${MX_KEY},`)
}

type EntryBody =
  | { readonly record: ReadMxRecord; readonly unknown: readonly MxWordField[] }
  | { readonly fault: 'field-count' }

function readEntry(
  head: string,
  lines: readonly string[],
  decode: (text: string) => string,
): EntryBody {
  const fields = head.split(',').map(trimBlanks)
  if (fields.length < LEAST_FIELDS || fields.length > MOST_FIELDS) return { fault: 'field-count' }
  const [, time = '', category = '', result = '', action = '', objectType = ''] = fields
  const [object = '', level = '', user = ''] = fields.slice(6)
  const [session = '', transaction = '', fullName = ''] = fields.slice(9)
  const words = { category, result, action, objectType, level }
  const record = {
    time: decode(time),
    ...words,
    ...(object === '<>' ? {} : { object: decode(object) }),
    user: decode(user),
    ...(session === '' ? {} : { session: decode(session) }),
    ...(transaction === '' ? {} : { transaction: decode(transaction) }),
    ...(fullName === '' ? {} : { fullName: decode(fullName) }),
    ...(lines.length === 0 ? {} : { message: decode(lines.join('\n')) }),
  }
  const unknown = (Object.keys(MX_VOCABULARIES) as MxWordField[]).filter(
    (field) => !MX_VOCABULARIES[field].includes(words[field]),
  )
  return { record, unknown }
}
