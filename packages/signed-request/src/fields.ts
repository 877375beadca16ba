import type { Deny } from '@gatehouse/core'
import { refuse, type Code } from './codes.ts'
import { MAX_FIELD, MAX_FIELDS } from './limits.ts'
import type { Fields } from './model.ts'
import { FIELD_NAMES, type FieldName } from './profile.ts'

/** Values of the fields of a signed request; the certificate only where it was sent. */
export type FieldValues = Readonly<Record<Exclude<FieldName, 'gatehouse-certificate'>, string>> & {
  readonly 'gatehouse-certificate'?: string
}

const PLACES: ReadonlyMap<string, number> = new Map(FIELD_NAMES.map((name, index) => [name, index]))

/** Most characters of a field's name that are kept in a reason. */
const MAX_SHOWN = 64

/**
 * Finds the fields of the profile: each once, spelled in lower case, in its place, not too long.
 *
 * @param other - What becomes of any other field.
 */
export function readFields(fields: Fields, other: 'deny' | 'allow'): FieldValues | Deny<Code> {
  if (fields.length > MAX_FIELDS) return refuse('fields-too-many', 'fields')
  const values: Partial<Record<FieldName, string>> = {}
  let next = 0
  for (const [name, value] of fields) {
    const place = PLACES.get(name)
    if (place === undefined) {
      if (PLACES.has(name.toLowerCase())) return refuse('field-spelling', name)
      if (other === 'deny') return refuse('field-unexpected', name.slice(0, MAX_SHOWN))
      continue
    }
    const known = FIELD_NAMES[place] as FieldName
    if (values[known] !== undefined) return refuse('field-repeated', known)
    if (place < next) return refuse('field-order', known)
    if (value.length > MAX_FIELD[known]) return refuse('field-too-long', known)
    values[known] = value
    next = place + 1
  }
  for (const name of FIELD_NAMES) {
    const isNeeded = name !== 'gatehouse-certificate'
    if (isNeeded && values[name] === undefined) return refuse('field-missing', name)
  }
  return values as FieldValues
}
