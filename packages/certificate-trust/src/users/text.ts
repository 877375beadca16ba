import { MAX_POLICY_BYTES, type FileSource, type TextOptions } from '@gatehouse/core'
import {
  elementsOf,
  fieldsOf,
  report,
  stringOf,
  type Fields,
  type TrustText,
} from '../trust/fields.ts'
import { JsonText, type JsonValue } from '../trust/json.ts'
import { TRUST_TEXT_CODES } from '../trust/text-codes.ts'
import {
  foldName,
  isSha256,
  isUserName,
  userMap,
  type MappedCertificate,
  type MappedUser,
  type UserMap,
  type UserMapping,
} from './user-map.ts'

/** Writes a user map, one entry a line; `parseUserMap` is its inverse, places aside. */
export function formatUserMap({ entries }: UserMap): string {
  const lines = entries.map((entry) => `    ${JSON.stringify({ ...entry, source: undefined })}`)
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`
  return `{\n  "users": ${list}\n}\n`
}

/**
 * Reads a user map: JSON, `{ "users": [ … ] }`, each entry with `certificate` (SHA-256) or `name` (host
 * name or mail address), and with `user` (one name) or `"users": "any"`.
 *
 * A certificate or a name that stands twice refuses the file, whoever it is mapped to.
 *
 * @throws ParseError with every error, codes of `TRUST_TEXT_CODES`.
 */
export function parseUserMap(input: string | Uint8Array, options: TextOptions): UserMap {
  const { file, maxBytes = MAX_POLICY_BYTES } = options
  const text: TrustText = new JsonText(input, { file, maxBytes }, TRUST_TEXT_CODES)
  const top = fieldsOf(text, text.root, ['users'])
  const seen = new Set<string>()
  const entries = elementsOf(text, top.get('users')).flatMap((value) => {
    const { line } = text.placeOf(value.start)
    const entry = readEntry(text, value, { file, line })
    if (entry === undefined) return []
    const key = 'certificate' in entry ? entry.certificate : entry.name
    if (seen.has(key)) report(text, value, 'mapping-repeated')
    seen.add(key)
    return [entry]
  })
  text.throwIfAny()
  return userMap(entries)
}

function readEntry(text: TrustText, value: JsonValue, source: FileSource): UserMapping | undefined {
  const fields = fieldsOf(text, value, [], ['certificate', 'name', 'user', 'users'])
  if (fields.size === 0) {
    if (value.value instanceof Map) report(text, value, 'field-missing')
    return undefined
  }
  const certificate = readCertificate(text, fields, value)
  const user = readUser(text, fields, value)
  return certificate && user && { ...certificate, ...user, source }
}

function readCertificate(
  text: TrustText,
  fields: Fields,
  entry: JsonValue,
): MappedCertificate | undefined {
  if (!isOneOf(text, fields, ['certificate', 'name'], entry)) return undefined
  const certificate = stringOf(text, fields.get('certificate'), isSha256)
  if (certificate !== undefined) return { certificate }
  const written = stringOf(text, fields.get('name'), (one) => foldName(one) !== undefined)
  const name = written === undefined ? undefined : foldName(written)
  return name === undefined ? undefined : { name }
}

function readUser(text: TrustText, fields: Fields, entry: JsonValue): MappedUser | undefined {
  if (!isOneOf(text, fields, ['user', 'users'], entry)) return undefined
  const user = stringOf(text, fields.get('user'), isUserName)
  if (user !== undefined) return { user }
  const users = stringOf(text, fields.get('users'), (one) => one === 'any')
  return users === undefined ? undefined : { users: 'any' }
}

/** An entry that has both of two, or neither, does not say which is meant. */
function isOneOf(
  text: TrustText,
  fields: Fields,
  names: readonly [string, string],
  entry: JsonValue,
): boolean {
  const [first, second] = names.flatMap((name) => fields.get(name) ?? [])
  if (first === undefined) report(text, entry, 'field-missing')
  else if (second !== undefined) report(text, second, 'field-contradicted')
  return first !== undefined && second === undefined
}
